"""Recording orders, against Postgres."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError

from aftercart.commerce.customers.facts import CustomerFact
from aftercart.commerce.orders import actions, queries
from aftercart.commerce.orders.facts import AddressFact, OrderDeletionFact
from aftercart.commerce.orders.models import LineItem, Order
from aftercart.core import links, sql
from aftercart.core.models import Store
from aftercart.core.tenancy import bound
from tests.support.rooms import (
    MOMENT,
    events,
    hours,
    incoming,
    line,
    new_store,
    order,
    refund,
    rows,
    sent,
    types,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Store:
    return new_store()


def record(store, *facts, **how):
    actions.record(incoming(store, *facts, **how))


def only(store):
    return Order.objects.get(store=store)


def test_a_new_order_is_placed_once(store):
    record(store, order(shipping_method="Standard", tags=("a", "b"), financial_status="paid"))
    stored = only(store)
    assert (stored.number, stored.total, stored.currency) == ("#1", Decimal(50), "EUR")
    assert stored.customer_name == "Ada Long"
    assert stored.time_zone == "Europe/Berlin"
    assert (stored.ship_country, stored.ship_postcode) == ("DE", "10115")
    assert stored.shipping_address["city"] == "Berlin"
    assert stored.tags == ["a", "b"]
    assert links.store_of(stored.token) == store.pk
    assert types(events(store)) == ["order.placed", "order.paid"]
    assert events(store)[0]["occurred_at"] == MOMENT
    record(store, order(shipping_method="Standard", tags=("a", "b"), financial_status="paid"))
    assert only(store).token == stored.token
    assert len(events(store)) == 2


def test_a_newer_state_changes_it_and_says_what(store):
    record(store, order(financial_status="pending"))
    record(store, order(at=1, financial_status="paid", note="Ring twice"))
    assert only(store).note == "Ring twice"
    told = events(store, "order.updated", "order.paid")
    assert types(told) == ["order.updated", "order.paid"]
    assert told[0]["data"] == {"changed": ["financial_status", "note"]}
    assert told[1]["occurred_at"] == hours(1)


def test_an_older_state_changes_nothing(store):
    record(store, order(at=5, note="new", lines=(line("a", 1),)))
    record(store, order(at=4, note="old", lines=(line("a", 9), line("z"))))
    assert only(store).note == "new"
    left = rows("orders_lineitem", store, "external_id", "current_quantity")
    assert left == [("a", 1), ("z", 0)]  # a line that the order had once stays known
    assert types(events(store)) == ["order.placed"]


def test_what_nobody_sees_is_kept_without_news(store):
    record(store, order())
    record(store, order(at=1, tags=("vip",), status_url="https://shop.example/o/1"))
    assert only(store).tags == ["vip"]
    assert types(events(store)) == ["order.placed"]


def test_the_same_order_twice_in_a_batch(store):
    record(store, order(at=2, note="second"), order(at=1, note="first"), order(at=2, note="second"))
    assert only(store).note == "second"
    assert types(events(store)) == ["order.placed"]


def test_an_import_is_quiet_and_a_batch_only_where_all_of_it_is(store):
    record(store, order("1"), order("2"), quiet=True)
    assert [event["quiet"] for event in events(store)] == [True, True]
    actions.record([*incoming(store, order("3"), quiet=True), *incoming(store, order("3", at=1))])
    assert events(store)[-1]["quiet"] is False


def test_edited_orders(store):
    record(store, order(lines=(line("a", 2), line("b", 1))))
    edited = (line("a", 2, current_quantity=1), line("c", 3))
    record(store, order(at=1, lines=edited))
    assert rows("orders_lineitem", store, "external_id", "quantity", "current_quantity") == [
        ("a", 2, 1),
        ("b", 1, 0),
        ("c", 3, 3),
    ]
    assert events(store)[-1]["data"]["changed"] == ["lines"]


def test_a_cancelled_order(store):
    record(store, order())
    record(store, order(at=3, cancelled_at=hours(2), cancel_reason="customer"))
    cancelled = events(store, "order.cancelled")
    assert [event["occurred_at"] for event in cancelled] == [hours(2)]
    assert cancelled[0]["data"] == {"reason": "customer"}
    record(store, order(at=4, cancelled_at=hours(2), cancel_reason="customer", note="x"))
    assert len(events(store, "order.cancelled")) == 1


def test_guests_are_one_customer_by_their_address(store):
    record(store, order("1", email="Ada@Example.com"), order("2", email="ada@example.com "))
    record(store, order("3", email=""), order("4", email="not an address"))
    found = rows("customers_customer", store, "external_id", "email", "first_name", "last_name")
    assert found == [("email:ada@example.com", "ada@example.com", "Ada", "Long")]
    linked = dict(rows("orders_order", store, "external_id", "customer_id"))
    assert linked["1"] == linked["2"] is not None
    assert linked["3"] is linked["4"] is None


def test_customers_without_an_id_are_not_one_person(store):
    nobody = CustomerFact(external_id="")
    record(store, order("1", customer=nobody, email=""), order("2", customer=nobody))
    linked = dict(rows("orders_order", store, "external_id", "customer_id"))
    assert linked["1"] is None
    assert linked["2"] is not None


def test_a_customer_with_an_account(store):
    customer = CustomerFact(external_id="77", email="a@example.com", first_name="Ada")
    record(store, order(customer=customer))
    view = queries.order(store.pk, only(store).pk)
    assert view is not None
    assert view.customer_first_name == "Ada"


def test_hostile_and_huge_values_fit(store):
    huge = "<b>\x00\ud800" + "x" * 5000
    record(
        store,
        order(
            number=huge,
            email="a" * 300 + "@example.com",
            note="\\u0000 and \x00",
            cancel_reason=huge,
            status_url="javascript:alert(1)",
            shipping_address=AddressFact(name=huge, city=huge, country="Germany", postcode=huge),
            tags=tuple(f"{n}" * 300 for n in range(500)),
            locale="x" * 50,
            gift_message=huge,
            lines=(
                line("a", 10**12, variant_title=huge, sku=huge, image_url="data:text/html,x"),
                line("", 1),
                line("a" * 400, 1, image_url="//cdn.example/i.png"),
            ),
        ),
    )
    stored = only(store)
    assert stored.number.startswith("<b>xxx")
    assert len(stored.number) == 60
    assert stored.note == "\\u0000 and"
    assert stored.status_url == ""
    assert stored.ship_country == ""
    assert len(stored.tags) == 250
    assert len(stored.shipping_address["city"]) == 300
    by_id = {one.external_id: one for one in LineItem.objects.filter(store=store)}
    assert by_id["a"].quantity == 2**31 - 1
    assert by_id["a"].image_url == ""
    assert by_id["#2"].title == "Article"
    assert by_id["a" * 120].image_url == "https://cdn.example/i.png"


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e20"])
def test_what_is_no_amount_is_refused(store, amount):
    with pytest.raises(ValueError, match="not an amount"):
        record(store, order(total=Decimal(amount)))
    assert not Order.objects.filter(store=store).exists()


def test_gifts(store):
    record(store, order(gift_recipient_name="Bo", gift_recipient_email="bo@example.com"))
    assert only(store).gift_recipient_email == "bo@example.com"


def test_deleted_and_brought_back(store):
    def delete(at):
        actions.record_deletions(
            incoming(store, OrderDeletionFact(external_id="1", deleted_at=hours(at)))
        )

    delete(1)
    record(store, order(at=2))
    delete(1)
    assert only(store).deleted_at is None
    delete(3)
    delete(4)
    assert only(store).deleted_at == hours(3)
    assert len(events(store, "order.deleted")) == 1
    record(store, order(at=2, note="older"))
    assert only(store).deleted_at == hours(3)
    record(store, order(at=5))
    assert only(store).deleted_at is None


def test_refunds_add_up(store):
    shown: Any = {"total": Decimal(100), "shown_currency": "SEK", "shown_total": Decimal(1000)}
    record(store, order(**shown, refunds=(refund("r1", "10"),)))
    assert only(store).refunded_total == 10
    unplaced = actions.record_refunds(
        incoming(
            store,
            refund("r2", "100", "SEK"),
            refund("r3", "0"),
            refund("r9", order_external_id="?"),
            refund("r1", "10"),
        )
    )
    assert unplaced == [2]
    assert only(store).refunded_total == 20
    told = events(store, "refund.created")
    assert [event["data"]["amount"] for event in told] == ["10.0000", "100.0000"]
    assert told[0]["occurred_at"] == hours(2)
    actions.record_refunds(incoming(store, refund("r1", "15")))
    assert only(store).refunded_total == 25
    assert len(events(store, "refund.created")) == 2


def test_stores_do_not_mix(store):
    other = new_store("south")
    record(store, order(note="north"))
    record(other, order(note="south", at=9))
    assert only(store).note == "north"
    assert only(other).note == "south"
    north = only(store).pk
    assert set(queries.orders(store.pk, [north])) == {north}
    assert queries.orders(other.pk, [north]) == {}
    with bound(other.pk):
        assert [one.note for one in Order.objects.all()] == ["south"]
        assert queries.orders(store.pk, [north]) == {}


def test_the_database_refuses_a_line_of_another_stores_order(store):
    other = new_store("south")
    record(store, order())
    foreign = only(store).pk
    with pytest.raises(IntegrityError):
        sql.run(
            "INSERT INTO orders_lineitem "
            "(store_id, order_id, external_id, title, quantity, current_quantity) "
            "VALUES (%s, %s, 'x', 'x', 1, 1)",
            [other.pk, foreign],
        )


def test_a_bound_face_cannot_write_for_another_store(store):
    other = new_store("south")
    with pytest.raises(Exception, match="row-level security"), bound(other.pk):
        record(store, order())


def test_quick_states_of_one_second_end_in_the_furthest(store):
    record(store, order(financial_status="paid"))
    record(store, order(financial_status="pending"))
    assert only(store).financial_status == "paid"
    assert types(events(store)) == ["order.placed", "order.paid"]


def test_old_dates_and_offsets(store):
    placed = datetime.fromisoformat("1999-12-31T23:30:00-05:00")
    record(store, order(placed_at=placed))
    assert only(store).placed_at == datetime(2000, 1, 1, 4, 30, tzinfo=UTC)


def test_fulfillments_inside_an_order_are_its_own(store):
    record(store, order(fulfillments=(sent("f1", "1Z1", items={"a": 1}),)))
    assert only(store).fulfillment_status == "partial"
    record(store, order(at=2, fulfillments=(sent("f1", "1Z1", items={"a": 2, "b": 1}),)))
    assert only(store).fulfillment_status == "fulfilled"
    assert types(events(store, "fulfillment.created", "fulfillment.updated")) == [
        "fulfillment.created",
        "fulfillment.updated",
    ]
