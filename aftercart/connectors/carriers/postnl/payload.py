"""The parts of PostNL's reply that we read. Every field may be missing or null."""

from typing import Any

import msgspec

from aftercart.connectors.reading import Amount, Text


class Status(msgspec.Struct, rename="pascal"):
    time_stamp: Text | None = None
    status_code: Text | None = None
    status_description: Text | None = None


class Event(msgspec.Struct, rename="pascal"):
    code: Text | None = None
    description: Text | None = None
    time_stamp: Text | None = None


class Address(msgspec.Struct, rename="pascal"):
    address_type: Text | None = None
    city: Text | None = None
    zipcode: Text | None = None
    country_iso: Text | None = msgspec.field(default=None, name="CountryISO")


class Dimension(msgspec.Struct, rename="pascal"):
    weight: Amount | None = None


class Signature(msgspec.Struct, rename="pascal"):
    signature_name: Text | None = None


class Shipment(msgspec.Struct, rename="pascal"):
    main_barcode: Text | None = None
    barcode: Text | None = None
    product_description: Text | None = None
    delivery_date: Text | None = None
    is_return: Any = None
    status: Status | None = None
    # One entry comes as an object in place of a list.
    old_status: list[Status] | Status | None = None
    event: list[Event] | Event | None = None
    address: list[Address] | Address | None = None
    dimension: Dimension | None = None
    signature: Signature | None = None


class Complete(msgspec.Struct, rename="pascal"):
    shipment: Shipment | None = None


class Fault(msgspec.Struct):
    faultstring: Text | None = None


class Body(msgspec.Struct, rename="pascal"):
    complete_status: Complete | None = None
    current_status: Complete | None = None
    warnings: Any = None
    fault: Fault | None = msgspec.field(default=None, name="fault")
    http_message: Text | None = msgspec.field(default=None, name="httpMessage")
