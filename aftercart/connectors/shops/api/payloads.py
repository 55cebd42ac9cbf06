"""The bodies of our own webhooks: the same fields as the REST API takes.

`orders`: one order, a list of them, or `{"orders": […]}`. `tracking-events`: `{"events": […]}`, a
list of events, or one.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from msgspec import Meta

from aftercart.commerce.customers.facts import CustomerFact
from aftercart.commerce.orders.facts import (
    AddressFact,
    FinancialStatus,
    FulfillmentFact,
    FulfillmentItemFact,
    FulfillmentStatus,
    LineItemFact,
    OrderFact,
    ParcelFact,
    RefundFact,
)
from aftercart.connectors.reading import Amount, Moment, amount, decoder
from aftercart.core import clock
from aftercart.delivery.shipments.facts import (
    PlaceFact,
    Reason,
    ScanFact,
    ShipmentStatus,
    TrackingFact,
)

Identifier = Annotated[str, Meta(min_length=1, max_length=120)]
Text = Annotated[str, Meta(max_length=500)]
Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$")]
Quantity = Annotated[int, Meta(ge=0, le=100_000)]
Payload = TypeVar("Payload")


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field we do not know is a mistake, not a silent loss."""


class Item(Strict, frozen=True, kw_only=True):
    line_external_id: Identifier
    quantity: Quantity


class Line(Strict, frozen=True, kw_only=True):
    external_id: Identifier
    title: Text
    quantity: Quantity
    current_quantity: Quantity | None = None
    variant_title: Text = ""
    sku: Annotated[str, Meta(max_length=255)] = ""
    product_external_id: Annotated[str, Meta(max_length=120)] = ""
    image_url: Annotated[str, Meta(max_length=1000, pattern="^(https?://.*)?$")] = ""
    price: Amount | None = None
    discount: Amount | None = None
    requires_shipping: bool = True


class Fulfillment(Strict, frozen=True, kw_only=True):
    external_id: Identifier
    status: FulfillmentStatus = "success"
    parcels: tuple[ParcelFact, ...] = ()
    items: tuple[Item, ...] | None = None
    service: Text = ""
    created_at: Moment
    updated_at: Moment | None = None


class Refund(Strict, frozen=True, kw_only=True):
    external_id: Identifier
    amount: Amount
    currency: Currency
    reason: Text = ""
    items: tuple[Item, ...] = ()
    refunded_at: Moment


class Order(Strict, frozen=True, kw_only=True):
    external_id: Identifier
    number: Annotated[str, Meta(min_length=1, max_length=60)]
    placed_at: Moment
    updated_at: Moment | None = None
    currency: Currency
    total: Amount
    subtotal: Amount | None = None
    shipping_total: Amount | None = None
    tax_total: Amount | None = None
    discount_total: Amount | None = None
    shown_currency: Currency | None = None
    shown_total: Amount | None = None
    financial_status: FinancialStatus = "unknown"
    cancelled_at: Moment | None = None
    cancel_reason: Text = ""
    email: Text = ""
    phone: Text = ""
    locale: Annotated[str, Meta(max_length=12)] = ""
    customer: CustomerFact | None = None
    shipping_address: AddressFact | None = None
    billing_address: AddressFact | None = None
    shipping_method: Text = ""
    lines: tuple[Line, ...] = ()
    fulfillments: tuple[Fulfillment, ...] | None = None
    refunds: tuple[Refund, ...] | None = None
    note: str = ""
    gift_recipient_name: Text = ""
    gift_recipient_email: Text = ""
    gift_message: str = ""


class TrackingEvent(Strict, frozen=True, kw_only=True):
    tracking_number: Annotated[str, Meta(min_length=1, max_length=100)]
    occurred_at: Moment
    status: ShipmentStatus
    reason: Reason = ""
    carrier: Text = ""
    code: Annotated[str, Meta(max_length=60)] = ""
    text: Annotated[str, Meta(max_length=1000)] = ""
    city: Text = ""
    region: Text = ""
    postcode: Text = ""
    country: Annotated[str, Meta(pattern="^([A-Z]{2})?$")] = ""
    expected_date: date | None = None


class Body(Generic[Payload]):
    """Reads one object, a list of them, or a list of them under `wrapper`."""

    def __init__(self, kind: type[Payload], wrapper: str) -> None:
        self.wrapper = wrapper
        self.one = decoder(kind)
        self.many = decoder(list[kind])  # type: ignore[valid-type]

    def read(self, body: bytes) -> list[Payload]:
        """
        Raises:
            ParseError: a field is missing, unknown or unusable.
        """
        if body.lstrip()[:1] == b"[":
            return self.many(body)
        fields = FIELDS(body)
        if set(fields) == {self.wrapper}:
            return self.many(bytes(fields[self.wrapper]))
        return [self.one(body)]


FIELDS = decoder(dict[str, msgspec.Raw])
ORDERS = Body(Order, "orders")
EVENTS = Body(TrackingEvent, "events")


