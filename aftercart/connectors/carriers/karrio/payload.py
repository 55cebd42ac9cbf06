"""The parts of a Karrio server's Tracker that we read. Every field may be missing or null."""

from typing import Any

import msgspec

from aftercart.connectors.reading import Amount, Text


class Event(msgspec.Struct):
    date: Text | None = None
    time: Text | None = None
    timestamp: Text | None = None
    code: Text | None = None
    description: Text | None = None
    location: Text | None = None
    status: Text | None = None
    reason: Text | None = None


class Info(msgspec.Struct):
    carrier_tracking_link: Text | None = None
    shipment_service: Text | None = None
    package_weight: Amount | None = None
    package_weight_unit: Text | None = None
    signed_by: Text | None = None
    shipment_origin_country: Text | None = None
    shipment_origin_postal_code: Text | None = None
    shipment_destination_country: Text | None = None
    shipment_destination_postal_code: Text | None = None


class Message(msgspec.Struct):
    code: Text | None = None
    message: Text | None = None


class Tracker(msgspec.Struct):
    tracking_number: Text | None = None
    carrier_name: Text | None = None
    estimated_delivery: Text | None = None
    events: list[Event] | None = None
    info: Info | None = None


class Body(Tracker):
    """A bare Tracker, a webhook with one in `data`, or errors."""

    event: Text | None = None
    data: Any = None
    errors: list[Message] | None = None
    messages: list[Message] | None = None
