"""Ship24's answers and webhooks to facts. Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers import estimates, moments
from aftercart.connectors.carriers.moments import When
from aftercart.connectors.carriers.places import country_code, written
from aftercart.connectors.carriers.ship24 import codes, payload
from aftercart.connectors.reading import decoder, plain, required, text
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

_body = decoder(payload.Body)


def parse(body: bytes) -> list[Any]:
    """A fact for each tracking.

    Raises:
        ParseError: the body is Ship24's error, or cannot be read; it names the field.
    """
    raw = _body(body)
    for problem in raw.errors or []:
        said = plain(problem.message, 300) or text(problem.code, 60)
        raise ParseError("errors[0]", said or "Ship24 reports an error")
    if raw.trackings is not None:
        return _all(raw.trackings, "trackings")
    data = required(raw.data, "data")
    return _all(required(data.trackings, "data.trackings"), "data.trackings")


def _all(trackings: list[payload.Tracking], field: str) -> list[Any]:
    return [_tracking(one, f"{field}[{index}].") for index, one in enumerate(trackings)]


def _tracking(raw: payload.Tracking, field: str) -> TrackingFact:
    shipment = raw.shipment or payload.Shipment()
    delivery = shipment.delivery or payload.Delivery()
    tracker = raw.tracker or payload.Tracker()
    destination = _destination(shipment)
    expected = estimates.until(delivery.estimated_delivery_date, destination)
    scans = tuple(_scans(raw, field))
    return TrackingFact(
        number=required(text(tracker.tracking_number, 100), f"{field}tracker.trackingNumber"),
        carrier=_carrier(raw),
        scans=scans,
        expected_until=expected.expected_until,
        expected_date=expected.expected_date,
        signed_by=plain(delivery.signed_by, 120),
        service=plain(delivery.service, 120),
        origin=PlaceFact(country=country_code(shipment.origin_country_code)),
        destination=destination,
        is_return=any(scan.status in ("returning", "returned") for scan in scans),
    )


def _destination(raw: payload.Shipment) -> PlaceFact:
    recipient = raw.recipient or payload.Recipient()
    return PlaceFact(
        city=plain(recipient.city, 120),
        region=plain(recipient.subdivision, 120),
        postcode=plain(recipient.post_code, 20),
        country=country_code(raw.destination_country_code),
    )


def _carrier(raw: payload.Tracking) -> str:
    """The one of all events, where they agree: who told them all is the parcel's carrier."""
    told = {text(event.courier_code, 120) for event in raw.events or []} - {""}
    return codes.CARRIERS.ours(told.pop()) if len(told) == 1 else ""


def _scans(raw: payload.Tracking, field: str) -> Iterator[ScanFact]:
    for index, event in enumerate(raw.events or []):
        yield _scan(event, f"{field}events[{index}].")


def _scan(raw: payload.Event, field: str) -> ScanFact:
    words, place = plain(raw.status, 1000), written(raw.location)
    code, milestone = text(raw.status_code, 60), text(raw.status_milestone, 60)
    status, reason, by_text = codes.said(code, milestone, words)
    when = _when(raw, place, field)
    return ScanFact(
        occurred_at=when.occurred_at,
        status=status,
        reason=reason,
        zone_known=when.zone_known,
        utc_offset_minutes=when.utc_offset_minutes,
        code=code or milestone,
        text=words,
        by_text=by_text,
        place=place,
    )


def _when(raw: payload.Event, place: PlaceFact, field: str) -> When:
    """The carrier's local time, with its distance from UTC beside it where that is known."""
    name = f"{field}occurrenceDatetime"
    said = required(text(raw.occurrence_datetime, 40) or text(raw.datetime, 40), name)
    minutes = moments.offset_minutes(text(raw.utc_offset, 20))
    if minutes is None:
        return moments.read(said, name, place)
    try:
        at = datetime.fromisoformat(said)
        return moments.with_offset(
            at if at.tzinfo else at.replace(tzinfo=moments.fixed_offset(minutes))
        )
    except (ValueError, OverflowError) as error:
        raise ParseError(name, "Expected a date with time") from error