def read_orders(headers: Mapping[str, str], body: bytes) -> list[Any]:
    """The orders of a body as facts. One without `updated_at` is as new as its delivery.

    Raises:
        ParseError: a field is missing, unknown or unusable.
    """
    sent_at = _sent_at(headers)
    return [_order_fact(order, sent_at) for order in ORDERS.read(body)]


def read_tracking_events(headers: Mapping[str, str], body: bytes) -> list[Any]:
    """One fact per parcel that the events are about.

    Raises:
        ParseError: a field is missing, unknown or unusable.
    """
    by_parcel: dict[tuple[str, str], list[TrackingEvent]] = {}
    for event in EVENTS.read(body):
        by_parcel.setdefault((event.tracking_number, event.carrier), []).append(event)
    return [_tracking_fact(*parcel, events) for parcel, events in by_parcel.items()]


def _sent_at(headers: Mapping[str, str]) -> datetime:
    timestamp = headers.get("webhook-timestamp", "")
    return datetime.fromtimestamp(int(timestamp), UTC) if timestamp.isdecimal() else clock.now()


def _moment(value: Moment | None) -> datetime | None:
    return None if value is None else value.at


def _order_fact(order: Order, sent_at: datetime) -> OrderFact:
    return OrderFact(
        external_id=order.external_id,
        number=order.number,
        placed_at=order.placed_at.at,
        updated_at=order.updated_at.at if order.updated_at else sent_at,
        currency=order.currency,
        total=amount(order.total),
        subtotal=amount(order.subtotal),
        shipping_total=amount(order.shipping_total),
        tax_total=amount(order.tax_total),
        discount_total=amount(order.discount_total),
        shown_currency=order.shown_currency or "",
        shown_total=None if order.shown_total is None else amount(order.shown_total),
        financial_status=order.financial_status,
        cancelled_at=_moment(order.cancelled_at),
        cancel_reason=order.cancel_reason,
        email=order.email,
        phone=order.phone,
        locale=order.locale,
        customer=order.customer,
        shipping_address=order.shipping_address,
        billing_address=order.billing_address,
        shipping_method=order.shipping_method,
        lines=tuple(_line_fact(line) for line in order.lines),
        fulfillments=None
        if order.fulfillments is None
        else tuple(_fulfillment_fact(order, one) for one in order.fulfillments),
        refunds=None
        if order.refunds is None
        else tuple(_refund_fact(order, one) for one in order.refunds),
        note=order.note,
        gift_recipient_name=order.gift_recipient_name,
        gift_recipient_email=order.gift_recipient_email,
        gift_message=order.gift_message,
    )


def _line_fact(given: Line) -> LineItemFact:
    return LineItemFact(
        external_id=given.external_id,
        title=given.title,
        quantity=given.quantity,
        current_quantity=given.current_quantity,
        variant_title=given.variant_title,
        sku=given.sku,
        product_external_id=given.product_external_id,
        image_url=given.image_url,
        price=amount(given.price),
        discount=amount(given.discount),
        requires_shipping=given.requires_shipping,
    )


def _fulfillment_fact(order: Order, given: Fulfillment) -> FulfillmentFact:
    return FulfillmentFact(
        external_id=given.external_id,
        order_external_id=order.external_id,
        status=given.status,
        parcels=given.parcels,
        items=None if given.items is None else _item_facts(given.items),
        service=given.service,
        created_at=given.created_at.at,
        updated_at=_moment(given.updated_at),
    )


def _refund_fact(order: Order, given: Refund) -> RefundFact:
    return RefundFact(
        external_id=given.external_id,
        order_external_id=order.external_id,
        amount=amount(given.amount),
        currency=given.currency,
        reason=given.reason,
        items=_item_facts(given.items),
        refunded_at=given.refunded_at.at,
    )


def _item_facts(items: tuple[Item, ...]) -> tuple[FulfillmentItemFact, ...]:
    return tuple(
        FulfillmentItemFact(line_external_id=item.line_external_id, quantity=item.quantity)
        for item in items
    )


def _tracking_fact(number: str, carrier: str, events: list[TrackingEvent]) -> TrackingFact:
    latest = max(events, key=lambda event: event.occurred_at.at)
    return TrackingFact(
        number=number,
        carrier=carrier,
        scans=tuple(_scan_fact(event) for event in events),
        expected_date=latest.expected_date,
        updated_at=latest.occurred_at.at,
    )


def _scan_fact(event: TrackingEvent) -> ScanFact:
    offset = event.occurred_at.at.utcoffset()
    return ScanFact(
        occurred_at=event.occurred_at.at,
        status=event.status,
        reason=event.reason,
        utc_offset_minutes=None if offset is None else int(offset.total_seconds() // 60),
        code=event.code,
        text=event.text,
        place=PlaceFact(
            city=event.city, region=event.region, postcode=event.postcode, country=event.country
        ),
    )
