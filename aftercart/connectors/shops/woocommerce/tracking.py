"""Tracking numbers from the order's meta `_wc_shipment_tracking_items`.

WooCommerce Shipment Tracking and Advanced Shipment Tracking (AST) both keep them there, as a list
of entries, which other plugins and importers also write as an object or as JSON text. It is a
plugin's note and not part of the order: an entry that cannot be read is left out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from aftercart.commerce.orders.facts import FulfillmentFact, FulfillmentItemFact, ParcelFact
from aftercart.connectors.reading import identifier, in_range, text, web_address
from aftercart.connectors.shops.woocommerce import payload

META_KEY = "_wc_shipment_tracking_items"
MOST_ENTRIES = 100
PROVIDERS = ("custom_tracking_provider", "formatted_tracking_provider", "tracking_provider")
LINKS = (
    "custom_tracking_link", "formatted_tracking_link", "ast_tracking_link", "tracking_link",
)  # fmt: skip


def fulfillments(
    raw: payload.Order, order_external_id: str, placed_at: datetime, updated_at: datetime
) -> tuple[FulfillmentFact, ...]:
    """A fulfillment for each entry that names a number or a link, in their order."""
    facts: dict[str, FulfillmentFact] = {}
    for entry in _entries(raw.meta_data or []):
        parcel = _parcel(entry)
        known_as = _word(entry.get("tracking_id")) or parcel.number or parcel.url[-80:]
        if not known_as:
            continue
        external_id = f"{order_external_id}:{known_as}"[:120]
        facts[external_id] = FulfillmentFact(
            external_id=external_id,
            order_external_id=order_external_id,
            parcels=(parcel,),
            items=_items(entry.get("products_list"), raw.line_items or []),
            created_at=_shipped_at(entry.get("date_shipped"), placed_at, updated_at),
            updated_at=updated_at,
        )
    return tuple(facts.values())


def _entries(notes: Sequence[payload.Meta]) -> Iterator[Mapping[str, Any]]:
    found = (note.value for note in notes if note.key == META_KEY)
    entries = [entry for value in found for entry in _listed(value) if isinstance(entry, dict)]
    yield from entries[:MOST_ENTRIES]


def _listed(value: Any) -> list[Any]:
    """The entries of a list, of JSON text, of an object by number, or the one entry itself."""
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            return []
    if isinstance(value, dict):
        is_entry = not all(isinstance(one, dict) for one in value.values())
        return [value] if is_entry else list(value.values())
    return value if isinstance(value, list) else []


def _parcel(entry: Mapping[str, Any]) -> ParcelFact:
    links = (web_address(_word(entry.get(name), 1000)) for name in LINKS)
    return ParcelFact(
        number=_word(entry.get("tracking_number")),
        carrier=next(filter(None, (_word(entry.get(name)) for name in PROVIDERS)), ""),
        url=next(filter(None, links), ""),
    )


def _word(value: Any, limit: int = 100) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return text(str(value)[: limit * 2], limit)


def _shipped_at(value: Any, placed_at: datetime, updated_at: datetime) -> datetime:
    """The day that the merchant entered, between the order and its last change.

    It is midnight of a day, and people enter tomorrow's.
    """
    try:
        given = _moment(_word(value))
    except (ValueError, OverflowError, OSError):
        given = None
    return max(placed_at, min(given or updated_at, updated_at))


def _moment(value: str) -> datetime | None:
    if re.fullmatch(r"[0-9]{1,12}", value):
        return in_range(datetime.fromtimestamp(int(value), UTC))
    if not value:
        return None
    given = datetime.fromisoformat(value)
    return in_range(given.replace(tzinfo=UTC) if given.tzinfo is None else given)


def _items(value: Any, lines: Sequence[payload.LineItem]) -> tuple[FulfillmentItemFact, ...] | None:
    """What AST says is in the parcel: `[{product, item_id, qty}, …]`; None where it does not."""
    counts: dict[str, int] = {}
    for entry in _listed(value):
        line = _line_of(entry, lines) if isinstance(entry, dict) else ""
        quantity = _word(entry.get("qty")) if line else ""
        if re.fullmatch(r"[1-9][0-9]{0,5}", quantity):
            counts[line] = counts.get(line, 0) + int(quantity)
    facts = (FulfillmentItemFact(line_external_id=at, quantity=n) for at, n in counts.items())
    return tuple(facts) or None


def _line_of(entry: Mapping[str, Any], lines: Sequence[payload.LineItem]) -> str:
    """The line by its own id, else by its variation's or product's."""
    item, product = _word(entry.get("item_id")), _word(entry.get("product"))
    for line in lines:
        if item and identifier(line.id) == item:
            return item
    for line in lines:
        if product in {identifier(line.variation_id), identifier(line.product_id)} - {"", "0"}:
            return identifier(line.id)
    return ""
