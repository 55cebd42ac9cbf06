"""What shops say about orders. One `OrderFact` is the whole state of an order at its source."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec

from aftercart.commerce.customers.facts import CustomerFact

FinancialStatus = Literal[
    "pending",
    "authorized",
    "partially_paid",
    "paid",
    "partially_refunded",
    "refunded",
    "voided",
    "unknown",
]
FulfillmentStatus = Literal["pending", "open", "success", "cancelled", "error"]


class AddressFact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A postal address; `country` is ISO 3166-1 alpha-2, `region` the state's code or name."""

    name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""


class LineItemFact(msgspec.Struct, frozen=True, kw_only=True):
    """One line. `current_quantity` is what is left after edits, cancellations and refunds."""

    external_id: str
    title: str
    quantity: int
    current_quantity: int | None = None
    variant_title: str = ""
    sku: str = ""
    product_external_id: str = ""
    image_url: str = ""
    price: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    requires_shipping: bool = True


class FulfillmentItemFact(msgspec.Struct, frozen=True, kw_only=True):
    """How many of a line went with a fulfillment."""

    line_external_id: str
    quantity: int


class ParcelFact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One tracking number as the merchant entered it; any part may be missing."""

    number: str = ""
    carrier: str = ""
    url: str = ""


class FulfillmentFact(msgspec.Struct, frozen=True, kw_only=True):
    """The merchant's act of sending some items. It may arrive before its order."""

    external_id: str
    order_external_id: str
    status: FulfillmentStatus = "success"
    parcels: tuple[ParcelFact, ...] = ()
    items: tuple[FulfillmentItemFact, ...] | None = None  # None: the source did not say
    service: str = ""
    location: str = ""
    created_at: datetime
    updated_at: datetime | None = None


class RefundFact(msgspec.Struct, frozen=True, kw_only=True):
    """Money given back, wholly or in part. It may arrive before its order."""

    external_id: str
    order_external_id: str
    amount: Decimal
    currency: str
    reason: str = ""
    items: tuple[FulfillmentItemFact, ...] = ()
    refunded_at: datetime


class OrderFact(msgspec.Struct, frozen=True, kw_only=True):
    """The state of an order at `updated_at`. An older state than the stored one changes nothing.

    `currency` is the shop's; `shown_currency` and `shown_total` are what the shopper paid in, where
    that differs. `fulfillments` and `refunds` are None where the source does not say.
    """

    external_id: str
    number: str
    placed_at: datetime
    updated_at: datetime
    currency: str
    total: Decimal
    subtotal: Decimal = Decimal(0)
    shipping_total: Decimal = Decimal(0)
    tax_total: Decimal = Decimal(0)
    discount_total: Decimal = Decimal(0)
    shown_currency: str = ""
    shown_total: Decimal | None = None
    financial_status: FinancialStatus = "unknown"
    cancelled_at: datetime | None = None
    cancel_reason: str = ""
    closed_at: datetime | None = None
    email: str = ""
    phone: str = ""
    locale: str = ""
    customer: CustomerFact | None = None
    shipping_address: AddressFact | None = None
    billing_address: AddressFact | None = None
    shipping_method: str = ""
    lines: tuple[LineItemFact, ...] = ()
    fulfillments: tuple[FulfillmentFact, ...] | None = None
    refunds: tuple[RefundFact, ...] | None = None
    status_url: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    test: bool = False
    gift_recipient_name: str = ""
    gift_recipient_email: str = ""
    gift_message: str = ""


class OrderDeletionFact(msgspec.Struct, frozen=True, kw_only=True):
    """The order no longer exists at its source; it is kept here, marked as such."""

    external_id: str
    deleted_at: datetime
