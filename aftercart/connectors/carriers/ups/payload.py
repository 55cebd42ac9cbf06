"""The parts of UPS's Track reply and Track Alert message that we read.

Every field may be missing or null.
"""

import msgspec

from aftercart.connectors.reading import Text


class Address(msgspec.Struct, rename="camel"):
    city: Text | None = None
    state_province: Text | None = None
    postal_code: Text | None = None
    country_code: Text | None = None
    country: Text | None = None


class Location(msgspec.Struct, rename="camel"):
    address: Address | None = None


class Status(msgspec.Struct, rename="camel"):
    type: Text | None = None
    code: Text | None = None
    status_code: Text | None = None
    description: Text | None = None


class Activity(msgspec.Struct, rename="camel"):
    date: Text | None = None
    time: Text | None = None
    gmt_date: Text | None = None
    gmt_time: Text | None = None
    gmt_offset: Text | None = None
    location: Location | None = None
    status: Status | None = None


class AlternateNumber(msgspec.Struct, rename="camel"):
    number: Text | None = None
    type: Text | None = None


class DeliveryDate(msgspec.Struct, rename="camel"):
    date: Text | None = None
    type: Text | None = None


class DeliveryTime(msgspec.Struct, rename="camel"):
    type: Text | None = None
    start_time: Text | None = None
    end_time: Text | None = None


class DeliveryInformation(msgspec.Struct, rename="camel"):
    location: Text | None = None
    received_by: Text | None = None


class PackageAddress(msgspec.Struct, rename="camel"):
    type: Text | None = None
    address: Address | None = None


class Service(msgspec.Struct, rename="camel"):
    code: Text | None = None
    description: Text | None = None


class Weight(msgspec.Struct, rename="camel"):
    unit_of_measurement: Text | None = None
    weight: Text | None = None


class Package(msgspec.Struct, rename="camel"):
    tracking_number: Text | None = None
    activity: list[Activity] | None = None
    alternate_tracking_number: list[AlternateNumber] | None = None
    delivery_date: list[DeliveryDate] | None = None
    delivery_time: DeliveryTime | None = None
    delivery_information: DeliveryInformation | None = None
    package_address: list[PackageAddress] | None = None
    service: Service | None = None
    weight: Weight | None = None


class Problem(msgspec.Struct, rename="camel"):
    code: Text | None = None
    message: Text | None = None


class Shipment(msgspec.Struct, rename="camel"):
    inquiry_number: Text | None = None
    package: list[Package] | None = None
    warnings: list[Problem] | None = None


class TrackResponse(msgspec.Struct, rename="camel"):
    shipment: list[Shipment] | None = None


class Problems(msgspec.Struct, rename="camel"):
    errors: list[Problem] | None = None


class ActivityLocation(msgspec.Struct, rename="camel"):
    city: Text | None = None
    state_province: Text | None = None
    postal_code: Text | None = None
    country: Text | None = None


class ActivityStatus(msgspec.Struct, rename="camel"):
    type: Text | None = None
    code: Text | None = None
    description: Text | None = None
    description_code: Text | None = None


class Body(msgspec.Struct, rename="camel"):
    """Whatever may come: a Track reply, UPS's errors, or a Track Alert message."""

    track_response: TrackResponse | None = None
    response: Problems | None = None
    tracking_number: Text | None = None
    local_activity_date: Text | None = None
    local_activity_time: Text | None = None
    gmt_activity_date: Text | None = None
    gmt_activity_time: Text | None = None
    activity_location: ActivityLocation | None = None
    activity_status: ActivityStatus | None = None
    scheduled_delivery_date: Text | None = None
    received_by: Text | None = None


class Subscribed(msgspec.Struct, rename="camel"):
    """What Track Alert answers to a list of numbers: those that it took."""

    valid_tracking_numbers: list[Text] | None = None
