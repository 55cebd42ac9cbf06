"""An order of WooCommerce's as ours. Pure: the same body gives the same facts at any time."""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from html import unescape
from typing import Any, TypeVar

from aftercart.commerce.customers.facts import CustomerFact
from aftercart.commerce.orders.facts import (
    AddressFact,
    FinancialStatus,
    FulfillmentFact,
    FulfillmentItemFact,
    LineItemFact,
    OrderDeletionFact,
    OrderFact,
    RefundFact,
)
from aftercart.connectors.base import ParseError
from aftercart.connectors.reading import (
    LARGEST_AMOUNT,
    Identifier,
    amount,
    country,
    currency,
    identifier,
    required,
    text,
    web_address,
)
from aftercart.connectors.shops.woocommerce import payload, statuses, tracking

Named = TypeVar("Named", LineItemFact, RefundFact)

MOST_PIECES = 1_000_000
SHOWN_SUFFIX = " - "
MOST_LINES = 5000
FINEST_AMOUNT = Decimal("0.0001")


def order_facts(raw: payload.Order) -> list[OrderFact | OrderDeletionFact]:
    """The whole state of an order; none while nothing is bought, a deletion for one in the bin.

    Raises:
        ParseError: its id, its dates, its currency or its total are missing.
    """
    external_id = identifier(required(raw.id, "id"))
    placed_at = payload.utc_moment(raw.date_created_gmt, "date_created_gmt")
    modified_at = payload.utc_moment(raw.date_modified_gmt, "date_modified_gmt") or placed_at
    status = statuses.plain(raw.status)
    if status in statuses.GONE:
        deleted_at = required(modified_at, "date_modified_gmt")
        return [OrderDeletionFact(external_id=external_id, deleted_at=deleted_at)]
    paid_at = payload.utc_moment(raw.date_paid_gmt, "date_paid_gmt")
    if status in statuses.UNPLACED and not paid_at:
        return []
    placed_at = required(placed_at, "date_created_gmt")
    return [_order_fact(raw, external_id, status, placed_at, modified_at or placed_at)]


def _unique(facts: list[Named]) -> tuple[Named, ...]:
    """One fact for each id: a body that names one twice means the later one."""
    return tuple({fact.external_id: fact for fact in facts}.values())


def _order_fact(
    raw: payload.Order, external_id: str, status: str, placed_at: datetime, updated_at: datetime
) -> OrderFact:
    shop_currency = currency(raw.currency, "currency")
    refunds = _refunds(raw, external_id, shop_currency, updated_at)
    return OrderFact(
        external_id=external_id,
        number=text(raw.number, 60) or external_id,
        placed_at=placed_at,
        updated_at=updated_at,
        currency=shop_currency,
        **_money(raw),
        financial_status=_financial_status(raw, status, refunds),
        cancelled_at=updated_at if status in statuses.CANCELLED else None,
        closed_at=payload.utc_moment(raw.date_completed_gmt, "date_completed_gmt"),
        **_person(raw),
        shipping_method=", ".join(filter(None, (name for _, name in _methods(raw))))[:200],
        lines=_unique([*_lines(raw, refunds), *_fees(raw)])[:MOST_LINES],
        fulfillments=_fulfillments(raw, external_id, status, placed_at, updated_at),
        refunds=refunds,
        note=text(raw.customer_note, 5000, lines=True),
    )


def real_id(value: Identifier | None) -> str:
    """The id of something else; WooCommerce says 0 for none."""
    return identifier(value) if value != "0" else ""


def words(value: str | None, limit: int) -> str:
    """A name without the markup and the entities that WordPress leaves in it."""
    return text(re.sub(r"<[^<>]{0,500}>", "", unescape((value or "")[: limit * 4])), limit)


def _money(raw: payload.Order) -> dict[str, Any]:
    """The sums as the shopper saw them: with the tax where the shop's prices include it."""
    lines = raw.line_items or []
    goods = (amount(line.subtotal) + _tax(raw, line.subtotal_tax) for line in lines)
    rebates = (amount(fee.total) + _tax(raw, fee.total_tax) for fee in raw.fee_lines or [])
    sums = {
        "total": amount(required(raw.total, "total")),
        "subtotal": sum(goods, Decimal()),
        "shipping_total": amount(raw.shipping_total) + _tax(raw, raw.shipping_tax),
        "tax_total": amount(raw.total_tax),
        "discount_total": amount(raw.discount_total)
        + _tax(raw, raw.discount_tax)
        - sum((rebate for rebate in rebates if rebate < 0), Decimal()),
    }
    for name, value in sums.items():
        if abs(value) >= LARGEST_AMOUNT:
            raise ParseError(name, "is too large")
    return sums


