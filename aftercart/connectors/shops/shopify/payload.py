"""The parts of Shopify's REST-shaped webhook bodies that we read.

Every field may be missing or null: fields come and go with API versions, and personal ones are
withheld from apps without approval (shopify.dev, "Protected customer data").
"""

from typing import Any

import msgspec

from aftercart.connectors.reading import Amount, Count, Identifier, Moment, Text


class Money(msgspec.Struct):
    amount: Amount | None = None
    currency_code: Text | None = None


class MoneySet(msgspec.Struct):
    """One amount in the shop's currency and in the one the shopper saw."""

    shop_money: Money | None = None
    presentment_money: Money | None = None


class Address(msgspec.Struct):
    name: Text | None = None
    first_name: Text | None = None
    last_name: Text | None = None
    company: Text | None = None
    address1: Text | None = None
    address2: Text | None = None
    city: Text | None = None
    province: Text | None = None
    province_code: Text | None = None
    zip: Text | None = None
    country: Text | None = None
    country_code: Text | None = None
    phone: Text | None = None


class Consent(msgspec.Struct):
    state: Text | None = None


class Customer(msgspec.Struct):
    id: Identifier | None = None
    email: Text | None = None
    phone: Text | None = None
    first_name: Text | None = None
    last_name: Text | None = None
    locale: Text | None = None
    accepts_marketing: bool | None = None
    email_marketing_consent: Consent | None = None
    default_address: Address | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None


class Image(msgspec.Struct):
    src: Text | None = None


class DiscountAllocation(msgspec.Struct):
    amount: Amount | None = None


class LineItem(msgspec.Struct):
    """`image` is not in Shopify's body; our own pull adds it."""

    id: Identifier | None = None
    title: Text | None = None
    name: Text | None = None
    variant_title: Text | None = None
    sku: Text | None = None
    product_id: Identifier | None = None
    quantity: Count | None = None
    current_quantity: Count | None = None
    price: Amount | None = None
    price_set: MoneySet | None = None
    total_discount: Amount | None = None
    discount_allocations: list[DiscountAllocation] | None = None
    requires_shipping: bool | None = None
    properties: Any = None
    image: Image | None = None


class Location(msgspec.Struct):
    name: Text | None = None


class FulfillmentEvent(msgspec.Struct):
    id: Identifier | None = None
    fulfillment_id: Identifier | None = None
    order_id: Identifier | None = None
    status: Text | None = None
    message: Text | None = None
    happened_at: Moment | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None
    estimated_delivery_at: Moment | None = None
    city: Text | None = None
    province: Text | None = None
    zip: Text | None = None
    country: Text | None = None


class Fulfillment(msgspec.Struct):
    """`events` is not in Shopify's body; our own pull adds it."""

    id: Identifier | None = None
    order_id: Identifier | None = None
    status: Text | None = None
    tracking_company: Text | None = None
    tracking_number: Text | None = None
    tracking_numbers: list[Text | None] | None = None
    tracking_url: Text | None = None
    tracking_urls: list[Text | None] | None = None
    line_items: list[LineItem] | None = None
    origin_location: Location | None = None
    origin_address: Location | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None
    events: list[FulfillmentEvent] | None = None


class Transaction(msgspec.Struct):
    kind: Text | None = None
    status: Text | None = None
    amount: Amount | None = None
    currency: Text | None = None
    created_at: Moment | None = None
    processed_at: Moment | None = None


class RefundLineItem(msgspec.Struct):
    line_item_id: Identifier | None = None
    quantity: Count | None = None
    subtotal: Amount | None = None
    total_tax: Amount | None = None
    subtotal_set: MoneySet | None = None
    total_tax_set: MoneySet | None = None


class Refund(msgspec.Struct):
    id: Identifier | None = None
    order_id: Identifier | None = None
    note: Text | None = None
    created_at: Moment | None = None
    processed_at: Moment | None = None
    refund_line_items: list[RefundLineItem] | None = None
    transactions: list[Transaction] | None = None
    total_duties_set: MoneySet | None = None


class ShippingLine(msgspec.Struct):
    title: Text | None = None
    price: Amount | None = None
    is_removed: bool | None = None


class Order(msgspec.Struct):
    id: Identifier | None = None
    name: Text | None = None
    order_number: Text | None = None
    email: Text | None = None
    contact_email: Text | None = None
    phone: Text | None = None
    customer_locale: Text | None = None
    currency: Text | None = None
    presentment_currency: Text | None = None
    total_price: Amount | None = None
    total_price_set: MoneySet | None = None
    total_tax: Amount | None = None
    total_discounts: Amount | None = None
    total_shipping_price_set: MoneySet | None = None
    current_total_price: Amount | None = None
    current_total_price_set: MoneySet | None = None
    current_total_tax: Amount | None = None
    current_total_discounts: Amount | None = None
    financial_status: Text | None = None
    created_at: Moment | None = None
    processed_at: Moment | None = None
    updated_at: Moment | None = None
    cancelled_at: Moment | None = None
    cancel_reason: Text | None = None
    closed_at: Moment | None = None
    customer: Customer | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    shipping_lines: list[ShippingLine] | None = None
    line_items: list[LineItem] | None = None
    fulfillments: list[Fulfillment] | None = None
    refunds: list[Refund] | None = None
    order_status_url: Text | None = None
    note: Text | None = None
    note_attributes: Any = None
    tags: Any = None
    test: bool | None = None


class Product(msgspec.Struct):
    """`online_store_url` is not in Shopify's body; our own pull adds it."""

    id: Identifier | None = None
    title: Text | None = None
    handle: Text | None = None
    vendor: Text | None = None
    product_type: Text | None = None
    published_at: Moment | None = None
    updated_at: Moment | None = None
    image: Image | None = None
    images: list[Image] | None = None
    online_store_url: Text | None = None


class Deleted(msgspec.Struct):
    id: Identifier | None = None


class PrivateCustomer(msgspec.Struct):
    """The person a privacy topic is about; it may hold only an e-mail address."""

    id: Identifier | None = None
    email: Text | None = None
    phone: Text | None = None


class DataRequest(msgspec.Struct):
    id: Identifier | None = None


class Privacy(msgspec.Struct):
    shop_domain: Text | None = None
    customer: PrivateCustomer | None = None
    orders_requested: list[Identifier] | None = None
    orders_to_redact: list[Identifier] | None = None
    data_request: DataRequest | None = None
