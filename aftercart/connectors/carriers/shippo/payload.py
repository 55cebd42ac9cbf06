"""The parts of Shippo's Track that we read. Every field may be missing or null."""

from typing import Any

import msgspec

from aftercart.connectors.reading import Moment, Text


class Location(msgspec.Struct):
    city: Text | None = None
    state: Text | None = None
    zip: Text | None = None
    country: Text | None = None


class SubStatus(msgspec.Struct):
    code: Text | None = None
    text: Text | None = None


class Status(msgspec.Struct):
    status: Text | None = None
    status_details: Text | None = None
    status_date: Moment | None = None
    substatus: SubStatus | None = None
    location: Location | None = None


class ServiceLevel(msgspec.Struct):
    name: Text | None = None
    token: Text | None = None


class Track(msgspec.Struct):
    tracking_number: Text | None = None
    carrier: Text | None = None
    tracking_status: Status | None = None
    tracking_history: list[Status] | None = None
    eta: Text | None = None
    address_from: Location | None = None
    address_to: Location | None = None
    servicelevel: ServiceLevel | None = None


class Body(Track):
    """A bare Track, or an event with one in `data`, or an error in `detail`."""

    event: Text | None = None
    data: Any = None
    detail: Text | None = None
