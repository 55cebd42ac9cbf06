"""Replies of DPD's ParcelLifeCycle service to facts. Pure."""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers import moments, xml
from aftercart.connectors.carriers.dpd import codes
from aftercart.connectors.carriers.moments import When
from aftercart.connectors.carriers.places import country_code
from aftercart.connectors.reading import plain, text
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

# As DPD writes times in English and in the other languages.
FORMS = ("%m/%d/%Y %I:%M:%S %p", "%d.%m.%Y, %H:%M", "%d.%m.%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S")
PLACE = re.compile(r"(?P<city>.*?) *\((?P<country>[A-Z]{2})\)")


def parse(body: bytes) -> list[Any]:
    """The fact in a reply, which tells of one parcel.

    Raises:
        ParseError: the reply is a fault, or cannot be read; it names the field.
    """
    root = xml.read(body)
    result = next(xml.descendants(root, "trackingresult"), None)
    if result is None:
        raise _nothing(root)
    entries = [one for one in xml.children(result, "statusInfo") if _is_reached(one)]
    return [
        TrackingFact(
            number=_number(root, result),
            carrier="dpd",
            scans=tuple(_scans(entries)),
            service=_service(xml.child(result, "shipmentInfo")),
        )
    ]


def _nothing(root: Element) -> ParseError:
    for name in ("errorMessage", "faultstring"):
        stated = next(xml.descendants(root, name), None)
        if stated is not None:
            return ParseError("error", plain(stated.text, 300) or "DPD reports an error")
    return ParseError("trackingresult", "is missing")


def _number(root: Element, result: Element) -> str:
    """The reply does not name its parcel: whoever asked writes the number beside it."""
    given = xml.text(result, "parcelLabelNumber") or root.get("parcelLabelNumber", "")
    if not given:
        raise ParseError("trackingresult.parcelLabelNumber", "is missing")
    return text(given, 100)


def _is_reached(entry: Element) -> bool:
    """Entries that lie ahead are told too."""
    return xml.text(entry, "statusHasBeenReached").lower() == "true"


def _scans(entries: list[Element]) -> Iterator[ScanFact]:
    for index, entry in enumerate(entries):
        yield _scan(entry, f"trackingresult.statusInfo[{index}].")


def _scan(raw: Element, field: str) -> ScanFact:
    code = text(xml.text(raw, "status"), 60)
    told = plain(_content(xml.child(raw, "description")), 1000) or plain(
        _content(xml.child(raw, "label")), 1000
    )
    status, reason, by_text = codes.said(code, told)
    place = _place(plain(_content(xml.child(raw, "location")), 160))
    when = _when(_content(xml.child(raw, "date")), place, f"{field}date")
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


def _content(holder: Element | None) -> str:
    """The words lie in a `content`, or in one inside it, beside how they are to be printed."""
    inner = xml.child(holder, "content")
    if inner is None:
        return ""
    return xml.text(inner, "content") or xml.text(holder, "content")


def _when(said: str, place: PlaceFact, field: str) -> When:
    for form in FORMS:
        try:
            return moments.read_as(said, form, field, place)
        except ParseError:
            continue
    return moments.read(said, field, place)


def _place(said: str) -> PlaceFact:
    found = PLACE.fullmatch(said)
    if found is None:
        return PlaceFact(city=said[:120])
    return PlaceFact(city=found["city"][:120], country=country_code(found["country"]))


def _service(info: Element | None) -> str:
    return plain(_content(xml.child(info, "serviceDescription")), 120)
