"""Reads of orders: pages in both directions, look-ups, parts of many orders at once."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercart.commerce.orders import actions, queries
from aftercart.commerce.orders.queries import OrderFilters, OrderPage
from aftercart.core import sql
from aftercart.core.models import Store
from aftercart.core.tenancy import bound
from tests.support.rooms import (
    MOMENT,
    SHOP,
    hours,
    incoming,
    line,
    new_store,
    order,
    refund,
    rows,
    sent,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Store:
    return new_store()


def record(store, *facts):
    actions.record(incoming(store, *facts))


def numbers(page: OrderPage) -> list[str]:
    return [one.number for one in page.orders]


def walk(store, filters, limit):
    """All pages, forwards and then backwards from the last one."""
    page = queries.page(store.pk, filters, None, limit)
    pages = [page]
    while page.next:
        page = queries.page(store.pk, filters, page.next, limit)
        pages.append(page)
    back = [page]
    while page.previous:
        page = queries.page(store.pk, filters, page.previous, limit)
        back.append(page)
    return pages, back[::-1]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(0, 4), max_size=12), st.integers(1, 5))
def test_pages_hold_every_order_once_in_both_directions(times, limit):
    store = new_store(f"s{Store.objects.count()}")
    facts = [order(f"{n:02}", placed_at=hours(at)) for n, at in enumerate(times)]
    for fact in facts:
        record(store, fact)
    forwards, backwards = walk(store, OrderFilters(), limit)
    expected = [fact.number for fact in sorted(facts, key=lambda one: (one.placed_at, one.number))]
    assert [number for page in forwards for number in numbers(page)] == expected[::-1]
    assert [numbers(page) for page in backwards] == [numbers(page) for page in forwards]


def test_filters(store):
    record(
        store,
        order("1", placed_at=hours(1), financial_status="paid"),
        order("2", placed_at=hours(2), cancelled_at=hours(3)),
        order("3", placed_at=hours(3), fulfillments=(sent("f", "N001"),)),
    )
    actions.set_delivery_status(
        [(store.pk, row[0], "exception") for row in rows("orders_order", store, "id")[:1]]
    )

    def found(**changes) -> list[str]:
        return numbers(queries.page(store.pk, OrderFilters(**changes)))

    assert found() == ["#3", "#2", "#1"]
    assert found(delivery_statuses=("exception",)) == ["#1"]
    assert found(delivery_statuses=("exception", "")) == ["#3", "#2", "#1"]
    assert found(fulfillment_statuses=("fulfilled",)) == ["#3"]
    assert found(financial_statuses=("paid",)) == ["#1"]
    assert found(with_cancelled=False) == ["#3", "#1"]
    assert found(placed_from=hours(2)) == ["#3", "#2"]
    assert found(placed_until=hours(2)) == ["#1"]
    assert found(order_ids=[]) == []
    assert found(order_ids=[row[0] for row in rows("orders_order", store, "id")][:2]) != []
    counts = queries.count_by_delivery_status(store.pk, hours(0))
    assert counts == {"exception": 1, "": 1}


def test_deleted_orders_are_not_listed(store):
    from aftercart.commerce.orders.facts import OrderDeletionFact

    record(store, order("1"))
    gone = OrderDeletionFact(external_id="1", deleted_at=hours(5))
    actions.record_deletions(incoming(store, gone))
    assert queries.page(store.pk, OrderFilters()).orders == []
    assert numbers(queries.page(store.pk, OrderFilters(with_deleted=True))) == ["#1"]
    assert queries.by_number(store.pk, "1") == []


def test_look_ups(store):
    record(store, order("1", number="#1001"), order("2", number="AB-7"))
    [found] = queries.by_number(store.pk, " 1001 ")
    assert queries.by_number(store.pk, "#1001") == [found]
    assert [one.number for one in queries.by_number(store.pk, "ab-7")] == ["AB-7"]
    assert queries.id_by_token(store.pk, found.token) == found.id
    assert queries.id_of(store.pk, SHOP, "1") == found.id
    assert queries.id_of(store.pk, "shop:else", "1") is None
    newest = queries.newest_of_source(store.pk, SHOP, 5)
    assert [row["external_id"] for row in newest] == ["2", "1"]
    assert queries.newest_of_source(store.pk, SHOP, 5, newest[0]["id"]) == newest[1:]


def test_nothing_of_another_store(store):
    other = new_store("south")
    record(store, order("1"))
    [found] = queries.by_number(store.pk, "1")
    for look in (
        queries.by_number(other.pk, "1"),
        queries.id_by_token(other.pk, found.token),
        queries.id_of(other.pk, SHOP, "1"),
        queries.order(other.pk, found.id),
        queries.page(other.pk, OrderFilters(order_ids=[found.id])).orders,
        queries.lines(other.pk, [found.id])[found.id],
    ):
        assert not look


def test_parts_of_many_orders_at_once(store):
    record(
        store,
        order("1", refunds=(refund("r1"),), fulfillments=(sent("f", "N001"),)),
        order("2", lines=(line("x", 3),), fulfillments=(sent("g", items={"x": 2}),)),
        order("3", lines=()),
    )
    ids = {one.external_id: one.id for one in queries.orders(store.pk, everything(store)).values()}
    lines = queries.lines(store.pk, everything(store))
    assert [len(lines[ids[name]]) for name in "123"] == [2, 1, 0]
    sendings = queries.fulfillments(store.pk, everything(store))
    [carried] = sendings[ids["1"]]
    assert [quantity for _, quantity in carried.items] == [2, 1]
    assert sendings[ids["2"]][0].items == ((lines[ids["2"]][0].id, 2),)
    refunds = queries.refunds(store.pk, everything(store))
    assert [len(refunds[ids[name]]) for name in "12"] == [1, 0]


def everything(store):
    return [row[0] for row in rows("orders_order", store, "id")]


def test_orders_with_a_product(store):
    record(
        store,
        order("1", lines=(line("a", product_external_id="p"),)),
        order("2", lines=(line("a", product_external_id="q"),)),
        order("3", lines=(line("a", product_external_id="p"),), placed_at=hours(-99)),
    )
    found = queries.orders_with_products([(store.pk, SHOP, "p")], MOMENT - timedelta(days=1))
    assert found == [(store.pk, queries.id_of(store.pk, SHOP, "1"))]
    assert queries.orders_with_products([], MOMENT) == []


def test_a_page_of_many_orders_reads_only_that_page(store):
    """Under row-level security, too, the newest orders are read from their index."""
    sql.run(
        """
        INSERT INTO orders_order (store_id, source, external_id, number, token, currency, total,
          placed_at, source_updated_at, recorded_at, tags, is_test)
        SELECT %s, 's', n::text, n::text, 't' || n, 'EUR', 1,
          %s::timestamptz + n * interval '1 min',
          %s, %s, '[]', false FROM generate_series(1, 5000) AS n
        """,
        [store.pk, MOMENT, MOMENT, MOMENT],
    )
    sql.run("ANALYZE orders_order")
    with bound(store.pk):
        page = queries.page(store.pk, OrderFilters())
        assert numbers(page)[0] == "5000"
        plan = sql.fetch_rows(
            "EXPLAIN SELECT id FROM orders_order WHERE store_id = %s AND deleted_at IS NULL "
            "ORDER BY placed_at DESC, id DESC LIMIT 51",
            [store.pk],
        )
    text = "\n".join(row[0] for row in plan)
    assert "order_newest" in text
    assert "Sort" not in text