def _tax(raw: payload.Order, tax: Any) -> Decimal:
    return amount(tax) if raw.prices_include_tax else Decimal()


def _financial_status(
    raw: payload.Order, status: str, refunds: tuple[RefundFact, ...]
) -> FinancialStatus:
    given_back = sum((refund.amount for refund in refunds), Decimal())
    if status == "refunded" or (given_back and given_back >= amount(raw.total)):
        return "refunded"
    if given_back:
        return "partially_refunded"
    if raw.date_paid_gmt and not raw.date_paid_gmt.startswith(payload.NO_DATE):
        return "paid"
    return "voided" if status in statuses.CANCELLED else "pending"


def _person(raw: payload.Order) -> dict[str, Any]:
    billing, shipping = raw.billing or payload.Address(), raw.shipping or payload.Address()
    customer_id = real_id(raw.customer_id)
    billed_to = address_fact(billing)
    sent_to = address_fact(shipping) or (billed_to if _needs_shipping(raw) else None)
    customer = CustomerFact(
        external_id=customer_id,
        email=text(billing.email, 254),
        phone=text(billing.phone, 40),
        first_name=text(billing.first_name, 150),
        last_name=text(billing.last_name, 150),
    )
    return {
        "email": customer.email,
        "phone": customer.phone or text(shipping.phone, 40),
        "customer": customer if customer_id else None,
        "shipping_address": sent_to,
        "billing_address": billed_to,
    }


def address_fact(raw: payload.Address) -> AddressFact | None:
    """The address, or None where nothing of a place is known."""
    names = (words(raw.first_name, 150), words(raw.last_name, 150))
    fact = AddressFact(
        name=" ".join(filter(None, names)),
        company=words(raw.company, 300),
        line1=words(raw.address_1, 300),
        line2=words(raw.address_2, 300),
        city=words(raw.city, 120),
        region=text(raw.state, 120),
        postcode=text(raw.postcode, 20),
        country=country(raw.country),
        phone=text(raw.phone, 40),
    )
    return fact if fact.line1 or fact.city or fact.postcode or fact.country else None


def _methods(raw: payload.Order) -> list[tuple[str, str]]:
    """The shipping methods: their ids without the instance (`flat_rate:3`), and their titles."""
    return [
        (text(line.method_id, 100).partition(":")[0], words(line.method_title, 100))
        for line in raw.shipping_lines or []
    ]


def _needs_shipping(raw: payload.Order) -> bool:
    """Whether anything is to be sent. WooCommerce asks for a shipping method only then."""
    return any(method not in statuses.LOCAL_PICKUP for method, _ in _methods(raw))


def _lines(raw: payload.Order, refunds: tuple[RefundFact, ...]) -> Iterator[LineItemFact]:
    returned = _returned(refunds)
    for index, line in enumerate(raw.line_items or []):
        external_id = identifier(required(line.id, f"line_items[{index}].id"))
        quantity = _pieces(line)
        before = amount(line.subtotal) + _tax(raw, line.subtotal_tax)
        after = amount(line.total) + _tax(raw, line.total_tax)
        title, variant = _titles(line)
        yield LineItemFact(
            external_id=external_id,
            title=title,
            variant_title=variant,
            quantity=quantity,
            current_quantity=max(0, quantity - returned.get(external_id, 0)),
            sku=text(line.sku, 255),
            product_external_id=real_id(line.product_id),
            image_url=web_address(line.image.src) if line.image else "",
            price=(before / quantity).quantize(FINEST_AMOUNT) if quantity else before,
            discount=max(before - after, Decimal()),
            requires_shipping=_needs_shipping(raw),
        )


