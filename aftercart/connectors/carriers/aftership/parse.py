"""AfterShip's tracking webhooks to facts. Pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers.aftership import codes, payload
from aftercart.connectors.carriers.places import country_code
from aftercart.connectors.reading import (
    amount,
    convert,
    decoder,
    in_range,
    moment,
    plain,
    required,
    text,
    web_address,
)
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

GRAMS = {"kg": 1000.0, "g": 1.0, "lb": 453.59237, "oz": 28.349523125}
HEAVIEST_GRAMS = 100_000_000

_body = decoder(payload.Body)


def parse(body: bytes) -> list[Any]:
    """The fact in an event; empty where it is not about a tracking.

    Raises:
        ParseError: the body cannot be read; it names the field.
    """
    raw = _body(body)
    event = raw.event or ""
    if event and not event.startswith(("tracking_", "edd_")):
        return []
    return [_tracking(required(raw.msg, "msg"), "msg.")]


def _tracking(raw: payload.Tracking, field: str) -> TrackingFact:
    """`courier_estimated_delivery_date` is the carrier's; AfterShip's own guess is left out, since
    a shopper must not be told a guess as the carrier's word."""
    courier = raw.courier_estimated_delivery_date
    estimate = courier.estimated_delivery_date if courier else raw.expected_delivery
    return TrackingFact(
        number=required(text(raw.tracking_number, 100), f"{field}tracking_number"),
        carrier=text(raw.slug, 120),
        scans=tuple(_scans(raw, field)),
        expected_date=_date(estimate),
        signed_by=plain(raw.signed_by, 120),
        service=plain(raw.shipment_type, 120),
        weight_grams=_grams(raw, field),
        public_url=web_address(raw.courier_tracking_link),
        is_return=(raw.shipment_direction or "").lower() == "return",
        destination=_destination(raw),
        updated_at=moment(raw.updated_at),
    )


def _scans(raw: payload.Tracking, field: str) -> Iterator[ScanFact]:
    for index, checkpoint in enumerate(raw.checkpoints or []):
        yield _scan(checkpoint, f"{field}checkpoints[{index}].")


def _scan(raw: payload.Checkpoint, field: str) -> ScanFact:
    tag, subtag = text(raw.tag, 60), text(raw.subtag, 60)
    status, reason = codes.status_and_reason(tag, subtag)
    occurred_at, offset = _occurred_at(raw.checkpoint_time, f"{field}checkpoint_time")
    return ScanFact(
        occurred_at=occurred_at,
        status=status,
        reason=reason,
        zone_known=offset is not None,
        utc_offset_minutes=offset,
        code=text(raw.raw_tag, 60) or subtag or tag,
        text=plain(raw.message, 1000) or plain(raw.subtag_message, 1000),
        place=_place(raw),
    )


def _occurred_at(value: str | None, field: str) -> tuple[datetime, int | None]:
    """The moment, and the offset in minutes: a carrier that gives none has local time, place
    unknown to us here, so that it is read as UTC and said to be a guess."""
    said = required(text(value, 40), field)
    try:
        at = datetime.fromisoformat(said)
        at = in_range(at if at.tzinfo else at.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as error:
        raise ParseError(field, "Expected a date with time") from error
    offset = at.utcoffset()
    if offset is None or datetime.fromisoformat(said).tzinfo is None:
        return at, None
    return at, round(offset.total_seconds() / 60)


def _place(raw: payload.Checkpoint) -> PlaceFact:
    return PlaceFact(
        city=plain(raw.city, 120) or plain(raw.location, 120),
        region=plain(raw.state, 120),
        postcode=plain(raw.postal_code or raw.zip, 20),
        country=country_code(raw.country_region or raw.country_iso3),
    )


def _destination(raw: payload.Tracking) -> PlaceFact:
    return PlaceFact(
        city=plain(raw.destination_city, 120),
        region=plain(raw.destination_state, 120),
        postcode=plain(raw.destination_postal_code, 20),
        country=country_code(raw.destination_country_region or raw.destination_country_iso3),
    )


def _date(value: str | None) -> date | None:
    """The day of an estimate; the time beside it, if any, is local to the destination."""
    try:
        day = date.fromisoformat(text(value, 40)[:10])
    except ValueError:
        return None
    return day if 1970 <= day.year <= 2200 else None


def _grams(raw: payload.Tracking, field: str) -> int | None:
    """The weight stands alone with its unit beside it, or in newer versions holds its unit."""
    given = raw.shipment_weight
    if given is None:
        return None
    weighed = (
        given if isinstance(given, dict) else {"value": given, "unit": raw.shipment_weight_unit}
    )
    weight = convert(weighed, payload.Weight, f"{field}shipment_weight")
    factor = GRAMS.get(text(weight.unit, 10).lower())
    grams = round(float(amount(weight.value)) * factor) if factor else 0
    return grams if 0 < grams < HEAVIEST_GRAMS else None
