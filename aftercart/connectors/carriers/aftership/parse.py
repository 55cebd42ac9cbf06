"""AfterShip's webhooks, and its answers about trackings, to facts. Pure."""

from collections.abc import Iterator
from typing import Any

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers import moments
from aftercart.connectors.carriers.aftership import codes, payload
from aftercart.connectors.carriers.places import country_code
from aftercart.connectors.carriers.weights import grams
from aftercart.connectors.reading import (
    amount,
    convert,
    decoder,
    moment,
    plain,
    required,
    text,
    web_address,
)
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

_body = decoder(payload.Body)


def parse(body: bytes) -> list[Any]:
    """The facts in an event or an answer; empty where it is not about trackings.

    Raises:
        ParseError: the body is AfterShip's error, or cannot be read; it names the field.
    """
    raw = _body(body)
    if raw.meta is not None or raw.data is not None:
        return _of_answer(raw)
    event = raw.event or ""
    if event and not event.startswith(("tracking_", "edd_")):
        return []
    return [_tracking(required(raw.msg, "msg"), "msg.")]


def _of_answer(raw: payload.Body) -> list[Any]:
    """A page of trackings or a single one, or the error in their place."""
    meta, data = raw.meta or payload.Meta(), raw.data or payload.Data()
    if meta.code is not None and not 200 <= meta.code < 300:
        raise ParseError("error", text(meta.message, 300) or f"AfterShip reports {meta.code}")
    if data.trackings is not None:
        return [
            _tracking(one, f"data.trackings[{index}].") for index, one in enumerate(data.trackings)
        ]
    return [_tracking(data.tracking or data, "data.")]


def _tracking(raw: payload.Tracking, field: str) -> TrackingFact:
    """`courier_estimated_delivery_date` is the carrier's; AfterShip's own guess is left out, since
    a shopper must not be told a guess as the carrier's word."""
    courier = raw.courier_estimated_delivery_date
    estimate = courier.estimated_delivery_date if courier else raw.expected_delivery
    return TrackingFact(
        number=required(text(raw.tracking_number, 100), f"{field}tracking_number"),
        carrier=codes.CARRIERS.ours(text(raw.slug, 120)),
        scans=tuple(_scans(raw, field)),
        expected_date=moments.day(text(estimate, 40)),
        signed_by=plain(raw.signed_by, 120),
        service=plain(raw.shipment_type, 120),
        weight_grams=_grams(raw, field),
        public_url=web_address(raw.courier_tracking_link),
        is_return=(raw.shipment_direction or "").lower() == "return",
        destination=_destination(raw),
        updated_at=moment(raw.updated_at),
    )


def _scans(raw: payload.Tracking, field: str) -> Iterator[ScanFact]:
    for index, checkpoint in enumerate(raw.checkpoints or []):
        yield _scan(checkpoint, f"{field}checkpoints[{index}].")


def _scan(raw: payload.Checkpoint, field: str) -> ScanFact:
    tag, subtag, place = text(raw.tag, 60), text(raw.subtag, 60), _place(raw)
    words = plain(raw.message, 1000) or plain(raw.subtag_message, 1000)
    status, reason, by_text = codes.said(tag, subtag, words)
    # Times are as the carrier gave them, often without an offset.
    at = required(text(raw.checkpoint_time, 40), f"{field}checkpoint_time")
    when = moments.read(at, f"{field}checkpoint_time", place)
    return ScanFact(
        occurred_at=when.occurred_at,
        status=status,
        reason=reason,
        zone_known=when.zone_known,
        utc_offset_minutes=when.utc_offset_minutes,
        code=text(raw.raw_tag, 60) or subtag or tag,
        text=words,
        by_text=by_text,
        place=place,
    )


def _place(raw: payload.Checkpoint) -> PlaceFact:
    return PlaceFact(
        city=plain(raw.city, 120) or plain(raw.location, 120),
        region=plain(raw.state, 120),
        postcode=plain(raw.postal_code or raw.zip, 20),
        country=country_code(raw.country_region or raw.country_iso3),
    )


def _destination(raw: payload.Tracking) -> PlaceFact:
    return PlaceFact(
        city=plain(raw.destination_city, 120),
        region=plain(raw.destination_state, 120),
        postcode=plain(raw.destination_postal_code, 20),
        country=country_code(raw.destination_country_region or raw.destination_country_iso3),
    )


def _grams(raw: payload.Tracking, field: str) -> int | None:
    """The weight stands alone with its unit beside it, or in newer versions holds its unit."""
    given = raw.shipment_weight
    if given is None:
        return None
    weighed = (
        given if isinstance(given, dict) else {"value": given, "unit": raw.shipment_weight_unit}
    )
    weight = convert(weighed, payload.Weight, f"{field}shipment_weight")
    return grams(float(amount(weight.value)), text(weight.unit, 10))
