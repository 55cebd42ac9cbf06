"""The parts of the Postal Service's tracking reply (v3) that we read.

Every field may be missing or null; truth values are also sent as text.
"""

import msgspec

from aftercart.connectors.reading import Text


class Event(msgspec.Struct, rename="camel"):
    event_type: Text | None = None
    event_timestamp: Text | None = None
    gmt_timestamp: Text | None = msgspec.field(name="GMTTimestamp", default=None)
    gmt_offset: Text | None = msgspec.field(name="GMTOffset", default=None)
    event_country: Text | None = None
    event_city: Text | None = None
    event_state: Text | None = None
    event_zip: Text | None = msgspec.field(name="eventZIP", default=None)
    event_code: Text | None = None
    name: Text | None = None


class Tracking(msgspec.Struct, rename="camel"):
    tracking_number: Text | None = None
    status: Text | None = None
    status_category: Text | None = None
    mail_class: Text | None = None
    services: list[Text] | None = None
    expected_delivery_time_stamp: Text | None = None
    guaranteed_delivery_time_stamp: Text | None = None
    predicted_delivery_date: Text | None = None
    predicted_delivery_window_start_time: Text | None = None
    predicted_delivery_window_end_time: Text | None = None
    destination_city: Text | None = None
    destination_state: Text | None = None
    destination_zip: Text | None = msgspec.field(name="destinationZIP", default=None)
    destination_country_code: Text | None = None
    origin_city: Text | None = None
    origin_state: Text | None = None
    origin_zip: Text | None = msgspec.field(name="originZIP", default=None)
    origin_country: Text | None = None
    unique_mail_piece_id: Text | None = msgspec.field(name="uniqueMailPieceID", default=None)
    unique_tracking_id: Text | None = None
    mail_piece_intake_date: Text | None = None
    approximate_intake_date: Text | None = None
    tracking_events: list[Event] | None = None


class Detail(msgspec.Struct):
    title: Text | None = None
    detail: Text | None = None
    code: Text | None = None


class Problem(msgspec.Struct):
    code: Text | None = None
    message: Text | None = None
    errors: list[Detail] | None = None


class Body(Tracking, rename="camel"):
    """What one number is answered: its tracking or an error."""

    error: Problem | None = None
