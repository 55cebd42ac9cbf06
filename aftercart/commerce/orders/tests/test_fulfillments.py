"""Recording fulfillments: split orders, late news, sources that do not say what travels."""

from decimal import Decimal

import pytest

from aftercart.commerce.orders import actions, queries
from aftercart.commerce.orders.facts import ParcelFact
from aftercart.commerce.orders.models import Fulfillment, Order
from aftercart.core.models import Store
from tests.support.rooms import (
    events,
    hours,
    incoming,
    line,
    new_store,
    order,
    rows,
    sent,
    types,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Store:
    return new_store()


def record(store, *facts):
    actions.record(incoming(store, *facts))


def record_sent(store, *facts):
    return actions.record_fulfillments(incoming(store, *facts))


def status(store):
    return Order.objects.get(store=store).fulfillment_status


def statuses(store):
    return dict(rows("orders_fulfillment", store, "external_id", "status"))


def contents(store):
    """Which lines, by external id, travel with which fulfillment, as a page shows it."""
    order_id = Order.objects.get(store=store).pk
    names = {one.id: one.external_id for one in queries.lines(store.pk, [order_id])[order_id]}
    return {
        one.external_id: {names[line_id]: quantity for line_id, quantity in one.items}
        for one in queries.fulfillments(store.pk, [order_id])[order_id]
    }


def test_a_split_order_knows_what_is_where(store):
    record(store, order())
    record_sent(store, sent("f1", "1Z1", items={"a": 1}))
    assert status(store) == "partial"
    record_sent(store, sent("f2", "1Z2", items={"a": 1, "b": 1}))
    assert status(store) == "fulfilled"
    assert contents(store) == {"f1": {"a": 1}, "f2": {"a": 1, "b": 1}}
    assert types(events(store)) == ["order.placed", "fulfillment.created", "fulfillment.created"]
    assert events(store)[1]["occurred_at"] == hours(1)
    assert events(store)[1]["data"]["status"] == "success"


def test_what_comes_before_its_order_waits(store):
    assert record_sent(store, sent("f1", order_id="1"), sent("f2", order_id="2")) == [0, 1]
    record(store, order("2"))
    assert record_sent(store, sent("f1", order_id="1"), sent("f2", order_id="2")) == [0]
    assert statuses(store) == {"f2": "success"}


def test_another_stores_order_is_not_known(store):
    other = new_store("south")
    record(other, order())
    assert record_sent(store, sent("f1")) == [0]
    assert actions.record_fulfillments(incoming(other, sent("f1"), source="shop:else")) == [0]


def test_an_older_state_of_a_fulfillment_changes_nothing(store):
    record(store, order())
    record_sent(store, sent("f1", "NEW1", updated_at=hours(5)))
    record_sent(store, sent("f1", "OLD1", updated_at=hours(4)))
    assert Fulfillment.objects.get(store=store).parcels == [{"number": "NEW1"}]
    assert types(events(store))[1:] == ["fulfillment.created"]


def test_a_changed_number_and_a_cancel_are_told(store):
    record(store, order())
    record_sent(store, sent("f1", "AAA1"))
    record_sent(store, sent("f1", "AAA2", updated_at=hours(2)))
    record_sent(store, sent("f1", "AAA2", updated_at=hours(3), location="Hall 2"))
    record_sent(store, sent("f1", "AAA2", updated_at=hours(4), status="cancelled"))
    assert types(events(store))[1:] == [
        "fulfillment.created",
        "fulfillment.updated",
        "fulfillment.cancelled",
    ]
    assert status(store) == "unfulfilled"


def test_where_nobody_says_what_travels(store):
    record(store, order(lines=(line("a", 2), line("b", 1), line("d", requires_shipping=False))))
    record_sent(store, sent("f1", "1Z1"))
    assert contents(store) == {"f1": {"a": 2, "b": 1}}
    assert status(store) == "fulfilled"
    record_sent(store, sent("f2", "1Z2", items={"b": 1}))
    assert contents(store) == {"f1": {"a": 2}, "f2": {"b": 1}}
    record_sent(store, sent("f3", "1Z3"))
    assert contents(store) == {"f1": {}, "f2": {"b": 1}, "f3": {}}


def test_later_news_without_items_keep_what_is_known(store):
    record(store, order())
    record_sent(store, sent("f1", "1Z1", items={"a": 1}))
    record_sent(store, sent("f1", "1Z1", updated_at=hours(5)))
    assert contents(store) == {"f1": {"a": 1}}


def test_a_line_that_the_order_tells_of_later(store):
    record(store, order(lines=(line("a", 1),)))
    record_sent(store, sent("f1", "1Z1", items={"a": 1, "late": 1}))
    record(store, order(at=2, lines=(line("a", 1), line("late", 1))))
    assert contents(store) == {"f1": {"a": 1, "late": 1}}
    assert status(store) == "fulfilled"


def test_an_order_that_lists_its_fulfillments_drops_the_others(store):
    record(store, order(at=1, fulfillments=(sent("f1", "1Z1"), sent("f2", "1Z2"))))
    record(store, order(at=2, fulfillments=None))
    assert statuses(store) == {"f1": "success", "f2": "success"}
    record(store, order(at=3, fulfillments=(sent("f2", "1Z2"),)))
    assert statuses(store) == {"f1": "cancelled", "f2": "success"}
    assert types(events(store, "fulfillment.cancelled")) == ["fulfillment.cancelled"]


def test_a_late_state_cannot_bring_back_what_was_dropped(store):
    record(store, order(at=3, fulfillments=()))
    record(store, order(at=1, fulfillments=(sent("f1", "1Z1"),)))
    assert statuses(store) == {"f1": "cancelled"}
    record_sent(store, sent("f1", "1Z1", updated_at=hours(2)))
    assert statuses(store) == {"f1": "cancelled"}
    record(store, order(at=4, fulfillments=(sent("f1", "1Z1"),)))
    assert statuses(store) == {"f1": "success"}


def test_one_told_since_the_list_stays(store):
    record(store, order())
    record_sent(store, sent("f1", "1Z1", updated_at=hours(5)))
    record(store, order(at=4, fulfillments=()))
    assert statuses(store) == {"f1": "success"}


def test_parcels_are_cleaned(store):
    record(store, order())
    parcels = (
        ParcelFact(number=" 1Z1 ", carrier="UPS", url="javascript:alert(1)"),
        ParcelFact(number="1Z1", carrier="UPS"),
        ParcelFact(),
        ParcelFact(url="https://track.example/1"),
    )
    record_sent(store, sent("f1", parcels=parcels))
    assert Fulfillment.objects.get(store=store).parcels == [
        {"number": "1Z1", "carrier": "UPS"},
        {"url": "https://track.example/1"},
    ]


def test_one_batch_with_everything_about_one_fulfillment(store):
    record(store, order())
    record_sent(
        store,
        sent("f1", "B", updated_at=hours(3)),
        sent("f1", "A", updated_at=hours(2)),
        sent("f1", "B", updated_at=hours(3)),
    )
    assert Fulfillment.objects.get(store=store).parcels == [{"number": "B"}]
    assert types(events(store))[1:] == ["fulfillment.created"]


def test_quantities_make_sense(store):
    record(store, order())
    record_sent(store, sent("f1", items={"a": 10**12, "b": -3, "": 2}))
    [(kept,)] = rows("orders_fulfillmentitem", store, "quantity")
    assert kept == 2**31 - 1
    assert Order.objects.get(store=store).total == Decimal(50)
