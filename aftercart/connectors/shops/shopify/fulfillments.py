"""Fulfillments and their events as ours. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import zip_longest
from typing import Any

from aftercart.commerce.orders.facts import FulfillmentFact, FulfillmentItemFact, ParcelFact
from aftercart.connectors.reading import (
    country,
    identifier,
    moment,
    plain,
    required,
    text,
    web_address,
)
from aftercart.connectors.shops.shopify import codes, payload
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

MOST_PARCELS = 100


def fulfillment_fact(
    raw: payload.Fulfillment,
    order_external_id: str,
    fallback: datetime | None = None,
    field: str = "",
) -> FulfillmentFact:
    """The merchant's act of sending something.

    `service` in the body is who packs it, and no service of a carrier's: it is left out.

    Args:
        fallback: taken where the body has no date of its own.
        field: the path to the fulfillment, for errors.

    Raises:
        ParseError: its id, its order or its date are missing.
    """
    created_at = moment(raw.created_at or raw.updated_at) or fallback
    status = (raw.status or "success").lower()
    return FulfillmentFact(
        external_id=identifier(required(raw.id, f"{field}id")),
        order_external_id=required(order_external_id, f"{field}order_id"),
        status=codes.FULFILLMENT.get(status, "open"),
        parcels=tuple(_parcels(raw)),
        items=_items(raw.line_items, field),
        location=_location(raw),
        created_at=required(created_at, f"{field}created_at"),
        updated_at=moment(raw.updated_at),
    )


def _items(
    lines: list[payload.LineItem] | None, field: str
) -> tuple[FulfillmentItemFact, ...] | None:
    if lines is None:
        return None
    return tuple(
        FulfillmentItemFact(
            line_external_id=identifier(required(line.id, f"{field}line_items[{index}].id")),
            quantity=line.quantity if line.quantity is not None else 1,
        )
        for index, line in enumerate(lines)
    )


def _location(raw: payload.Fulfillment) -> str:
    """The name of where it was sent from. `origin_address` is a fulfillment service's."""
    for place in (raw.origin_location, raw.origin_address):
        if place and place.name:
            return text(place.name, 120)
    return ""


def _parcels(raw: payload.Fulfillment) -> list[ParcelFact]:
    """A parcel for each number, with the address beside it; the lists and the single fields agree
    where both are sent, and either may be missing."""
    numbers = _known(raw.tracking_numbers or []) or _known([raw.tracking_number])
    urls = [web_address(url) for url in raw.tracking_urls or [raw.tracking_url]]
    carrier = text(raw.tracking_company, 120)
    if not numbers:
        url = next(filter(None, urls), "")
        return [ParcelFact(carrier=carrier, url=url)] if url or carrier else []
    pairs = zip_longest(numbers[:MOST_PARCELS], urls[: len(numbers)], fillvalue="")
    return [ParcelFact(number=number, carrier=carrier, url=url) for number, url in pairs]


def _known(numbers: Sequence[str | None]) -> list[str]:
    """The numbers without gaps and repetitions, in their order."""
    cleaned = (text(number, 100) for number in numbers)
    return list(dict.fromkeys(number for number in cleaned if number))


def tracking_fact(
    fulfillment_id: str, event: payload.FulfillmentEvent, field: str = ""
) -> TrackingFact:
    """What Shopify says about a fulfillment's journey. It names no tracking number here.

    Each event is a fact of its own, since each may be taken back with the estimate it brought.

    Raises:
        ParseError: the event has no status or no moment.
    """
    return TrackingFact(
        number="",
        fulfillment_external_id=required(fulfillment_id, f"{field}fulfillment_id"),
        scans=(_scan(event, field),),
        updated_at=moment(event.updated_at or event.created_at or event.happened_at),
        **_estimate(moment(event.estimated_delivery_at)),
    )


def _scan(raw: payload.FulfillmentEvent, field: str) -> ScanFact:
    """The offset of `happened_at` is the shop's and says nothing about the place."""
    word = required(text(raw.status, 60), f"{field}status")
    status, reason = codes.event(word)
    return ScanFact(
        occurred_at=required(moment(raw.happened_at or raw.created_at), f"{field}happened_at"),
        status=status,
        reason=reason,
        code=word,
        text=plain(raw.message, 1000),
        place=PlaceFact(
            city=text(raw.city, 120),
            region=text(raw.province, 120),
            postcode=text(raw.zip, 20),
            country=country(raw.country),
        ),
        external_id=identifier(raw.id),
    )


def _estimate(at: datetime | None) -> dict[str, Any]:
    """Midnight stands for the whole day."""
    if at is None:
        return {}
    if at.time() == time():
        return {"expected_date": date(at.year, at.month, at.day)}
    return {"expected_until": at}
