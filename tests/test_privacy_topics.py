"""Shopify's three privacy topics, over the real programs: signed, doubled, forged, misplaced."""

from datetime import UTC, datetime
from uuid import uuid4

import httpx
import msgspec
import pytest

from aftercart.commerce.customers.queries import disclosure_export, privacy_requests
from aftercart.connectors.registry import connector
from aftercart.connectors.shops.shopify.tests import samples
from aftercart.core import sql
from aftercart.core.models import Store
from aftercart.intake.actions import connections
from tests.support.live import LiveApp, wait_for
from tests.support.shops import open_store

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]
SHOP = "acme.myshopify.com"
SECRETS = {"shop": SHOP, "client_id": "x", "secret": "a secret"}


class Shop:
    """Shopify's side of a connection."""

    def __init__(self, app: LiveApp) -> None:
        self.app = app
        self.store: Store = open_store("acme").store
        self.added = connections.add(self.store.pk, "shopify", SECRETS)

    def post(self, topic: str, body: object, delivery_id: str = "", **changes: str) -> int:
        """Post a body; `changes` are to the headers. Returns the status of the answer."""
        raw = msgspec.json.encode(body)
        headers = connector("shopify").sign(topic, raw, SECRETS, delivery_id or uuid4().hex)
        given = {name.replace("_", "-"): value for name, value in changes.items()}
        address = f"{self.app.url}/in/{self.added.public_id}"
        return httpx.post(address, content=raw, headers={**headers, **given}).status_code

    def order(self, email: str) -> str:
        """Place an order; returns the address of its page, once that shows it."""
        now = datetime.now(UTC).isoformat()
        body = samples.order(created_at=now, processed_at=now, updated_at=now, email=email)
        assert self.post("orders/create", body) == 200
        wait_for(lambda: self.emails() == [email], 30, "the order")
        (row,) = sql.fetch("SELECT token FROM orders_order WHERE store_id = %s", [self.store.pk])
        address = f"{self.app.url}/t/{row['token']}"
        assert httpx.get(address).status_code == 200
        return address

    def emails(self) -> list[str]:
        rows = sql.fetch("SELECT email FROM orders_order WHERE store_id = %s", [self.store.pk])
        return [row["email"] for row in rows]

    def is_done(self) -> bool:
        """Whether everything that was demanded is done, and no delivery holds anything."""
        full = sql.fetch(
            "SELECT FROM intake_inboxentry WHERE store_id = %s AND body <> ''", [self.store.pk]
        )
        requests = privacy_requests(self.store.pk)
        return not full and bool(requests) and all(one.completed_at for one in requests)


@pytest.fixture
def shop(live_app: LiveApp) -> Shop:
    return Shop(live_app)


def test_shop_redact(shop: Shop) -> None:
    page = shop.order("ada@shopper.example")
    body = {"shop_id": 1, "shop_domain": SHOP}
    assert shop.post("shop/redact", body, x_shopify_hmac_sha256="Zm9yZ2Vk") == 401
    assert shop.post("shop/redact", body, x_shopify_shop_domain="other.myshopify.com") == 401
    assert shop.post("shop/redact", samples.redact()) == 200
    wait_for(lambda: "parked" in states(shop), 30, "the doubtful demand")
    assert shop.emails() == ["ada@shopper.example"]
    assert shop.post("app/uninstalled", {"id": 1}) == 200
    for _ in range(2):
        assert shop.post("shop/redact", body, "delivery-1") == 200
    wait_for(shop.is_done, 60, "the erasure")
    assert shop.emails() == [""]
    assert httpx.get(page).status_code == 200
    assert shop.post("orders/create", samples.order(id=6)) == 200
    wait_for(lambda: shop.is_done() and "pending" not in states(shop), 60, "the late order")
    assert shop.emails() == [""]


def states(shop: Shop) -> list[str]:
    rows = sql.fetch("SELECT state FROM intake_inboxentry WHERE store_id = %s", [shop.store.pk])
    return [row["state"] for row in rows]


def test_customers_redact(shop: Shop) -> None:
    page = shop.order("ada@shopper.example")
    demand = samples.redact()
    assert shop.post("customers/redact", demand, x_shopify_hmac_sha256="") == 401
    for _ in range(2):
        assert shop.post("customers/redact", demand, "delivery-1") == 200
    wait_for(lambda: shop.is_done() and shop.emails() == [""], 60, "the erasure")
    assert httpx.get(page).status_code == 200


def test_customers_data_request(shop: Shop) -> None:
    shop.order("ada@shopper.example")
    for _ in range(2):
        assert shop.post("customers/data_request", samples.data_request(), "delivery-1") == 200
    wait_for(lambda: privacy_requests(shop.store.pk), 30, "the request")
    (request,) = privacy_requests(shop.store.pk)
    assert (request.complete_by - request.received_at).days == 30
    export = msgspec.json.decode(disclosure_export(shop.store.pk, request.id) or "")
    assert export["orders"][0]["order"]["email"] == "ada@shopper.example"
