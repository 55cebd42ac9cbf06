"""Fulfillments of locked orders: which items the merchant sent, under which tracking numbers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from aftercart.commerce.orders import rules
from aftercart.commerce.orders.actions import lines
from aftercart.commerce.orders.actions.held import Held, ids
from aftercart.commerce.orders.actions.rows import Row, decoded, fulfillment_row
from aftercart.commerce.orders.facts import FulfillmentFact
from aftercart.commerce.orders.rules import same
from aftercart.core import sql
from aftercart.core.text import clip

TABLE = "orders_fulfillment"
ITEM_TABLE = "orders_fulfillmentitem"
CHANGING = {
    "status": "text",
    "parcels": "jsonb",
    "service": "text",
    "location": "text",
    "fulfilled_at": "timestamptz",
    "source_updated_at": "timestamptz",
    "items_told_at": "timestamptz",
}
COLUMNS = {"store_id": "bigint", "order_id": "bigint", "external_id": "text", **CHANGING}
ITEM_COLUMNS = {
    "store_id": "bigint",
    "fulfillment_id": "bigint",
    "line_item_id": "bigint",
    "quantity": "integer",
}


class ToldFulfillment(msgspec.Struct, frozen=True):
    """What was said about a fulfillment, and as of when it is so."""

    fact: FulfillmentFact
    told_at: datetime
    quiet: bool


class Listing(msgspec.Struct, frozen=True):
    """That an order had these fulfillments (by external id), and no others, at that time."""

    told_at: datetime
    names: frozenset[str]
    quiet: bool


def apply(orders: Mapping[Held, Sequence[ToldFulfillment]]) -> None:
    """Write what is new about the orders' fulfillments, and note their events.

    The lines must be loaded. An older state of a fulfillment changes nothing.
    """
    load(orders)
    lines.expect({held: _named_lines(told) for held, told in orders.items()})
    new: list[tuple[Held, Row, bool]] = []
    changed: list[tuple[Held, Row, bool]] = []
    for held, told in orders.items():
        for row, quiet in _newest(held, told):
            (changed if "id" in row else new).append((held, row, quiet))
    before = {id(row): held.fulfillments.get(row["external_id"]) for held, row, _ in changed}
    _insert([(held, row) for held, row, _ in new])
    update([(held, row) for held, row, _ in changed])
    for held, row, quiet in new:
        _tell_new(held, held.fulfillments[row["external_id"]], quiet)
    for held, row, quiet in changed:
        _tell_changed(held, before[id(row)], row, quiet)


def keep_to(orders: Mapping[Held, Listing]) -> None:
    """Cancel the fulfillments that an order no longer had when its source last told them all."""
    gone: list[tuple[Held, Row]] = []
    for held, listing in orders.items():
        known_at = held.before["fulfillments_listed_at"]
        if known_at and listing.told_at < known_at:
            continue
        held.after["fulfillments_listed_at"] = listing.told_at
        gone += [
            (held, {**row, "status": "cancelled"})
            for row in held.fulfillments.values()
            if _is_gone(row, listing)
        ]
    update(gone)
    for held, row in gone:
        at, quiet = orders[held].told_at, orders[held].quiet
        held.tell("fulfillment.cancelled", at, quiet, fulfillment_id=row["id"])


def _is_gone(row: Row, listing: Listing) -> bool:
    return (
        row["external_id"] not in listing.names
        and not row["external_id"].startswith(same.BY_HAND)
        and row["status"] != "cancelled"
        and row["source_updated_at"] < listing.told_at
    )


def load(orders: Iterable[Held]) -> None:
    """Load the fulfillments, with their contents, of orders that were known before."""
    known = {(held.store_id, held.id): held for held in orders if not held.is_new}
    if not known:
        return
    names = ", ".join(f"sent.{name}" for name in ("id", *COLUMNS))
    for row in sql.fetch(
        f"""
        SELECT {names}, coalesce((
          SELECT jsonb_object_agg(line.external_id, item.quantity) FROM {ITEM_TABLE} AS item
          JOIN {lines.TABLE} AS line
            ON line.id = item.line_item_id AND line.store_id = item.store_id
          WHERE item.store_id = sent.store_id AND item.fulfillment_id = sent.id
        ), '{{}}') AS contents
        FROM unnest(%s::bigint[], %s::bigint[]) AS wanted(store_id, order_id)
        JOIN {TABLE} AS sent USING (store_id, order_id)
        """,
        ids(known.values()),
    ):
        held = known[row["store_id"], row["order_id"]]
        held.fulfillments[row["external_id"]] = decoded(row, "parcels", "contents")


def _named_lines(told: Sequence[ToldFulfillment]) -> set[str]:
    return {clip(item.line_external_id, 120) for one in told for item in one.fact.items or ()} - {
        ""
    }


def _newest(held: Held, told: Sequence[ToldFulfillment]) -> list[tuple[Row, bool]]:
    """The fulfillments as they are to be stored, where that changes anything."""
    rows: dict[str, Row] = {}
    quiet: dict[str, bool] = {}
    for one in sorted(told, key=_standing):
        name = clip(one.fact.external_id, 120)
        rows[name] = _told(held, one, rows.get(name) or held.fulfillments.get(name))
        quiet[name] = one.quiet
    return [(row, quiet[name]) for name, row in rows.items() if row != held.fulfillments.get(name)]


def _standing(told: ToldFulfillment) -> tuple[datetime, int]:
    return rules.fulfillment_standing(told.told_at, told.fact.status)


def _told(held: Held, told: ToldFulfillment, stored: Row | None) -> Row:
    """The fulfillment once this is heard. What travels with it counts by the latest who said so."""
    row = {
        "store_id": held.store_id,
        "order_id": held.id,
        **fulfillment_row(told.fact),
        "source_updated_at": told.told_at,
    }
    if stored is None:
        stored = {**row, "contents": {}, "items_told_at": None}
    contents, known_at = _contents(told), stored["items_told_at"]
    if contents is not None and (known_at is None or told.told_at >= known_at):
        stored = {**stored, "contents": contents, "items_told_at": told.told_at}
    known = rules.fulfillment_standing(stored["source_updated_at"], stored["status"])
    if _standing(told) < known:
        return stored
    return {**stored, **row, **_if_gone(held, told)}


def _if_gone(held: Held, told: ToldFulfillment) -> dict[str, Any]:
    """A fulfillment told late that was not on a later list of all of them is gone since then."""
    listed_at = held.before["fulfillments_listed_at"]
    is_listed = not told.fact.external_id.startswith(same.BY_HAND)
    is_gone = is_listed and not held.is_new and listed_at and told.told_at < listed_at
    return {"status": "cancelled"} if is_gone else {}


def _contents(told: ToldFulfillment) -> dict[str, int] | None:
    if told.fact.items is None:
        return None
    contents: dict[str, int] = {}
    for item in told.fact.items:
        name = clip(item.line_external_id, 120)
        if name and item.quantity > 0:
            contents[name] = min(contents.get(name, 0) + item.quantity, 2**31 - 1)
    return contents


def _insert(new: list[tuple[Held, Row]]) -> None:
    by_id = {(held.store_id, held.id): held for held, _ in new}
    contents = {(row["order_id"], row["external_id"]): row["contents"] for _, row in new}
    stored = sql.insert(TABLE, COLUMNS, [row for _, row in new], returning=("id", *COLUMNS))
    rows = []
    for row in stored:
        held = by_id[row["store_id"], row["order_id"]]
        row = decoded(row, "parcels") | {"contents": contents[row["order_id"], row["external_id"]]}
        held.fulfillments[row["external_id"]] = row
        rows.append((held, row))
    _insert_items(rows)


def update(changed: list[tuple[Held, Row]]) -> None:
    """Write fulfillments that changed, and what is in them."""
    sql.update(
        TABLE, {"id": "bigint", "store_id": "bigint", **CHANGING}, [row for _, row in changed]
    )
    repacked = [
        (held, row)
        for held, row in changed
        if held.fulfillments[row["external_id"]]["contents"] != row["contents"]
    ]
    for held, row in changed:
        held.fulfillments[row["external_id"]] = row
    if repacked:
        sql.run(
            f"DELETE FROM {ITEM_TABLE} AS item "
            "USING unnest(%s::bigint[], %s::bigint[]) AS gone(store_id, fulfillment_id) "
            "WHERE item.store_id = gone.store_id AND item.fulfillment_id = gone.fulfillment_id",
            sql.pairs([(held.store_id, row["id"]) for held, row in repacked]),
        )
        _insert_items(repacked)


def _insert_items(rows: Iterable[tuple[Held, Row]]) -> None:
    sql.insert(
        ITEM_TABLE,
        ITEM_COLUMNS,
        [
            {
                "store_id": held.store_id,
                "fulfillment_id": row["id"],
                "line_item_id": held.lines[name]["id"],
                "quantity": quantity,
            }
            for held, row in rows
            for name, quantity in row["contents"].items()
        ],
    )


def _tell_new(held: Held, row: Row, quiet: bool) -> None:
    cancelled = row["status"] == "cancelled"
    kind, at = "fulfillment.created", row["fulfilled_at"]
    if cancelled:
        kind, at = "fulfillment.cancelled", row["source_updated_at"]
    held.tell(kind, at, quiet, fulfillment_id=row["id"], status=row["status"])


def _tell_changed(held: Held, before: Row | None, row: Row, quiet: bool) -> None:
    assert before is not None
    told = ("status", "parcels", "contents", "service")
    if all(before[name] == row[name] for name in told):
        return
    cancelled = row["status"] == "cancelled" and before["status"] != "cancelled"
    held.tell(
        "fulfillment.cancelled" if cancelled else "fulfillment.updated",
        row["source_updated_at"],
        quiet,
        fulfillment_id=row["id"],
        status=row["status"],
        before=before["status"],
    )
