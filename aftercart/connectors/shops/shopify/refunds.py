"""Refunds as ours: money that went back. Pure."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from aftercart.commerce.orders.facts import FulfillmentItemFact, RefundFact
from aftercart.connectors.reading import amount, currency, identifier, moment, required, text, total
from aftercart.connectors.shops.shopify import payload

FAILED = {"failure", "error"}


def refund_fact(
    raw: payload.Refund,
    order_external_id: str,
    shop_currency: str = "",
    fallback: datetime | None = None,
    field: str = "",
) -> RefundFact | None:
    """The refund, in the currency in which the shopper got it; None where no money moved.

    Shopify also records a refund where lines were taken off an unpaid order, or were put back into
    stock: such a one has no transaction.

    Args:
        shop_currency: taken where the body names none.
        fallback: taken where the body has no date of its own.
        field: the path to the refund, for errors.

    Raises:
        ParseError: its id, its order, its date or its currency are missing.
    """
    external_id = identifier(required(raw.id, f"{field}id"))
    sums = list(_sums(raw))
    given_back = total((each for each, _ in sums), f"{field}transactions")
    if not given_back:
        return None
    named = next((code for _, code in sums if code), shop_currency)
    refunded_at = moment(raw.processed_at or raw.created_at) or fallback
    return RefundFact(
        external_id=external_id,
        order_external_id=required(order_external_id, f"{field}order_id"),
        amount=given_back,
        currency=currency(named, f"{field}transactions[0].currency"),
        reason=text(raw.note, 500),
        items=tuple(_items(raw, field)),
        refunded_at=required(refunded_at, f"{field}created_at"),
    )


def _sums(raw: payload.Refund) -> Iterator[tuple[Decimal, str | None]]:
    """The amounts with their currencies: of the transactions, else of the lines."""
    if raw.transactions is None:
        yield from _line_sums(raw)
        return
    for one in raw.transactions:
        is_refund = (one.kind or "refund").lower() == "refund"
        if is_refund and (one.status or "success").lower() not in FAILED:
            yield amount(one.amount), one.currency


def _line_sums(raw: payload.Refund) -> Iterator[tuple[Decimal, str | None]]:
    for line in raw.refund_line_items or []:
        shop = line.subtotal_set.shop_money if line.subtotal_set else None
        code = shop.currency_code if shop else None
        yield amount(line.subtotal) + amount(line.total_tax), code


def _items(raw: payload.Refund, field: str) -> Iterator[FulfillmentItemFact]:
    for index, line in enumerate(raw.refund_line_items or []):
        place = f"{field}refund_line_items[{index}].line_item_id"
        yield FulfillmentItemFact(
            line_external_id=identifier(required(line.line_item_id, place)),
            quantity=line.quantity or 0,
        )
