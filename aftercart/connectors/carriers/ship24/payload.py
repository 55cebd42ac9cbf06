"""The parts of Ship24's answers and webhooks that we read. Every field may be missing or null."""

import msgspec

from aftercart.connectors.reading import Text


class Event(msgspec.Struct, rename="camel"):
    status: Text | None = None
    occurrence_datetime: Text | None = None
    datetime: Text | None = None
    utc_offset: Text | None = None
    location: Text | None = None
    courier_code: Text | None = None
    status_code: Text | None = None
    status_milestone: Text | None = None


class Delivery(msgspec.Struct, rename="camel"):
    estimated_delivery_date: Text | None = None
    service: Text | None = None
    signed_by: Text | None = None


class Recipient(msgspec.Struct, rename="camel"):
    city: Text | None = None
    subdivision: Text | None = None
    post_code: Text | None = None


class Shipment(msgspec.Struct, rename="camel"):
    origin_country_code: Text | None = None
    destination_country_code: Text | None = None
    delivery: Delivery | None = None
    recipient: Recipient | None = None


class Tracker(msgspec.Struct, rename="camel"):
    tracker_id: Text | None = None
    tracking_number: Text | None = None


class Tracking(msgspec.Struct):
    tracker: Tracker | None = None
    shipment: Shipment | None = None
    events: list[Event] | None = None


class Problem(msgspec.Struct):
    code: Text | None = None
    message: Text | None = None


class Data(msgspec.Struct):
    trackings: list[Tracking] | None = None


class Body(msgspec.Struct):
    """A webhook (`trackings`), or an answer (`data`), or an error."""

    trackings: list[Tracking] | None = None
    data: Data | None = None
    errors: list[Problem] | None = None


class Metadata(msgspec.Struct, rename="camel"):
    message_id: Text | None = None


class LabelTracking(msgspec.Struct):
    metadata: Metadata | None = None


class Label(msgspec.Struct):
    """What the messages in a webhook are known by."""

    trackings: list[LabelTracking] | None = None
