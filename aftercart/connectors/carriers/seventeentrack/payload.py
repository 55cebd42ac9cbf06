"""The parts of 17TRACK's answers and notifications that we read. All may be missing or null."""

import msgspec

from aftercart.connectors.reading import Amount, Identifier, Text


class Address(msgspec.Struct):
    country: Text | None = None
    state: Text | None = None
    city: Text | None = None
    postal_code: Text | None = None


class RawTime(msgspec.Struct):
    date: Text | None = None
    time: Text | None = None
    timezone: Text | None = None


class Event(msgspec.Struct):
    time_iso: Text | None = None
    time_utc: Text | None = None
    time_raw: RawTime | None = None
    description: Text | None = None
    location: Text | None = None
    stage: Text | None = None
    sub_status: Text | None = None
    address: Address | None = None


class Carrier(msgspec.Struct):
    key: Identifier | None = None
    name: Text | None = None


class Provider(msgspec.Struct):
    provider: Carrier | None = None
    service_type: Text | None = None
    events: list[Event] | None = None


class Tracking(msgspec.Struct):
    providers: list[Provider] | None = None


class Estimate(msgspec.Struct, rename={"begins": "from", "ends": "to"}):
    source: Text | None = None
    begins: Text | None = None
    ends: Text | None = None


class TimeMetrics(msgspec.Struct):
    estimated_delivery_date: Estimate | None = None


class MiscInfo(msgspec.Struct):
    service_type: Text | None = None
    weight_kg: Amount | None = None
    local_number: Text | None = None
    local_provider: Text | None = None
    local_key: Identifier | None = None


class ShippingInfo(msgspec.Struct):
    shipper_address: Address | None = None
    recipient_address: Address | None = None


class TrackInfo(msgspec.Struct):
    shipping_info: ShippingInfo | None = None
    latest_event: Event | None = None
    time_metrics: TimeMetrics | None = None
    misc_info: MiscInfo | None = None
    tracking: Tracking | None = None


class Problem(msgspec.Struct):
    code: int | None = None
    message: Text | None = None


class Number(msgspec.Struct):
    """A number with what is known of it, or why nothing is."""

    number: Text | None = None
    carrier: Identifier | None = None
    track_info: TrackInfo | None = None
    error: Problem | None = None


class Data(Number):
    """Of a notification: a number. Of an answer: those that it knows, those that it refuses."""

    accepted: list[Number] | None = None
    rejected: list[Number] | None = None
    errors: list[Problem] | None = None


class Body(msgspec.Struct):
    event: Text | None = None
    code: int | None = None
    data: Data | None = None
