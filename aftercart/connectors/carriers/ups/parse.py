"""UPS's Track replies and Track Alert messages to facts. Pure."""

import re
from collections.abc import Iterator
from typing import Any

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers import estimates, moments
from aftercart.connectors.carriers.estimates import Expected
from aftercart.connectors.carriers.places import country_code
from aftercart.connectors.carriers.ups import clock, codes, payload
from aftercart.connectors.reading import decoder, plain, required, text
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

CARRIER = "ups"
GRAMS = {"KGS": 1000.0, "KG": 1000.0, "LBS": 453.59237, "LB": 453.59237, "OZS": 28.349523125}
HEAVIEST_GRAMS = 100_000_000
POSTAL_NUMBER = re.compile(r"(420\d{5}(\d{4})?)?9[1-5]\d{18,24}")
# First-Class, Priority, Expedited, Priority and Economy Mail Innovations.
MAIL_INNOVATIONS = frozenset({"M2", "M3", "M4", "M5", "M6"})
# Movement and exception codes that say the Postal Service has it, or is about to.
HANDED_OVER = frozenset({"XA", "XR", "YH", "YM", "YN", "YF", "4B", "LX", "2V", "RC", "ZK", "Y9"})
WINDOWS = frozenset({"EDW", "CDW", "IDW"})

_body = decoder(payload.Body)


def parse(body: bytes) -> list[Any]:
    """A fact for each package of a Track reply, or the one of a Track Alert message.

    Raises:
        ParseError: the body is UPS's error or says that the number is not known, or it cannot be
            read; it names the field.
    """
    raw = _body(body)
    if raw.track_response is not None:
        return _of_reply(raw.track_response)
    if raw.response is not None:
        raise ParseError("error", _words(raw.response.errors))
    return [_of_alert(raw)]


def _of_reply(raw: payload.TrackResponse) -> list[Any]:
    found = [
        _package(package, shipment, f"trackResponse.shipment[{at}].package[{index}].")
        for at, shipment in enumerate(raw.shipment or [])
        for index, package in enumerate(shipment.package or [])
    ]
    if not found:
        warnings = [one for shipment in raw.shipment or [] for one in shipment.warnings or []]
        raise ParseError("error", _words(warnings))
    return found


def _words(problems: list[payload.Problem] | None) -> str:
    said = (plain(one.message, 300) or text(one.code, 60) for one in problems or [])
    return "; ".join(one for one in said if one)[:600] or "UPS reports an error"


def _package(raw: payload.Package, shipment: payload.Shipment, field: str) -> TrackingFact:
    number = text(raw.tracking_number, 100) or text(shipment.inquiry_number, 100)
    service = raw.service or payload.Service()
    is_mail = _is_mail_innovations(service)
    delivery = raw.delivery_information or payload.DeliveryInformation()
    destination = _address(raw, "DESTINATION")
    expected = _expected(raw, destination)
    handed_over_to, handed_over_number = _next_carrier(raw, is_mail)
    return TrackingFact(
        number=required(number, f"{field}trackingNumber"),
        carrier=CARRIER,
        scans=tuple(_scans(raw.activity, is_mail, field)),
        expected_date=expected.expected_date,
        expected_from=expected.expected_from,
        expected_until=expected.expected_until,
        signed_by=plain(delivery.received_by, 120),
        delivered_to=plain(delivery.location, 120),
        service=plain(service.description, 120),
        weight_grams=_grams(raw.weight),
        origin=_address(raw, "ORIGIN"),
        destination=destination,
        handed_over_to=handed_over_to,
        handed_over_number=handed_over_number,
    )


def _scans(raw: list[payload.Activity] | None, is_mail: bool, field: str) -> Iterator[ScanFact]:
    """An activity without a time cannot be told where it belongs, and is left out."""
    for index, activity in enumerate(raw or []):
        if text(activity.date, 20) or text(activity.gmt_date, 20):
            scan = _scan(activity, is_mail, f"{field}activity[{index}].")
            if scan is not None:
                yield scan


def _scan(raw: payload.Activity, is_mail: bool, field: str) -> ScanFact | None:
    status = raw.status or payload.Status()
    address = raw.location.address if raw.location and raw.location.address else payload.Address()
    place = _place(address)
    when = clock.when(
        clock.clock(raw.date, raw.time, f"{field}date"),
        clock.clock(raw.gmt_date, raw.gmt_time, f"{field}gmtDate"),
        raw.gmt_offset,
        place,
        f"{field}date",
    )
    return _told(
        (status.type, status.code, status.status_code), status.description, when, place, is_mail
    )


