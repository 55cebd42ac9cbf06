"""Recording refunds: money given back, wholly or in parts."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from django.db import transaction

from aftercart.commerce.orders import rules
from aftercart.commerce.orders.actions import joining
from aftercart.commerce.orders.actions.held import Held, hold_known, ids, key_of, write
from aftercart.commerce.orders.actions.rows import Row, decoded, refund_row
from aftercart.commerce.orders.facts import RefundFact
from aftercart.core import events, sql
from aftercart.core.facts import Incoming

TABLE = "orders_refund"
CHANGING = {
    "amount": "numeric",
    "currency": "text",
    "reason": "text",
    "items": "jsonb",
    "refunded_at": "timestamptz",
}
COLUMNS = {"store_id": "bigint", "order_id": "bigint", "external_id": "text", **CHANGING}


class ToldRefund(msgspec.Struct, frozen=True):
    """What was said about a refund."""

    fact: RefundFact
    quiet: bool


def record_refunds(batch: Sequence[Incoming[RefundFact]]) -> list[int]:
    """Record refunds that were told by themselves.

    Returns:
        the indices of those whose order is not known yet.
    """
    keys = [
        key_of(incoming.store_id, incoming.source, incoming.fact.order_external_id)
        for incoming in batch
    ]
    with transaction.atomic():
        aside = joining.known_as(set(keys))  # the better source tells of refunds itself
        orders = hold_known(set(keys))
        told: dict[Held, list[ToldRefund]] = {held: [] for held in orders.values()}
        for key, incoming in zip(keys, batch, strict=True):
            if key in orders:
                told[orders[key]].append(ToldRefund(incoming.fact, incoming.quiet))
        apply(told)
        write(told)
        events.publish(event for held in told for event in held.events)
    return [index for index, key in enumerate(keys) if key not in orders and key not in aside]


def apply(orders: Mapping[Held, Sequence[ToldRefund]]) -> None:
    """Write new and changed refunds, sum them up in the orders, and note `refund.created`.

    A refund of nothing (a shop's way of taking items back) is kept and is no news.
    """
    spoken = {held: told for held, told in orders.items() if told}
    _load(spoken)
    new: list[Row] = []
    changed: list[Row] = []
    quiet: dict[tuple[int, str], bool] = {}
    for held, told in spoken.items():
        for one in told:
            row = {"store_id": held.store_id, "order_id": held.id, **refund_row(one.fact)}
            quiet[held.id, row["external_id"]] = one.quiet
            stored = held.refunds.get(row["external_id"])
            held.refunds[row["external_id"]] = row if stored is None else {**stored, **row}
            if stored is not None and "id" in stored and stored != {**stored, **row}:
                changed.append({**stored, **row})
        new += [row for row in held.refunds.values() if "id" not in row]
    sql.update(TABLE, {"id": "bigint", "store_id": "bigint", **CHANGING}, changed)
    by_id = {(held.store_id, held.id): held for held in spoken}
    for row in sql.insert(TABLE, COLUMNS, new, returning=("id", *COLUMNS)):
        held = by_id[row["store_id"], row["order_id"]]
        _tell(held, row, quiet[held.id, row["external_id"]])
    for held in spoken:
        paid_back = [(row["amount"], row["currency"]) for row in held.refunds.values()]
        held.after["refunded_total"] = rules.refunded_total(held.after, paid_back)


def _load(orders: Iterable[Held]) -> None:
    known = {(held.store_id, held.id): held for held in orders if not held.is_new}
    if not known:
        return
    names = ", ".join(f"refund.{name}" for name in ("id", *COLUMNS))
    for row in sql.fetch(
        f"SELECT {names} FROM unnest(%s::bigint[], %s::bigint[]) AS wanted(store_id, order_id) "
        f"JOIN {TABLE} AS refund USING (store_id, order_id)",
        ids(known.values()),
    ):
        held = known[row["store_id"], row["order_id"]]
        held.refunds[row["external_id"]] = decoded(row, "items")


def _tell(held: Held, row: Row, quiet: bool) -> None:
    if row["amount"] > 0:
        held.tell(
            "refund.created",
            row["refunded_at"],
            quiet,
            refund_id=row["id"],
            amount=f"{row['amount']:f}",
            currency=row["currency"],
        )
