"""The one snapshot of an order that every surface shows: page, mail, API, whatever comes."""

from datetime import date, datetime
from decimal import Decimal

import msgspec

from aftercart.delivery.shipments.facts import Reason, ShipmentStatus


class SnapshotItem(msgspec.Struct, frozen=True, kw_only=True):
    """A line, or the part of it that travels in one parcel."""

    title: str
    quantity: int
    variant_title: str = ""
    image_url: str = ""
    product_url: str = ""
    sku: str = ""
    price: Decimal = Decimal(0)
    requires_shipping: bool = True


class SnapshotScan(msgspec.Struct, frozen=True, kw_only=True):
    """A scan, newest first. `text` is the carrier's own; our words come from status and reason."""

    occurred_at: datetime
    zone_known: bool
    utc_offset_minutes: int | None
    status: ShipmentStatus
    reason: Reason
    text: str
    place: str


class SnapshotParcel(msgspec.Struct, frozen=True, kw_only=True):
    """One parcel of the order. Times are aware; dates are in the destination's zone.

    Attributes:
        fulfillment_ids: the merchant's acts of sending that travel in it.
        items_shared_by: how many parcels carry `items` together, where the shop did not say which
            item is in which; 1 where the items are this parcel's own.
    """

    shipment_id: int
    fulfillment_ids: tuple[int, ...] = ()
    status: ShipmentStatus
    reason: Reason
    status_at: datetime | None
    carrier: str
    carrier_name: str
    tracking_number: str
    tracking_url: str
    items: tuple[SnapshotItem, ...]
    items_shared_by: int = 1
    scans: tuple[SnapshotScan, ...]
    expected_from: datetime | None = None
    expected_until: datetime | None = None
    expected_date: date | None = None
    delivered_at: datetime | None = None
    last_scan_at: datetime | None = None
    checked_at: datetime | None = None
    signed_by: str = ""
    shipped_at: datetime | None = None


class SnapshotRefund(msgspec.Struct, frozen=True, kw_only=True):
    amount: Decimal
    currency: str
    refunded_at: datetime


class SnapshotBrand(msgspec.Struct, frozen=True, kw_only=True):
    """What pages and mails need to look like the store. `logo_url` is absolute."""

    store_name: str
    store_slug: str
    accent: str
    background: str
    logo_url: str = ""
    logo_width: int | None = None
    logo_height: int | None = None
    contact_email: str = ""
    contact_url: str = ""
    shop_url: str = ""
    footer: str = ""
    sender_name: str = ""
    reply_to: str = ""
    is_demo: bool = False


class OrderSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a surface may show of one order at `taken_at`.

    Attributes:
        time_zone: the destination's IANA zone, or the store's where `time_zone_known` is false.
        items: what is still on the order, with the quantities that are left.
        items_known: whether the shop ever said what was bought.
        unshipped: the items, or the part of them, that are in no parcel yet and need one.
        shown_currency, shown_total: what the shopper paid in, where that is not the shop's own.
    """

    store_id: int
    order_id: int
    token: str
    page_url: str
    number: str
    placed_at: datetime
    taken_at: datetime
    currency: str
    total: Decimal
    shown_currency: str = ""
    shown_total: Decimal | None = None
    is_deleted: bool = False
    email: str
    customer_name: str
    first_name: str
    locale: str
    time_zone: str
    time_zone_known: bool = True
    brand: SnapshotBrand
    items: tuple[SnapshotItem, ...]
    parcels: tuple[SnapshotParcel, ...]
    unshipped: tuple[SnapshotItem, ...]
    items_known: bool = True
    refunds: tuple[SnapshotRefund, ...] = ()
    shipping_city: str = ""
    shipping_region: str = ""
    shipping_country: str = ""
    shipping_method: str = ""
    cancelled_at: datetime | None = None
    cancel_reason: str = ""
    financial_status: str = "unknown"
    delivery_status: str = ""
    is_gift: bool = False
    gift_recipient_name: str = ""
    gift_recipient_email: str = ""
    gift_message: str = ""
    subtotal: Decimal = Decimal(0)
    shipping_total: Decimal = Decimal(0)
    tax_total: Decimal = Decimal(0)
    discount_total: Decimal = Decimal(0)
    refunded_total: Decimal = Decimal(0)
