"""What the API gives, as its OpenAPI document shows it; what it takes is
`aftercart.connectors.shops.api.schemas`.
"""

from datetime import date, datetime

from ninja import Schema

from aftercart.delivery.shipments.facts import Reason, ShipmentStatus


class AcceptedOut(Schema):
    accepted: int


class ItemOut(Schema):
    title: str
    quantity: int
    variant_title: str
    sku: str


class ScanOut(Schema):
    occurred_at: datetime
    status: ShipmentStatus
    reason: Reason
    text: str
    place: str


class ParcelOut(Schema):
    tracking_number: str
    carrier: str
    carrier_name: str
    tracking_url: str
    status: ShipmentStatus
    reason: Reason
    status_at: datetime | None
    expected_date: date | None
    delivered_at: datetime | None
    items: list[ItemOut]
    scans: list[ScanOut]


class OrderOut(Schema):
    external_id: str
    number: str
    placed_at: datetime
    cancelled_at: datetime | None
    currency: str
    total: str
    refunded_total: str
    financial_status: str
    delivery_status: str
    tracking_page_url: str
    parcels: list[ParcelOut]
    unshipped: list[ItemOut]


class OrdersOut(Schema):
    orders: list[OrderOut]
    next_cursor: str | None


class FieldProblem(Schema):
    pointer: str
    detail: str


class Problem(Schema):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[FieldProblem] = []
