"""Snapshots are taken from the database as it is, for many orders in the same few queries."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftercart.commerce.catalog.models import Product
from aftercart.conversation.pages import snapshots
from aftercart.conversation.pages.facts import OrderSnapshot, SnapshotItem
from aftercart.conversation.pages.models import Brand
from aftercart.conversation.pages.tests.made import at
from aftercart.conversation.pages.tests.stored import (
    make_fulfillment,
    make_line,
    make_order,
    make_parcel,
    make_refund,
    make_scan,
    make_store,
)
from aftercart.core.tenancy import bound

pytestmark = pytest.mark.django_db


def take_one(order) -> OrderSnapshot:
    with bound(order.store_id):
        return snapshots.take(order.store_id, [order.id])[order.id]


def names(items: tuple[SnapshotItem, ...]) -> list[str]:
    return [f"{item.quantity} {item.title}" for item in items]


def test_an_order_without_parcels():
    order = make_order(make_store())
    make_line(order, "Linen shirt", 2)
    make_line(order, "Gift card", requires_shipping=False)
    snapshot = take_one(order)
    assert names(snapshot.items) == ["2 Linen shirt", "1 Gift card"]
    assert names(snapshot.unshipped) == ["2 Linen shirt"]
    assert snapshot.parcels == ()
    assert snapshot.page_url == f"http://127.0.0.1:8000/t/{order.token}"
    assert (snapshot.shipping_city, snapshot.shipping_country) == ("Berlin", "DE")
    assert snapshot.time_zone_known


def test_every_item_knows_its_parcel_and_the_rest_is_still_to_come():
    order = make_order(make_store())
    shirt, socks = make_line(order, "Linen shirt", 2), make_line(order, "Wool socks", 3)
    later = make_fulfillment(order, {socks: 2}, at("2026-11-23 15:00"))
    first = make_fulfillment(order, {shirt: 1})
    make_parcel(later, number="2222222222")
    parcel = make_parcel(first, number="1111111111")
    make_scan(parcel, "2026-11-23 08:00")
    make_scan(parcel, "2026-11-24 08:14", text="Arrived")
    snapshot = take_one(order)
    assert [names(parcel.items) for parcel in snapshot.parcels] == [
        ["1 Linen shirt"],
        ["2 Wool socks"],
    ]
    assert names(snapshot.unshipped) == ["1 Linen shirt", "1 Wool socks"]
    scans = snapshot.parcels[0].scans
    assert [(str(scan.occurred_at.time()), scan.place, scan.text) for scan in scans] == [
        ("08:14:00", "Leipzig", "Arrived"),
        ("08:00:00", "Leipzig", ""),
    ]
    assert snapshot.parcels[0].carrier_name == "DHL"
    assert "1111111111" in snapshot.parcels[0].tracking_url
    assert snapshot.parcels[0].shipped_at == first.fulfilled_at


def test_several_parcels_of_one_fulfillment_hold_its_items_together():
    order = make_order(make_store())
    shirt = make_line(order, "Linen shirt", 2)
    sent = make_fulfillment(order, {shirt: 2})
    make_parcel(sent, number="1111111111")
    make_parcel(sent, number="2222222222")
    snapshot = take_one(order)
    assert [parcel.items_shared_by for parcel in snapshot.parcels] == [2, 2]
    assert [names(parcel.items) for parcel in snapshot.parcels] == [["2 Linen shirt"]] * 2
    assert snapshot.unshipped == ()


def test_one_parcel_of_two_fulfillments_holds_both():
    order = make_order(make_store())
    shirt, socks = make_line(order, "Linen shirt"), make_line(order, "Wool socks")
    make_parcel(
        make_fulfillment(order, {shirt: 1}),
        make_fulfillment(order, {socks: 1}),
        number="1111111111",
    )
    (parcel,) = take_one(order).parcels
    assert names(parcel.items) == ["1 Linen shirt", "1 Wool socks"]
    assert (parcel.items_shared_by, len(parcel.fulfillment_ids)) == (1, 2)


def test_lines_that_left_the_order_are_not_shown():
    order = make_order(make_store())
    make_line(order, "Linen shirt")
    make_line(order, "Wool socks", 2, current_quantity=0)
    snapshot = take_one(order)
    assert names(snapshot.items) == names(snapshot.unshipped) == ["1 Linen shirt"]


def test_cancelled_fulfillments_ended_contents_and_returns_carry_nothing():
    order = make_order(make_store())
    shirt = make_line(order, "Linen shirt")
    make_parcel(make_fulfillment(order, {shirt: 1}, status="cancelled"), number="1111111111")
    renumbered = make_fulfillment(order, {shirt: 1})
    gone = make_parcel(renumbered, number="2222222222")
    gone.contents.update(active=False)
    make_parcel(renumbered, number="3333333333", is_return=True)
    make_parcel(renumbered, number="4444444444")
    assert [parcel.tracking_number for parcel in take_one(order).parcels] == ["4444444444"]


def test_a_fulfillment_of_downloads_is_no_parcel():
    order = make_order(make_store())
    card = make_line(order, "Gift card", requires_shipping=False)
    make_parcel(make_fulfillment(order, {card: 1}))
    snapshot = take_one(order)
    assert (snapshot.parcels, snapshot.unshipped) == ((), ())


def test_a_fulfillment_that_does_not_say_its_items_carries_the_rest():
    order = make_order(make_store())
    make_line(order, "Linen shirt")
    make_parcel(make_fulfillment(order, {}), number="1111111111")
    snapshot = take_one(order)
    assert names(snapshot.parcels[0].items) == ["1 Linen shirt"]
    assert snapshot.unshipped == ()


def test_pictures_and_links_come_from_the_catalogue_where_the_order_has_none():
    store = make_store()
    Product.objects.create(
        store=store,
        source="api",
        external_id="p1",
        image_url="https://cdn.example/shirt.jpg",
        url="https://northwind.example/shirt",
    )
    order = make_order(store)
    make_line(order, product_external_id="p1")
    make_line(order, product_external_id="p1", image_url="https://cdn.example/blue.jpg")
    pictures = [(item.image_url, item.product_url) for item in take_one(order).items]
    assert pictures == [
        ("https://cdn.example/shirt.jpg", "https://northwind.example/shirt"),
        ("https://cdn.example/blue.jpg", "https://northwind.example/shirt"),
    ]


def test_the_brand_and_the_stores_own_host():
    store = make_store(domain="track.northwind.example")
    Brand.objects.create(
        store=store, accent="#123456", logo=b"x", logo_type="image/png", logo_hash="abc"
    )
    snapshot = take_one(make_order(store))
    assert snapshot.brand.accent == "#123456"
    assert snapshot.brand.background == "#ffffff"
    assert snapshot.brand.logo_url == "http://track.northwind.example/brand/northwind/logo-abc.png"
    assert snapshot.page_url.startswith("http://track.northwind.example/t/")


def test_what_is_not_known_falls_back_to_the_store():
    store = make_store(locale="de", time_zone="Asia/Tokyo")
    snapshot = take_one(make_order(store, time_zone="", locale="", shipping_address=None))
    assert (snapshot.locale, snapshot.time_zone, snapshot.time_zone_known) == (
        "de",
        "Asia/Tokyo",
        False,
    )


def test_money_gifts_and_endings():
    order = make_order(
        make_store(),
        shown_currency="SEK",
        shown_total=Decimal("1100.00"),
        gift_message="All the best",
        deleted_at=at("2026-11-24 10:00"),
    )
    make_refund(order, "10.50")
    snapshot = take_one(order)
    assert (snapshot.shown_currency, snapshot.shown_total) == ("SEK", Decimal("1100.00"))
    assert snapshot.refunds[0].amount == Decimal("10.50")
    assert snapshot.is_gift
    assert snapshot.is_deleted


def test_another_stores_order_is_not_there():
    ours, theirs = make_store("ours"), make_store("theirs")
    order = make_order(theirs)
    with bound(ours.id):
        assert snapshots.take(ours.id, [order.id]) == {}
        assert snapshots.take(theirs.id, [order.id]) == {}
        assert snapshots.take(ours.id, []) == {}


def test_many_orders_cost_as_many_queries_as_one():
    store = make_store()
    orders = []
    for day in range(5):
        order = make_order(store)
        line = make_line(order, product_external_id="p1")
        sent = make_fulfillment(order, {line: 1}, at("2026-11-22 15:00") + timedelta(days=day))
        make_scan(make_parcel(sent, number=f"100000000{day}"), "2026-11-24 08:14")
        orders.append(order.id)
    costs = []
    for wanted in (orders[:1], orders):
        with bound(store.id), CaptureQueriesContext(connection) as queries:
            assert len(snapshots.take(store.id, wanted)) == len(wanted)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 9


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        (("MEMPHIS", "TN", "US", "US"), "Memphis, TN"),
        (("Leipzig", "", "DE", "US"), "Leipzig, DE"),
        (("Berlin", "Berlin", "DE", "DE"), "Berlin"),
        (("", "", "CN", "DE"), "CN"),
        (("", "", "", ""), ""),
    ],
)
def test_places(place, shown):
    assert snapshots.place_of(*place) == shown
