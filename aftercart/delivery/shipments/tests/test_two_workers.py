"""Tracking and orders at the same time, from both ends: no deadlock, and both agree in the end."""

import pytest

from aftercart.commerce.orders import actions as orders
from aftercart.commerce.orders.facts import FulfillmentFact, ParcelFact
from aftercart.commerce.orders.models import Order
from aftercart.commerce.orders.tests.test_two_workers import together
from aftercart.core.models import Store
from aftercart.delivery.shipments import actions
from aftercart.delivery.shipments.models import Shipment, TrackingEvent
from tests.support.rooms import (
    TRACKER,
    events,
    hours,
    incoming,
    new_store,
    order,
    scan,
    sent,
    tracking,
)

ORDERS = 30
STEPS = ["in_transit", "out_for_delivery", "attempt_failed", "out_for_delivery", "delivered"]


TURNS = 12


def fulfillment(n: int, turn: int) -> FulfillmentFact:
    """A fulfillment that the merchant edits at every turn, so that its parcels follow anew."""
    parcels = tuple(
        ParcelFact(number=f"N{series}{n:03}", url=f"https://track.example/{turn}")
        for series in (2, 1)
    )
    return sent("f", order_id=f"{n}", parcels=parcels, updated_at=hours(turn))


@pytest.fixture
def store(transactional_db: None) -> Store:
    return new_store()


def test_orders_and_tracking_do_not_wait_for_each_other_for_ever(store):
    def tell_orders() -> None:
        for turn in range(TURNS):
            facts = [
                order(f"{n}", at=turn, fulfillments=(fulfillment(n, turn),))
                for n in reversed(range(ORDERS))
            ]
            orders.record(incoming(store, *facts))

    def track(series: int, forwards: bool) -> None:
        for turn in range(TURNS):
            numbers = range(ORDERS) if forwards else reversed(range(ORDERS))
            status = "delivered" if turn == TURNS - 1 else STEPS[turn % 2]
            facts = [tracking(f"N{series}{n:03}", scan(turn, status)) for n in numbers]
            actions.record(incoming(store, *facts, source=TRACKER))

    assert together(tell_orders, lambda: track(1, True), lambda: track(2, False)) == []
    assert Shipment.objects.filter(store=store, status="delivered").count() == 2 * ORDERS
    assert TrackingEvent.objects.filter(store=store).count() == 2 * ORDERS * TURNS
    assert Order.objects.filter(store=store, delivery_status="delivered").count() == ORDERS


def test_two_trackers_tell_the_same_and_it_is_told_once(store):
    orders.record(
        incoming(
            store,
            *(
                order(f"{n}", fulfillments=(sent("f", f"N1{n:03}", order_id=f"{n}"),))
                for n in range(ORDERS)
            ),
        )
    )

    def track(forwards: bool) -> None:
        for turn, status in enumerate(STEPS):
            numbers = range(ORDERS) if forwards else reversed(range(ORDERS))
            facts = [tracking(f"N1{n:03}", scan(turn, status)) for n in numbers]
            actions.record(incoming(store, *facts, source=TRACKER))

    assert together(lambda: track(True), lambda: track(False)) == []
    assert TrackingEvent.objects.filter(store=store).count() == ORDERS * len(STEPS)
    for kind in ("in_transit", "out_for_delivery", "attempt_failed", "delivered"):
        told = [event["order_id"] for event in events(store, f"shipment.{kind}")]
        assert len(told) == len(set(told)) == ORDERS
