"""The parts of GLS's reply that we read. Every field may be missing or null."""

import msgspec

from aftercart.connectors.reading import Text


class Event(msgspec.Struct, rename="camel"):
    code: Text | None = None
    city: Text | None = None
    postal_code: Text | None = None
    country: Text | None = None
    description: Text | None = None
    event_date_time: Text | None = None


class Parcel(msgspec.Struct, rename="camel"):
    requested: Text | None = None
    unitno: Text | None = None
    status: Text | None = None
    status_date_time: Text | None = None
    events: list[Event] | None = None
    error_code: Text | None = None
    error_message: Text | None = None


class Problem(msgspec.Struct, rename="camel"):
    code: Text | None = None
    error_code: Text | None = None
    message: Text | None = None
    error_message: Text | None = None


class Body(Problem):
    parcels: list[Parcel] | None = None
    errors: list[Problem] | None = None
