"""Rows to orders. An order takes a row for each of its items; what is said of the order itself may
stand in the first row only (Shopify) or in each. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from msgspec.structs import replace

from aftercart.commerce.customers.facts import CustomerFact
from aftercart.commerce.orders.facts import (
    AddressFact,
    FinancialStatus,
    FulfillmentFact,
    FulfillmentItemFact,
    LineItemFact,
    OrderFact,
    ParcelFact,
    RefundFact,
)
from aftercart.connectors.reading import LARGEST_AMOUNT, text
from aftercart.connectors.shops.csv.columns import Layout
from aftercart.connectors.shops.csv.reading import Record
from aftercart.connectors.shops.csv.understanding import Understood
from aftercart.connectors.shops.csv.values import Cells, Manner, shown_moment

Value = TypeVar("Value")

SHOWN = (
    "number", "placed_at", "customer", "items", "total", "status", "ship_to", "tracking",
)  # fmt: skip

FINANCIAL: dict[str, FinancialStatus] = {
    "paid": "paid",
    "processing": "paid",
    "completed": "paid",
    "complete": "paid",
    "shipped": "paid",
    "delivered": "paid",
    "pending": "pending",
    "pending payment": "pending",
    "unpaid": "pending",
    "on-hold": "pending",
    "on hold": "pending",
    "failed": "pending",
    "authorized": "authorized",
    "partially_paid": "partially_paid",
    "partially paid": "partially_paid",
    "refunded": "refunded",
    "partially_refunded": "partially_refunded",
    "partially refunded": "partially_refunded",
    "voided": "voided",
    "cancelled": "voided",
    "canceled": "voided",
    "expired": "voided",
}
CANCELLED = {"cancelled", "canceled"}
SENT = {"fulfilled", "shipped", "completed", "complete", "delivered", "sent"}


def order(group: Sequence[Record], layout: Layout, manner: Manner) -> Understood:
    """The order that these rows describe, with its parcels where the rows name some.

    Raises:
        CellError: a row cannot be read.
    """
    whole = Cells(group, layout, manner)
    rows = [Cells([record], layout, manner) for record in group]
    number = whole.required("number", 60)
    placed_at = whole.moment("placed_at")
    if placed_at is None:
        raise whole.error("placed_at", _("This is empty. A date is needed."))
    lines = _lines(rows)
    fact = OrderFact(
        external_id=number,
        number=number,
        placed_at=placed_at,
        updated_at=whole.moment("updated_at") or manner.read_at,
        currency=whole.currency("currency"),
        **_money(whole, lines),
        **_status(whole, placed_at),
        **_person(whole),
        shipping_method=whole.text("shipping_method", 200),
        lines=tuple(lines),
        refunds=_refunds(whole, number, placed_at),
        note=whole.text("note", 5000, lines=True),
        tags=tuple(filter(None, (text(tag, 60) for tag in whole.text("tags", 2000).split(",")))),
    )
    sent = _fulfillments(whole, rows, fact, manner)
    return Understood(lines=tuple(record.line for record in group), facts=(fact, *sent))


def _lines(rows: Sequence[Cells]) -> list[LineItemFact]:
    """A line for each row that names an item. Lines have no id of their own: their place is it."""
    lines: list[LineItemFact] = []
    for row in rows:
        title, sku = row.text("item_title", 500), row.text("item_sku", 255)
        if not title and not sku:
            continue
        quantity = row.count("item_quantity")
        lines.append(
            LineItemFact(
                external_id=str(len(lines) + 1),
                title=title or sku,
                variant_title=row.text("item_variant", 500),
                sku=sku,
                quantity=1 if quantity is None else quantity,
                price=row.amount("item_price") or Decimal(),
                discount=row.amount("item_discount") or Decimal(),
                requires_shipping=row.yes("item_ships") is not False,
                image_url=row.web_address("item_image"),
                product_external_id=row.text("item_product_id", 120),
            )
        )
    return lines


def _money(whole: Cells, lines: Sequence[LineItemFact]) -> dict[str, Any]:
    """The sums. A total that is not given is added up."""
    goods = sum((line.price * line.quantity for line in lines), Decimal())
    rebates = sum((line.discount for line in lines), Decimal())
    if max(goods, abs(rebates)) >= LARGEST_AMOUNT:
        raise whole.error("item_price", _("This amount is too large."))

    def given(meaning: str) -> Decimal | None:
        return whole.amount(meaning)

    shipping, tax = given("shipping_total") or Decimal(), given("tax_total") or Decimal()
    discount = given("discount_total")
    discount = rebates if discount is None else abs(discount)
    total = given("total")
    if total is None and not any(line.price for line in lines):
        raise whole.error("total", _("This is empty. A value is needed."))
    return {
        "total": goods - discount + shipping + tax if total is None else total,
        "subtotal": goods,
        "shipping_total": shipping,
        "tax_total": tax,
        "discount_total": discount,
    }


def _status(whole: Cells, placed_at: datetime) -> dict[str, Any]:
    said = whole.text("status", 60).lower().removeprefix("wc-")
    cancelled_at = whole.moment("cancelled_at")
    return {
        "financial_status": FINANCIAL.get(said, "unknown"),
        # Nobody says when: the day of the order stands in.
        "cancelled_at": cancelled_at or (placed_at if said in CANCELLED else None),
    }


def _person(whole: Cells) -> dict[str, Any]:
    billing, shipping = _address(whole, "billing"), _address(whole, "shipping")
    email = _email(whole)
    phones = (whole.text("phone", 40), billing and billing.phone, shipping and shipping.phone)
    phone = next((phone for phone in phones if phone), "")
    locale = whole.text("locale", 12)
    known_as = whole.text("customer_id", 120)
    customer = None
    if known_as not in {"", "0"}:
        customer = CustomerFact(
            external_id=known_as,
            email=email,
            phone=phone,
            first_name=whole.text("first_name", 150) or whole.text("billing_first_name", 150),
            last_name=whole.text("last_name", 150) or whole.text("billing_last_name", 150),
            locale=locale,
            accepts_marketing=whole.yes("accepts_marketing"),
        )
    named = _own_name(whole)
    if named and not (billing and billing.name):
        billing = AddressFact(name=named) if billing is None else _named(billing, named)
    return {
        "email": email,
        "phone": phone,
        "locale": locale,
        "customer": customer,
        "billing_address": billing,
        "shipping_address": shipping or (billing if billing and billing.country else None),
    }


def _email(row: Cells) -> str:
    given = row.text("email", 255)
    if given and ("@" not in given or " " in given or len(given) > 254):
        raise row.error("email", _("This is no e-mail address."))
    return given


def _own_name(whole: Cells) -> str:
    parts = (whole.text(name, 150) for name in ("first_name", "last_name"))
    return " ".join(filter(None, parts))


def _named(address: AddressFact, name: str) -> AddressFact:
    return replace(address, name=name)


def _address(whole: Cells, which: str) -> AddressFact | None:
    def part(name: str, limit: int) -> str:
        return whole.text(f"{which}_{name}", limit)

    names = " ".join(filter(None, (part("first_name", 150), part("last_name", 150))))
    code = whole.country(f"{which}_country")
    fact = AddressFact(
        name=part("name", 300) or names,
        company=part("company", 300),
        line1=part("address1", 300),
        line2=part("address2", 300),
        city=part("city", 120),
        region=part("region", 120),
        # Shopify puts a quote before a postcode, so that no spreadsheet takes it for a number.
        postcode=part("postcode", 21).removeprefix("'")[:20],
        country=code,
        phone=part("phone", 41).removeprefix("'")[:40],
    )
    return fact if fact != AddressFact() else None


def _refunds(whole: Cells, number: str, placed_at: datetime) -> tuple[RefundFact, ...] | None:
    """One refund that stands for all, since a file tells their sum only."""
    given_back = whole.amount("refunded_total")
    if not given_back:
        return None
    fact = RefundFact(
        external_id=f"{number}:refunded"[:120],
        order_external_id=number,
        amount=abs(given_back),
        currency=whole.currency("currency"),
        refunded_at=placed_at,
    )
    return (fact,)


def _fulfillments(
    whole: Cells, rows: Sequence[Cells], order_fact: OrderFact, manner: Manner
) -> tuple[FulfillmentFact, ...]:
    """The parcels that rows name; else one without a number, where the order was sent."""
    sent_at = whole.moment("sent_at")
    given: dict[str, ParcelFact] = {}
    for row in rows:
        parcel = ParcelFact(
            number=row.text("tracking_number", 100),
            carrier=row.text("carrier", 100),
            url=row.web_address("tracking_url"),
        )
        if parcel.number or parcel.url:
            given[parcel.number or parcel.url[-80:]] = parcel
    common: dict[str, Any] = {
        "order_external_id": order_fact.external_id,
        "created_at": max(sent_at or order_fact.placed_at, order_fact.placed_at),
        "updated_at": manner.read_at,
    }
    if given:
        return tuple(
            FulfillmentFact(
                external_id=fulfillment_id(order_fact.number, name), parcels=(parcel,), **common
            )
            for name, parcel in given.items()
        )
    items = tuple(_sent_items(rows)) or None
    if items is None and not _was_sent(whole, sent_at):
        return ()
    return (FulfillmentFact(external_id=sent_id(order_fact.number), items=items, **common),)


def fulfillment_id(number: str, parcel: str) -> str:
    """How a parcel's fulfillment is known, whichever file it comes from."""
    return f"csv:{_plain(number)}:{parcel}"[:120]


