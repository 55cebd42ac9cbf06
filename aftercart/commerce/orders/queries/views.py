"""What reads of orders give: plain Structs."""

from datetime import datetime
from decimal import Decimal

import msgspec

from aftercart.commerce.orders.facts import AddressFact


class OrderView(msgspec.Struct, frozen=True, kw_only=True):
    """An order without its parts. `customer_first_name` is what to greet the shopper with."""

    id: int
    store_id: int
    source: str
    external_id: str
    number: str
    token: str
    customer_id: int | None
    customer_first_name: str
    email: str
    phone: str
    customer_name: str
    locale: str
    currency: str
    total: Decimal
    subtotal: Decimal
    shipping_total: Decimal
    tax_total: Decimal
    discount_total: Decimal
    refunded_total: Decimal
    shown_currency: str
    shown_total: Decimal | None
    financial_status: str
    fulfillment_status: str
    delivery_status: str
    placed_at: datetime
    source_updated_at: datetime
    cancelled_at: datetime | None
    cancel_reason: str
    closed_at: datetime | None
    deleted_at: datetime | None
    erased_at: datetime | None
    shipping_address: AddressFact | None
    billing_address: AddressFact | None
    ship_country: str
    ship_postcode: str
    time_zone: str
    shipping_method: str
    status_url: str
    note: str
    tags: tuple[str, ...]
    is_test: bool
    gift_recipient_name: str
    gift_recipient_email: str
    gift_message: str


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    """A line. `current_quantity` is what is still on the order."""

    id: int
    order_id: int
    external_id: str
    product_external_id: str
    title: str
    variant_title: str
    sku: str
    quantity: int
    current_quantity: int
    price: Decimal
    discount: Decimal
    image_url: str
    requires_shipping: bool


class FulfillmentView(msgspec.Struct, frozen=True, kw_only=True):
    """A fulfillment. `items` are `(line id, quantity)`; where the source did not say what travels,
    they are what `rules.contents` concludes."""

    id: int
    order_id: int
    external_id: str
    status: str
    parcels: tuple[dict[str, str], ...]
    service: str
    location: str
    fulfilled_at: datetime
    items: tuple[tuple[int, int], ...]

    @property
    def is_active(self) -> bool:
        return self.status not in ("cancelled", "error")


class RefundView(msgspec.Struct, frozen=True, kw_only=True):
    """Money given back."""

    id: int
    order_id: int
    amount: Decimal
    currency: str
    reason: str
    refunded_at: datetime


class SentFulfillment(msgspec.Struct, frozen=True, kw_only=True):
    """A fulfillment as the shipments room needs it; a parcel has `number`, `carrier` and `url`."""

    store_id: int
    id: int
    order_id: int
    status: str
    parcels: tuple[dict[str, str], ...]
    fulfilled_at: datetime
    service: str
    ship_country: str

    @property
    def is_active(self) -> bool:
        return self.status not in ("cancelled", "error")
