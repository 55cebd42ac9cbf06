"""The parts of WooCommerce's objects (REST v3, webhooks) that we read.

PHP blurs forms: an empty object is sent as `[]`, a list with gaps as an object, nothing as `false`
or `""`. `shaped` puts that right before anything is read.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from aftercart.connectors.base import ParseError
from aftercart.connectors.reading import Amount, Identifier, Text, decoder, in_range

Kind = TypeVar("Kind")

LISTS = {
    "line_items", "shipping_lines", "fee_lines", "coupon_lines", "tax_lines", "refunds",
    "meta_data", "images", "categories",
}  # fmt: skip
OBJECTS = {"billing", "shipping", "image"}
NO_DATE = "0000-00-00"


class Meta(msgspec.Struct):
    """A plugin's note; its value may be anything."""

    key: Text | None = None
    value: Any = None
    display_key: Any = None
    display_value: Any = None


class Address(msgspec.Struct):
    first_name: Text | None = None
    last_name: Text | None = None
    company: Text | None = None
    address_1: Text | None = None
    address_2: Text | None = None
    city: Text | None = None
    state: Text | None = None
    postcode: Text | None = None
    country: Text | None = None
    email: Text | None = None
    phone: Text | None = None


class Image(msgspec.Struct):
    src: Text | None = None


class LineItem(msgspec.Struct):
    """`subtotal` is the line before its discounts, `total` after them, both without tax.

    Plugins sell by weight, so that a quantity may be a fraction.
    """

    id: Identifier | None = None
    name: Text | None = None
    parent_name: Text | None = None
    product_id: Identifier | None = None
    variation_id: Identifier | None = None
    quantity: Amount | None = None
    subtotal: Amount | None = None
    subtotal_tax: Amount | None = None
    total: Amount | None = None
    total_tax: Amount | None = None
    sku: Text | None = None
    image: Image | None = None
    meta_data: list[Meta] | None = None


class ShippingLine(msgspec.Struct):
    method_title: Text | None = None
    method_id: Text | None = None


class FeeLine(msgspec.Struct):
    id: Identifier | None = None
    name: Text | None = None
    total: Amount | None = None
    total_tax: Amount | None = None


class Refund(msgspec.Struct):
    """An order has only id, reason and total (below zero) of it; our pull puts the whole there."""

    id: Identifier | None = None
    total: Amount | None = None
    amount: Amount | None = None
    reason: Text | None = None
    date_created_gmt: Text | None = None
    line_items: list[LineItem] | None = None


class Order(msgspec.Struct):
    id: Identifier | None = None
    number: Text | None = None
    status: Text | None = None
    currency: Text | None = None
    date_created_gmt: Text | None = None
    date_modified_gmt: Text | None = None
    date_paid_gmt: Text | None = None
    date_completed_gmt: Text | None = None
    total: Amount | None = None
    total_tax: Amount | None = None
    shipping_total: Amount | None = None
    shipping_tax: Amount | None = None
    discount_total: Amount | None = None
    discount_tax: Amount | None = None
    prices_include_tax: bool | None = None
    customer_id: Identifier | None = None
    customer_note: Text | None = None
    billing: Address | None = None
    shipping: Address | None = None
    line_items: list[LineItem] | None = None
    shipping_lines: list[ShippingLine] | None = None
    fee_lines: list[FeeLine] | None = None
    refunds: list[Refund] | None = None
    meta_data: list[Meta] | None = None


class Customer(msgspec.Struct):
    id: Identifier | None = None
    email: Text | None = None
    first_name: Text | None = None
    last_name: Text | None = None
    billing: Address | None = None
    date_created_gmt: Text | None = None
    date_modified_gmt: Text | None = None


class Category(msgspec.Struct):
    name: Text | None = None


class Product(msgspec.Struct):
    id: Identifier | None = None
    parent_id: Identifier | None = None
    name: Text | None = None
    slug: Text | None = None
    permalink: Text | None = None
    status: Text | None = None
    images: list[Image] | None = None
    categories: list[Category] | None = None
    date_modified_gmt: Text | None = None


class Deleted(msgspec.Struct):
    """All that a `*.deleted` webhook says."""

    id: Identifier | None = None


def reader(kind: type[Kind]) -> Callable[[bytes], Kind]:
    """A function that reads a body into `kind`; it raises `ParseError` and nothing else."""
    read_shaped = decoder(kind)

    def read(body: bytes) -> Kind:
        try:
            return read_shaped(msgspec.json.encode(shaped(msgspec.json.decode(body))))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ParseError("body", "is not JSON") from error
        except (RecursionError, OverflowError) as error:
            raise ParseError("body", "is nested too deeply or holds too large a number") from error

    return read


def shaped(value: Any, name: str = "") -> Any:
    """The value with lists and objects where they belong, and nothing where PHP said `false`."""
    if value is False:
        return None
    if name in LISTS and not isinstance(value, list):
        value = list(value.values()) if isinstance(value, dict) else []
    if name in OBJECTS and not isinstance(value, dict):
        return None
    if isinstance(value, dict):
        return {key: shaped(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [shaped(one) for one in value if one is not None]
    return value


def utc_moment(value: str | None, field: str) -> datetime | None:
    """A moment of a `*_gmt` field: UTC, though it carries no `Z` (REST v3).

    Raises:
        ParseError: it is neither empty nor a moment.
    """
    if not value or value.startswith(NO_DATE):
        return None
    try:
        at = datetime.fromisoformat(value.strip())
        return in_range(at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC))
    except (ValueError, OverflowError) as error:
        raise ParseError(field, "is no moment such as 2026-01-31T12:00:00") from error
