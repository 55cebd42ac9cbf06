"""Replies of DHL Express's MyDHL API to facts. Pure."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers import moments
from aftercart.connectors.carriers.dhl_express import codes, payload
from aftercart.connectors.carriers.dhl_express.areas import place as area
from aftercart.connectors.carriers.estimates import until
from aftercart.connectors.carriers.moments import When
from aftercart.connectors.carriers.places import country_code
from aftercart.connectors.carriers.weights import grams
from aftercart.connectors.reading import decoder, plain, required, text
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

LETTER = re.compile(r"[^\W\d_]")
PRODUCTS = {
    "DHL Express Worldwide": "D P U",
    "DHL Express 9:00": "E K",
    "DHL Express 10:30": "L M",
    "DHL Express 12:00": "T Y",
    "DHL Express Domestic": "N",
    "DHL Express Easy": "7 8",
    "DHL Express Envelope": "X",
    "DHL Economy Select": "H W",
}
SERVICE = {code: name for name, codes_ in PRODUCTS.items() for code in codes_.split()}

_body = decoder(payload.Body)


class Ends(msgspec.Struct, frozen=True):
    """Where a shipment begins and ends, and the service areas there."""

    origin: PlaceFact
    destination: PlaceFact
    countries: dict[str, str]

    @property
    def only_country(self) -> PlaceFact:
        """The country that a shipment never leaves."""
        is_domestic = self.origin.country == self.destination.country
        return PlaceFact(country=self.origin.country if is_domestic else "")


def parse(body: bytes) -> list[Any]:
    """A fact for each shipment.

    Raises:
        ParseError: the reply is an error, or cannot be read; it names the field.
    """
    raw = _body(body)
    stated = error_words(raw)
    if raw.shipments is None and stated:
        raise ParseError("error", stated)
    return [
        _tracking(shipment, f"shipments[{index}].")
        for index, shipment in enumerate(required(raw.shipments, "shipments"))
    ]


def error_words(raw: payload.Body) -> str:
    """Why DHL says nothing of a parcel, in its own words; empty where it gives none."""
    said = (plain(words, 300) for words in (raw.detail, raw.message, raw.title))
    return next((words for words in said if words), "")


def _tracking(raw: payload.Shipment, field: str) -> TrackingFact:
    ends = _ends(raw)
    events = raw.events or []
    scans = tuple(
        _scan(event, ends, f"{field}events[{index}].") for index, event in enumerate(events)
    )
    expected = until(
        raw.estimated_delivery_date or raw.estimated_time_of_delivery, ends.destination
    )
    pieces = [text(piece.tracking_number, 60) for piece in raw.pieces or []]
    number = text(raw.shipment_tracking_number, 100)
    return TrackingFact(
        number=required(number, f"{field}shipmentTrackingNumber"),
        carrier="dhl_express",
        scans=scans,
        expected_from=expected.expected_from,
        expected_until=expected.expected_until,
        expected_date=expected.expected_date,
        signed_by=next(_signatories(events, scans), ""),
        service=SERVICE.get(text(raw.product_code, 10).upper(), ""),
        weight_grams=grams(raw.total_weight, raw.unit_of_measurements),
        origin=ends.origin,
        destination=ends.destination,
        shipped_on=moments.day(raw.shipment_timestamp),
        piece_id=pieces[0] if len(pieces) == 1 else "",
    )


def _ends(raw: payload.Shipment) -> Ends:
    parties = (raw.shipper_details or payload.Party(), raw.receiver_details or payload.Party())
    origin, destination = (_address(party.postal_address) for party in parties)
    countries = {
        text(served.code, 10): at.country
        for party, at in zip(parties, (origin, destination), strict=True)
        for served in party.service_area or []
    }
    return Ends(origin, destination, countries)


def _address(raw: payload.Address | None) -> PlaceFact:
    if raw is None:
        return PlaceFact()
    return PlaceFact(
        city=plain(raw.city_name, 120),
        region=plain(raw.province_code, 120),
        postcode=plain(raw.postal_code, 20),
        country=country_code(raw.country_code),
    )


def _scan(raw: payload.Event, ends: Ends, field: str) -> ScanFact:
    code, words = text(raw.type_code, 20), plain(raw.description, 1000)
    status, reason, by_text = codes.said(code, words)
    place = _place(raw, ends)
    when = _when(raw, place if place.country else ends.only_country, field)
    return ScanFact(
        occurred_at=when.occurred_at,
        status=status,
        reason=reason,
        zone_known=when.zone_known,
        utc_offset_minutes=when.utc_offset_minutes,
        code=code,
        text=words,
        by_text=by_text,
        place=place,
    )


def _place(raw: payload.Event, ends: Ends) -> PlaceFact:
    """The service area. One that names no country lies in that of the end which it serves."""
    served = next(iter(raw.service_area or []), payload.ServiceArea())
    found = area(served.description)
    country = found.country or ends.countries.get(text(served.code, 10), "")
    return msgspec.structs.replace(found, country=country)


def _when(raw: payload.Event, place: PlaceFact, field: str) -> When:
    """Local date and time, with the offset beside them where DHL was asked for it."""
    day = required(text(raw.date, 20), f"{field}date")
    said = f"{day}T{text(raw.time, 20) or '00:00:00'}"
    minutes = moments.offset_minutes(raw.gmt_offset)
    if minutes is None:
        return moments.read(said, f"{field}date", place)
    try:
        at = datetime.fromisoformat(said)
        return moments.with_offset(at.replace(tzinfo=moments.fixed_offset(minutes)))
    except (ValueError, OverflowError) as error:
        raise ParseError(f"{field}date", "Expected a date with time") from error


def _signatories(events: list[payload.Event], scans: tuple[ScanFact, ...]) -> Iterator[str]:
    """Who signed; beside other events DHL writes its own marks there."""
    for event, scan in zip(events, scans, strict=True):
        name = plain(event.signed_by, 120)
        if scan.status == "delivered" and LETTER.search(name):
            yield name
