"""The parts of AfterShip's webhooks and answers that we read, of its versions from 2021 to 2026-07.

Every field may be missing or null.
"""

from typing import Any

import msgspec

from aftercart.connectors.reading import Amount, Identifier, Moment, Text


class Checkpoint(msgspec.Struct):
    slug: Text | None = None
    tag: Text | None = None
    subtag: Text | None = None
    subtag_message: Text | None = None
    message: Text | None = None
    raw_tag: Text | None = None
    checkpoint_time: Text | None = None
    location: Text | None = None
    city: Text | None = None
    state: Text | None = None
    zip: Text | None = None
    postal_code: Text | None = None
    country_iso3: Text | None = None
    country_region: Text | None = None


class Estimate(msgspec.Struct):
    estimated_delivery_date: Text | None = None


class Weight(msgspec.Struct):
    value: Amount | None = None
    unit: Text | None = None


class Tracking(msgspec.Struct):
    tracking_number: Text | None = None
    slug: Text | None = None
    tag: Text | None = None
    checkpoints: list[Checkpoint] | None = None
    signed_by: Text | None = None
    shipment_type: Text | None = None
    shipment_weight: Any = None
    shipment_weight_unit: Text | None = None
    expected_delivery: Text | None = None
    courier_estimated_delivery_date: Estimate | None = None
    return_to_sender: bool | None = None
    shipment_direction: Text | None = None
    courier_tracking_link: Text | None = None
    destination_city: Text | None = None
    destination_state: Text | None = None
    destination_postal_code: Text | None = None
    destination_country_iso3: Text | None = None
    destination_country_region: Text | None = None
    updated_at: Moment | None = None


class Meta(msgspec.Struct):
    code: int | None = None
    message: Text | None = None
    type: Text | None = None


class Data(Tracking):
    """In an answer: a tracking itself, or under `tracking`, or a page of `trackings`."""

    tracking: Tracking | None = None
    trackings: list[Tracking] | None = None


class Body(msgspec.Struct):
    """An event (`msg`), or an answer (`meta` and `data`)."""

    meta: Meta | None = None
    data: Data | None = None
    event: Text | None = None
    event_id: Identifier | None = None
    msg: Tracking | None = None


class Label(msgspec.Struct):
    """What an event is called and known by."""

    event: Text | None = None
    event_id: Identifier | None = None
