"""Parcels follow fulfillments."""

import pytest
from msgspec.structs import replace

from aftercart.commerce.orders import actions as orders
from aftercart.commerce.orders.facts import ParcelFact
from aftercart.commerce.orders.models import Order
from aftercart.core import clock, sql
from aftercart.core.models import Store
from aftercart.delivery.shipments import actions, queries
from aftercart.delivery.shipments.models import Shipment, ShipmentContent, TrackingEvent
from tests.support.rooms import (
    TRACKER,
    events,
    hours,
    incoming,
    new_store,
    order,
    rows,
    scan,
    sent,
    tracking,
    types,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Store:
    return new_store()


def buy(store, external_id="1", **changes):
    orders.record(incoming(store, order(external_id, **changes)))
    return Order.objects.get(store=store, external_id=external_id).pk


def send(store, *facts, quiet=False):
    orders.record_fulfillments(incoming(store, *facts, quiet=quiet))


def track(store, number, *scans, **changes):
    actions.record(incoming(store, tracking(number, *scans, **changes), source=TRACKER))


def parcels(store, order_id):
    """What an order's page shows: numbers and statuses, in order."""
    views = queries.parcels_of_orders(store.pk, [order_id])[order_id]
    return [(view.tracking_number, view.status) for view in views]


def told(store):
    return types([event for event in events(store) if event["type"].startswith("shipment.")])


def delivery(order_id):
    return Order.objects.get(pk=order_id).delivery_status


def test_every_number_is_a_parcel(store):
    bought = buy(store)
    send(store, sent("f", "N001", "n-001", "N002"))
    assert parcels(store, bought) == [("N001", "pending"), ("N002", "pending")]
    assert told(store) == ["shipment.created", "shipment.created"]
    assert events(store)[-1]["data"]["status"] == "pending"
    assert delivery(bought) == "pending"
    send(store, sent("f", "N001", "N002", updated_at=hours(5), location="Hall 2"))
    assert told(store) == ["shipment.created", "shipment.created"]


def test_what_the_merchant_entered(store):
    bought = buy(store)
    entered = ParcelFact(number="N001", carrier="Bo's Vans", url="https://vans.example/N001")
    send(store, sent("f", parcels=(entered,)))
    [view] = queries.parcels_of_orders(store.pk, [bought])[bought]
    assert (view.carrier, view.carrier_name) == ("", "Bo's Vans")
    assert view.tracking_url == "https://vans.example/N001"
    send(
        store,
        sent("f", parcels=(replace(entered, carrier="UPS", url="data:x"),), updated_at=hours(9)),
    )
    [view] = queries.parcels_of_orders(store.pk, [bought])[bought]
    assert (view.carrier, view.carrier_name) == ("ups", "UPS")
    assert view.tracking_url == "https://vans.example/N001"


def test_without_a_number_there_is_still_a_parcel(store):
    bought = buy(store)
    send(store, sent("f", "n/a"), sent("g"))
    assert parcels(store, bought) == [("n/a", "pending"), ("", "pending")]
    assert {parcel.reference[:2] for parcel in Shipment.objects.filter(store=store)} == {"f:"}


def test_words_instead_of_numbers_do_not_join_strangers(store):
    first, second = buy(store, "1"), buy(store, "2")
    send(store, sent("f", "BY HAND"), sent("g", "by hand", order_id="2"))
    assert len({view.pk for view in Shipment.objects.filter(store=store)}) == 2
    assert len(parcels(store, first)) == len(parcels(store, second)) == 1


def test_a_number_in_several_orders_is_one_parcel(store):
    first, second = buy(store, "1"), buy(store, "2")
    send(store, sent("f", "N001"), sent("g", "N001", order_id="2"))
    parcel = Shipment.objects.get(store=store)
    assert queries.orders_in_parcels(store.pk, [parcel.pk]) == {parcel.pk: [first, second]}
    assert queries.orders_by_number(store.pk, "n 001") == [first, second]
    created = events(store, "shipment.created")
    assert [event["order_id"] for event in created] == [first, second]


def test_two_fulfillments_of_one_order_in_one_parcel_are_told_once(store):
    bought = buy(store)
    send(store, sent("f", "N001", items={"a": 1}))
    send(store, sent("g", "N001", items={"b": 1}))
    [view] = queries.parcels_of_orders(store.pk, [bought])[bought]
    assert len(view.fulfillment_ids) == 2
    assert told(store) == ["shipment.created"]
    send(store, sent("f", "N001", status="cancelled", updated_at=hours(9)))
    assert parcels(store, bought) == [("N001", "pending")]
    assert told(store) == ["shipment.created"]


def test_a_changed_number_leaves_the_old_parcel(store):
    bought = buy(store)
    send(store, sent("f", "OLD1"))
    track(store, "OLD1", scan(2, "exception", "lost"))
    assert delivery(bought) == "exception"
    send(store, sent("f", "NEW1", updated_at=hours(9)))
    assert parcels(store, bought) == [("NEW1", "pending")]
    assert delivery(bought) == "pending"
    assert told(store)[-2:] == ["shipment.created", "shipment.detached"]
    detached = events(store, "shipment.detached")[0]
    assert (detached["order_id"], detached["shipment_id"]) == (
        bought,
        Shipment.objects.get(store=store, tracking_number="OLD1").pk,
    )
    track(store, "OLD1", scan(3, "delivered"))
    assert delivery(bought) == "pending"
    assert events(store)[-1]["order_id"] is None
    # A team member who searches for the old number still finds the order.
    assert queries.orders_by_number(store.pk, "OLD1") == [bought]


def test_a_cancelled_fulfillment_has_no_parcel_until_it_is_back(store):
    bought = buy(store)
    send(store, sent("f", "N001"))
    send(store, sent("f", "N001", status="cancelled", updated_at=hours(2)))
    assert parcels(store, bought) == []
    assert delivery(bought) == ""
    send(store, sent("f", "N001", updated_at=hours(3)))
    assert parcels(store, bought) == [("N001", "pending")]
    assert told(store) == ["shipment.created", "shipment.detached", "shipment.created"]
    assert ShipmentContent.objects.filter(store=store).count() == 1


def test_known_to_the_tracker_before_the_order(store):
    track(store, "N001", scan(2, "in_transit"), scan(3, "out_for_delivery"))
    assert [event["order_id"] for event in events(store)] == [None, None, None]
    bought = buy(store, fulfillments=(sent("f", "N001"),))
    assert parcels(store, bought) == [("N001", "out_for_delivery")]
    assert delivery(bought) == "out_for_delivery"
    mine = [event for event in events(store) if event["order_id"] == bought]
    assert types(mine)[2:] == ["shipment.created", "shipment.out_for_delivery"]
    assert mine[-1]["occurred_at"] == hours(3)
    assert not mine[-1]["quiet"]


def test_old_news_stay_quiet_when_they_are_attached(store):
    track(store, "N001", scan(2, "delivered"))
    buy(store)
    send(store, sent("f", "N001"), quiet=True)
    assert {event["quiet"] for event in events(store, "shipment.created")[-1:]} == {True}
    assert events(store, "shipment.delivered")[-1]["quiet"]


def test_what_was_scanned_before_the_number_was_known_belongs_to_it(store):
    bought = buy(store)
    send(store, sent("f"))
    news = tracking("", scan(5, "in_transit"), fulfillment_external_id="f")
    actions.record(incoming(store, news))
    send(store, sent("f", "N001", updated_at=hours(9)))
    assert parcels(store, bought) == [("N001", "in_transit")]
    assert delivery(bought) == "in_transit"
    loud = [event["quiet"] for event in events(store, "shipment.in_transit")]
    assert loud == [False, True]
    assert TrackingEvent.objects.filter(store=store).count() == 2
    track(store, "N001", scan(5, "in_transit"))
    assert TrackingEvent.objects.filter(store=store).count() == 2


def test_a_number_that_the_tracker_knew_gets_what_was_scanned_without_it(store):
    bought = buy(store)
    send(store, sent("f"))
    news = tracking("", scan(5, "in_transit"), fulfillment_external_id="f")
    actions.record(incoming(store, news))
    track(store, "N001", scan(8, "out_for_delivery"))
    send(store, sent("f", "N001", updated_at=hours(9)))
    parcel = Shipment.objects.get(store=store, tracking_number="N001")
    assert (parcel.status, parcel.in_transit_at) == ("out_for_delivery", hours(5))
    assert delivery(bought) == "out_for_delivery"


DAYS = 24


def test_scans_of_an_earlier_parcel_with_the_same_number(store):
    """A tracker tells the history of a number that the carrier has given away before."""
    track(store, "N001", scan(-200 * DAYS, "in_transit"), scan(-199 * DAYS, "delivered"))
    bought = buy(store)
    send(store, sent("f", "N001"))
    assert parcels(store, bought) == [("N001", "pending")]
    track(store, "N001", scan(-199 * DAYS, "delivered"), scan(5, "in_transit"))
    assert delivery(bought) == "in_transit"
    track(store, "N001", scan(9, "delivered"))
    assert delivery(bought) == "delivered"
    assert [event["order_id"] for event in events(store, "shipment.delivered")] == [None, bought]


def test_a_number_used_again_is_a_new_parcel(store):
    first = buy(store, "1")
    send(store, sent("f", "N001", order_id="1"))
    track(store, "N001", scan(9, "delivered"))
    second = buy(store, "2")
    send(store, sent("g", "N001", order_id="2", at=200 * DAYS))
    assert parcels(store, first) == [("N001", "delivered")]
    assert parcels(store, second) == [("N001", "pending")]
    track(store, "N001", scan(9, "delivered"), scan(201 * DAYS, "in_transit"))
    assert (delivery(first), delivery(second)) == ("delivered", "in_transit")
    assert queries.orders_by_number(store.pk, "N001") == [first, second]


def test_another_stores_number_is_another_parcel(store):
    other = new_store("south")
    north, south = buy(store), buy(other)
    send(store, sent("f", "N001"))
    send(other, sent("f", "N001"))
    track(other, "N001", scan(2, "delivered"))
    assert parcels(store, north) == [("N001", "pending")]
    assert parcels(other, south) == [("N001", "delivered")]
    assert queries.parcels_of_orders(other.pk, [north]) == {north: []}
    assert queries.orders_by_number(other.pk, "N001") == [south]


def test_the_database_refuses_contents_of_another_stores_order(store):
    other = new_store("south")
    north = buy(store)
    buy(other)
    send(other, sent("f", "N001"))
    with pytest.raises(Exception, match="violates foreign key"):
        sql.run(
            "UPDATE shipments_shipmentcontent SET order_id = %s WHERE store_id = %s",
            [north, other.pk],
        )


def test_everything_in_one_batch(store):
    facts = [
        order(f"{n}", fulfillments=(sent("f", f"N01{n}", "SHARED1", order_id=f"{n}"),))
        for n in range(3)
    ]
    with clock.moved_to(hours(1)):
        orders.record(incoming(store, *facts))
    assert Shipment.objects.filter(store=store).count() == 4
    assert ShipmentContent.objects.filter(store=store).count() == 6
    assert len(events(store, "shipment.created")) == 6
    assert set(rows("orders_order", store, "delivery_status")) == {("pending",)}


def test_forgetting_a_person(store):
    from aftercart.commerce.customers import actions as customers
    from aftercart.commerce.customers.facts import ErasureFact

    buy(store, fulfillments=(sent("f", "N001"),))
    track(store, "N001", scan(2, "delivered"), signed_by="Ada Long")
    customers.erase(incoming(store, ErasureFact(email="ada@example.com")))
    assert Shipment.objects.get(store=store).signed_by == ""
