"""Recording orders: what shops say about them, as a whole and at once for a whole batch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from msgspec.structs import replace

from aftercart.commerce.customers import actions as customers
from aftercart.commerce.customers import queries as customer_queries
from aftercart.commerce.customers import rules as customer_rules
from aftercart.commerce.customers.facts import CustomerFact
from aftercart.commerce.customers.hashes import names_of
from aftercart.commerce.orders import rules
from aftercart.commerce.orders.actions import by_hand, fulfillments, joining, lines, refunds
from aftercart.commerce.orders.actions.fulfillments import Listing, ToldFulfillment
from aftercart.commerce.orders.actions.held import (
    CHANGING,
    KEY_COLUMNS,
    STORED,
    TABLE,
    Held,
    Key,
    held_from,
    key_of,
    write,
)
from aftercart.commerce.orders.actions.refunds import ToldRefund
from aftercart.commerce.orders.actions.rows import WIPED, Row, order_row
from aftercart.commerce.orders.facts import LineItemFact, OrderFact
from aftercart.commerce.orders.rules import same
from aftercart.core import clock, events, links, sql
from aftercart.core.facts import Incoming
from aftercart.core.text import clip

INSERTED = {**KEY_COLUMNS, **CHANGING, "token": "text", "recorded_at": "timestamptz"}
NOT_TOLD: Row = {"deleted_at": None, "erased_at": None}


@dataclass(eq=False, slots=True)
class Told:
    """What a batch says about one order: the newest state, and all the parts of every state.

    `quiet` only where everything said about the order is old news. `forgotten_at` is when its
    shopper asked to be forgotten, where that was after the order. `adopted_from` is the lesser
    source that told of the order until now.
    """

    fact: OrderFact
    quiet: bool
    forgotten_at: datetime | None = None
    adopted_from: str = ""
    fulfillments: list[ToldFulfillment] = field(default_factory=list)
    refunds: list[ToldRefund] = field(default_factory=list)
    lines: dict[str, LineItemFact] = field(default_factory=dict)
    listing: Listing | None = None


def record(batch: Sequence[Incoming[OrderFact]]) -> None:
    """Record what sources say about orders.

    An older state than the stored one changes nothing of the order itself; fulfillments and refunds
    in it are each judged by their own time. Of an order that a lesser source told of before, the
    better one's word counts from now on, and that is old news (see `joining`). Publishes
    `order.placed|adopted|updated|paid|cancelled`, `fulfillment.*` and `refund.created`.
    """
    told = _told(batch)
    with transaction.atomic():
        for of_rank in _by_rank(told):
            _join(of_rank)
            if of_rank:
                _record(of_rank)


def _by_rank(told: dict[Key, Told]) -> list[dict[Key, Told]]:
    """The orders by how well their sources know them, so that the best are there for the others."""
    ranks = sorted({same.rank(source) for _, source, _ in told}, reverse=True)
    if len(ranks) == 1:
        return [told]
    return [{key: of for key, of in told.items() if same.rank(key[1]) == rank} for rank in ranks]


def _join(told: dict[Key, Told]) -> None:
    """Find out which orders others tell of; what is not theirs to tell is taken out of `told`."""
    joined = joining.join({key: of.fact for key, of in told.items()})
    for key, source in joined.adopted.items():
        told[key].adopted_from = source
        _hush(told[key])
    aside = {key: told.pop(key) for key in joined.aside}
    by_hand.record_aside(
        {key: (of.fact.lines, of.fulfillments) for key, of in aside.items()}, joined.aside
    )


def _hush(told: Told) -> None:
    """All that is told of the order is old news."""
    told.quiet = True
    told.fulfillments = [replace(one, quiet=True) for one in told.fulfillments]
    told.refunds = [replace(one, quiet=True) for one in told.refunds]
    told.listing = replace(told.listing, quiet=True) if told.listing else None


def _record(told: dict[Key, Told]) -> None:
    _mind_the_forgotten(told)
    customer_ids = customers.record([_customer(key, of) for key, of in told.items() if _has(of)])
    orders = _insert_or_hold(told, customer_ids)
    winners = [held for held in orders if _wins(held, told[held.key])]
    for held in winners:
        _take_over(held, told[held.key], customer_ids)
    _record_parts(orders, winners, told)
    write(orders)
    _drop_left([held for held in orders if told[held.key].adopted_from])
    for held in winners:
        _tell(held, told[held.key])
    events.publish(_in_order(orders))


def _drop_left(adopted: list[Held]) -> None:
    """The better source has customers of its own; those of the lesser one have nothing left."""
    if not adopted:
        return
    left = {
        (held.store_id, held.before["customer_id"])
        for held in adopted
        if held.before["customer_id"] not in (None, held.after["customer_id"])
    }
    unused = sql.fetch_rows(
        f"""
        SELECT store_id, customer_id
        FROM unnest(%s::bigint[], %s::bigint[]) AS left_behind(store_id, customer_id)
        WHERE NOT EXISTS (
          SELECT FROM {TABLE} AS stored WHERE stored.store_id = left_behind.store_id
            AND stored.customer_id = left_behind.customer_id
        )
        """,
        sql.pairs(sorted(left)),
    )
    customers.drop([(store_id, customer_id) for store_id, customer_id in unused])


def _record_parts(orders: list[Held], winners: list[Held], told: dict[Key, Told]) -> None:
    """The lines, fulfillments and refunds, and what they say together."""
    lines.load(orders)
    theirs = {held: dict(held.lines) for held in orders if told[held.key].adopted_from}
    lines.replace({held: told[held.key].fact.lines for held in winners})
    lines.remember({held: list(told[held.key].lines.values()) for held in orders})
    fulfillments.apply({held: told[held.key].fulfillments for held in orders})
    fulfillments.keep_to({held: listing for held in orders if (listing := told[held.key].listing)})
    by_hand.repack({held: (old, told[held.key].fact.lines) for held, old in theirs.items()})
    by_hand.give_way(orders)
    refunds.apply({held: told[held.key].refunds for held in orders})
    for held in orders:
        held.sum_up()


def _told(batch: Sequence[Incoming[OrderFact]]) -> dict[Key, Told]:
    """What the batch says about each order, in the order in which rows are locked everywhere."""
    told: dict[Key, Told] = {}
    for incoming in batch:
        fact = incoming.fact
        key = key_of(incoming.store_id, incoming.source, fact.external_id)
        of = told.setdefault(key, Told(fact, incoming.quiet))
        if rules.standing_of(fact) >= rules.standing_of(of.fact):
            of.fact = fact
        of.quiet = of.quiet and incoming.quiet
        _gather(of, fact, incoming.quiet)
    return dict(sorted(told.items()))


def _gather(of: Told, fact: OrderFact, quiet: bool) -> None:
    of.lines.update((line.external_id, line) for line in fact.lines if line.external_id)
    of.refunds += [ToldRefund(refund, quiet) for refund in fact.refunds or ()]
    if fact.fulfillments is None:
        return
    of.fulfillments += [
        ToldFulfillment(sent, rules.told_at(sent, fact.updated_at), quiet)
        for sent in fact.fulfillments
    ]
    if of.listing is None or fact.updated_at >= of.listing.told_at:
        names = frozenset(clip(sent.external_id, 120) for sent in fact.fulfillments)
        of.listing = Listing(fact.updated_at, names, quiet)


def _mind_the_forgotten(told: dict[Key, Told]) -> None:
    """Find the orders that are told only after their shopper asked to be forgotten."""
    names = {key: _names(key, of.fact) for key, of in told.items() if _has(of)}
    forgotten = customer_queries.forgotten(
        (store_id, name) for (store_id, *_), known in names.items() for name in known
    )
    if not forgotten:
        return
    for key, known in names.items():
        asked_at = max(
            (at for name in known if (at := forgotten.get((key[0], name)))), default=None
        )
        if asked_at and told[key].fact.placed_at <= asked_at:
            told[key].forgotten_at = asked_at


def _names(key: Key, fact: OrderFact) -> list[str]:
    account = fact.customer.external_id if fact.customer else ""
    return names_of(key[1], account, fact.email)


def _has(told: Told) -> bool:
    """Whether the order says who bought, and it may be kept."""
    is_told = _has_account(told.fact) or "@" in told.fact.email
    return is_told and told.forgotten_at is None


def _has_account(fact: OrderFact) -> bool:
    return fact.customer is not None and bool(fact.customer.external_id.strip())


def _customer(key: Key, told: Told) -> Incoming[CustomerFact]:
    store_id, source, _ = key
    return Incoming(store_id, source, _customer_fact(told.fact), told.quiet)


def _customer_fact(fact: OrderFact) -> CustomerFact:
    if fact.customer is None or not _has_account(fact):
        name, _ = rules.names_of(fact)
        guest = customer_rules.guest(fact.email, name, fact.phone, fact.locale)
        return replace(guest, updated_at=fact.updated_at, created_at=fact.placed_at)
    return replace(fact.customer, updated_at=fact.customer.updated_at or fact.updated_at)


def _insert_or_hold(told: dict[Key, Told], customer_ids: dict[customers.Key, int]) -> list[Held]:
    """Insert orders that are new, lock those that are known; both come back as they are stored."""
    now = clock.now()
    rows = sql.insert(
        TABLE,
        INSERTED,
        [
            {
                **dict(zip(KEY_COLUMNS, key, strict=True)),
                **NOT_TOLD,
                **order_row(of.fact),
                **_parts_at_first(of),
                **_forgotten(of),
                "customer_id": _customer_id(key, of, customer_ids),
                "token": links.new_token(key[0]),
                "recorded_at": now,
            }
            for key, of in told.items()
        ],
        conflict=tuple(KEY_COLUMNS),
        hold="recorded_at",
        returning=(*STORED, "inserted"),
    )
    return [held_from(row, is_new=row.pop("inserted")) for row in rows]


def _forgotten(told: Told) -> Row:
    return {**WIPED, "erased_at": told.forgotten_at} if told.forgotten_at else {}


def _parts_at_first(told: Told) -> Row:
    """What the parts of a new order say together, so that it need not be written a second time.

    Only the usual case must be right here: what differs in the end is written by `record`.
    """
    sent = {one.fact.external_id: one.fact for one in told.fulfillments}
    paid_back = {one.fact.external_id: one.fact for one in told.refunds}
    return {
        "fulfillment_status": rules.told_fulfillment_status(told.fact.lines, sent.values()),
        "refunded_total": rules.told_refunded_total(told.fact, paid_back.values()),
        "fulfillments_listed_at": told.listing.told_at if told.listing else None,
    }


def _customer_id(key: Key, told: Told, customer_ids: dict[customers.Key, int]) -> int | None:
    if not _has(told):
        return None
    store_id, source, _ = key
    return customer_ids[customers.key(store_id, source, _customer_fact(told.fact).external_id)]


def _wins(held: Held, told: Told) -> bool:
    return held.is_new or bool(told.adopted_from) or rules.wins(told.fact, held.before)


def _take_over(held: Held, told: Told, customer_ids: dict[customers.Key, int]) -> None:
    """Let the order become what the fact says. What was erased stays erased."""
    if held.is_new:
        return
    held.after.update(order_row(told.fact))
    held.after["customer_id"] = (
        _customer_id(held.key, told, customer_ids) or held.before["customer_id"]
    )
    if told.forgotten_at and not held.before["erased_at"]:
        held.after.update(_forgotten(told))
        held.tell("customer.erased", told.forgotten_at, told.quiet)
    if held.before["erased_at"]:
        held.after.update(WIPED, customer_id=held.before["customer_id"])
    deleted_at = held.before["deleted_at"]
    if deleted_at and told.fact.updated_at > deleted_at:
        held.after["deleted_at"] = None


def _tell(held: Held, told: Told) -> None:
    """Note the order's own events, ahead of those of its parts."""
    changed = [] if held.is_new else rules.differences(held.before, held.after)
    if held.changed_lines and not held.is_new:
        changed.append("lines")
    parts, held.events = held.events, []
    if told.adopted_from:
        held.tell("order.adopted", clock.now(), True, source=told.adopted_from)
    for kind in rules.news(None if held.is_new else held.before, held.after, changed):
        _tell_one(held, told, kind, changed)
    held.events += parts


def _tell_one(held: Held, told: Told, kind: str, changed: list[str]) -> None:
    when: dict[str, Any] = {
        "order.placed": held.after["placed_at"],
        "order.cancelled": held.after["cancelled_at"],
    }
    data: dict[str, Any] = {"changed": changed} if kind == "order.updated" else {}
    if kind == "order.cancelled" and held.after["cancel_reason"]:
        data = {"reason": held.after["cancel_reason"]}
    held.tell(kind, when.get(kind) or held.after["source_updated_at"], told.quiet, **data)


def _in_order(orders: Iterable[Held]) -> list[events.Event]:
    return [event for held in orders for event in held.events]
