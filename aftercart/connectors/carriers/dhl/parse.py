"""Replies of DHL's unified shipment tracking to facts. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers import moments
from aftercart.connectors.carriers.dhl import codes, payload
from aftercart.connectors.carriers.dhl_express.areas import place as area
from aftercart.connectors.carriers.estimates import Expected, until, window
from aftercart.connectors.carriers.moments import When
from aftercart.connectors.carriers.places import country_code
from aftercart.connectors.carriers.weights import grams
from aftercart.connectors.reading import (
    convert,
    decoder,
    identifier,
    plain,
    required,
    text,
    web_address,
)
from aftercart.core.time_zones import certain_time_zone
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

# Our carrier for each of DHL's services; all others are simply DHL.
CARRIER = {
    "express": "dhl_express",
    "parcel-de": "dhl_parcel_de",
    "post-de": "deutsche_post",
    "svb": "deutsche_post",
    "ecommerce": "dhl_ecommerce",
    "ecommerce-apac": "dhl_ecommerce",
}
# Who delivers at the destination, where it is neither DHL nor one of its own.
PROVIDER = {
    "anpost": "an_post",
    "bpost": "bpost",
    "bring": "bring",
    "chronopost": "chronopost",
    "oepag": "austrian_post",
    "poste-italiane": "poste_italiane",
}
LOCAL_NUMBER = "local-tracking-number"
UNKNOWN_PRODUCT = re.compile(r"unknown\b", re.IGNORECASE)
STREET = re.compile(r".*\d.*, *(?P<city>[^,\d]+)")

_body = decoder(payload.Body)


def parse(body: bytes) -> list[Any]:
    """A fact for each shipment.

    Raises:
        ParseError: the reply is a problem, or cannot be read; it names the field.
    """
    raw = _body(body)
    stated = error_words(raw)
    if raw.shipments is None and stated:
        raise ParseError("error", stated)
    asked_for = identifier(raw.tracking_number)
    return [
        _tracking(shipment, asked_for, f"shipments[{index}].")
        for index, shipment in enumerate(required(raw.shipments, "shipments"))
    ]


def error_words(raw: payload.Body) -> str:
    """Why DHL says nothing of a parcel, in its own words; empty where it gives none."""
    return plain(raw.detail, 300) or plain(raw.title, 300)


def _tracking(raw: payload.Shipment, asked_for: str, field: str) -> TrackingFact:
    details = raw.details or payload.Details()
    service = text(raw.service, 40).lower()
    destination = _place(raw.destination)
    expected = _expected(raw, destination)
    pieces = [text(piece, 60) for piece in details.piece_ids or []]
    proof = details.proof_of_delivery or payload.Proof()
    weight = details.weight or payload.Quantity()
    next_carrier, next_number = _handed_over(details, field)
    return TrackingFact(
        number=required(asked_for or identifier(raw.id), f"{field}id"),
        carrier=CARRIER.get(service, "dhl"),
        scans=tuple(_scans(raw, service, field)),
        expected_from=expected.expected_from,
        expected_until=expected.expected_until,
        expected_date=expected.expected_date,
        signed_by=_signatory(proof.signed),
        proof_url=web_address(proof.document_url) or web_address(proof.signature_url),
        service=_product(details),
        weight_grams=grams(weight.value, weight.unit_text),
        public_url=web_address(raw.service_url),
        is_return=bool(raw.return_flag),
        origin=_place(raw.origin),
        destination=destination,
        shipped_on=moments.day(raw.pick_up_date),
        piece_id=pieces[0] if service == "express" and len(pieces) == 1 else "",
        handed_over_to=next_carrier,
        handed_over_number=next_number,
    )


def _scans(raw: payload.Shipment, service: str, field: str) -> Iterator[ScanFact]:
    """Every event in which something happened; the status alone, where there are no events."""
    origin, destination = _place(raw.origin).country, _place(raw.destination).country
    home = PlaceFact(country=origin if origin == destination else "")
    for event, place in _events(raw):
        code = codes.own_code(service, text(event.status_detailed, 60), text(event.status, 60))
        if not codes.is_remark(service, code):
            scan = _scan(event, service, code, home, f"{field}{place}")
            came_back = bool(raw.return_flag) and scan.status == "delivered"
            yield msgspec.structs.replace(scan, status="returned") if came_back else scan


def _events(raw: payload.Shipment) -> Iterator[tuple[payload.Event, str]]:
    if not raw.events and raw.status is not None and raw.status.timestamp:
        yield raw.status, "status."
    for index, event in enumerate(raw.events or []):
        yield event, f"events[{index}]."


def _scan(raw: payload.Event, service: str, code: str, home: PlaceFact, field: str) -> ScanFact:
    words = plain(raw.description, 1000) or plain(raw.status, 1000)
    status_code = text(raw.status_code, 40)
    status, reason, by_text = codes.said(service, code, status_code, words)
    place = _place(raw.location)
    when = _when(raw.timestamp, place if place.country else home, f"{field}timestamp")
    return ScanFact(
        occurred_at=when.occurred_at,
        status=status,
        reason=reason,
        zone_known=when.zone_known,
        utc_offset_minutes=when.utc_offset_minutes,
        code=code or text(raw.status_detailed, 60) or status_code,
        text=words,
        by_text=by_text,
        place=place,
    )


def _when(said: str | None, place: PlaceFact, field: str) -> When:
    """With an offset, by the clock of the place, or with a `Z`: then in UTC, wherever it was."""
    given = required(text(said, 40), field)
    when = moments.read(given, field, place)
    if not given.endswith(("Z", "z")):
        return when
    zone = certain_time_zone(place.country, place.region, place.postcode)
    offset = when.occurred_at.astimezone(ZoneInfo(zone)).utcoffset() if zone else None
    minutes = round(offset.total_seconds() / 60) if offset is not None else None
    return moments.in_utc(when.occurred_at, minutes)


def _place(raw: payload.Place | None) -> PlaceFact:
    """DHL writes a city, a city with its country, a country alone, or a street before the city."""
    address = (raw.address if raw else None) or payload.Address()
    found = area(address.address_locality)
    street = STREET.fullmatch(found.city)
    return PlaceFact(
        city=street["city"].strip() if street else found.city,
        region=plain(address.address_region, 120) or found.region,
        postcode=plain(address.postal_code, 20),
        country=country_code(address.country_code) or found.country,
    )


def _expected(raw: payload.Shipment, destination: PlaceFact) -> Expected:
    frame = raw.estimated_delivery_time_frame or payload.Frame()
    if frame.estimated_from or frame.estimated_through:
        return window(frame.estimated_from, frame.estimated_through, destination)
    return until(raw.estimated_time_of_delivery, destination)


def _signatory(raw: payload.Person | None) -> str:
    if raw is None:
        return ""
    parts = (plain(raw.given_name, 60), plain(raw.family_name, 60))
    return " ".join(part for part in parts if part) or plain(raw.name, 120)


def _product(details: payload.Details) -> str:
    name = plain((details.product or payload.Product()).product_name, 120)
    return "" if UNKNOWN_PRODUCT.match(name) else name


def _handed_over(details: payload.Details, field: str) -> tuple[str, str]:
    """Another carrier that delivers at the destination, and its number of the parcel."""
    provider = text((details.provider or payload.Provider()).destination_provider, 60).lower()
    carrier = PROVIDER.get(provider, "")
    if not carrier:
        return "", ""
    numbers = (
        text(reference.number, 100)
        for reference in _references(details.references, f"{field}details.references")
        if reference.type == LOCAL_NUMBER
    )
    return carrier, next(numbers, "")


def _references(given: Any, field: str) -> Sequence[payload.Reference]:
    several = given if isinstance(given, list) else [given] if given else []
    return convert(several, list[payload.Reference], field)