def sent_id(number: str) -> str:
    """How the fulfillment of an order that was sent without a tracking number is known."""
    return f"csv:{_plain(number)}:sent"[:120]


def _plain(number: str) -> str:
    """One file writes #1001 and another 1001."""
    return number.strip().lstrip("#").upper()


def _was_sent(whole: Cells, sent_at: datetime | None) -> bool:
    said = whole.text("sent_status", 60).lower()
    if said:
        return said in SENT
    status = whole.text("status", 60).lower().removeprefix("wc-")
    return sent_at is not None or status in SENT


def _sent_items(rows: Sequence[Cells]) -> Iterator[FulfillmentItemFact]:
    """The items that are marked as sent one by one (Shopify); nothing where none is."""
    place = 0
    for row in rows:
        if not row.text("item_title", 500) and not row.text("item_sku", 255):
            continue
        place += 1
        if row.text("item_sent", 60).lower() in SENT:
            quantity = row.count("item_quantity")
            yield FulfillmentItemFact(
                line_external_id=str(place), quantity=1 if quantity is None else quantity
            )


def show(fact: OrderFact, *sent: FulfillmentFact, zone: tzinfo) -> tuple[str, ...]:
    """The order as a row of the columns `SHOWN`, for a person to check."""
    address = fact.shipping_address
    billing = fact.billing_address
    name = (billing and billing.name) or (address and address.name) or ""
    parcels = [parcel for one in sent for parcel in one.parcels]
    return (
        fact.number,
        shown_moment(fact.placed_at, zone),
        ", ".join(filter(None, (name, fact.email))),
        ", ".join(f"{line.quantity} × {line.title}" for line in fact.lines)[:300],
        f"{fact.total} {fact.currency}",
        fact.financial_status,
        " ".join(filter(None, (address.postcode, address.city, address.country)))
        if address
        else "",
        ", ".join(" ".join(filter(None, (one.carrier, one.number))) for one in parcels)[:200],
    )
