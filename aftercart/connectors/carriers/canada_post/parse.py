"""Replies of Canada Post's tracking service to facts. Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers import moments, xml
from aftercart.connectors.carriers.canada_post import codes
from aftercart.connectors.carriers.moments import When
from aftercart.connectors.reading import plain, required, text
from aftercart.core.time_zones import certain_time_zone
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

# Canada Post names the standard time all year, so that its label says the zone and no offset.
ZONES = {
    "NST": "America/St_Johns", "NDT": "America/St_Johns", "AST": "America/Halifax",
    "ADT": "America/Halifax", "EST": "America/Toronto", "EDT": "America/Toronto",
    "CST": "America/Winnipeg", "CDT": "America/Winnipeg", "MST": "America/Edmonton",
    "MDT": "America/Edmonton", "PST": "America/Vancouver", "PDT": "America/Vancouver",
}  # fmt: skip


def parse(body: bytes) -> list[Any]:
    """A fact for each parcel in the reply, which tells details or, in short, the last event.

    Raises:
        ParseError: the reply is an error, or cannot be read; it names the field.
    """
    root = xml.read(body)
    facts = [
        *(_tracking(one, f"{field}.") for field, one in _each(root, "tracking-detail")),
        *(_summary(one, f"{field}.") for field, one in _each(root, "pin-summary")),
    ]
    if not facts:
        raise _nothing(root)
    return facts


def _each(root: Element, name: str) -> Iterator[tuple[str, Element]]:
    found = list(xml.descendants(root, name))
    for index, one in enumerate(found):
        yield (f"{name}[{index}]" if len(found) > 1 else name), one


def _nothing(root: Element) -> ParseError:
    message = next(xml.descendants(root, "message"), None)
    if message is None:
        return ParseError("tracking-detail", "is missing")
    said = plain(xml.text(message, "description"), 300) or xml.text(message, "code")
    return ParseError("error", said or "Canada Post reports an error")


def _summary(raw: Element, field: str) -> TrackingFact:
    return TrackingFact(
        number=required(text(xml.text(raw, "pin"), 100), f"{field}pin"),
        carrier="canada_post",
        scans=tuple(_last_event(raw, field)),
        expected_date=moments.day(xml.text(raw, "expected-delivery-date")),
        signed_by=plain(xml.text(raw, "signatory-name"), 120),
        service=plain(xml.text(raw, "service-name"), 120),
        destination=_destination(xml.text(raw, "destination-postal-id")),
        handed_over_number=text(xml.text(raw, "return-pin"), 100),
        shipped_on=moments.day(xml.text(raw, "mailed-on-date")),
    )


def _last_event(raw: Element, field: str) -> Iterator[ScanFact]:
    """A summary's event has a kind in place of an identifier, which is too coarse: words count."""
    at, place = xml.text(raw, "event-date-time"), PlaceFact()
    told = plain(xml.text(raw, "event-description"), 1000)
    if at:
        when = moments.read_as(at, "%Y%m%d:%H%M%S", f"{field}event-date-time", place)
        status, reason, by_text = codes.said("", told)
        yield ScanFact(
            occurred_at=when.occurred_at,
            status=status,
            reason=reason,
            zone_known=when.zone_known,
            utc_offset_minutes=when.utc_offset_minutes,
            code=text(xml.text(raw, "event-type"), 60),
            text=told,
            by_text=by_text,
            place=place,
        )


def _tracking(raw: Element, field: str) -> TrackingFact:
    expected = xml.text(raw, "changed-expected-date") or xml.text(raw, "expected-delivery-date")
    events = xml.children(xml.child(raw, "significant-events"), "occurrence")
    return TrackingFact(
        number=required(text(xml.text(raw, "pin"), 100), f"{field}pin"),
        carrier="canada_post",
        scans=tuple(_scans(events, field)),
        expected_date=moments.day(expected),
        signed_by=next((name for one in events if (name := _signatory(one))), ""),
        service=plain(xml.text(raw, "service-name"), 120),
        is_return=bool(xml.text(raw, "original-pin")),
        destination=_destination(xml.text(raw, "destination-postal-id")),
        handed_over_number=text(xml.text(raw, "return-pin"), 100),
    )


def _scans(events: list[Element], field: str) -> Iterator[ScanFact]:
    for index, event in enumerate(events):
        if not codes.is_remark(xml.text(event, "event-identifier")):
            yield _scan(event, f"{field}significant-events.occurrence[{index}].")


def _scan(raw: Element, field: str) -> ScanFact:
    code = text(xml.text(raw, "event-identifier"), 60)
    told, place = plain(xml.text(raw, "event-description"), 1000), _place(raw)
    status, reason, by_text = codes.said(code, told)
    when = _when(raw, place, field)
    return ScanFact(
        occurred_at=when.occurred_at,
        status=status,
        reason=reason,
        zone_known=when.zone_known,
        utc_offset_minutes=when.utc_offset_minutes,
        code=codes.identifier(code),
        text=told,
        by_text=by_text,
        place=place,
    )


def _when(raw: Element, place: PlaceFact, field: str) -> When:
    """Local time: the province says the zone better than the label (Saskatchewan has no summer)."""
    day = required(xml.text(raw, "event-date"), f"{field}event-date")
    hour = xml.text(raw, "event-time") or "00:00:00"
    label = ZONES.get(xml.text(raw, "event-time-zone").upper(), "")
    zone = certain_time_zone(place.country, place.region) or label
    try:
        at = datetime.fromisoformat(f"{day}T{hour}")
        return moments.local(at.replace(tzinfo=None), place, zone)
    except (ValueError, OverflowError) as error:
        raise ParseError(f"{field}event-date", "Expected a date with time") from error


def _place(raw: Element) -> PlaceFact:
    province = plain(xml.text(raw, "event-province"), 120)
    return PlaceFact(
        city=plain(xml.text(raw, "event-site"), 120),
        region=province,
        country="CA" if certain_time_zone("CA", province) else "",
    )


def _destination(postcode: str) -> PlaceFact:
    code = text(postcode, 20)
    return PlaceFact(postcode=code, country="CA") if code[:1].isalpha() else PlaceFact()


def _signatory(event: Element) -> str:
    return plain(xml.text(event, "signatory-name"), 120)
