"""Which items travel in which parcel, and what is in none yet. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from aftercart.conversation.pages.facts import SnapshotItem

Row = Mapping[str, Any]
Quantities = dict[int, int]


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One parcel with what it holds; `shared_by` parcels hold the same together."""

    row: Row
    fulfillment_ids: tuple[int, ...]
    items: tuple[SnapshotItem, ...]
    shared_by: int
    shipped_at: datetime | None


class Packed(msgspec.Struct, frozen=True, kw_only=True):
    """An order, sorted into parcels."""

    items: tuple[SnapshotItem, ...]
    parcels: tuple[Held, ...]
    unshipped: tuple[SnapshotItem, ...]


def pack(lines: Sequence[Row], sendings: Sequence[Row], contents: Sequence[Row]) -> Packed:
    """Sort an order's lines into its parcels.

    Args:
        lines: the order's line items.
        sendings: its fulfillments that stand, with `items` as quantity by line id.
        contents: a row for each fulfillment in each parcel.
    """
    sent = _sent(lines, sendings)
    left = _left(lines, sent.values())
    silent = any(not quantities for quantities in sent.values())
    parcels = [held for held in _parcels(lines, sendings, sent, contents) if _is_shown(held)]
    return Packed(
        items=_items(lines, {line["id"]: line["current_quantity"] for line in lines}),
        parcels=tuple(parcels),
        unshipped=() if silent else _items(lines, left),
    )


def _sent(lines: Sequence[Row], sendings: Sequence[Row]) -> dict[int, Quantities]:
    """What each fulfillment carries; the one that does not say carries what no other one does.

    What is in which of several such nobody can know, and they stay empty.
    """
    sent = {row["id"]: _quantities(row["items"]) for row in sendings}
    silent = [key for key, quantities in sent.items() if not quantities]
    if len(silent) == 1:
        sent[silent[0]] = _left(lines, sent.values())
    return sent


def _quantities(stored: Any) -> Quantities:
    """Django hands `jsonb` of raw SQL over as text."""
    return msgspec.json.decode(stored, type=Quantities) if isinstance(stored, str) else stored


def _left(lines: Sequence[Row], sent: Any) -> Quantities:
    left = {line["id"]: line["current_quantity"] for line in lines if line["requires_shipping"]}
    for quantities in list(sent):
        for line_id, quantity in quantities.items():
            left[line_id] = left.get(line_id, 0) - quantity
    return {line_id: quantity for line_id, quantity in left.items() if quantity > 0}


def _items(lines: Sequence[Row], quantities: Mapping[int, int]) -> tuple[SnapshotItem, ...]:
    return tuple(
        SnapshotItem(
            title=line["title"],
            quantity=quantities[line["id"]],
            variant_title=line["variant_title"],
            image_url=line["image_url"],
            product_url=line["product_url"],
            sku=line["sku"],
            price=line["price"],
            requires_shipping=line["requires_shipping"],
        )
        for line in lines
        if quantities.get(line["id"], 0) > 0
    )


def _parcels(
    lines: Sequence[Row],
    sendings: Sequence[Row],
    sent: Mapping[int, Quantities],
    contents: Sequence[Row],
) -> list[Held]:
    standing = [row for row in contents if row["fulfillment_id"] in sent]
    shipped = {row["id"]: row["fulfilled_at"] for row in sendings}
    carried_by: dict[int, int] = {}
    for row in standing:
        carried_by[row["fulfillment_id"]] = carried_by.get(row["fulfillment_id"], 0) + 1
    by_parcel: dict[int, list[Row]] = {}
    for row in standing:
        by_parcel.setdefault(row["id"], []).append(row)
    held = [_held(rows, lines, sent, shipped, carried_by) for rows in by_parcel.values()]
    return sorted(held, key=lambda one: (one.shipped_at is None, one.shipped_at))


def _held(
    rows: Sequence[Row],
    lines: Sequence[Row],
    sent: Mapping[int, Quantities],
    shipped: Mapping[int, datetime],
    carried_by: Mapping[int, int],
) -> Held:
    ids = tuple(row["fulfillment_id"] for row in rows)
    quantities: Quantities = {}
    for fulfillment_id in ids:
        for line_id, quantity in sent[fulfillment_id].items():
            quantities[line_id] = quantities.get(line_id, 0) + quantity
    return Held(
        row=rows[0],
        fulfillment_ids=ids,
        items=_items(lines, quantities),
        shared_by=max(carried_by[fulfillment_id] for fulfillment_id in ids),
        shipped_at=min((shipped[key] for key in ids), default=None),
    )


def _is_shown(held: Held) -> bool:
    """A fulfillment of nothing but downloads is no parcel."""
    is_digital = bool(held.items) and not any(item.requires_shipping for item in held.items)
    return bool(held.row["tracking_number"]) or not is_digital