def _returned(refunds: tuple[RefundFact, ...]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for refund in refunds:
        for item in refund.items:
            counts[item.line_external_id] = counts.get(item.line_external_id, 0) + item.quantity
    return counts


def _pieces(line: payload.LineItem) -> int:
    """A whole number of pieces: 0.4 kg are one piece."""
    if line.quantity is None:
        return 1
    pieces = abs(amount(line.quantity)).to_integral_value(ROUND_CEILING)
    return int(min(pieces, Decimal(MOST_PIECES)))


def _titles(line: payload.LineItem) -> tuple[str, str]:
    """The product's name and the variation's. The line's name may hold both: `Shirt - Red, M`."""
    whole, parent = words(line.name, 500), words(line.parent_name, 500)
    chosen = ", ".join(_chosen(line))[:500]
    if parent and whole.startswith(parent + SHOWN_SUFFIX):
        return parent, chosen or whole.removeprefix(parent + SHOWN_SUFFIX)
    return parent or whole or text(line.sku, 255) or "–", chosen


def _chosen(line: payload.LineItem) -> Iterator[str]:
    """The attributes that were chosen, such as `Color: Black`. Names with an underscore are not
    for eyes; a value that is no plain text is a plugin's."""
    if not real_id(line.variation_id):
        return
    for note in line.meta_data or []:
        if not note.key or note.key.startswith("_"):
            continue
        shown = note.display_value if isinstance(note.display_value, str) else note.value
        if isinstance(shown, str) and shown and len(shown) <= 200:
            yield f"{_label(note)}: {words(shown, 200)}"


def _label(note: payload.Meta) -> str:
    if isinstance(note.display_key, str) and note.display_key:
        return words(note.display_key, 60)
    name = re.sub(r"[-_]+", " ", (note.key or "").removeprefix("attribute_").removeprefix("pa_"))
    return words(name, 60).capitalize()


def _fees(raw: payload.Order) -> Iterator[LineItemFact]:
    """Fees, such as gift wrap, are lines of their own; those below zero count as discounts."""
    for index, fee in enumerate(raw.fee_lines or []):
        price = amount(fee.total) + _tax(raw, fee.total_tax)
        if price > 0:
            yield LineItemFact(
                external_id=f"fee:{identifier(required(fee.id, f'fee_lines[{index}].id'))}"[:120],
                title=words(fee.name, 500) or "–",
                quantity=1,
                current_quantity=1,
                price=price,
                requires_shipping=False,
            )


def _refunds(
    raw: payload.Order, order_external_id: str, shop_currency: str, updated_at: datetime
) -> tuple[RefundFact, ...]:
    """The refunds. A webhook tells neither when nor which lines: then the order's last change is
    taken for the date, until our pull brings the whole refund."""
    facts = []
    for index, refund in enumerate(raw.refunds or []):
        place = f"refunds[{index}]."
        at = payload.utc_moment(refund.date_created_gmt, f"{place}date_created_gmt")
        given_back = abs(amount(refund.amount if refund.amount is not None else refund.total))
        facts.append(
            RefundFact(
                external_id=identifier(required(refund.id, f"{place}id")),
                order_external_id=order_external_id,
                amount=given_back,
                currency=shop_currency,
                reason=text(refund.reason, 500),
                items=tuple(_refunded_items(refund)),
                refunded_at=at or updated_at,
            )
        )
    return _unique([fact for fact in facts if fact.amount])


def _refunded_items(refund: payload.Refund) -> Iterator[FulfillmentItemFact]:
    """A refund's lines carry ids of their own; the meta `_refunded_item_id` names the order's."""
    for line in refund.line_items or []:
        named = (note.value for note in line.meta_data or [] if note.key == "_refunded_item_id")
        line_id = next((value for value in named if isinstance(value, str | int)), "")
        quantity = _pieces(line) if line.quantity else 0
        if line_id and quantity:
            yield FulfillmentItemFact(line_external_id=str(line_id)[:120], quantity=quantity)


def _fulfillments(
    raw: payload.Order, external_id: str, status: str, placed_at: datetime, updated_at: datetime
) -> tuple[FulfillmentFact, ...]:
    """Those with tracking; else one without, where the merchant says that the goods have left."""
    tracked = tracking.fulfillments(raw, external_id, placed_at, updated_at)
    if tracked or status not in statuses.SENT or not _needs_shipping(raw):
        return tracked
    completed_at = payload.utc_moment(raw.date_completed_gmt, "date_completed_gmt")
    return (
        FulfillmentFact(
            external_id=f"{external_id}:sent",
            order_external_id=external_id,
            created_at=completed_at or updated_at,
            updated_at=updated_at,
        ),
    )
