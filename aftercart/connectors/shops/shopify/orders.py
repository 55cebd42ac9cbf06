"""An order of Shopify's as ours. Pure: the same body gives the same facts, whenever it is read."""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from aftercart.commerce.customers.facts import CustomerFact
from aftercart.commerce.orders.facts import AddressFact, LineItemFact, OrderFact, RefundFact
from aftercart.connectors.base import ParseError
from aftercart.connectors.reading import (
    amount,
    country,
    currency,
    identifier,
    moment,
    required,
    text,
    total,
    web_address,
)
from aftercart.connectors.shops.shopify import codes, payload
from aftercart.connectors.shops.shopify.fulfillments import fulfillment_fact
from aftercart.connectors.shops.shopify.pictures import small_picture
from aftercart.connectors.shops.shopify.refunds import refund_fact

MOST_TAGS = 250
GIFT_FIELDS = {
    "gift_message": {"gift message", "gift note", "gift card message", "giftmessage", "gift text"},
    "gift_recipient_name": {
        "gift recipient", "gift recipient name", "recipient", "recipient name", "gift to",
    },
    "gift_recipient_email": {"gift recipient email", "recipient email", "gift email"},
}  # fmt: skip
GIFT_LIMITS = {"gift_message": 5000, "gift_recipient_name": 300, "gift_recipient_email": 254}


def order_fact(raw: payload.Order) -> OrderFact:
    """The whole state of an order.

    Raises:
        ParseError: its id, its dates, its currency or its total are missing.
    """
    external_id = identifier(required(raw.id, "id"))
    placed_at = moment(raw.processed_at or raw.created_at or raw.updated_at)
    placed_at = required(placed_at, "created_at")
    refunds = _refunds(raw, external_id, placed_at)
    return OrderFact(
        external_id=external_id,
        number=text(raw.name or raw.order_number, 60) or external_id,
        placed_at=placed_at,
        updated_at=moment(raw.updated_at) or placed_at,
        **_money(raw, edited=_is_edited(raw, refunds)),
        **_payment(raw),
        **_person(raw),
        **_gift(raw),
        shipping_method=_shipping_method(raw),
        lines=tuple(_lines(raw)),
        fulfillments=None
        if raw.fulfillments is None
        else tuple(
            fulfillment_fact(one, external_id, placed_at, f"fulfillments[{index}].")
            for index, one in enumerate(raw.fulfillments)
        ),
        refunds=refunds,
        status_url=web_address(raw.order_status_url),
        note=text(raw.note, 5000, lines=True),
        tags=_tags(raw.tags),
        test=bool(raw.test),
    )


def customer_fact(raw: payload.Customer) -> CustomerFact:
    """A customer as the shop knows them.

    Raises:
        ParseError: the id is missing.
    """
    address = raw.default_address
    return CustomerFact(
        external_id=identifier(required(raw.id, "id")),
        email=text(raw.email, 254),
        phone=text(raw.phone or (address.phone if address else None), 40),
        first_name=text(raw.first_name, 150),
        last_name=text(raw.last_name, 150),
        locale=text(raw.locale, 12),
        accepts_marketing=_accepts_marketing(raw),
        created_at=moment(raw.created_at),
        updated_at=moment(raw.updated_at),
    )


def _accepts_marketing(raw: payload.Customer) -> bool | None:
    if raw.email_marketing_consent and raw.email_marketing_consent.state:
        return raw.email_marketing_consent.state.lower() == "subscribed"
    return raw.accepts_marketing


def _refunds(
    raw: payload.Order, external_id: str, placed_at: datetime
) -> tuple[RefundFact, ...] | None:
    if raw.refunds is None:
        return None
    at = moment(raw.updated_at) or placed_at
    shop = text(raw.currency, 10)
    facts = (
        refund_fact(one, external_id, shop, at, f"refunds[{index}].")
        for index, one in enumerate(raw.refunds)
    )
    return tuple(fact for fact in facts if fact)


