"""What is told to us through the REST API and our signed webhooks: the one list of its fields.

The API's OpenAPI document is made from it.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from aftercart.commerce.orders.facts import FinancialStatus, FulfillmentStatus
from aftercart.connectors.shops.api.fields import (
    Amount,
    Country,
    Currency,
    Day,
    Identifier,
    Label,
    Link,
    LongText,
    Moment,
    Quantity,
    ShortText,
)
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

MAX_EVENTS = 1000


class Given(BaseModel):
    """Something the caller sends: a field we do not know is a mistake, not a silent loss."""

    model_config = ConfigDict(extra="forbid")


class AddressIn(Given):
    name: ShortText = ""
    company: ShortText = ""
    line1: ShortText = ""
    line2: ShortText = ""
    city: ShortText = ""
    region: ShortText = ""
    postcode: ShortText = ""
    country: Country = ""
    phone: ShortText = ""


class CustomerIn(Given):
    external_id: Identifier
    email: ShortText = ""
    phone: ShortText = ""
    first_name: ShortText = ""
    last_name: ShortText = ""


class LineIn(Given):
    external_id: Identifier
    title: ShortText
    quantity: Quantity
    current_quantity: Quantity | None = Field(
        None, description="What is still on the order after edits, cancellations and refunds."
    )
    variant_title: ShortText = ""
    sku: ShortText = ""
    product_external_id: Annotated[ShortText, Field(max_length=120)] = ""
    image_url: Link = ""
    price: Amount = "0"
    discount: Amount = "0"
    requires_shipping: StrictBool = True


class ParcelIn(Given):
    number: Annotated[ShortText, Field(max_length=100)] = ""
    carrier: ShortText = ""
    url: Link = ""


class ItemIn(Given):
    line_external_id: Identifier
    quantity: Quantity


class FulfillmentIn(Given):
    external_id: Identifier
    status: FulfillmentStatus = "success"
    parcels: Annotated[list[ParcelIn], Field(max_length=50)] = []
    items: Annotated[list[ItemIn], Field(max_length=500)] | None = Field(
        None, description="Left out: everything that is not in another fulfillment."
    )
    service: ShortText = ""
    created_at: Moment
    updated_at: Moment | None = None


class RefundIn(Given):
    external_id: Identifier
    amount: Amount
    currency: Currency
    reason: ShortText = ""
    items: Annotated[list[ItemIn], Field(max_length=500)] = []
    refunded_at: Moment


class Order(Given):
    """The whole current state of an order. An older `updated_at` changes nothing."""

    external_id: Identifier = Field(description="Your own id; sending it again updates the order.")
    number: Label
    placed_at: Moment
    updated_at: Moment | None = Field(None, description="Left out: now.")
    currency: Currency
    total: Amount
    subtotal: Amount = "0"
    shipping_total: Amount = "0"
    tax_total: Amount = "0"
    discount_total: Amount = "0"
    shown_currency: Currency | None = Field(
        None, description="What the shopper paid in, where that is another currency."
    )
    shown_total: Amount | None = Field(None, description="The total in `shown_currency`.")
    financial_status: FinancialStatus = "unknown"
    cancelled_at: Moment | None = None
    cancel_reason: ShortText = ""
    email: ShortText = ""
    phone: ShortText = ""
    locale: Annotated[ShortText, Field(max_length=12)] = ""
    customer: CustomerIn | None = None
    shipping_address: AddressIn | None = None
    billing_address: AddressIn | None = None
    shipping_method: ShortText = ""
    lines: Annotated[list[LineIn], Field(max_length=500)] = []
    fulfillments: Annotated[list[FulfillmentIn], Field(max_length=200)] | None = Field(
        None, description="Left out: what was sent before stays."
    )
    refunds: Annotated[list[RefundIn], Field(max_length=200)] | None = None
    note: LongText = ""
    gift_recipient_name: ShortText = ""
    gift_recipient_email: ShortText = ""
    gift_message: LongText = ""


class OrderIn(Order):
    """The whole current state of an order. An older `updated_at` changes nothing."""

    silent: StrictBool = Field(False, description="True: an import; nobody is written to.")


class TrackingEventIn(Given):
    tracking_number: Annotated[Identifier, Field(max_length=100)]
    occurred_at: Moment
    status: ShipmentStatus
    reason: Reason = ""
    carrier: ShortText = ""
    code: Annotated[ShortText, Field(max_length=60)] = ""
    text: Annotated[LongText, Field(max_length=1000)] = ""
    city: ShortText = ""
    region: ShortText = ""
    postcode: ShortText = ""
    country: Country = ""
    expected_date: Day | None = Field(None, description="The carrier's estimate at that moment.")


class TrackingEventsIn(Given):
    events: Annotated[list[TrackingEventIn], Field(min_length=1, max_length=MAX_EVENTS)]
    silent: StrictBool = False
