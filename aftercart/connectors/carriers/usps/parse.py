"""The Postal Service's tracking replies (v3) to facts. Pure."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers import estimates, moments
from aftercart.connectors.carriers.estimates import Expected
from aftercart.connectors.carriers.moments import When
from aftercart.connectors.carriers.places import country_code
from aftercart.connectors.carriers.usps import codes, payload
from aftercart.connectors.reading import decoder, plain, required, text
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

CARRIER = "usps"
HOME = "US"
MOST_NUMBERS = 1000
_STATES = (
    "AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH "
    "NJ NM NV NY OH OK OR PA PR RI SC SD TN TX UT VA VT WA WI WV WY"
)
STATES = frozenset(_STATES.split())
# Large facilities come as a city: `JACKSONVILLE FL DISTRIBUTION CENTER`.
FACILITY = re.compile(r"(?P<city>.+?) (?P<state>[A-Z]{2}) .*(CENTER|FACILITY|ANNEX|HUB|PLANT)\b.*")
RETURN = re.compile(r"\breturns?\b(?! receipt)", re.IGNORECASE)
HOURS = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(:\d{2})? ?(?P<half>[ap]m)?", re.IGNORECASE)

_body = decoder(payload.Body | list[payload.Body])  # type: ignore[arg-type]


def parse(body: bytes) -> list[Any]:
    """A fact for each number that a reply is about, which mostly is one.

    Raises:
        ParseError: the body is an error of the Postal Service's, or cannot be read; it names the
            field.
    """
    raw: payload.Body | list[payload.Body] = _body(body)
    if isinstance(raw, list):
        return [_tracking(one, f"[{index}].") for index, one in enumerate(raw[:MOST_NUMBERS])]
    return [_tracking(raw, "")]


def error_words(problem: payload.Problem) -> str:
    """What an error says, in one line without markup."""
    details = [plain(one.detail, 300) or plain(one.title, 300) for one in problem.errors or []]
    said = plain(problem.message, 500) or "; ".join(one for one in details if one)
    return said.rstrip("- ")[:600] or "The Postal Service reports an error"


def _tracking(raw: payload.Body, field: str) -> TrackingFact:
    if raw.error is not None:
        raise ParseError(f"{field}error", error_words(raw.error))
    destination = _place(
        raw.destination_city, raw.destination_state, raw.destination_zip,
        raw.destination_country_code,
    )  # fmt: skip
    expected = _expected(raw, destination)
    scans = tuple(_scans(raw, field))
    return TrackingFact(
        number=required(text(raw.tracking_number, 100), f"{field}trackingNumber"),
        carrier=CARRIER,
        scans=scans,
        expected_date=expected.expected_date,
        expected_from=expected.expected_from,
        expected_until=expected.expected_until,
        signed_by=_signed_by(raw),
        delivered_to=_delivered_to(scans),
        service=_service(raw.mail_class),
        is_return=any(RETURN.search(one) for one in [raw.mail_class or "", *(raw.services or [])]),
        origin=_place(raw.origin_city, raw.origin_state, raw.origin_zip, raw.origin_country),
        destination=destination,
        shipped_on=_intake(raw),
        piece_id=_piece_id(raw),
    )


def _scans(raw: payload.Body, field: str) -> Iterator[ScanFact]:
    """As they come. The category is that of the event that the piece's status names, wherever it
    stands; an event without a time cannot be told where it belongs, and is left out."""
    status, of_status = text(raw.status, 1000), text(raw.status_category, 60)
    for index, event in enumerate(raw.tracking_events or []):
        category = of_status if status and text(event.event_type, 1000) == status else ""
        if text(event.event_timestamp, 40) or text(event.gmt_timestamp, 40):
            yield _scan(event, category, f"{field}trackingEvents[{index}].")


def _scan(raw: payload.Event, category: str, field: str) -> ScanFact:
    place = _place(raw.event_city, raw.event_state, raw.event_zip, raw.event_country)
    code, words = text(raw.event_code, 60), plain(raw.event_type, 1000)
    said = codes.meaning(code, words, category)
    when = _when(raw, place, f"{field}eventTimestamp")
    return ScanFact(
        occurred_at=when.occurred_at,
        status=said.status,
        reason=said.reason,
        by_text=said.by_text,
        zone_known=when.zone_known,
        utc_offset_minutes=when.utc_offset_minutes,
        code=code,
        text=words,
        place=place,
    )


def _when(raw: payload.Event, place: PlaceFact, field: str) -> When:
    """The local time with the offset beside it: Greenwich's own time is a day early in evenings.

    Only its seconds are taken, which the local time lacks. Without an offset the distance between
    the two counts where it is possible, else the zone of the place.
    """
    try:
        local, gmt = _naive(raw.event_timestamp), _naive(raw.gmt_timestamp)
        if local is None:
            return moments.in_utc(required(gmt, field))
        minutes = moments.offset_minutes(raw.gmt_offset)
        if minutes is None and gmt is not None:
            minutes = moments.difference_minutes(local, gmt.replace(second=local.second), place)
        if minutes is None:
            return moments.local(local, place)
        local = _with_seconds(local, gmt, minutes)
        return moments.with_offset(local.replace(tzinfo=moments.fixed_offset(minutes)))
    except ParseError:
        raise
    except (ValueError, OverflowError) as error:
        raise ParseError(field, "Expected a date with time") from error


def _naive(value: str | None) -> datetime | None:
    """Without its `Z`, which local times bear as well in the documentation's example."""
    said = text(value, 40)
    if not said:
        return None
    at = datetime.fromisoformat(said.removesuffix("Z"))
    if at.tzinfo is not None:
        raise ValueError("has an offset of its own")
    return at.replace(microsecond=0)


