"""Pages are made anew when their news changes, and no news is lost on the way."""

import gzip
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction

from aftercart.commerce.catalog.models import Product
from aftercart.commerce.orders.models import Order
from aftercart.conversation.pages import actions
from aftercart.conversation.pages.handlers import mark_stale
from aftercart.conversation.pages.models import TrackingPage
from aftercart.conversation.pages.tests.made import NOW, at
from aftercart.conversation.pages.tests.stored import (
    make_fulfillment,
    make_line,
    make_order,
    make_parcel,
    make_scan,
    make_store,
)
from aftercart.core import clock, sql
from aftercart.core.events import Event, publish
from aftercart.core.links import new_token
from tests.support.live import wait_for


@pytest.fixture(autouse=True)
def _standing_clock() -> Iterator[None]:
    with clock.moved_to(NOW):
        yield


def rendered(order: Order) -> actions.RenderedPage:
    page = actions.render(order.store_id, order.token)
    assert page is not None
    return page


def text_of(page: actions.RenderedPage | None) -> str:
    assert page is not None
    return gzip.decompress(page.body).decode()


def tell(order: Order, kind: str = "order.updated", **changes) -> None:
    given = {"store_id": order.store_id, "order_id": order.id, "occurred_at": NOW, "type": kind}
    with transaction.atomic():
        publish([Event(**{**given, **changes})])


def page_of(order: Order) -> TrackingPage:
    return TrackingPage.objects.get(store_id=order.store_id, order=order)


@pytest.mark.django_db
def test_the_first_event_makes_the_page_and_the_first_view_renders_it():
    order = make_order(make_store())
    make_line(order)
    tell(order, "order.placed")
    assert (page_of(order).token, page_of(order).stale, page_of(order).body) == (
        order.token,
        True,
        None,
    )
    page = rendered(order)
    assert "We are packing your order" in text_of(page)
    kept = page_of(order)
    assert (bytes(kept.body or b""), kept.etag, kept.stale) == (page.body, page.etag, False)
    assert kept.fresh_until == page.fresh_until
    assert NOW < page.fresh_until <= NOW + timedelta(days=1)


@pytest.mark.django_db
def test_an_order_that_no_event_has_spoken_of_has_its_page_too():
    order = make_order(make_store())
    assert order.number in text_of(actions.render(order.store_id, order.token))
    assert not page_of(order).stale


@pytest.mark.django_db
def test_the_same_state_gives_the_same_bytes():
    order = make_order(make_store())
    first = actions.render(order.store_id, order.token)
    assert actions.render(order.store_id, order.token) == first


@pytest.mark.django_db
def test_news_makes_the_page_stale_and_another_one():
    order = make_order(make_store())
    line = make_line(order)
    first = rendered(order)
    parcel = make_parcel(make_fulfillment(order, {line: 1}), number="1111111111")
    make_scan(parcel, "2026-11-24 08:14")
    tell(order, "shipment.updated")
    assert page_of(order).stale
    second = rendered(order)
    assert second.etag != first.etag
    assert "On its way" in text_of(second)


@pytest.mark.django_db
def test_many_orders_are_marked_in_one_statement_whatever_their_events(django_assert_num_queries):
    store = make_store()
    orders = [make_order(store) for _ in range(5)]
    events = [
        Event(store_id=store.id, order_id=order.id, type="shipment.checked", occurred_at=NOW)
        for order in [*orders, orders[0]]
    ]
    events.append(Event(store_id=store.id, type="shipment.updated", occurred_at=NOW))
    with django_assert_num_queries(1):
        mark_stale(events)
    assert TrackingPage.objects.filter(store=store, stale=True).count() == 5


@pytest.mark.django_db
def test_an_event_that_names_another_stores_order_marks_nothing():
    ours, theirs = make_store("ours"), make_store("theirs")
    order = make_order(theirs)
    actions.render(theirs.id, order.token)
    tell(order, store_id=ours.id)
    assert not page_of(order).stale
    assert TrackingPage.objects.filter(store=ours).count() == 0


@pytest.mark.django_db
def test_a_token_of_another_store_and_a_guessed_one_show_nothing():
    ours, theirs = make_store("ours"), make_store("theirs")
    order = make_order(theirs)
    assert actions.render(ours.id, order.token) is None
    assert actions.render(theirs.id, new_token(theirs.id)) is None
    assert actions.render(theirs.id, "") is None
    assert TrackingPage.objects.count() == 0


