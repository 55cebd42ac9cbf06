"""From what we are told to the facts the rooms accept."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from aftercart.commerce.customers.facts import CustomerFact
from aftercart.commerce.orders.facts import (
    AddressFact,
    FulfillmentFact,
    FulfillmentItemFact,
    LineItemFact,
    OrderFact,
    ParcelFact,
    RefundFact,
)
from aftercart.connectors.shops.api import schemas
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact


def order_fact(given: schemas.Order, as_of: datetime) -> OrderFact:
    """The order as a fact; without an `updated_at` of its own it is as new as `as_of`."""
    return OrderFact(
        external_id=given.external_id,
        number=given.number,
        placed_at=given.placed_at,
        updated_at=given.updated_at or as_of,
        currency=given.currency,
        total=Decimal(given.total),
        subtotal=Decimal(given.subtotal),
        shipping_total=Decimal(given.shipping_total),
        tax_total=Decimal(given.tax_total),
        discount_total=Decimal(given.discount_total),
        shown_currency=given.shown_currency or "",
        shown_total=Decimal(given.shown_total) if given.shown_total else None,
        financial_status=given.financial_status,
        cancelled_at=given.cancelled_at,
        cancel_reason=given.cancel_reason,
        email=given.email,
        phone=given.phone,
        locale=given.locale,
        customer=CustomerFact(**given.customer.model_dump()) if given.customer else None,
        shipping_address=_address(given.shipping_address),
        billing_address=_address(given.billing_address),
        shipping_method=given.shipping_method,
        lines=tuple(_line(line) for line in given.lines),
        fulfillments=_fulfillments(given),
        refunds=_refunds(given),
        note=given.note,
        gift_recipient_name=given.gift_recipient_name,
        gift_recipient_email=given.gift_recipient_email,
        gift_message=given.gift_message,
    )


def _address(given: schemas.AddressIn | None) -> AddressFact | None:
    return AddressFact(**given.model_dump()) if given else None


def _line(given: schemas.LineIn) -> LineItemFact:
    values = given.model_dump()
    return LineItemFact(
        **{**values, "price": Decimal(given.price), "discount": Decimal(given.discount)}
    )


def _items(given: list[schemas.ItemIn]) -> tuple[FulfillmentItemFact, ...]:
    return tuple(FulfillmentItemFact(**item.model_dump()) for item in given)


def _fulfillments(given: schemas.Order) -> tuple[FulfillmentFact, ...] | None:
    if given.fulfillments is None:
        return None
    return tuple(
        FulfillmentFact(
            external_id=fulfillment.external_id,
            order_external_id=given.external_id,
            status=fulfillment.status,
            parcels=tuple(ParcelFact(**parcel.model_dump()) for parcel in fulfillment.parcels),
            items=None if fulfillment.items is None else _items(fulfillment.items),
            service=fulfillment.service,
            created_at=fulfillment.created_at,
            updated_at=fulfillment.updated_at,
        )
        for fulfillment in given.fulfillments
    )


def _refunds(given: schemas.Order) -> tuple[RefundFact, ...] | None:
    if given.refunds is None:
        return None
    return tuple(
        RefundFact(
            external_id=refund.external_id,
            order_external_id=given.external_id,
            amount=Decimal(refund.amount),
            currency=refund.currency,
            reason=refund.reason,
            items=_items(refund.items),
            refunded_at=refund.refunded_at,
        )
        for refund in given.refunds
    )


def tracking_facts(events: Iterable[schemas.TrackingEventIn]) -> list[TrackingFact]:
    """One fact per parcel, with its events in the order they were sent."""
    by_number: dict[str, list[schemas.TrackingEventIn]] = defaultdict(list)
    for event in events:
        by_number[event.tracking_number].append(event)
    return [_tracking_fact(number, of_parcel) for number, of_parcel in by_number.items()]


def _tracking_fact(number: str, events: list[schemas.TrackingEventIn]) -> TrackingFact:
    newest_first = sorted(events, key=lambda event: event.occurred_at, reverse=True)
    return TrackingFact(
        number=number,
        carrier=next((event.carrier for event in newest_first if event.carrier), ""),
        scans=tuple(_scan(event) for event in events),
        expected_date=newest_first[0].expected_date,
        updated_at=newest_first[0].occurred_at,
    )


def _scan(event: schemas.TrackingEventIn) -> ScanFact:
    offset = event.occurred_at.utcoffset()
    return ScanFact(
        occurred_at=event.occurred_at,
        status=event.status,
        reason=event.reason,
        utc_offset_minutes=int(offset.total_seconds() // 60) if offset is not None else None,
        code=event.code,
        text=event.text,
        place=PlaceFact(
            city=event.city, region=event.region, postcode=event.postcode, country=event.country
        ),
    )
