"""Replies of FedEx's Track API v1 to facts. Pure."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import msgspec

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers import moments, reuse
from aftercart.connectors.carriers.estimates import Expected, until, window
from aftercart.connectors.carriers.fedex import codes, payload
from aftercart.connectors.carriers.fedex.days import shipping_day
from aftercart.connectors.carriers.places import country_code
from aftercart.connectors.carriers.weights import grams
from aftercart.connectors.reading import Text, decoder, plain, required, text
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

ESTIMATED = ("ESTIMATED_DELIVERY", "APPOINTMENT_DELIVERY")
# When what the latest status says happened, for parcels whose scans FedEx no longer tells.
HAPPENED = {"DL": ("ACTUAL_DELIVERY",), "PU": ("ACTUAL_PICKUP", "ACTUAL_TENDER")}
# What stands in place of a name where nobody signed.
NOBODY = re.compile(r"(no )?signature\b|not required|release on file", re.IGNORECASE)
USPS_NUMBER = re.compile(r"(420\d{5}(\d{4})?)?(9[1-5]\d{20})")
RETURN_NUMBER = re.compile(r"return tracking number (\d{12,22})", re.IGNORECASE)

# A result and its place in the reply.
Told = tuple[payload.TrackResult, str]

_body = decoder(payload.Body)


def parse(body: bytes) -> list[Any]:
    """A fact for each parcel; one number may have carried several, the oldest comes first.

    Raises:
        ParseError: the reply is an error and nothing else, or cannot be read; it names the field.
    """
    raw = _body(body)
    if raw.errors:
        raise ParseError("errors[0]", _words(raw.errors[0]))
    output = required(raw.output, "output")
    facts: list[Any] = []
    problems: list[str] = []
    for index, complete in enumerate(output.complete_track_results or []):
        of_number, refused = _of_number(complete, f"output.completeTrackResults[{index}].")
        facts += of_number
        problems += refused
    if problems and not facts:
        raise ParseError("error", problems[0])
    return facts


def _of_number(raw: payload.CompleteResult, field: str) -> tuple[list[TrackingFact], list[str]]:
    told: list[Told] = []
    problems: list[str] = []
    for index, result in enumerate(raw.track_results or []):
        problem = result.error or payload.Problem()
        if (problem.code or problem.message) and not result.scan_events:
            problems.append(_words(problem))
        else:
            told.append((result, f"{field}trackResults[{index}]."))
    parcels = reuse.parcels(told, lambda one: _shipped_on(one[0]))
    return [_tracking(parcel, raw.tracking_number) for parcel in parcels], problems


def _words(problem: payload.Problem) -> str:
    return plain(problem.message, 300) or text(problem.code, 300) or "FedEx reports an error"


def _tracking(parcel: Sequence[Told], asked_for: str | None) -> TrackingFact:
    """What all results about one parcel say; beside the scans the latest of them counts."""
    raw, field = parcel[-1]
    number = text(asked_for, 100) or text(_info(raw).tracking_number, 100)
    delivery = raw.delivery_details or payload.Delivery()
    destination = _first_place(
        raw.last_updated_destination_address, raw.destination_location, raw.recipient_information
    )
    scans = tuple(dict.fromkeys(scan for result, place in parcel for scan in _scans(result, place)))
    expected = _expected(raw, destination)
    next_carrier, next_number = _handed_over(raw, scans)
    return TrackingFact(
        number=required(number, f"{field}trackingNumberInfo.trackingNumber"),
        carrier="fedex",
        scans=scans,
        expected_from=expected.expected_from,
        expected_until=expected.expected_until,
        expected_date=expected.expected_date,
        signed_by=_signatory(delivery),
        delivered_to=plain(delivery.location_description, 120),
        service=plain((raw.service_detail or payload.Service()).description, 120),
        weight_grams=_grams(raw),
        is_return=any(_is_return(result) for result, _ in parcel),
        origin=_first_place(raw.origin_location, raw.shipper_information),
        destination=destination,
        shipped_on=_shipped_on(parcel[0][0]),
        piece_id=text(_info(parcel[0][0]).tracking_number_unique_id, 120),
        handed_over_to=next_carrier,
        handed_over_number=next_number,
    )


def _info(raw: payload.TrackResult) -> payload.NumberInfo:
    return raw.tracking_number_info or payload.NumberInfo()


def _scans(raw: payload.TrackResult, field: str) -> Iterator[ScanFact]:
    events = raw.scan_events or list(_only_status(raw))
    scans = [
        _scan(event, f"{field}scanEvents[{index}].")
        for index, event in enumerate(events)
        if not codes.is_remark(text(event.event_type, 20), text(event.location_type, 60))
    ]
    for scan in _with_present_delay(raw, scans):
        returned = _is_return(raw) and scan.status == "delivered"
        yield msgspec.structs.replace(scan, status="returned") if returned else scan


def _scan(raw: payload.ScanEvent, field: str) -> ScanFact:
    event, exception = text(raw.event_type, 20), text(raw.exception_code, 20)
    words = _scan_words(raw)
    status, reason, by_text = codes.said(event, exception, text(raw.derived_status_code, 20), words)
    if not reason and status in codes.MAY_BE_DELAYED and raw.delay_detail is not None:
        reason = codes.delay(text(raw.delay_detail.type, 20), text(raw.delay_detail.status, 20))
    place = _place(raw.scan_location)
    said_at = required(text(raw.date, 40), f"{field}date").replace(" ", "")
    when = moments.read(said_at, f"{field}date", place)
    return ScanFact(
        occurred_at=when.occurred_at,
        status=status,
        reason=reason,
        zone_known=when.zone_known,
        utc_offset_minutes=when.utc_offset_minutes,
        code=f"{event}:{exception}" if exception else event,
        text=words,
        by_text=by_text,
        place=place,
    )


def _scan_words(raw: payload.ScanEvent) -> str:
    words = plain(raw.event_description, 400) or plain(raw.derived_status, 400)
    more = plain(raw.exception_description, 500)
    if not more or more.casefold() in words.casefold():
        return words
    return f"{words}: {more}" if words else more


def _only_status(raw: payload.TrackResult) -> Iterator[payload.ScanEvent]:
    """The latest status as a scan, where FedEx tells of it and when it was, but no scans."""
    latest = raw.latest_status_detail or payload.LatestStatus()
    code = text(latest.code, 20).upper()
    at = _date_and_time(raw, HAPPENED.get(code, ()))
    if at:
        cause = next(iter(latest.ancillary_details or []), payload.Ancillary())
        yield payload.ScanEvent(
            date=at,
            event_type=latest.code,
            event_description=latest.description or latest.status_by_locale,
            derived_status_code=latest.derived_code,
            exception_code=cause.reason,
            exception_description=cause.reason_description,
            scan_location=latest.scan_location,
        )


def _with_present_delay(raw: payload.TrackResult, scans: list[ScanFact]) -> list[ScanFact]:
    """A delay of the whole parcel is told of its latest scan, if that gives no reason itself."""
    latest = raw.latest_status_detail
    if latest is None or latest.delay_detail is None or not scans:
        return scans
    found = codes.delay(text(latest.delay_detail.type, 20), text(latest.delay_detail.status, 20))
    last = max(range(len(scans)), key=lambda place: (scans[place].occurred_at, -place))
    if found and not scans[last].reason and scans[last].status in codes.MAY_BE_DELAYED:
        scans[last] = msgspec.structs.replace(scans[last], reason=found)
    return scans


def _place(raw: payload.Address | None) -> PlaceFact:
    if isinstance(raw, payload.Location):
        inner = raw.location_contact_and_address
        raw = (inner.address if inner else None) or raw.address or raw
    if raw is None:
        return PlaceFact()
    return PlaceFact(
        city=plain(raw.city, 120),
        region=plain(raw.state_or_province_code, 120),
        postcode=plain(raw.postal_code, 20),
        country=country_code(raw.country_code) or country_code(raw.country_name),
    )


def _first_place(*given: payload.Address | None) -> PlaceFact:
    places = (_place(one) for one in given)
    return next((place for place in places if place != PlaceFact()), PlaceFact())


def _is_return(raw: payload.TrackResult) -> bool:
    """Whether the parcel travels to the merchant: FedEx tells by whose leave."""
    detail = raw.return_detail or payload.ReturnDetail()
    return bool(detail.authorization_name or detail.reason_detail)


def _signatory(raw: payload.Delivery) -> str:
    names = (plain(raw.signed_by_name, 120), plain(raw.received_by_name, 120))
    return next((name for name in names if name and not NOBODY.search(name)), "")


def _expected(raw: payload.TrackResult, destination: PlaceFact) -> Expected:
    """FedEx's present estimate; its service's usual time only while nothing speaks against it."""
    span = _span(raw.estimated_delivery_time_window)
    if span.begins or span.ends:
        return window(span.begins, span.ends, destination)
    estimated = _date_and_time(raw, ESTIMATED)
    if estimated:
        return until(estimated, destination)
    if _is_off_schedule(raw):
        return Expected()
    usual = _span(raw.standard_transit_time_window)
    return window(usual.begins, usual.ends, destination)


def _is_off_schedule(raw: payload.TrackResult) -> bool:
    latest = raw.latest_status_detail or payload.LatestStatus()
    late = latest.delay_detail or payload.Delay()
    commitment = text((raw.service_commit_message or payload.Commitment()).type, 80)
    status = codes.EVENT.get(text(latest.code, 20).upper(), ("unknown", ""))[0]
    return (
        bool(codes.delay(text(late.type, 20), text(late.status, 20)))
        or "UNAVAILABLE" in commitment
        or status in ("exception", "returning", "cancelled")
    )


def _span(raw: payload.Window | None) -> payload.Span:
    return (raw.window if raw else None) or payload.Span()


def _date_and_time(raw: payload.TrackResult, kinds: Sequence[str]) -> Text | None:
    given = {text(one.type, 40): one.date_time for one in raw.date_and_times or []}
    return next((said for kind in kinds if (said := given.get(kind))), None)


def _shipped_on(raw: payload.TrackResult) -> date | None:
    return shipping_day(
        ((text(one.type, 40), text(one.date_time, 40)) for one in raw.date_and_times or []),
        (text(scan.date, 40) for scan in raw.scan_events or []),
    )


def _grams(raw: payload.TrackResult) -> int | None:
    package = (raw.package_details or payload.Package()).weight_and_dimensions
    given = (
        grams(weight.value, weight.unit)
        for measures in (package, raw.shipment_details)
        for weight in (measures.weight if measures else None) or []
    )
    return next((weight for weight in given if weight), None)


def _handed_over(raw: payload.TrackResult, scans: Sequence[ScanFact]) -> tuple[str, str]:
    """The Postal Service's number of a parcel that it delivers, or the number of the way back."""
    for scan in scans:
        back = RETURN_NUMBER.search(scan.text)
        if back:
            return "fedex", back[1]
    info = raw.additional_tracking_info or payload.AdditionalInfo()
    for identifier in info.package_identifiers or []:
        for value in (identifier.value, *(identifier.values or [])):
            postal = USPS_NUMBER.fullmatch(text(value, 60))
            if postal:
                return "usps", postal[3]
    return "", ""
