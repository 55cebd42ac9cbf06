"""Orders in the database, for tests of what reads them back."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from aftercart.commerce.orders.models import Fulfillment, FulfillmentItem, LineItem, Order, Refund
from aftercart.conversation.pages.tests.made import NOW, at
from aftercart.core.links import new_token
from aftercart.core.models import Account, Store
from aftercart.delivery.shipments.models import Shipment, ShipmentContent, TrackingEvent

SOURCE = "api"
SENT_AT = at("2026-11-22 15:00")
_numbers = count(1)


def make_store(slug: str = "northwind", **changes: Any) -> Store:
    account = Account.objects.create(name=slug)
    given = {
        "name": slug.title(),
        "time_zone": "Europe/Berlin",
        "currency": "EUR",
        "contact_email": f"care@{slug}.example",
        "shop_url": f"https://{slug}.example",
    }
    return Store.objects.create(account=account, slug=slug, **{**given, **changes})


def make_order(store: Store, **changes: Any) -> Order:
    number = next(_numbers)
    given = {
        "source": SOURCE,
        "external_id": f"order-{number}",
        "number": f"#{1000 + number}",
        "token": new_token(store.id),
        "email": "anna@example.com",
        "phone": "+49 30 5550123",
        "customer_name": "Anna Weber",
        "currency": "EUR",
        "total": Decimal("98.00"),
        "placed_at": at("2026-11-21 18:20"),
        "source_updated_at": at("2026-11-21 18:20"),
        "recorded_at": at("2026-11-21 18:21"),
        "shipping_address": {
            "name": "Anna Weber",
            "line1": "Lindenallee 4",
            "city": "Berlin",
            "postcode": "10115",
            "country": "DE",
        },
        "ship_country": "DE",
        "ship_postcode": "10115",
        "time_zone": "Europe/Berlin",
        "financial_status": "paid",
    }
    return Order.objects.create(store=store, **{**given, **changes})


def make_line(
    order: Order, title: str = "Linen shirt", quantity: int = 1, **changes: Any
) -> LineItem:
    given = {
        "external_id": f"line-{next(_numbers)}",
        "title": title,
        "quantity": quantity,
        "current_quantity": quantity,
        "price": Decimal("49.00"),
        "requires_shipping": True,
    }
    return LineItem.objects.create(store_id=order.store_id, order=order, **{**given, **changes})


def make_fulfillment(
    order: Order,
    items: dict[LineItem, int],
    when: datetime = SENT_AT,
    **changes: Any,
) -> Fulfillment:
    given = {
        "external_id": f"sent-{next(_numbers)}",
        "status": "success",
        "fulfilled_at": when,
        "source_updated_at": when,
    }
    sent = Fulfillment.objects.create(store_id=order.store_id, order=order, **{**given, **changes})
    for line, quantity in items.items():
        FulfillmentItem.objects.create(
            store_id=order.store_id, fulfillment=sent, line_item=line, quantity=quantity
        )
    return sent


def make_parcel(*sendings: Fulfillment, number: str = "", **changes: Any) -> Shipment:
    reference = f"n:{number}" if number else f"f:{sendings[0].id if sendings else next(_numbers)}"
    given = {
        "tracking_number": number,
        "carrier": "dhl" if number else "",
        "status": "in_transit" if number else "pending",
        "status_at": at("2026-11-24 08:14"),
        "last_scan_at": at("2026-11-24 08:14"),
        "checked_at": NOW - timedelta(minutes=12),
        "created_at": at("2026-11-22 15:00"),
    }
    store_id = sendings[0].store_id if sendings else changes.pop("store_id")
    parcel = Shipment.objects.create(store_id=store_id, reference=reference, **{**given, **changes})
    for position, sent in enumerate(sendings):
        ShipmentContent.objects.create(
            store_id=store_id,
            shipment=parcel,
            order_id=sent.order_id,
            fulfillment=sent,
            position=position,
        )
    return parcel


def make_scan(
    parcel: Shipment, when: str, status: str = "in_transit", **changes: Any
) -> TrackingEvent:
    given = {
        "fingerprint": next(_numbers).to_bytes(16, "big"),
        "source": SOURCE,
        "occurred_at": at(when),
        "status": status,
        "city": "LEIPZIG",
        "country": "DE",
        "utc_offset_minutes": 60,
        "recorded_at": at(when),
    }
    return TrackingEvent.objects.create(
        store_id=parcel.store_id, shipment=parcel, **{**given, **changes}
    )


def make_refund(order: Order, amount: str) -> Refund:
    return Refund.objects.create(
        store_id=order.store_id,
        order=order,
        external_id=f"refund-{next(_numbers)}",
        amount=Decimal(amount),
        currency=order.currency,
        refunded_at=at("2026-11-24 10:00"),
    )
