"""What a shop and a carrier say, through the rooms, until it stands on the page."""

import gzip
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from aftercart.commerce.orders import actions as orders
from aftercart.commerce.orders.facts import (
    AddressFact,
    FulfillmentFact,
    FulfillmentItemFact,
    LineItemFact,
    OrderFact,
    ParcelFact,
)
from aftercart.commerce.orders.models import Order
from aftercart.conversation.pages.actions import render
from aftercart.conversation.pages.models import TrackingPage
from aftercart.conversation.pages.tests.made import NOW, at
from aftercart.conversation.pages.tests.stored import make_store
from aftercart.core import clock
from aftercart.core.facts import Incoming
from aftercart.core.models import Store
from aftercart.delivery.shipments import actions as shipments
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

pytestmark = pytest.mark.django_db

SOURCE = "api"
NUMBER = "00340434161094042557"


@pytest.fixture(autouse=True)
def _standing_clock() -> Iterator[None]:
    with clock.moved_to(NOW):
        yield


def sent(number: int, lines: dict[str, int], parcel: str) -> FulfillmentFact:
    return FulfillmentFact(
        external_id=f"sent-{number}",
        order_external_id="1",
        parcels=(ParcelFact(number=parcel, carrier="DHL"),),
        items=tuple(FulfillmentItemFact(line_external_id=k, quantity=q) for k, q in lines.items()),
        created_at=at("2026-11-22 15:00"),
    )


def told(store: Store, *fulfillments: FulfillmentFact) -> Order:
    fact = OrderFact(
        external_id="1",
        number="#1001",
        placed_at=at("2026-11-21 18:20"),
        updated_at=at("2026-11-21 18:20"),
        currency="EUR",
        total=Decimal("98.00"),
        financial_status="paid",
        email="anna@example.com",
        shipping_address=AddressFact(city="Berlin", postcode="10115", country="DE"),
        lines=(
            LineItemFact(external_id="shirt", title="Linen shirt", quantity=2),
            LineItemFact(external_id="socks", title="Wool socks", quantity=1),
        ),
        fulfillments=fulfillments,
    )
    orders.record([Incoming(store.id, SOURCE, fact)])
    return Order.objects.get(store=store)


def scanned(store: Store, *scans: ScanFact, expected: date | None = None) -> None:
    fact = TrackingFact(number=NUMBER, carrier="dhl", scans=scans, expected_date=expected)
    shipments.record([Incoming(store.id, SOURCE, fact)])


def page_of(order: Order) -> str:
    page = render(order.store_id, order.token)
    assert page is not None
    return gzip.decompress(page.body).decode()


def is_stale(order: Order) -> bool:
    return TrackingPage.objects.get(order=order).stale


def test_the_page_follows_the_order_and_its_parcels():
    store = make_store()
    order = told(store)
    assert "We are packing your order" in page_of(order)
    assert not is_stale(order)

    told(store, sent(1, {"shirt": 2}, NUMBER))
    assert is_stale(order)
    page = page_of(order)
    assert "part of your order" in page
    assert "1 item is still to be sent." in page

    berlin = PlaceFact(city="Berlin", country="DE")
    moving = ScanFact(occurred_at=at("2026-11-24 08:14"), status="in_transit", place=berlin)
    scanned(store, moving, expected=date(2026, 11, 26))
    assert "Arriving <em>tomorrow</em>" in page_of(order)

    arrived = ScanFact(occurred_at=at("2026-11-25 08:14"), status="delivered", place=berlin)
    scanned(store, arrived)
    assert is_stale(order)
    page = page_of(order)
    assert "Part of your order has arrived" in page
    assert "09:14" in page


def test_news_that_is_told_twice_leaves_the_page_as_it_was():
    store = make_store()
    order = told(store, sent(1, {"shirt": 2, "socks": 1}, NUMBER))
    scan = ScanFact(occurred_at=at("2026-11-24 08:14"), status="in_transit")
    scanned(store, scan)
    first = page_of(order)
    scanned(store, scan)
    told(store, sent(1, {"shirt": 2, "socks": 1}, NUMBER))
    assert page_of(order) == first
