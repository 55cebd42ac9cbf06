"""Shippo's Tracks and events to facts. Pure."""

from collections.abc import Iterator
from typing import Any

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers import moments
from aftercart.connectors.carriers.places import country_code
from aftercart.connectors.carriers.shippo import codes, payload
from aftercart.connectors.reading import convert, decoder, moment, plain, required, text
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

UPDATED = "track_updated"

_body = decoder(payload.Body)


def parse(body: bytes) -> list[Any]:
    """The fact in an event or a Track; empty where it is about something else.

    Raises:
        ParseError: the body is Shippo's error, or cannot be read; it names the field.
    """
    raw = _body(body)
    if raw.event is not None and raw.event != UPDATED:
        return []
    if raw.event is not None or raw.data is not None:
        track = convert(required(raw.data, "data"), payload.Track, "data")
        return [_tracking(track, "data.")]
    if raw.detail and raw.tracking_number is None:
        raise ParseError("error", plain(raw.detail, 300) or "Shippo reports an error")
    return [_tracking(raw, "")]


def _tracking(raw: payload.Track, field: str) -> TrackingFact:
    service = raw.servicelevel or payload.ServiceLevel()
    scans = tuple(_scans(raw, field))
    return TrackingFact(
        number=required(text(raw.tracking_number, 100), f"{field}tracking_number"),
        carrier=codes.CARRIERS.ours(text(raw.carrier, 120)),
        scans=scans,
        expected_date=moments.day(text(raw.eta, 40)),
        service=plain(service.name, 120) or plain(service.token, 120),
        origin=_place(raw.address_from),
        destination=_place(raw.address_to),
        is_return=any(scan.status in ("returning", "returned") for scan in scans),
    )


def _scans(raw: payload.Track, field: str) -> Iterator[ScanFact]:
    """The history; the latest status alone where there is none. What never happened has no date."""
    history = raw.tracking_history or []
    for index, status in enumerate(history):
        if not _is_nothing(status):
            yield _scan(status, f"{field}tracking_history[{index}].")
    latest = raw.tracking_status
    if not history and latest is not None and not _is_nothing(latest):
        yield _scan(latest, f"{field}tracking_status.")


def _is_nothing(raw: payload.Status) -> bool:
    return (raw.status or "UNKNOWN").upper() == "UNKNOWN" and raw.status_date is None


def _scan(raw: payload.Status, field: str) -> ScanFact:
    """Shippo works UTC out of the carrier's local time and place: without a place it cannot."""
    sub_status = raw.substatus or payload.SubStatus()
    word, code = text(raw.status, 60).upper(), text(sub_status.code, 60).lower()
    words = plain(raw.status_details, 1000) or plain(sub_status.text, 1000)
    status, reason, by_text = codes.said(word, code, words)
    place = _place(raw.location)
    return ScanFact(
        occurred_at=required(moment(raw.status_date), f"{field}status_date"),
        status=status,
        reason=reason,
        zone_known=place != PlaceFact(),
        code=code or word,
        text=words,
        by_text=by_text,
        place=place,
    )


def _place(raw: payload.Location | None) -> PlaceFact:
    if raw is None:
        return PlaceFact()
    return PlaceFact(
        city=plain(raw.city, 120),
        region=plain(raw.state, 120),
        postcode=plain(raw.zip, 20),
        country=country_code(raw.country),
    )
