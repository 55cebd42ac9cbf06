"""EasyPost's Events and Trackers to facts. Pure."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers.easypost import codes, payload
from aftercart.connectors.carriers.weights import grams
from aftercart.connectors.reading import (
    amount,
    convert,
    country,
    decoder,
    moment,
    plain,
    required,
    text,
    web_address,
)
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

MOST_TRACKERS = 1000
# EasyPost's own trouble with a carrier's answer, not something that happened to the parcel.
OWN_TROUBLE = {"error"}
ZIP = re.compile(r"\d{5}(-?\d{4})?")
US_PLACE = re.compile(r"(?P<city>.+?),? (?P<region>[A-Z]{2}),? (?P<postcode>\d{5})(-\d{4})?")

_body = decoder(payload.Body)


def parse(body: bytes) -> list[Any]:
    """A fact for each Tracker in an Event, in a list of Trackers, or for a bare one.

    Raises:
        ParseError: the body is EasyPost's error, or cannot be read; it names the field.
    """
    raw = _body(body)
    if raw.error is not None:
        raise ParseError("error", text(raw.error.message, 300) or "EasyPost reports an error")
    if raw.trackers is not None:
        return [
            _tracking(tracker, f"trackers[{index}].")
            for index, tracker in enumerate(raw.trackers[:MOST_TRACKERS])
        ]
    if raw.object == "Event" or raw.result is not None:
        return _of_event(raw)
    return [_tracking(raw)]


def _of_event(raw: payload.Body) -> list[Any]:
    """Events are also about batches, payments and more, which are none of our business."""
    if not (raw.description or "tracker.").startswith("tracker."):
        return []
    tracker = convert(required(raw.result, "result"), payload.Tracker, "result")
    return [_tracking(tracker, "result.")]


def _tracking(raw: payload.Tracker, field: str = "") -> TrackingFact:
    detail = raw.carrier_detail or payload.CarrierDetail()
    return TrackingFact(
        number=required(text(raw.tracking_code, 100), f"{field}tracking_code"),
        carrier=codes.CARRIERS.ours(text(raw.carrier, 120)),
        scans=tuple(_scans(raw, field)),
        expected_date=_date(detail.est_delivery_date_local) or _date(raw.est_delivery_date),
        signed_by=plain(raw.signed_by, 120),
        service=plain(detail.service, 120),
        weight_grams=_grams(raw),
        public_url=web_address(raw.public_url),
        is_return=bool(raw.is_return),
        destination=_destination(detail, raw.carrier),
        updated_at=moment(raw.updated_at),
    )


def _scans(raw: payload.Tracker, field: str) -> Iterator[ScanFact]:
    for index, detail in enumerate(raw.tracking_details or []):
        if (detail.status or "").lower() not in OWN_TROUBLE:
            yield _scan(detail, raw.carrier, f"{field}tracking_details[{index}].")


def _scan(raw: payload.TrackingDetail, carrier: str | None, field: str) -> ScanFact:
    """EasyPost turns a carrier's local time into UTC by the scan's place; where it knows no place
    it calls the local time UTC."""
    word, finer = (raw.status or "unknown").lower(), (raw.status_detail or "").lower()
    words = _words(raw)
    status, reason, by_text = codes.said(word, finer, words)
    place = _place(raw.tracking_location, carrier)
    return ScanFact(
        occurred_at=required(moment(raw.datetime), f"{field}datetime"),
        status=status,
        reason=reason,
        zone_known=place != PlaceFact(),
        code=text(raw.carrier_code, 60) or text(f"{word}:{finer}" if finer else word, 60),
        text=words,
        by_text=by_text,
        place=place,
    )


def _words(raw: payload.TrackingDetail) -> str:
    message, more = plain(raw.message, 1000), plain(raw.description, 1000)
    return message if not more or more in message else f"{message} {more}".strip()[:1000]


def _place(raw: payload.Location | None, carrier: str | None) -> PlaceFact:
    """The Postal Service's own places come without a country."""
    if raw is None:
        return PlaceFact()
    at_home = carrier == "USPS" and ZIP.fullmatch(raw.zip or "")
    return PlaceFact(
        city=plain(raw.city, 120),
        region=plain(raw.state, 120),
        postcode=plain(raw.zip, 20),
        country=country(raw.country) or ("US" if at_home else ""),
    )


def _destination(raw: payload.CarrierDetail, carrier: str | None) -> PlaceFact:
    place = _place(raw.destination_tracking_location, carrier)
    if place != PlaceFact():
        return place
    words = plain(raw.destination_location, 160)
    american = US_PLACE.fullmatch(words)
    if not american:
        return PlaceFact(city=words[:120])
    return PlaceFact(
        city=american["city"][:120],
        region=american["region"],
        postcode=american["postcode"],
        country="US",
    )


def _date(value: str | None) -> date | None:
    """The day of an estimate. The time beside it is a carrier's local one, marked as UTC."""
    try:
        day = date.fromisoformat(text(value, 40)[:10])
    except ValueError:
        return None
    return day if 1970 <= day.year <= 2200 else None


def _grams(raw: payload.Tracker) -> int | None:
    """EasyPost weighs in ounces."""
    return None if raw.weight is None else grams(float(amount(raw.weight)), "oz")
