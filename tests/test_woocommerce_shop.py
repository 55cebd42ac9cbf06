"""A WooCommerce shop connected to the real programs: imported, followed, and caught up with."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from aftercart.connectors.shops.woocommerce.tests.bodies import ENTRY, order, with_tracking
from aftercart.core import clock, sql
from aftercart.core.models import Account, Store
from aftercart.intake.actions import connections, pulls
from tests.standins import woocommerce
from tests.standins.woocommerce import Shop
from tests.support.live import LiveApp, wait_for

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop() -> Iterator[Shop]:
    made = Shop(folder="/shop")
    for number in (1, 2, 3):
        made.orders[number] = recent(number, age=timedelta(days=number))
    made.orders[4] = recent(4, age=timedelta(days=90))
    with woocommerce.running(made):
        yield made


def recent(number: int, age: timedelta = timedelta(), **changes: Any) -> dict[str, Any]:
    at = (clock.now() - age).strftime("%Y-%m-%dT%H:%M:%S")
    dates = {"date_created_gmt": at, "date_modified_gmt": at, "date_paid_gmt": at}
    return order(id=number, number=str(number), **{**dates, **changes})


def numbers() -> list[str]:
    rows = sql.fetch("SELECT number FROM orders_order ORDER BY number")
    return [row["number"] for row in rows]


def events_of(number: str) -> list[tuple[str, bool]]:
    rows = sql.fetch(
        "SELECT event.type, event.quiet FROM core_event AS event JOIN orders_order AS placed "
        "ON placed.id = event.order_id WHERE placed.number = %s ORDER BY event.id",
        [number],
    )
    return [(row["type"], row["quiet"]) for row in rows]


def test_a_shop_is_connected_followed_and_caught_up_with(live_app: LiveApp, shop: Shop):
    account = Account.objects.create(name="Northwind")
    store = Store.objects.create(account=account, name="Northwind", slug="northwind")
    values = {"url": shop.url, "consumer_key": shop.key, "consumer_secret": shop.secret}
    connection_id = connections.add(store.pk, "woocommerce", values).connection_id
    _it_is_imported_quietly(shop)
    _what_happens_there_happens_here(shop)
    _a_lost_webhook_is_caught_up_with(live_app, shop, store.pk, connection_id)
    _a_withdrawn_key_is_shown(shop, store.pk, connection_id)


def _it_is_imported_quietly(shop: Shop) -> None:
    wait_for(lambda: numbers() == ["1", "2", "3"], 30, "the first import")
    wait_for(lambda: len(shop.webhooks) == 9, 10, "the making of the webhooks")
    assert {quiet for number in "123" for _, quiet in events_of(number)} == {True}
    assert {webhook["status"] for webhook in shop.webhooks.values()} == {"active"}


def _what_happens_there_happens_here(shop: Shop) -> None:
    placed = recent(10)
    shop.save("order", placed, "created")
    wait_for(lambda: ("order.placed", False) in events_of("10"), 10, "the new order")
    meta = with_tracking([ENTRY])["meta_data"]
    now = clock.now().strftime("%Y-%m-%dT%H:%M:%S")
    shop.save("order", {**placed, "meta_data": meta, "date_modified_gmt": now})
    wait_for(lambda: ("fulfillment.created", False) in events_of("10"), 10, "the fulfillment")
    [parcel] = sql.fetch("SELECT tracking_number FROM shipments_shipment")
    assert parcel["tracking_number"] == ENTRY["tracking_number"]
    assert {status for _, status in shop.delivered} == {200}
    shop.delete("order", 10)
    wait_for(lambda: ("order.deleted", False) in events_of("10"), 10, "the deletion")


def _a_lost_webhook_is_caught_up_with(
    live_app: LiveApp, shop: Shop, store_id: int, connection_id: int
) -> None:
    live_app.kill("serve")
    shop.save("order", recent(11), "created")
    assert shop.delivered[-1] == ("order.created", 0)
    live_app.start("serve")
    pulls.ask_soon(store_id, connection_id)
    wait_for(lambda: "11" in numbers(), 20, "the order that no webhook told of")


def _a_withdrawn_key_is_shown(shop: Shop, store_id: int, connection_id: int) -> None:
    shop.secret = "cs_changed"
    pulls.ask_soon(store_id, connection_id)

    def broken() -> bool:
        query = "SELECT state, error FROM intake_connection WHERE id = %s"
        [row] = sql.fetch(query, [connection_id])
        return bool(row["state"] == "broken" and "does not know this key" in row["error"])

    wait_for(broken, 20, "the failure")