def _is_edited(raw: payload.Order, refunds: tuple[RefundFact, ...] | None) -> bool:
    """Whether the current figures are the order's, rather than those it was placed with.

    Shopify's current figures sink with edits, and with refunds as well, which we count on their
    own; on a cancelled order they are zero. So they are taken only where no money went back.
    """
    given_back = refunds or (raw.financial_status or "") in {"refunded", "partially_refunded"}
    return raw.current_total_price is not None and not given_back and raw.cancelled_at is None


def _money(raw: payload.Order, *, edited: bool) -> dict[str, Any]:
    """The sums in the shop's currency. The subtotal is the goods before discounts."""
    shop = raw.currency or _shop_currency(raw.total_price_set)
    price = raw.current_total_price if edited else raw.total_price
    if price is None:
        price = _shop_amount(raw.total_price_set)
    taxes = raw.current_total_tax if edited else raw.total_tax
    discounts = raw.current_total_discounts if edited else raw.total_discounts
    return {
        "currency": currency(shop, "currency"),
        "total": amount(required(price, "total_price")),
        "subtotal": _subtotal(raw, edited=edited),
        "shipping_total": _shipping_total(raw),
        "tax_total": amount(taxes if taxes is not None else raw.total_tax),
        "discount_total": amount(discounts if discounts is not None else raw.total_discounts),
        **_shown(raw, shop, edited=edited),
    }


def _shown(raw: payload.Order, shop: str | None, *, edited: bool) -> dict[str, Any]:
    """What the shopper paid in, where that is not the shop's currency."""
    totals = (edited and raw.current_total_price_set) or raw.total_price_set
    shown = totals.presentment_money if totals else None
    if shown is None or shown.amount is None or not shown.currency_code:
        return {}
    code = currency(shown.currency_code, "total_price_set.presentment_money.currency_code")
    if code == text(shop, 3).upper():
        return {}
    return {"shown_currency": code, "shown_total": amount(shown.amount)}


def _subtotal(raw: payload.Order, *, edited: bool) -> Decimal:
    quantities = (
        (line.price, line.current_quantity if edited else line.quantity) for line in _lines(raw)
    )
    return total((price * (quantity or 0) for price, quantity in quantities), "line_items")


def _shipping_total(raw: payload.Order) -> Decimal:
    whole = _shop_amount(raw.total_shipping_price_set)
    if whole is not None:
        return amount(whole)
    lines = raw.shipping_lines or []
    return total((amount(line.price) for line in lines if not line.is_removed), "shipping_lines")


def _shop_amount(of: payload.MoneySet | None) -> Any:
    return of.shop_money.amount if of and of.shop_money else None


def _shop_currency(of: payload.MoneySet | None) -> str | None:
    return of.shop_money.currency_code if of and of.shop_money else None


def _payment(raw: payload.Order) -> dict[str, Any]:
    status = (raw.financial_status or "").lower()
    return {
        "financial_status": codes.FINANCIAL.get(status, "unknown"),
        "cancelled_at": moment(raw.cancelled_at),
        "cancel_reason": text(raw.cancel_reason, 120).lower() if raw.cancelled_at else "",
        "closed_at": moment(raw.closed_at),
    }


def _person(raw: payload.Order) -> dict[str, Any]:
    shipping, billing = raw.shipping_address, raw.billing_address
    customer = raw.customer if raw.customer and raw.customer.id else None
    known = (raw, customer, shipping, billing)
    phone = next((one.phone for one in known if one and one.phone), None)
    return {
        "email": text(raw.email or raw.contact_email, 254),
        "phone": text(phone, 40),
        "locale": text(raw.customer_locale, 12),
        "customer": customer_fact(customer) if customer else None,
        "shipping_address": _address(shipping),
        "billing_address": _address(billing),
    }


