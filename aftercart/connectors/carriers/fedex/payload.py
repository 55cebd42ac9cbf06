"""The parts of a reply of FedEx's Track API v1 that we read. Every field may be missing or null."""

import msgspec

from aftercart.connectors.reading import Text


class Part(msgspec.Struct, rename="camel"):
    """FedEx writes its names in camel case."""


class Address(Part):
    city: Text | None = None
    state_or_province_code: Text | None = None
    postal_code: Text | None = None
    country_code: Text | None = None
    country_name: Text | None = None


class Contact(Part):
    address: Address | None = None


class Location(Address):
    """An address, or what holds one: scans are written in both ways."""

    location_contact_and_address: Contact | None = None
    address: Address | None = None


class Delay(Part):
    type: Text | None = None
    status: Text | None = None


class ScanEvent(Part):
    date: Text | None = None
    event_type: Text | None = None
    event_description: Text | None = None
    derived_status_code: Text | None = None
    derived_status: Text | None = None
    exception_code: Text | None = None
    exception_description: Text | None = None
    scan_location: Location | None = None
    location_type: Text | None = None
    delay_detail: Delay | None = None


class Ancillary(Part):
    reason: Text | None = None
    reason_description: Text | None = None


class LatestStatus(Part):
    code: Text | None = None
    derived_code: Text | None = None
    description: Text | None = None
    status_by_locale: Text | None = None
    scan_location: Location | None = None
    ancillary_details: list[Ancillary] | None = None
    delay_detail: Delay | None = None


class DateAndTime(Part):
    type: Text | None = None
    date_time: Text | None = None


class Span(Part):
    begins: Text | None = None
    ends: Text | None = None


class Window(Part):
    window: Span | None = None


class Commitment(Part):
    type: Text | None = None


class NumberInfo(Part):
    tracking_number: Text | None = None
    tracking_number_unique_id: Text | None = None
    carrier_code: Text | None = None


class Identifier(Part):
    type: Text | None = None
    value: Text | None = None
    values: list[Text] | None = None


class AdditionalInfo(Part):
    package_identifiers: list[Identifier] | None = None


class ReturnReason(Part):
    type: Text | None = None


class ReturnDetail(Part):
    authorization_name: Text | None = None
    reason_detail: list[ReturnReason] | None = None


class Service(Part):
    description: Text | None = None
    type: Text | None = None


class Weight(Part):
    unit: Text | None = None
    value: Text | None = None


class Measures(Part):
    weight: list[Weight] | None = None


class Package(Part):
    weight_and_dimensions: Measures | None = None


class Delivery(Part):
    signed_by_name: Text | None = None
    received_by_name: Text | None = None
    location_description: Text | None = None


class Problem(Part):
    code: Text | None = None
    message: Text | None = None


class TrackResult(Part):
    tracking_number_info: NumberInfo | None = None
    additional_tracking_info: AdditionalInfo | None = None
    latest_status_detail: LatestStatus | None = None
    scan_events: list[ScanEvent] | None = None
    date_and_times: list[DateAndTime] | None = None
    estimated_delivery_time_window: Window | None = None
    standard_transit_time_window: Window | None = None
    service_commit_message: Commitment | None = None
    delivery_details: Delivery | None = None
    package_details: Package | None = None
    shipment_details: Measures | None = None
    service_detail: Service | None = None
    return_detail: ReturnDetail | None = None
    origin_location: Location | None = None
    shipper_information: Location | None = None
    destination_location: Location | None = None
    recipient_information: Location | None = None
    last_updated_destination_address: Address | None = None
    error: Problem | None = None


class CompleteResult(Part):
    tracking_number: Text | None = None
    track_results: list[TrackResult] | None = None


class Output(Part):
    complete_track_results: list[CompleteResult] | None = None


class Body(Part):
    """A reply: what is known, or why nothing is."""

    output: Output | None = None
    errors: list[Problem] | None = None
