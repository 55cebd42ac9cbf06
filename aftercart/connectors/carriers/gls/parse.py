"""Replies of GLS's Track and Trace v1 to facts. Pure."""

from collections.abc import Iterator
from typing import Any

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers import moments
from aftercart.connectors.carriers.gls import codes, payload
from aftercart.connectors.carriers.places import country_code
from aftercart.connectors.reading import decoder, plain, required, text
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

UNSAID = "GLS reports an error"

_body = decoder(payload.Body)


def parse(body: bytes) -> list[Any]:
    """A fact for each parcel that GLS knows.

    Raises:
        ParseError: the reply is an error and nothing else, or cannot be read; it names the field.
    """
    raw = _body(body)
    for problem in raw.errors or []:
        raise ParseError("errors[0]", words(problem))
    if raw.parcels is None and words(raw, ""):
        raise ParseError("error", words(raw))
    parcels = required(raw.parcels, "parcels")
    known = [(index, one) for index, one in enumerate(parcels) if not one.error_code]
    if parcels and not known:
        raise ParseError("error", of_parcel(parcels[0]))
    return [_tracking(one, f"parcels[{index}].") for index, one in known]


def words(problem: payload.Problem, otherwise: str = UNSAID) -> str:
    """The words of an error, else its code."""
    said = plain(problem.message, 300) or plain(problem.error_message, 300)
    return said or text(problem.code, 60) or text(problem.error_code, 60) or otherwise


def of_parcel(raw: payload.Parcel) -> str:
    """The words of the error that stands in place of a parcel."""
    return plain(raw.error_message, 300) or text(raw.error_code, 60) or UNSAID


def _tracking(raw: payload.Parcel, field: str) -> TrackingFact:
    """The status of the parcel itself is a scan where GLS tells no events of it (any more)."""
    number = text(raw.requested, 100) or text(raw.unitno, 100)
    scans = tuple(_scans(raw, field)) or tuple(_only_status(raw, field))
    return TrackingFact(
        number=required(number, f"{field}requested"),
        carrier="gls",
        scans=scans,
        is_return=any(scan.status in ("returning", "returned") for scan in scans),
    )


def _scans(raw: payload.Parcel, field: str) -> Iterator[ScanFact]:
    for index, event in enumerate(raw.events or []):
        yield _scan(event, f"{field}events[{index}].")


def _scan(raw: payload.Event, field: str) -> ScanFact:
    code, told, place = text(raw.code, 60), plain(raw.description, 1000), _place(raw)
    status, reason, by_text = codes.said(code, told)
    at = required(text(raw.event_date_time, 40), f"{field}eventDateTime")
    when = moments.read(at, f"{field}eventDateTime", place)
    return ScanFact(
        occurred_at=when.occurred_at,
        status=status,
        reason=reason,
        zone_known=when.zone_known,
        utc_offset_minutes=when.utc_offset_minutes,
        code=code,
        text=told,
        by_text=by_text,
        place=place,
    )


def _only_status(raw: payload.Parcel, field: str) -> Iterator[ScanFact]:
    code, at = text(raw.status, 60), text(raw.status_date_time, 40)
    if code and at:
        when = moments.read(at, f"{field}statusDateTime", PlaceFact())
        status, reason = codes.of_parcel(code)
        yield ScanFact(
            occurred_at=when.occurred_at,
            status=status,
            reason=reason,
            zone_known=when.zone_known,
            utc_offset_minutes=when.utc_offset_minutes,
            code=code,
        )


def _place(raw: payload.Event) -> PlaceFact:
    return PlaceFact(
        city=plain(raw.city, 120),
        postcode=plain(raw.postal_code, 20),
        country=country_code(raw.country),
    )
