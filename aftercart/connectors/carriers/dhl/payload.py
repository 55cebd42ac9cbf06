"""The parts of a reply of DHL's unified tracking that we read. Every field may be missing."""

from typing import Any

import msgspec

from aftercart.connectors.reading import Identifier, Text


class Part(msgspec.Struct, rename="camel"):
    """DHL writes its names in camel case."""


class Address(Part):
    country_code: Text | None = None
    postal_code: Text | None = None
    address_locality: Text | None = None
    address_region: Text | None = None


class Place(Part):
    address: Address | None = None


class Event(Part):
    timestamp: Text | None = None
    location: Place | None = None
    status_code: Text | None = None
    status: Text | None = None
    status_detailed: Text | None = None
    description: Text | None = None


class Frame(Part):
    estimated_from: Text | None = None
    estimated_through: Text | None = None


class Person(Part):
    name: Text | None = None
    given_name: Text | None = None
    family_name: Text | None = None


class Proof(Part):
    signature_url: Text | None = None
    document_url: Text | None = None
    signed: Person | None = None


class Product(Part):
    product_name: Text | None = None


class Provider(Part):
    destination_provider: Text | None = None


class Quantity(Part):
    value: Text | None = None
    unit_text: Text | None = None


class Reference(Part):
    number: Text | None = None
    type: Text | None = None


class Details(Part):
    product: Product | None = None
    provider: Provider | None = None
    proof_of_delivery: Proof | None = None
    piece_ids: list[Text] | None = None
    weight: Quantity | None = None
    # One of them, or a list: both are sent.
    references: Any = None


class Shipment(Part):
    id: Identifier | None = None
    service: Text | None = None
    origin: Place | None = None
    destination: Place | None = None
    status: Event | None = None
    pick_up_date: Text | None = None
    estimated_time_of_delivery: Text | None = None
    estimated_delivery_time_frame: Frame | None = None
    service_url: Text | None = None
    return_flag: bool | None = None
    details: Details | None = None
    events: list[Event] | None = None


class Body(Part):
    """A reply: shipments, or a problem. `tracking_number` is what we asked for, and put there."""

    tracking_number: Identifier | None = None
    shipments: list[Shipment] | None = None
    title: Text | None = None
    detail: Text | None = None
