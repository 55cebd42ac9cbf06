"""Which state of an order wins, what a change means, and what its parts say together."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import msgspec

from aftercart.commerce.orders.facts import (
    FulfillmentFact,
    LineItemFact,
    OrderFact,
    RefundFact,
)

FINANCIAL_RANK = {
    status: rank
    for rank, status in enumerate(
        (
            "unknown",
            "pending",
            "authorized",
            "partially_paid",
            "paid",
            "partially_refunded",
            "refunded",
            "voided",
        )
    )
}
FULFILLMENT_RANK = {
    status: rank for rank, status in enumerate(("pending", "open", "success", "error", "cancelled"))
}
WAS_PAID = ("paid", "partially_refunded", "refunded")

# What people see of an order; a change of anything else is kept but is no news.
SHOWN = (
    "number",
    "email",
    "phone",
    "customer_name",
    "locale",
    "currency",
    "total",
    "subtotal",
    "shipping_total",
    "tax_total",
    "discount_total",
    "shown_currency",
    "shown_total",
    "financial_status",
    "fulfillment_status",
    "cancelled_at",
    "cancel_reason",
    "deleted_at",
    "shipping_address",
    "time_zone",
    "shipping_method",
    "note",
    "gift_recipient_name",
    "gift_recipient_email",
    "gift_message",
)

Standing = tuple[datetime, bool, int]


def standing(updated_at: datetime, cancelled_at: datetime | None, financial: str) -> Standing:
    """What is compared of two states of one order; the greater wins, and of equals the later told.

    Shops give whole seconds, in which an order may be placed, paid and cancelled: of two states of
    the same second the one that is further along is the later.
    """
    return updated_at, cancelled_at is not None, FINANCIAL_RANK.get(financial, 0)


def standing_of(fact: OrderFact) -> Standing:
    """The standing of an order as a shop tells it."""
    return standing(fact.updated_at, fact.cancelled_at, fact.financial_status)


def wins(fact: OrderFact, stored: Mapping[str, Any]) -> bool:
    """Whether the fact is as new as the stored state, or newer; an older one changes nothing."""
    known = standing(
        stored["source_updated_at"], stored["cancelled_at"], stored["financial_status"]
    )
    return standing_of(fact) >= known


def fulfillment_standing(updated_at: datetime, status: str) -> tuple[datetime, int]:
    """As `standing`, for one fulfillment."""
    return updated_at, FULFILLMENT_RANK.get(status, 0)


def told_at(fact: FulfillmentFact, order_updated_at: datetime | None = None) -> datetime:
    """As of when a fulfillment is as the fact says.

    Told inside an order it is at least as fresh as the order.
    """
    own = fact.updated_at or order_updated_at or fact.created_at
    return max(own, order_updated_at) if order_updated_at else own


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names of what people see of an order and what differs between two states."""
    return [name for name in SHOWN if before[name] != after[name]]


def news(
    before: Mapping[str, Any] | None, after: Mapping[str, Any], changed: Collection[str]
) -> list[str]:
    """The types of the events that a new state stands for, in the order in which they happened.

    Args:
        before: None where the order was not known.
        changed: what differs, by name, `lines` among them.
    """
    types = ["order.placed"] if before is None else []
    if before is not None and changed:
        types.append("order.updated")
    was_paid = before is not None and before["financial_status"] in WAS_PAID
    if after["financial_status"] in WAS_PAID and not was_paid:
        types.append("order.paid")
    was_cancelled = before is not None and before["cancelled_at"] is not None
    if after["cancelled_at"] is not None and not was_cancelled:
        types.append("order.cancelled")
    return types


class Line(msgspec.Struct, frozen=True):
    """What counts of a line when parcels are packed. `quantity` is what is still on the order."""

    key: Any
    quantity: int
    requires_shipping: bool = True


