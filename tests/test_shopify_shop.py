"""A Shopify shop from connecting to the order's page, over the real programs and real sockets."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from aftercart.connectors.shops.shopify.shape import order_body
from aftercart.core import sql
from aftercart.core.models import Account, Store
from aftercart.intake.actions import connections
from tests.standins.shopify import Shop, running
from tests.standins.shopify_orders import event, fulfillment, line, order, product
from tests.support.live import LiveApp, StartLiveApp, wait_for

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]


@pytest.fixture
def shop() -> Iterator[Shop]:
    with running(Shop()) as standing:
        yield standing


@pytest.fixture
def store(transactional_db: None) -> Store:
    account = Account.objects.create(name="Acme")
    return Store.objects.create(account=account, name="Acme Outdoor", slug="acme")


@pytest.fixture
def app(live_app_with: StartLiveApp, shop: Shop) -> LiveApp:
    return live_app_with(
        "serve", "work", AFTERCART_SHOPIFY_ADDRESS=shop.url, ALLOWED_PRIVATE_HOSTS="127.0.0.1"
    )


def ago(hours: float) -> str:
    return f"{datetime.now(UTC) - timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"


def connect(store: Store, shop: Shop) -> connections.Added:
    values = {"shop": shop.domain, "client_id": shop.client_id, "secret": shop.secret}
    return connections.add(store.pk, "shopify", values)


def orders(store: Store) -> list[dict[str, Any]]:
    return sql.fetch(
        "SELECT number, token, total, delivery_status, financial_status FROM orders_order "
        "WHERE store_id = %s ORDER BY number",
        [store.pk],
    )


def webhook_order(number: int, **changes: Any) -> dict[str, Any]:
    """The stand-in's order as a webhook holds it."""
    node = order(number, createdAt=ago(1), processedAt=ago(1), updatedAt=ago(0.5), **changes)
    return order_body({**node, "lineItems": {"nodes": node["lineItems"]}})


def test_a_shop_is_connected_imported_and_followed(app: LiveApp, store: Store, shop: Shop) -> None:
    lines = [line(1), line(2)]
    sent = fulfillment(7, lines, [], ("1ZMADEUP0000000001",))
    sent["events"] = [
        {**event(1, "IN_TRANSIT", 0), "happenedAt": ago(30), "createdAt": ago(30)},
        {**event(2, "OUT_FOR_DELIVERY", 0), "happenedAt": ago(3), "createdAt": ago(3)},
    ]
    shop.products = [product(1), product(2)]
    shop.orders = [
        order(
            1001,
            lineItems=lines,
            fulfillments=[sent],
            createdAt=ago(72),
            processedAt=ago(72),
            updatedAt=ago(3),
        )
    ]
    connect(store, shop)

    wait_for(lambda: orders(store), 60, "the import")
    wait_for(lambda: orders(store)[0]["delivery_status"], 30, "the parcel")
    assert orders(store)[0]["delivery_status"] == "out_for_delivery"
    page = httpx.get(f"{app.url}/t/{orders(store)[0]['token']}")
    assert page.status_code == 200
    assert "1001" in page.text
    assert "Albany" in page.text
    assert len(shop.subscriptions) > 10
    # An import reaches nobody.
    assert (
        sql.fetch(
            "SELECT id FROM messages_message WHERE store_id = %s AND state = 'sent'", [store.pk]
        )
        == []
    )

    body = webhook_order(1002)
    assert shop.deliver("orders/create", body, "delivery-1") == [200]
    assert shop.deliver("orders/create", body, "delivery-1") == [200]
    shop.signs_wrong = True
    assert shop.deliver("orders/create", webhook_order(1003)) == [401]
    shop.signs_wrong = False
    wait_for(lambda: len(orders(store)) == 2, 30, "the new order")
    assert [one["number"] for one in orders(store)] == ["#1001", "#1002"]

    assert shop.deliver("app/uninstalled", {"id": 1}) == [200]
    wait_for(lambda: state(store) == "broken", 30, "the end of the connection")


def state(store: Store) -> str:
    rows = sql.fetch("SELECT state FROM intake_connection WHERE store_id = %s", [store.pk])
    return str(rows[0]["state"])


def test_a_wrong_secret_is_shown_at_the_connection(app: LiveApp, store: Store, shop: Shop) -> None:
    values = {"shop": shop.domain, "client_id": shop.client_id, "secret": "wrong"}
    connections.add(store.pk, "shopify", values)
    wait_for(lambda: state(store) == "broken", 30, "the failure")
    rows = sql.fetch("SELECT error FROM intake_connection WHERE store_id = %s", [store.pk])
    assert "does not accept the client ID and secret" in rows[0]["error"]
