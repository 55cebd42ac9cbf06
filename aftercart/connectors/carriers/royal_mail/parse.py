"""Replies of Royal Mail's Tracking API v2 to facts. Pure."""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers import moments
from aftercart.connectors.carriers.estimates import Expected, window
from aftercart.connectors.carriers.places import country_code
from aftercart.connectors.carriers.royal_mail import codes, payload
from aftercart.connectors.reading import decoder, plain, required, text
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

LONDON = "Europe/London"
UNSAID = "Royal Mail reports an error"

_body = decoder(payload.Body)


def parse(body: bytes) -> list[Any]:
    """A fact for each piece that Royal Mail knows.

    Raises:
        ParseError: the reply is an error and nothing else, or cannot be read; it names the field.
    """
    raw = _body(body)
    for problem in raw.errors or []:
        raise ParseError("error", words(problem))
    if raw.mail_pieces is None and raw.http_message:
        raise ParseError("error", plain(raw.http_message, 300) or UNSAID)
    given = raw.mail_pieces
    if given is None:
        raise ParseError("mailPieces", "is missing")
    pieces = [given] if isinstance(given, payload.MailPiece) else given
    known = [(index, one) for index, one in enumerate(pieces) if one.error is None]
    if pieces and not known:
        raise ParseError("error", words(pieces[0].error or payload.Problem()))
    is_list = isinstance(given, list)
    return [
        _tracking(one, f"mailPieces[{index}]." if is_list else "mailPieces.")
        for index, one in known
    ]


def words(problem: payload.Problem) -> str:
    """The words of an error, else its code."""
    said = plain(problem.error_description, 300) or plain(problem.error_cause, 300)
    return said or text(problem.error_code, 60) or UNSAID


def _tracking(raw: payload.MailPiece, field: str) -> TrackingFact:
    summary = raw.summary or payload.Summary()
    destination = PlaceFact(country=country_code(summary.destination_country_code))
    expected = _expected(raw.estimated_delivery or payload.Estimate(), destination)
    return TrackingFact(
        number=required(text(raw.mail_piece_id, 100), f"{field}mailPieceId"),
        carrier="royal_mail",
        scans=tuple(_scans(raw, field)) or tuple(_only_summary(summary, field)),
        expected_from=expected.expected_from,
        expected_until=expected.expected_until,
        expected_date=expected.expected_date,
        signed_by=plain((raw.signature or payload.Signature()).recipient_name, 120),
        service=plain(summary.product_name, 120),
        origin=PlaceFact(country=country_code(summary.origin_country_code)),
        destination=destination,
    )


def _scans(raw: payload.MailPiece, field: str) -> Iterator[ScanFact]:
    for index, event in enumerate(raw.events or []):
        yield _scan(event, f"{field}events[{index}].")


def _scan(raw: payload.Event, field: str) -> ScanFact:
    told, place = plain(raw.event_name, 1000), _place(raw.location_name)
    status, reason, by_text = codes.said(told)
    at = required(text(raw.event_date_time, 40), f"{field}eventDateTime")
    when = moments.read(at, f"{field}eventDateTime", place, LONDON)
    return ScanFact(
        occurred_at=when.occurred_at,
        status=status,
        reason=reason,
        zone_known=when.zone_known,
        utc_offset_minutes=when.utc_offset_minutes,
        code=text(raw.event_code, 60),
        text=told,
        by_text=by_text,
        place=place,
    )


def _only_summary(raw: payload.Summary, field: str) -> Iterator[ScanFact]:
    """The last event as the summary has it; its category counts where the name says nothing."""
    at = text(raw.last_event_date_time, 40)
    if not at:
        return
    event = payload.Event(
        event_code=raw.last_event_code,
        event_name=raw.last_event_name or raw.status_description,
        event_date_time=raw.last_event_date_time,
        location_name=raw.last_event_location_name,
    )
    scan = _scan(event, f"{field}summary.")
    if scan.status == "unknown":
        status, reason = codes.of_category(text(raw.status_category, 60))
        yield replace(scan, status=status, reason=reason)
    else:
        yield scan


def _place(said: str | None) -> PlaceFact:
    """Offices are called by their towns: "Stafford DO" is a delivery office, "NDC" a centre."""
    named = plain(said, 120)
    country = country_code(named)
    if country and len(named) > 2:
        return PlaceFact(country=country)
    town = named.removesuffix(" DO").removesuffix(" MC").removesuffix(" RDC").strip()
    return PlaceFact(city=town, country="GB" if town else "")


def _expected(raw: payload.Estimate, destination: PlaceFact) -> Expected:
    begins, ends = raw.start_of_estimated_window, raw.end_of_estimated_window
    if begins or ends:
        return window(begins, ends, destination)
    return Expected(expected_date=moments.day(raw.date))
