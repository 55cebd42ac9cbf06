"""The parts of a reply of the MyDHL API that we read. Every field may be missing or null."""

import msgspec

from aftercart.connectors.reading import Text


class Part(msgspec.Struct, rename="camel"):
    """DHL writes its names in camel case."""


class ServiceArea(Part):
    code: Text | None = None
    description: Text | None = None


class Event(Part):
    date: Text | None = None
    time: Text | None = None
    gmt_offset: Text | None = msgspec.field(default=None, name="GMTOffset")
    type_code: Text | None = None
    description: Text | None = None
    service_area: list[ServiceArea] | None = None
    signed_by: Text | None = None


class Address(Part):
    city_name: Text | None = None
    postal_code: Text | None = None
    province_code: Text | None = None
    country_code: Text | None = None


class Party(Part):
    postal_address: Address | None = None
    service_area: list[ServiceArea] | None = None


class Piece(Part):
    tracking_number: Text | None = None


class Shipment(Part):
    shipment_tracking_number: Text | None = None
    shipment_timestamp: Text | None = None
    product_code: Text | None = None
    shipper_details: Party | None = None
    receiver_details: Party | None = None
    total_weight: Text | None = None
    unit_of_measurements: Text | None = None
    estimated_time_of_delivery: Text | None = None
    estimated_delivery_date: Text | None = None
    events: list[Event] | None = None
    pieces: list[Piece] | None = None


class Body(Part):
    """A reply: shipments, or a problem as RFC 9457 has it."""

    shipments: list[Shipment] | None = None
    title: Text | None = None
    detail: Text | None = None
    message: Text | None = None