def _address(raw: payload.Address | None) -> AddressFact | None:
    if raw is None:
        return None
    parts = (raw.first_name, raw.last_name)
    fact = AddressFact(
        name=text(raw.name, 300) or " ".join(filter(None, (text(part, 150) for part in parts))),
        company=text(raw.company, 300),
        line1=text(raw.address1, 300),
        line2=text(raw.address2, 300),
        city=text(raw.city, 120),
        region=text(raw.province_code, 120) or text(raw.province, 120),
        postcode=text(raw.zip, 20),
        country=country(raw.country_code) or country(raw.country),
        phone=text(raw.phone, 40),
    )
    return fact if fact != AddressFact() else None


def _shipping_method(raw: payload.Order) -> str:
    lines = (line for line in raw.shipping_lines or [] if not line.is_removed)
    return next((text(line.title, 200) for line in lines if line.title), "")


def _lines(raw: payload.Order) -> Iterator[LineItemFact]:
    gone = _given_back(raw)
    for index, line in enumerate(raw.line_items or []):
        external_id = identifier(required(line.id, f"line_items[{index}].id"))
        quantity = line.quantity if line.quantity is not None else 1
        left = line.current_quantity
        if left is None:
            left = max(quantity - gone.get(external_id, 0), 0)
        yield LineItemFact(
            external_id=external_id,
            title=text(line.title, 500) or text(line.name, 500),
            quantity=quantity,
            current_quantity=left,
            variant_title=text(line.variant_title, 500),
            sku=text(line.sku, 255),
            product_external_id=identifier(line.product_id),
            image_url=small_picture(line.image.src if line.image else None),
            price=amount(line.price if line.price is not None else _shop_amount(line.price_set)),
            discount=_line_discount(line, f"line_items[{index}].discount_allocations"),
            requires_shipping=line.requires_shipping is not False,
        )


def _given_back(raw: payload.Order) -> dict[str, int]:
    """How many of each line were refunded or removed: for bodies without `current_quantity`."""
    gone: dict[str, int] = {}
    for refund in raw.refunds or []:
        for item in refund.refund_line_items or []:
            line = identifier(item.line_item_id)
            gone[line] = gone.get(line, 0) + (item.quantity or 0)
    return gone


def _line_discount(line: payload.LineItem, field: str) -> Decimal:
    """The line's share of all discounts; `total_discount` leaves those of the whole order out."""
    if line.discount_allocations:
        return total((amount(one.amount) for one in line.discount_allocations), field)
    return amount(line.total_discount)


def _tags(value: Any) -> tuple[str, ...]:
    """Tags are one text with commas in webhooks and a list in GraphQL."""
    if value is None:
        return ()
    if isinstance(value, list):
        tags = value
    elif isinstance(value, str):
        tags = value.split(",")
    else:
        raise ParseError("tags", "Expected text or a list")
    clean = (text(tag, 255) for tag in tags[:MOST_TAGS] if isinstance(tag, str))
    return tuple(tag for tag in clean if tag)


def _gift(raw: payload.Order) -> dict[str, Any]:
    """What apps and themes note on an order that is a present: no field of Shopify's own."""
    noted = list(_notes(raw.note_attributes))
    for line in raw.line_items or []:
        noted.extend(_notes(line.properties))
    found: dict[str, Any] = {}
    for name, value in noted:
        for field, names in GIFT_FIELDS.items():
            if name in names and value and field not in found:
                found[field] = text(value, GIFT_LIMITS[field], lines=field == "gift_message")
    return found


def _notes(value: Any) -> Iterator[tuple[str, str]]:
    """Names in one spelling, with their text. Anything may stand here: themes write it."""
    pairs = list(value.items()) if isinstance(value, dict) else []
    if isinstance(value, list):
        pairs = [(one.get("name"), one.get("value")) for one in value if isinstance(one, dict)]
    for name, said in pairs:
        if isinstance(name, str) and isinstance(said, str) and len(name) <= 100:
            yield re.sub(r"[^a-z0-9]+", " ", name.lower()).strip(), said
