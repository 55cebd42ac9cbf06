"""The parts of EasyPost's Event and Tracker that we read. Every field may be missing or null."""

from typing import Any

import msgspec

from aftercart.connectors.reading import Amount, Identifier, Moment, Text


class Location(msgspec.Struct):
    city: Text | None = None
    state: Text | None = None
    country: Text | None = None
    zip: Text | None = None


class TrackingDetail(msgspec.Struct):
    message: Text | None = None
    description: Text | None = None
    status: Text | None = None
    status_detail: Text | None = None
    datetime: Moment | None = None
    source: Text | None = None
    carrier_code: Text | None = None
    tracking_location: Location | None = None


class CarrierDetail(msgspec.Struct):
    service: Text | None = None
    est_delivery_date_local: Text | None = None
    destination_location: Text | None = None
    destination_tracking_location: Location | None = None


class Tracker(msgspec.Struct):
    tracking_code: Text | None = None
    status: Text | None = None
    status_detail: Text | None = None
    updated_at: Moment | None = None
    signed_by: Text | None = None
    weight: Amount | None = None
    est_delivery_date: Text | None = None
    carrier: Text | None = None
    tracking_details: list[TrackingDetail] | None = None
    carrier_detail: CarrierDetail | None = None
    is_return: bool | None = None
    public_url: Text | None = None


class Problem(msgspec.Struct):
    code: Text | None = None
    message: Text | None = None


class Body(Tracker):
    """Whatever may be posted: an Event (its `result`), a bare Tracker, a list of them, an error."""

    object: Text | None = None
    description: Text | None = None
    result: Any = None
    trackers: list[Tracker] | None = None
    error: Problem | None = None


class Label(msgspec.Struct):
    """What an Event is called and known by."""

    id: Identifier | None = None
    object: Text | None = None
    description: Text | None = None