class Sending(msgspec.Struct, frozen=True):
    """What counts of a fulfillment: which lines and how many; no items where nobody said."""

    key: Any
    status: str
    items: Mapping[Any, int] = {}

    @property
    def is_active(self) -> bool:
        return self.status not in ("cancelled", "error")


def contents(lines: Iterable[Line], sendings: Iterable[Sending]) -> dict[Any, dict[Any, int]]:
    """How many of each line travel with each active fulfillment, by their keys.

    Where a source does not say what travels, one fulfillment carries all that no other one does;
    what is in which of several such nobody can know, and they stay empty.
    """
    active = [sending for sending in sendings if sending.is_active]
    known = {sending.key: dict(sending.items) for sending in active}
    silent = [sending.key for sending in active if not sending.items]
    if len(silent) == 1:
        known[silent[0]] = remaining(lines, active)
    return known


def remaining(lines: Iterable[Line], sendings: Iterable[Sending]) -> dict[Any, int]:
    """How many of each line that must be shipped no active fulfillment says it carries."""
    left = {line.key: line.quantity for line in lines if line.requires_shipping}
    for sending in sendings:
        for key, quantity in sending.items.items() if sending.is_active else ():
            left[key] = left.get(key, 0) - quantity
    return {key: quantity for key, quantity in left.items() if quantity > 0}


def fulfillment_status(lines: Collection[Line], sendings: Collection[Sending]) -> str:
    """`unfulfilled`, `partial` or `fulfilled`: what the merchant has sent of what must be shipped.

    A fulfillment that does not say its items is taken to send the rest. What needs no shipping is
    done by itself.
    """
    active = [sending for sending in sendings if sending.is_active]
    left = remaining(lines, active)
    if left and all(sending.items for sending in active):
        return "partial" if active else "unfulfilled"
    has_digital = any(not line.requires_shipping and line.quantity > 0 for line in lines)
    return "fulfilled" if active or has_digital else "unfulfilled"


def told_fulfillment_status(
    lines: Iterable[LineItemFact], fulfillments: Iterable[FulfillmentFact]
) -> str:
    """`fulfillment_status` of what a source says of an order."""
    return fulfillment_status(
        [Line(line.external_id, current_quantity(line), line.requires_shipping) for line in lines],
        [
            Sending(
                sent.external_id,
                sent.status,
                {item.line_external_id: item.quantity for item in sent.items or ()},
            )
            for sent in fulfillments
        ],
    )


def current_quantity(line: LineItemFact) -> int:
    """How many of a line are still on the order."""
    return line.quantity if line.current_quantity is None else line.current_quantity


def refunded_total(order: Mapping[str, Any], refunds: Iterable[tuple[Decimal, str]]) -> Decimal:
    """What was given back, in the order's currency.

    A refund in the currency that the shopper paid in counts at the order's own rate. One in a third
    currency has no rate here; it is shown by itself and left out of the sum.
    """
    total = Decimal(0)
    for amount, currency in refunds:
        if currency == order["currency"]:
            total += amount
        elif currency == order["shown_currency"] and order["shown_total"]:
            total += amount * order["total"] / order["shown_total"]
    return total.quantize(Decimal("0.0001"), ROUND_HALF_EVEN)


def told_refunded_total(fact: OrderFact, refunds: Iterable[RefundFact]) -> Decimal:
    """`refunded_total` of what a source says of an order."""
    order = {
        "currency": fact.currency.upper(),
        "total": fact.total,
        "shown_currency": fact.shown_currency.upper(),
        "shown_total": fact.shown_total,
    }
    return refunded_total(order, [(one.amount, one.currency.upper()) for one in refunds])


def names_of(fact: OrderFact) -> tuple[str, str]:
    """The shopper's name as a whole, and the name that a parcel is addressed to."""
    customer = fact.customer
    own = f"{customer.first_name} {customer.last_name}".strip() if customer else ""
    billing = fact.billing_address.name if fact.billing_address else ""
    shipping = fact.shipping_address.name if fact.shipping_address else ""
    return own or billing.strip() or shipping.strip(), shipping.strip()