@pytest.mark.django_db
def test_a_deleted_order_has_no_page_any_more():
    order = make_order(make_store())
    actions.render(order.store_id, order.token)
    Order.objects.filter(id=order.id).update(deleted_at=NOW)
    tell(order, "order.deleted")
    assert actions.render(order.store_id, order.token) is None
    assert page_of(order).body is None


@pytest.mark.django_db
def test_a_products_new_picture_reaches_the_orders_that_show_it():
    store = make_store()
    product = Product.objects.create(store=store, source="api", external_id="p1", title="Shirt")
    recent, old, other = (
        make_order(store, placed_at=at(day))
        for day in ("2026-11-20 10:00", "2026-01-20 10:00", "2026-11-20 10:00")
    )
    make_line(recent, product_external_id="p1")
    make_line(old, product_external_id="p1")
    make_line(other, product_external_id="p2")
    for order in (recent, old, other):
        actions.render(store.id, order.token)
    tell(recent, "product.updated", order_id=None, data={"product_id": product.id})
    assert [page_of(order).stale for order in (recent, old, other)] == [True, False, False]


@pytest.mark.django_db
def test_a_new_look_and_a_new_name_reach_every_page():
    store, other = make_store(), make_store("other")
    orders = [make_order(store), make_order(store), make_order(other)]
    for order in orders:
        actions.render(order.store_id, order.token)
    actions.update_brand(store.id, accent="#AA3300")
    assert [page_of(order).stale for order in orders] == [True, True, False]
    assert "#aa3300" in text_of(actions.render(store.id, orders[0].token))
    tell(orders[0], "store.changed", order_id=None)
    assert page_of(orders[0]).stale


@pytest.mark.django_db
def test_pages_can_be_given_to_orders_that_have_none():
    store = make_store()
    orders = [make_order(store).id for _ in range(3)]
    assert actions.ensure_pages(store.id, orders) == 3
    assert actions.ensure_pages(store.id, orders) == 0


@pytest.mark.django_db(transaction=True)
def test_a_rendering_neither_waits_for_news_under_way_nor_hides_it():
    """A worker has marked the page and not committed yet; the shopper asks for it now."""
    order = make_order(make_store())
    actions.render(order.store_id, order.token)
    tell(order)
    marked, done = threading.Event(), threading.Event()

    def work() -> None:
        with clock.moved_to(NOW), transaction.atomic():
            actions.make_stale({(order.store_id, order.id)})
            marked.set()
            done.wait(10)
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    assert marked.wait(10)
    assert actions.render(order.store_id, order.token) is not None
    done.set()
    worker.join()
    assert page_of(order).stale


@pytest.mark.django_db(transaction=True)
def test_news_that_comes_during_a_rendering_is_not_lost():
    """The rendering has begun and waits for a table; meanwhile the page is marked stale."""
    order = make_order(make_store())
    actions.render(order.store_id, order.token)
    rendered_late: list[actions.RenderedPage | None] = []

    def work() -> None:
        with clock.moved_to(NOW):
            rendered_late.append(actions.render(order.store_id, order.token))
        connection.close()

    shopper = threading.Thread(target=work)
    with transaction.atomic():
        sql.run("LOCK TABLE pages_brand IN ACCESS EXCLUSIVE MODE")
        shopper.start()
        wait_for(lambda: sql.fetch("SELECT FROM pg_locks WHERE NOT granted"), 10, "the wait")
        actions.make_stale({(order.store_id, order.id)})
    shopper.join()
    assert rendered_late[0] is not None
    assert page_of(order).stale


@pytest.mark.django_db(transaction=True)
def test_workers_that_mark_the_same_orders_do_not_wait_for_each_other_for_ever():
    store = make_store()
    pairs = [(store.id, make_order(store).id) for _ in range(40)]
    failures: list[BaseException] = []

    def work(order: list[tuple[int, int]]) -> None:
        try:
            for _ in range(20):
                with transaction.atomic():
                    actions.make_stale(order)
        except BaseException as error:  # noqa: BLE001 - told to the test below
            failures.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(given,)) for given in (pairs, pairs[::-1])]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failures
    assert set(TrackingPage.objects.values_list("generation", flat=True)) == {40}
