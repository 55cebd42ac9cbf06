"""A Karrio server's Trackers and webhooks to facts. Pure."""

import re
from collections.abc import Iterator
from typing import Any

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers import moments
from aftercart.connectors.carriers.karrio import codes, payload
from aftercart.connectors.carriers.moments import When
from aftercart.connectors.carriers.places import country_code, written
from aftercart.connectors.carriers.weights import grams
from aftercart.connectors.reading import (
    amount,
    convert,
    decoder,
    plain,
    required,
    text,
    web_address,
)
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

# `20:31`, `08:31 PM`, and `20:31 PM` as its older connectors write.
TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AP])?\.?M?\.?", re.IGNORECASE)
# Always stamped `Z`, whatever the offset was.
STAMP = re.compile(r"(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?(?:Z|[+-]00:?00)?")

_body = decoder(payload.Body)


def parse(body: bytes) -> list[Any]:
    """The fact in a webhook or a Tracker; empty where it is about something else.

    Raises:
        ParseError: the body is an error, or cannot be read; it names the field.
    """
    raw = _body(body)
    if raw.event is not None and not raw.event.startswith("tracker"):
        return []
    if raw.event is not None or raw.data is not None:
        return [_tracking(convert(required(raw.data, "data"), payload.Tracker, "data"), "data.")]
    problems = raw.errors or (raw.messages if raw.tracking_number is None else None)
    for problem in problems or []:
        said = plain(problem.message, 300) or text(problem.code, 60)
        raise ParseError("errors[0]", said or "Karrio reports an error")
    return [_tracking(raw, "")]


def _tracking(raw: payload.Tracker, field: str) -> TrackingFact:
    info = raw.info or payload.Info()
    scans = tuple(_scans(raw, field))
    weight = float(amount(info.package_weight)) if info.package_weight else None
    return TrackingFact(
        number=required(text(raw.tracking_number, 100), f"{field}tracking_number"),
        carrier=codes.CARRIERS.ours(text(raw.carrier_name, 120)),
        scans=scans,
        expected_date=moments.day(text(raw.estimated_delivery, 40)),
        signed_by=plain(info.signed_by, 120),
        service=plain(info.shipment_service, 120),
        weight_grams=grams(weight, text(info.package_weight_unit, 10)),
        public_url=web_address(info.carrier_tracking_link),
        origin=_place(info.shipment_origin_country, info.shipment_origin_postal_code),
        destination=_place(
            info.shipment_destination_country, info.shipment_destination_postal_code
        ),
        is_return=any(scan.status in ("returning", "returned") for scan in scans),
    )


def _place(country: str | None, postcode: str | None) -> PlaceFact:
    return PlaceFact(country=country_code(country), postcode=plain(postcode, 20))


def _scans(raw: payload.Tracker, field: str) -> Iterator[ScanFact]:
    carrier = text(raw.carrier_name, 120)
    for index, event in enumerate(raw.events or []):
        yield _scan(event, carrier, f"{field}events[{index}].")


def _scan(raw: payload.Event, carrier: str, field: str) -> ScanFact:
    words, code, place = plain(raw.description, 1000), text(raw.code, 60), written(raw.location)
    own = text(raw.status, 60)
    status, reason, by_text = codes.said(carrier, code, words, own, text(raw.reason, 60))
    when = _when(raw, place, field)
    return ScanFact(
        occurred_at=when.occurred_at,
        status=status,
        reason=reason,
        zone_known=when.zone_known,
        utc_offset_minutes=when.utc_offset_minutes,
        code=code or own,
        text=words,
        by_text=by_text,
        place=place,
    )


def _when(raw: payload.Event, place: PlaceFact, field: str) -> When:
    """The carrier's local day and time; its `timestamp` has no offset, though it is stamped `Z`."""
    stamp, day, time = text(raw.timestamp, 40), text(raw.date, 20), _time(text(raw.time, 20))
    stamped = STAMP.fullmatch(stamp)
    local = stamped[1].replace(" ", "T") if stamped else ""
    if day and time:
        minute = f"{day}T{time}"
        # Of the two the timestamp alone may have the seconds.
        return moments.read(local if local.startswith(minute) else minute, f"{field}date", place)
    if stamp:
        return moments.read(local or stamp, f"{field}timestamp", place)
    at = moments.read(f"{required(day, f'{field}date')}T00:00", f"{field}date", place)
    return When(at.occurred_at, False, None)


def _time(said: str) -> str:
    """In 24 hours; empty where it is no time of day."""
    found = TIME.fullmatch(said.strip())
    if found is None:
        return ""
    hour, half = int(found[1]), (found[4] or "").upper()
    if half == "P" and hour < 12:
        hour += 12
    elif half == "A" and hour == 12:
        hour = 0
    return f"{hour:02}:{found[2]}" + (f":{found[3]}" if found[3] else "")
