"""Replies of PostNL's Shipping Status API v2 to facts. Pure."""

from collections.abc import Iterator
from typing import Any, TypeVar

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers import moments
from aftercart.connectors.carriers.moments import When
from aftercart.connectors.carriers.places import country_code
from aftercart.connectors.carriers.postnl import codes, payload
from aftercart.connectors.reading import amount, decoder, plain, required, text
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

AMSTERDAM = "Europe/Amsterdam"
FORM = "%d-%m-%Y %H:%M:%S"
RECEIVER, SENDER = "01", "02"
HEAVIEST_GRAMS = 100_000_000

Kind = TypeVar("Kind")

UNSAID = "PostNL reports an error"

_body = decoder(payload.Body)


def parse(body: bytes) -> list[Any]:
    """The fact in a reply, which tells of one parcel.

    Raises:
        ParseError: the reply is an error, or cannot be read; it names the field.
    """
    raw = _body(body)
    said = (raw.fault.faultstring if raw.fault else None) or raw.http_message
    if said:
        raise ParseError("error", plain(said, 300) or UNSAID)
    complete = raw.complete_status or raw.current_status
    if complete is None or complete.shipment is None:
        raise _nothing(raw)
    name = "CompleteStatus" if raw.complete_status else "CurrentStatus"
    return [_tracking(complete.shipment, f"{name}.Shipment.")]


def _nothing(raw: payload.Body) -> ParseError:
    warning = raw.warnings[0] if isinstance(raw.warnings, list) and raw.warnings else raw.warnings
    if isinstance(warning, dict):
        words = warning.get("Message") or warning.get("Description") or "no shipment"
        return ParseError("error", plain(str(words), 300) or UNSAID)
    return ParseError("CompleteStatus.Shipment", "is missing")


def _tracking(raw: payload.Shipment, field: str) -> TrackingFact:
    number = text(raw.barcode, 100) or text(raw.main_barcode, 100)
    return TrackingFact(
        number=required(number, f"{field}Barcode"),
        carrier="postnl",
        scans=tuple(dict.fromkeys(_scans(raw, field))),
        expected_date=_day(raw.delivery_date),
        signed_by=plain((raw.signature or payload.Signature()).signature_name, 120),
        service=plain(raw.product_description, 120),
        weight_grams=_grams(raw.dimension),
        is_return=str(raw.is_return).lower() == "true",
        origin=_place(raw, SENDER),
        destination=_place(raw, RECEIVER),
    )


def _scans(raw: payload.Shipment, field: str) -> Iterator[ScanFact]:
    """The history of statuses and the present one; its own events have no table, and add nothing
    where there are statuses."""
    history = _listed(raw.old_status)
    for index, status in enumerate(history):
        yield _of_status(status, f"{field}OldStatus[{index}].")
    if raw.status is not None and text(raw.status.time_stamp, 40):
        yield _of_status(raw.status, f"{field}Status.")
    elif not history:
        for index, event in enumerate(_listed(raw.event)):
            yield _of_event(event, f"{field}Event[{index}].")


def _listed(given: list[Kind] | Kind | None) -> list[Kind]:
    if given is None:
        return []
    return given if isinstance(given, list) else [given]


def _of_status(raw: payload.Status, field: str) -> ScanFact:
    code, told = text(raw.status_code, 60), plain(raw.status_description, 1000)
    return _scan(code, told, _when(raw.time_stamp, field), codes.said(code, told))


def _of_event(raw: payload.Event, field: str) -> ScanFact:
    code, told = text(raw.code, 60), plain(raw.description, 1000)
    return _scan(code, told, _when(raw.time_stamp, field), codes.said("", told))


def _scan(code: str, told: str, when: When, said: codes.Said) -> ScanFact:
    status, reason, by_text = said
    return ScanFact(
        occurred_at=when.occurred_at,
        status=status,
        reason=reason,
        zone_known=when.zone_known,
        utc_offset_minutes=when.utc_offset_minutes,
        code=code,
        text=told,
        by_text=by_text,
    )


def _when(said: str | None, field: str) -> When:
    at = required(text(said, 40), f"{field}TimeStamp")
    form = FORM if at[2:3] == "-" else ""
    if form:
        return moments.read_as(at, form, f"{field}TimeStamp", PlaceFact(), AMSTERDAM)
    return moments.read(at, f"{field}TimeStamp", PlaceFact(), AMSTERDAM)


def _day(said: str | None) -> Any:
    """`04-11-2026` or `2026-11-04`."""
    given = text(said, 40)
    parts = given[:10].split("-")
    turned = "-".join(reversed(parts)) if len(parts) == 3 and len(parts[0]) == 2 else given
    return moments.day(turned)


def _place(raw: payload.Shipment, kind: str) -> PlaceFact:
    found = next((one for one in _listed(raw.address) if one.address_type == kind), None)
    if found is None:
        return PlaceFact()
    return PlaceFact(
        city=plain(found.city, 120),
        postcode=plain(found.zipcode, 20),
        country=country_code(found.country_iso),
    )


def _grams(dimension: payload.Dimension | None) -> int | None:
    grams = round(amount(dimension.weight)) if dimension else 0
    return grams if 0 < grams < HEAVIEST_GRAMS else None
