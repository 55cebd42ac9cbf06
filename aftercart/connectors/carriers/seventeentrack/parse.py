"""17TRACK's answers and notifications to facts. Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers import estimates, moments
from aftercart.connectors.carriers.moments import When
from aftercart.connectors.carriers.places import country_code
from aftercart.connectors.carriers.seventeentrack import codes, payload
from aftercart.connectors.carriers.weights import grams
from aftercart.connectors.reading import amount, decoder, identifier, plain, required, text
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

UPDATED = "TRACKING_UPDATED"
# Whose estimate it is: only the carrier's own is told to shoppers.
CARRIERS_OWN = "official"

_body = decoder(payload.Body)


def parse(body: bytes) -> list[Any]:
    """A fact for each number that 17TRACK knows; empty for other notifications.

    Raises:
        ParseError: the body is 17TRACK's error, or cannot be read; it names the field.
    """
    raw = _body(body)
    if raw.event is not None and raw.event != UPDATED:
        return []
    data = required(raw.data, "data")
    for problem in data.errors or []:
        raise ParseError("error", _words(problem))
    if raw.event is not None:
        return [_tracking(data, "data.")]
    if data.accepted:
        return [
            _tracking(one, f"data.accepted[{index}].") for index, one in enumerate(data.accepted)
        ]
    for refused in data.rejected or []:
        raise ParseError("error", _words(refused.error or payload.Problem()))
    required(data.accepted, "data.accepted")
    return []


def _words(problem: payload.Problem) -> str:
    return plain(problem.message, 300) or f"17TRACK reports {problem.code}"


def _tracking(raw: payload.Number, field: str) -> TrackingFact:
    info = raw.track_info or payload.TrackInfo()
    misc = info.misc_info or payload.MiscInfo()
    shipping = info.shipping_info or payload.ShippingInfo()
    destination = _place(shipping.recipient_address)
    expected = _expected(info, destination)
    scans = tuple(_scans(info, field))
    return TrackingFact(
        number=required(text(raw.number, 100), f"{field}number"),
        carrier=_carrier(raw.carrier, _first(info)),
        scans=scans,
        expected_from=expected.expected_from,
        expected_until=expected.expected_until,
        expected_date=expected.expected_date,
        service=plain(misc.service_type, 120),
        weight_grams=grams(float(amount(misc.weight_kg)), "kg") if misc.weight_kg else None,
        origin=_place(shipping.shipper_address),
        destination=destination,
        is_return=any(scan.status in ("returning", "returned") for scan in scans),
        handed_over_to=_carrier(misc.local_key, plain(misc.local_provider, 120)),
        handed_over_number=text(misc.local_number, 100),
    )


def _first(info: payload.TrackInfo) -> str:
    """The name of the first carrier: some have no number that we know."""
    for provider in _providers(info):
        return plain(provider.provider.name if provider.provider else None, 120)
    return ""


def _providers(info: payload.TrackInfo) -> list[payload.Provider]:
    return (info.tracking.providers if info.tracking else None) or []


def _carrier(known_as: Any, name: str) -> str:
    """Our slug, else the carrier's name: its number at 17TRACK says nothing to anybody."""
    code = identifier(known_as)
    slug = codes.CARRIERS.ours(code)
    return slug if slug != code else name


def _expected(info: payload.TrackInfo, destination: PlaceFact) -> estimates.Expected:
    metrics = info.time_metrics or payload.TimeMetrics()
    told = metrics.estimated_delivery_date or payload.Estimate()
    if (told.source or "").lower() != CARRIERS_OWN:
        return estimates.Expected()
    return estimates.window(told.begins, told.ends, destination)


def _scans(info: payload.TrackInfo, field: str) -> Iterator[ScanFact]:
    """The events of all carriers that the parcel went with; else at least the latest one."""
    told = False
    for place, provider in enumerate(_providers(info)):
        within = f"{field}track_info.tracking.providers[{place}]."
        for index, event in enumerate(provider.events or []):
            told = True
            yield _scan(event, f"{within}events[{index}].")
    if not told and info.latest_event is not None:
        yield _scan(info.latest_event, f"{field}track_info.latest_event.")


def _scan(raw: payload.Event, field: str) -> ScanFact:
    place, words = _place(raw.address, raw.location), plain(raw.description, 1000)
    code, stage = text(raw.sub_status, 60), text(raw.stage, 60)
    status, reason, by_text = codes.said(code, stage, words)
    when = _when(raw, place, field)
    return ScanFact(
        occurred_at=when.occurred_at,
        status=status,
        reason=reason,
        zone_known=when.zone_known,
        utc_offset_minutes=when.utc_offset_minutes,
        code=code or stage,
        text=words,
        by_text=by_text,
        place=place,
    )


def _when(raw: payload.Event, place: PlaceFact, field: str) -> When:
    """As the carrier said it, with its zone or that of the place: where both are missing,
    17TRACK's own time has an offset that is a guess."""
    said = raw.time_raw or payload.RawTime()
    if said.date and said.time:
        local = f"{text(said.date, 20)}T{text(said.time, 20)}"
        minutes = moments.offset_minutes(text(said.timezone, 20))
        if minutes is not None:
            return _with_offset(local, minutes, f"{field}time_raw")
        when = moments.read(local, f"{field}time_raw", place)
        return when if when.zone_known else _guessed(raw, when, field)
    at = text(raw.time_iso, 40) or text(raw.time_utc, 40)
    return moments.read(required(at, f"{field}time_iso"), f"{field}time_iso", place)


def _with_offset(local: str, minutes: int, field: str) -> When:
    try:
        at = datetime.fromisoformat(local).replace(tzinfo=moments.fixed_offset(minutes))
        return moments.with_offset(at)
    except (ValueError, OverflowError) as error:
        raise ParseError(field, "Expected a date with time") from error


def _guessed(raw: payload.Event, when: When, field: str) -> When:
    at = text(raw.time_iso, 40)
    if not at:
        return when
    guess = moments.read(at, f"{field}time_iso", PlaceFact())
    return When(guess.occurred_at, False, None)


def _place(raw: payload.Address | None, location: str | None = None) -> PlaceFact:
    """The address is what 17TRACK understood of the carrier's location."""
    address = raw or payload.Address()
    found = PlaceFact(
        city=plain(address.city, 120),
        region=plain(address.state, 120),
        postcode=plain(address.postal_code, 20),
        country=country_code(address.country),
    )
    if found.city or not location:
        return found
    return PlaceFact(
        city=plain(location, 120),
        region=found.region,
        postcode=found.postcode,
        country=found.country,
    )
