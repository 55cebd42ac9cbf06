"""The parts of Royal Mail's replies that we read. Every field may be missing or null."""

import msgspec

from aftercart.connectors.reading import Text


class Event(msgspec.Struct, rename="camel"):
    event_code: Text | None = None
    event_name: Text | None = None
    event_date_time: Text | None = None
    location_name: Text | None = None


class Summary(msgspec.Struct, rename="camel"):
    status_category: Text | None = None
    status_description: Text | None = None
    last_event_code: Text | None = None
    last_event_name: Text | None = None
    last_event_date_time: Text | None = None
    last_event_location_name: Text | None = None
    product_name: Text | None = None
    destination_country_code: Text | None = None
    origin_country_code: Text | None = None


class Estimate(msgspec.Struct, rename="camel"):
    date: Text | None = None
    start_of_estimated_window: Text | None = None
    end_of_estimated_window: Text | None = None


class Signature(msgspec.Struct, rename="camel"):
    recipient_name: Text | None = None
    signature_date_time: Text | None = None


class Problem(msgspec.Struct, rename="camel"):
    error_code: Text | None = None
    error_description: Text | None = None
    error_cause: Text | None = None


class MailPiece(msgspec.Struct, rename="camel"):
    mail_piece_id: Text | None = None
    summary: Summary | None = None
    estimated_delivery: Estimate | None = None
    signature: Signature | None = None
    events: list[Event] | None = None
    error: Problem | None = None


class Body(msgspec.Struct, rename="camel"):
    """`mailPieces` is one piece, or a list of them in a summary of several."""

    mail_pieces: MailPiece | list[MailPiece] | None = None
    errors: list[Problem] | None = None
    http_message: Text | None = None
    more_information: Text | None = None
