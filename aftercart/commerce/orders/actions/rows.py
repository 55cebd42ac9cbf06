"""Facts as rows: made to fit their columns, and safe."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import msgspec

from aftercart.commerce.orders import rules
from aftercart.commerce.orders.facts import (
    AddressFact,
    FulfillmentFact,
    LineItemFact,
    OrderFact,
    ParcelFact,
    RefundFact,
)
from aftercart.core.text import clip, web_address
from aftercart.core.time_zones import time_zone

Row = dict[str, Any]

MOST_TAGS, MOST_PARCELS = 250, 100
LONGEST_TAG, LONGEST_PART_OF_ADDRESS = 255, 300
LONGEST_NOTE = 10_000
LARGEST_INTEGER = 2**31 - 1
LARGEST_POSITION = 2**15 - 1
FOUR_DECIMALS = Decimal("0.0001")

NO_ADDRESS = AddressFact()


def order_row(fact: OrderFact) -> Row:
    """The columns that a shop decides, but for the keys and the customer."""
    return {
        "number": clip(fact.number, 60) or clip(fact.external_id, 60),
        "currency": clip(fact.currency, 3).upper(),
        **_sums(fact),
        "financial_status": fact.financial_status,
        "placed_at": fact.placed_at,
        "source_updated_at": fact.updated_at,
        "cancelled_at": fact.cancelled_at,
        "cancel_reason": clip(fact.cancel_reason, 120),
        "closed_at": fact.closed_at,
        "shipping_method": clip(fact.shipping_method, 200),
        "status_url": web_address(fact.status_url, 1000),
        "tags": [clip(tag, LONGEST_TAG) for tag in fact.tags[:MOST_TAGS]],
        "is_test": fact.test,
        **_destination(fact),
        **_personal(fact),
    }


def _sums(fact: OrderFact) -> Row:
    shown = fact.shown_total
    return {
        "total": money(fact.total),
        "subtotal": money(fact.subtotal),
        "shipping_total": money(fact.shipping_total),
        "tax_total": money(fact.tax_total),
        "discount_total": money(fact.discount_total),
        "shown_currency": clip(fact.shown_currency, 3).upper(),
        "shown_total": None if shown is None else money(shown),
    }


def _destination(fact: OrderFact) -> Row:
    to = fact.shipping_address or fact.billing_address or NO_ADDRESS
    country = clip(to.country, 3).upper()
    return {
        "ship_country": country if len(country) == 2 and country.isalpha() else "",
        "time_zone": time_zone(country, to.region, to.postcode),
    }


def _personal(fact: OrderFact) -> Row:
    """What is wiped when the shopper demands it."""
    customer_name, _ = rules.names_of(fact)
    shipping = fact.shipping_address or NO_ADDRESS
    return {
        "email": clip(fact.email, 254),
        "phone": clip(fact.phone, 40),
        "customer_name": clip(customer_name, 300),
        "locale": clip(fact.locale or (fact.customer.locale if fact.customer else ""), 12),
        "shipping_address": address(fact.shipping_address),
        "billing_address": address(fact.billing_address),
        "ship_postcode": clip(shipping.postcode, 20),
        "note": clip(fact.note, LONGEST_NOTE),
        "gift_recipient_name": clip(fact.gift_recipient_name, 300),
        "gift_recipient_email": clip(fact.gift_recipient_email, 254),
        "gift_message": clip(fact.gift_message, LONGEST_NOTE),
    }


WIPED: Row = {
    "status_url": "",
    "email": "",
    "phone": "",
    "customer_name": "",
    "shipping_address": None,
    "billing_address": None,
    "ship_postcode": "",
    "note": "",
    "gift_recipient_name": "",
    "gift_recipient_email": "",
    "gift_message": "",
}
"""What is left of the personal columns once the shopper is forgotten; the language may stay.

The shop's own page about the order is gone too: its address opens what is on it.
"""


def address(fact: AddressFact | None) -> dict[str, str] | None:
    """An address as it is stored: only its parts that are there."""
    if fact is None:
        return None
    parts = {name: clip(getattr(fact, name), LONGEST_PART_OF_ADDRESS) for name in ADDRESS_PARTS}
    return {name: part for name, part in parts.items() if part} or None


ADDRESS_PARTS = AddressFact.__struct_fields__


def line_row(fact: LineItemFact, position: int) -> Row:
    """A line's columns, but for its order. A line without any name is called by its SKU or id."""
    named = (fact.title, fact.variant_title, fact.sku, fact.external_id)
    return {
        "external_id": clip(fact.external_id, 120),
        "position": min(position, LARGEST_POSITION),
        "product_external_id": clip(fact.product_external_id, 120),
        "title": next((clip(name, 500) for name in named if clip(name, 500)), str(position + 1)),
        "variant_title": clip(fact.variant_title, 500),
        "sku": clip(fact.sku, 255),
        "quantity": _whole(fact.quantity),
        "current_quantity": _whole(rules.current_quantity(fact)),
        "price": money(fact.price),
        "discount": money(fact.discount),
        "image_url": web_address(fact.image_url, 1000),
        "requires_shipping": fact.requires_shipping,
    }


def fulfillment_row(fact: FulfillmentFact) -> Row:
    """A fulfillment's columns, but for its order and as of when it is so."""
    return {
        "external_id": clip(fact.external_id, 120),
        "status": fact.status,
        "parcels": parcels(fact.parcels),
        "service": clip(fact.service, 120),
        "location": clip(fact.location, 120),
        "fulfilled_at": fact.created_at,
    }


def parcels(facts: Sequence[ParcelFact]) -> list[dict[str, str]]:
    """The tracking numbers as the merchant entered them, each once; only web addresses stay."""
    kept: list[dict[str, str]] = []
    for fact in facts:
        parts = {
            "number": clip(fact.number, 100),
            "carrier": clip(fact.carrier, 120),
            "url": web_address(fact.url, 1000),
        }
        parcel = {name: part for name, part in parts.items() if part}
        if parcel and parcel not in kept:
            kept.append(parcel)
    return kept[:MOST_PARCELS]


def refund_row(fact: RefundFact) -> Row:
    """A refund's columns, but for its order."""
    return {
        "external_id": clip(fact.external_id, 120),
        "amount": money(fact.amount),
        "currency": clip(fact.currency, 3).upper(),
        "reason": clip(fact.reason, 500),
        "items": [
            {"line": clip(item.line_external_id, 120), "quantity": _whole(item.quantity)}
            for item in fact.items
        ],
        "refunded_at": fact.refunded_at,
    }


def money(amount: Decimal) -> Decimal:
    """An amount with four decimals, as it is stored.

    Raises:
        ValueError: it is no number, or so large that no shop can mean it.
    """
    if not amount.is_finite() or abs(amount) >= 10**15:
        raise ValueError(f"{amount} is not an amount of money")
    return amount.quantize(FOUR_DECIMALS, ROUND_HALF_EVEN)


def _whole(quantity: int) -> int:
    return max(-LARGEST_INTEGER, min(quantity, LARGEST_INTEGER))


def decoded(row: Mapping[str, Any], *names: str) -> Row:
    """The row with its JSON columns, which arrive as text, decoded."""
    values = {name: row[name] for name in names}
    return {
        **row,
        **{
            name: msgspec.json.decode(value) if isinstance(value, str) else value
            for name, value in values.items()
        },
    }
