"""A file first and the shop afterwards, through the inbox: one order, one parcel, and no mail."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from aftercart.connectors.shops.shopify.tests import samples
from aftercart.conversation.journeys import work as journeys
from aftercart.conversation.messages import work as messages
from aftercart.core import clock, sql
from aftercart.core.tenancy import bound
from aftercart.intake import importing, processing
from aftercart.intake.acceptance import accept
from aftercart.intake.tests.shopify import Shop
from tests.support.live import wait_for
from tests.support.rooms import incoming, order
from tests.support.shops import open_store

pytestmark = pytest.mark.timeout(120)
NUMBER = "1Z999AA10123456784"


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    return Shop(open_store("acme").store, "acme.myshopify.com")


def upload(shop: Shop, minutes_ago: int = 60) -> None:
    """Import a file that holds the shop's order with its parcel."""
    placed = (clock.now() - timedelta(minutes=minutes_ago)).isoformat()
    content = (
        "order_number,placed_at,total,email,item_title,item_sku,item_quantity,tracking_number\n"
        f"1001,{placed},43.00,ada@shopper.example,Mug,MUG,2,{NUMBER}\n"
    )
    with bound(shop.store.pk):
        made = importing.preview(shop.store.pk, "orders.csv", content.encode())
        importing.start(shop.store.pk, made.pk)
    importing.import_file(shop.store.pk, made.pk)


def body(minutes_ago: int = 60, **changes: Any) -> dict[str, Any]:
    """The same order as Shopify tells it."""
    at = (clock.now() - timedelta(minutes=minutes_ago)).isoformat()
    sent = samples.fulfillment(
        created_at=at, updated_at=at, tracking_numbers=[NUMBER], tracking_number=NUMBER
    )
    times = {"created_at": at, "processed_at": at, "updated_at": at}
    return samples.order(**{**times, "fulfillments": [sent], **changes})


def finish() -> None:
    while processing.run_batch():
        pass
    with clock.moved_to(clock.now() + timedelta(hours=1)):
        while journeys.run_batch() + messages.run_batch():
            pass


def count(shop: Shop, table: str, condition: str = "true") -> int:
    rows = sql.fetch(
        f"SELECT count(*) AS n FROM {table} WHERE store_id = %s AND {condition}", [shop.store.pk]
    )
    return int(rows[0]["n"])


def assert_one_order_one_parcel_and_no_mail(shop: Shop) -> None:
    assert count(shop, "orders_order") == 1
    assert count(shop, "shipments_shipment") == 1
    assert count(shop, "shipments_shipmentcontent", "active") == 1
    assert count(shop, "messages_message") == 0
    assert count(shop, "journeys_enrollment") == 0


@pytest.mark.parametrize("quiet", [True, False], ids=["first import", "webhook"])
def test_the_shop_adopts_the_files_order(shop: Shop, quiet: bool):
    upload(shop)
    for _ in range(2):
        shop.deliver("orders/create", body(), quiet=quiet)
        finish()
    assert_one_order_one_parcel_and_no_mail(shop)
    upload(shop)
    finish()
    assert_one_order_one_parcel_and_no_mail(shop)


def test_the_file_comes_after_the_shops_first_import(shop: Shop):
    shop.deliver("orders/create", body(), quiet=True)
    finish()
    upload(shop)
    upload(shop)
    finish()
    assert_one_order_one_parcel_and_no_mail(shop)


def test_the_link_that_the_shopper_has_stays_good(shop: Shop):
    upload(shop)
    tokens = sql.fetch("SELECT token FROM orders_order")
    shop.deliver("orders/create", body())
    finish()
    assert sql.fetch("SELECT token FROM orders_order") == tokens


def test_what_happens_afterwards_is_mailed(shop: Shop):
    upload(shop)
    shop.deliver("orders/updated", body(fulfillments=[]))
    finish()
    assert count(shop, "messages_message") == 0
    at = clock.now().isoformat()
    sent = samples.fulfillment(
        id=9,
        order_id=5001,
        created_at=at,
        updated_at=at,
        tracking_numbers=["1ZNEW"],
        tracking_number="1ZNEW",
    )
    shop.deliver("fulfillments/create", sent)
    finish()
    assert count(shop, "messages_message", "template = 'shipped' AND state = 'sent'") == 1


def test_a_file_and_a_webhook_at_the_same_moment_make_one(shop: Shop):
    """Neither sees what the other has not committed yet, so the second waits for the first."""
    facts = {
        "csv": order("1001", number="1001"),
        "shopify:acme": order("5001", number="#1001"),
    }
    released = threading.Event()
    inside = threading.Event()

    def first() -> None:
        with transaction.atomic():
            accept(incoming(shop.store, facts["csv"], source="csv", quiet=True))
            inside.set()
            released.wait(20)
        connection.close()

    def second() -> None:
        inside.wait(20)
        accept(incoming(shop.store, facts["shopify:acme"], source="shopify:acme"))
        connection.close()

    threads = [threading.Thread(target=work) for work in (first, second)]
    for thread in threads:
        thread.start()
    wait_for(_somebody_waits, what="the second")
    released.set()
    for thread in threads:
        thread.join(20)
    assert sql.fetch("SELECT source FROM orders_order") == [{"source": "shopify:acme"}]


def _somebody_waits() -> bool:
    return bool(sql.fetch("SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"))