def _with_seconds(local: datetime, gmt: datetime | None, minutes: int) -> datetime:
    if gmt is None or local.second:
        return local
    there = gmt + timedelta(minutes=minutes)
    same_minute = (there.hour, there.minute) == (local.hour, local.minute)
    return local.replace(second=there.second) if same_minute else local


def _place(
    city: str | None, state: str | None, postcode: str | None, country: str | None
) -> PlaceFact:
    """Places at home come without a country, large facilities without a state."""
    town, region, code = plain(city, 120), plain(state, 120), plain(postcode, 20)
    abroad = country_code(country)
    facility = FACILITY.fullmatch(town) if not region and not abroad else None
    if facility and facility["state"] in STATES:
        town, region = facility["city"], facility["state"]
    at_home = bool(town or region or code) and not text(country, 60)
    return PlaceFact(
        city=town, region=region, postcode=code, country=abroad or (HOME if at_home else "")
    )


def _expected(raw: payload.Body, destination: PlaceFact) -> Expected:
    """The prediction is the newest of the three that may be given, and has hours at times."""
    day = moments.day(raw.predicted_delivery_date)
    if day is None:
        said = (raw.expected_delivery_time_stamp, raw.guaranteed_delivery_time_stamp)
        days = (moments.day(one) for one in said)
        return Expected(expected_date=next((one for one in days if one), None))
    starts = _hours(raw.predicted_delivery_window_start_time)
    ends = _hours(raw.predicted_delivery_window_end_time)
    if starts is None or ends is None:
        return Expected(expected_date=day)
    return estimates.window(f"{day}T{starts}", f"{day}T{ends}", destination)


def _hours(value: str | None) -> time | None:
    """`13:45`, `13:45:00` or `1:45 pm`."""
    found = HOURS.fullmatch(text(value, 20))
    if not found:
        return None
    hour, minute, half = int(found["hour"]), int(found["minute"]), (found["half"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _signed_by(raw: payload.Body) -> str:
    return next((plain(one.name, 120) for one in raw.tracking_events or [] if one.name), "")


def _delivered_to(scans: tuple[ScanFact, ...]) -> str:
    """What follows in `Delivered, In/At Mailbox`."""
    for scan in scans:
        if scan.status == "delivered":
            return scan.text.partition(", ")[2][:120]
    return ""


def _service(mail_class: str | None) -> str:
    """`USPS Ground Advantage ™`; the documentation's `PRIORITY_MAIL` becomes `Priority Mail`."""
    said = plain(mail_class, 120)
    return said.replace("_", " ").title() if "_" in said else said


def _intake(raw: payload.Body) -> date | None:
    return moments.day(raw.mail_piece_intake_date or raw.approximate_intake_date)


def _piece_id(raw: payload.Body) -> str:
    """Numbers are used again: a piece is known by its own id with the day it was taken in."""
    known_as = text(raw.unique_mail_piece_id or raw.unique_tracking_id, 60)
    day = _intake(raw)
    return f"{known_as}:{day.isoformat()}" if known_as and day else known_as