def _of_alert(raw: payload.Body) -> TrackingFact:
    where = raw.activity_location or payload.ActivityLocation()
    place = _place(
        payload.Address(where.city, where.state_province, where.postal_code, where.country)
    )
    scan = _alert_scan(raw, required(raw.activity_status, "activityStatus"), place)
    return TrackingFact(
        number=required(text(raw.tracking_number, 100), "trackingNumber"),
        carrier=CARRIER,
        scans=() if scan is None else (scan,),
        expected_date=moments.day(raw.scheduled_delivery_date),
        signed_by=plain(raw.received_by, 120),
    )


def _alert_scan(
    raw: payload.Body, status: payload.ActivityStatus, place: PlaceFact
) -> ScanFact | None:
    when = clock.when(
        clock.clock(raw.local_activity_date, raw.local_activity_time, "localActivityDate"),
        clock.clock(raw.gmt_activity_date, raw.gmt_activity_time, "gmtActivityDate"),
        None,
        place,
        "localActivityDate",
    )
    said = (status.type, status.code, status.description_code)
    return _told(said, status.description, when, place, False)


def _told(
    said: tuple[str | None, str | None, str | None],
    words: str | None,
    when: moments.When,
    place: PlaceFact,
    is_mail: bool,
) -> ScanFact | None:
    """The scan; None where the activity says nothing of the parcel (see `codes.meaning`)."""
    kind, code, number = (text(part, 20) for part in said)
    description = plain(words, 1000)
    number = number.zfill(3) if number else ""
    meaning = codes.meaning(kind, code, number, description, is_mail)
    if meaning is None:
        return None
    return ScanFact(
        occurred_at=when.occurred_at,
        status=meaning.status,
        reason=meaning.reason,
        by_text=meaning.by_text,
        zone_known=when.zone_known,
        utc_offset_minutes=when.utc_offset_minutes,
        code=":".join(part for part in (kind, code, number) if part),
        text=description,
        place=place,
    )


def _place(raw: payload.Address) -> PlaceFact:
    return PlaceFact(
        city=plain(raw.city, 120),
        region=plain(raw.state_province, 120),
        postcode=plain(raw.postal_code, 20),
        country=country_code(raw.country_code) or country_code(raw.country),
    )


def _address(raw: payload.Package, kind: str) -> PlaceFact:
    for one in raw.package_address or []:
        if one.address is not None and (one.type or "").strip().upper() == kind:
            return _place(one.address)
    return PlaceFact()


def _expected(raw: payload.Package, destination: PlaceFact) -> Expected:
    """The rescheduled day, else the scheduled one, with the hours of its window there."""
    days = {
        (one.type or "").strip().upper(): moments.day(one.date) for one in raw.delivery_date or []
    }
    day, hours = days.get("RDD") or days.get("SDD"), raw.delivery_time
    if day is None or hours is None or (hours.type or "").strip().upper() not in WINDOWS:
        return Expected(expected_date=day)
    said = f"{day:%Y%m%d}"
    try:
        starts = clock.clock(said, required(hours.start_time, "startTime"), "startTime")
        ends = clock.clock(said, required(hours.end_time, "endTime"), "endTime")
    except ParseError:
        return Expected(expected_date=day)
    return estimates.window(str(starts), str(ends), destination)


def _next_carrier(raw: payload.Package, is_mail: bool) -> tuple[str, str]:
    """The Postal Service, where it delivers (SurePost, Ground Saver, Mail Innovations)."""
    own = [payload.AlternateNumber(raw.tracking_number)] if is_mail else []
    for one in [*(raw.alternate_tracking_number or []), *own]:
        number = text(one.number, 100)
        if "USPS" in (one.type or "").upper() or POSTAL_NUMBER.fullmatch(number):
            return "usps", number
    statuses = (one.status for one in raw.activity or [])
    given = {(one.code or "").strip().upper() for one in statuses if one is not None}
    return ("usps", "") if given & HANDED_OVER else ("", "")


def _is_mail_innovations(raw: payload.Service) -> bool:
    code, name = (raw.code or "").strip().upper(), (raw.description or "").casefold()
    return code in MAIL_INNOVATIONS or "mail innovations" in name


def _grams(raw: payload.Weight | None) -> int | None:
    if raw is None:
        return None
    factor = GRAMS.get((raw.unit_of_measurement or "").strip().upper(), 0.0)
    try:
        grams = round(float(raw.weight or 0) * factor)
    except (ValueError, OverflowError):
        return None
    return grams if 0 < grams < HEAVIEST_GRAMS else None
