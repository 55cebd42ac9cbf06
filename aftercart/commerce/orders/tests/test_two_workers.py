"""Two workers at once: neither waits for the other for ever, and nothing is lost or told twice."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from aftercart.commerce.orders import actions
from aftercart.commerce.orders.models import Fulfillment, Order
from aftercart.core.models import Store
from tests.support.rooms import events, hours, incoming, line, new_store, order, sent

ORDERS = 40
ROUNDS = 6


@pytest.fixture
def store(transactional_db: None) -> Store:
    return new_store()


def together(*jobs: Callable[[], None]) -> list[BaseException]:
    """Run the jobs at the same time, each on a connection of its own; returns what they raised."""
    gate, raised = threading.Barrier(len(jobs)), []

    def run(job: Callable[[], None]) -> None:
        try:
            gate.wait(10)
            job()
        except BaseException as error:  # noqa: BLE001 - the test shows it
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def test_the_same_orders_from_both_ends(store):
    def tell(forwards: bool) -> None:
        for turn in range(ROUNDS):
            numbers = range(ORDERS) if forwards else reversed(range(ORDERS))
            facts = [
                order(f"{n}", at=turn, lines=(line("a", turn + 1),), fulfillments=(sent("f"),))
                for n in numbers
            ]
            actions.record(incoming(store, *facts))

    def fulfil() -> None:
        for turn in range(ROUNDS):
            facts = [
                sent("f", order_id=f"{n}", updated_at=hours(turn)) for n in reversed(range(ORDERS))
            ]
            actions.record_fulfillments(incoming(store, *facts))

    assert together(lambda: tell(True), lambda: tell(False), fulfil) == []
    assert Order.objects.filter(store=store).count() == ORDERS
    assert Fulfillment.objects.filter(store=store).count() == ORDERS
    placed = [event["order_id"] for event in events(store, "order.placed")]
    assert len(placed) == len(set(placed)) == ORDERS
    sent_once = [event["order_id"] for event in events(store, "fulfillment.created")]
    assert len(sent_once) == len(set(sent_once)) == ORDERS


def test_paid_is_told_once_by_whoever_is_first(store):
    actions.record(incoming(store, *(order(f"{n}") for n in range(ORDERS))))

    def pay() -> None:
        for at in range(1, ROUNDS):
            paid = [order(f"{n}", at=at, financial_status="paid") for n in range(ORDERS)]
            actions.record(incoming(store, *paid))

    assert together(pay, pay) == []
    assert len(events(store, "order.paid")) == ORDERS
