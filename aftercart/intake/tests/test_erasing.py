"""Forgetting a shop that left, and a person, down to what was delivered about them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from aftercart.commerce.customers import actions as customers
from aftercart.commerce.customers.facts import ErasureFact
from aftercart.commerce.customers.queries import disclosure_export, privacy_requests
from aftercart.connectors.shops.shopify.tests import samples
from aftercart.conversation.journeys import work as journeys
from aftercart.conversation.messages import work as messages
from aftercart.conversation.pages import actions as pages
from aftercart.core import clock, sql
from aftercart.intake import erasing, processing
from aftercart.intake.actions import connections
from aftercart.intake.actions import erasing as erasing_actions
from aftercart.intake.tests.shopify import Shop
from tests.support.shops import open_store

pytestmark = pytest.mark.timeout(120)
PERSONAL = ("ada@shopper.example", "Ada", "Made-Up", "+12075550123", "authenticate?key")


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    return Shop(open_store("acme").store, "acme.myshopify.com")


@pytest.fixture
def other(transactional_db: None) -> Shop:
    return Shop(open_store("contoso").store, "contoso.myshopify.com")


def finish() -> None:
    while processing.run_batch():
        pass


def run_jobs() -> list[str]:
    """Do the jobs of erasing that are queued, as a worker would; their names."""
    jobs: dict[str, Callable[..., None]] = {
        "erase_shop": erasing.erase_shop,
        "empty_deliveries": erasing.empty_deliveries,
    }
    rows = sql.fetch(
        "SELECT id, entrypoint, payload FROM pgqueuer WHERE entrypoint = ANY(%s) ORDER BY id",
        [list(jobs)],
    )
    for row in rows:
        jobs[row["entrypoint"]](**msgspec.json.decode(bytes(row["payload"])))
        sql.run("DELETE FROM pgqueuer WHERE id = %s", [row["id"]])
    return [row["entrypoint"] for row in rows]


def filled(shop: Shop, number: int = 5001, **changes: Any) -> None:
    """An order with a parcel, a page that was looked at and a mail that was sent."""
    now = clock.now().isoformat()
    body = samples.order(
        id=number, name=f"#{number}", created_at=now, processed_at=now, updated_at=now, **changes
    )
    shop.deliver("orders/create", body)
    shop.deliver("customers/update", samples.customer(updated_at=now))
    finish()
    with clock.moved_to(clock.now() + timedelta(minutes=5)):
        while journeys.run_batch() + messages.run_batch():
            pass
    for row in sql.fetch("SELECT token FROM orders_order WHERE store_id = %s", [shop.store.pk]):
        assert pages.render(shop.store.pk, row["token"])


TABLES = (
    "customers_customer",
    "orders_order",
    "messages_message",
    "intake_inboxentry",
    "pages_trackingpage",
    "customers_privacyrequest",
)


def personal_in(shop: Shop) -> dict[str, list[str]]:
    """Where personal data are still found. Bytes are shown in hexadecimal."""
    found = {}
    for table in TABLES:
        text = shop.rows(table)
        known = [word for word in PERSONAL if word in text or word.encode().hex() in text]
        if known:
            found[table] = known
    return found


def test_a_shop_that_left_leaves_nobody_behind(shop: Shop, other: Shop):
    filled(shop)
    filled(other)
    shop.deliver("customers/data_request", samples.data_request())
    finish()
    assert set(personal_in(shop)) == set(TABLES) - {"pages_trackingpage"}
    shop.leave()
    finish()
    assert run_jobs() == ["erase_shop"]
    assert personal_in(shop) == {}
    bodies = sql.fetch(
        "SELECT body FROM pages_trackingpage WHERE store_id = %s AND body IS NOT NULL",
        [shop.store.pk],
    )
    assert bodies == []
    assert {size for _, size in shop.states()} == {0}
    (sold,) = sql.fetch(
        "SELECT total, number FROM orders_order WHERE store_id = %s", [shop.store.pk]
    )
    assert (str(sold["total"]), sold["number"]) == ("43.0000", "#5001")
    assert "customers_customer" in personal_in(other)
    assert "intake_inboxentry" in personal_in(other)


def test_the_demand_is_on_record_with_its_day_and_its_end(shop: Shop):
    filled(shop)
    shop.leave()
    finish()
    (request,) = privacy_requests(shop.store.pk)
    assert (request.kind, request.source) == ("shop_erasure", shop.source)
    assert request.complete_by - request.received_at == timedelta(days=30)
    assert request.completed_at is None
    run_jobs()
    (request,) = privacy_requests(shop.store.pk)
    assert request.completed_at is not None
    state = sql.fetch("SELECT state, error FROM intake_connection WHERE system = 'shopify'")[0]
    assert state["state"] == "broken"
    assert "erased" in state["error"]


def test_the_demand_twice_and_before_what_it_is_about(shop: Shop):
    """Shuffled: what the shop told before it left comes in after it."""
    shop.leave()
    finish()
    run_jobs()
    shop.deliver("orders/create", samples.order())
    shop.deliver("customers/update", samples.customer())
    shop.deliver("fulfillments/create", samples.fulfillment())
    shop.deliver("orders/create", {"id": "not readable", "line_items": 7})
    finish()
    assert personal_in(shop) == {}
    assert {size for _, size in shop.states()} == {0}
    shop.leave()
    finish()
    assert run_jobs() == ["erase_shop"]
    assert shop.rows("orders_order") == ""
    assert {state for state, _ in shop.states()} == {"done", "ignored"}
    assert len(privacy_requests(shop.store.pk)) == 1
    assert privacy_requests(shop.store.pk)[0].completed_at


def test_what_waits_and_what_is_parked_is_emptied_and_says_why(shop: Shop):
    shop.deliver("fulfillments/create", samples.fulfillment(order_id=99, tracking_numbers=["1Z7"]))
    shop.deliver("orders/create", {"id": 7, "currency": "?", "email": "ada@shopper.example"})
    finish()
    assert [state for state, _ in shop.states()] == ["waiting", "parked"]
    shop.leave()
    finish()
    run_jobs()
    assert shop.states()[:2] == [("ignored", 0), ("ignored", 0)]
    assert "The shop had its data erased." in shop.rows("intake_inboxentry")
    with clock.moved_to(clock.now() + timedelta(hours=2)):
        finish()
    assert shop.states()[:2] == [("ignored", 0), ("ignored", 0)]


def test_it_is_not_done_while_somebody_still_works_on_what_came_before(shop: Shop):
    shop.deliver("orders/create", samples.order())
    sql.run("UPDATE intake_inboxentry SET due_at = %s", [clock.now() + timedelta(minutes=1)])
    shop.leave()
    finish()
    assert run_jobs() == ["erase_shop"]
    assert privacy_requests(shop.store.pk)[0].completed_at is None
    with clock.moved_to(clock.now() + timedelta(minutes=2)):
        finish()
    while run_jobs():
        pass
    assert privacy_requests(shop.store.pk)[0].completed_at is not None
    assert personal_in(shop) == {}


def test_the_pages_of_a_shop_that_left_still_work(shop: Shop):
    filled(shop)
    shop.leave()
    finish()
    run_jobs()
    (row,) = sql.fetch("SELECT token FROM orders_order WHERE store_id = %s", [shop.store.pk])
    assert pages.render(shop.store.pk, row["token"])


def test_a_shop_that_comes_back_is_taken_in_again(shop: Shop):
    filled(shop)
    shop.leave()
    finish()
    run_jobs()
    connections.remove(shop.store.pk, shop.added.connection_id)
    back = Shop(shop.store, shop.domain)
    now = clock.now().isoformat()
    back.deliver("orders/create", samples.order(id=6000, created_at=now, updated_at=now))
    finish()
    emails = sql.fetch(
        "SELECT external_id, email FROM orders_order WHERE store_id = %s ORDER BY external_id",
        [shop.store.pk],
    )
    assert [(row["external_id"], row["email"]) for row in emails] == [
        ("5001", ""),
        ("6000", "ada@shopper.example"),
    ]


def test_a_connection_that_is_mended_takes_in_again_and_may_be_left_again(shop: Shop):
    shop.leave()
    finish()
    run_jobs()
    connections.resume(shop.store.pk, shop.added.connection_id)
    filled(shop)
    assert "orders_order" in personal_in(shop)
    with clock.moved_to(clock.now() + timedelta(days=40)):
        shop.leave()
        finish()
        (request,) = privacy_requests(shop.store.pk)
        assert request.completed_at is None
        assert clock.now() - request.received_at < timedelta(minutes=1)
        run_jobs()
    assert personal_in(shop) == {}
    assert privacy_requests(shop.store.pk)[0].completed_at is not None


def test_removing_a_connection_can_forget_everybody_too(shop: Shop):
    filled(shop)
    connections.remove(shop.store.pk, shop.added.connection_id, forget=True)
    assert run_jobs() == ["erase_shop"]
    assert personal_in(shop) == {}
    assert privacy_requests(shop.store.pk)[0].completed_at is not None


def test_removing_a_connection_forgets_nobody_by_itself(shop: Shop):
    filled(shop)
    connections.remove(shop.store.pk, shop.added.connection_id)
    assert run_jobs() == []
    assert "orders_order" in personal_in(shop)


def test_a_person_is_forgotten_down_to_what_was_delivered(shop: Shop, other: Shop):
    filled(shop)
    filled(other)
    bo = "bo@shopper.example"
    personal = ("customer", "shipping_address", "billing_address", "order_status_url")
    nobody = dict.fromkeys(personal)
    shop.deliver("orders/create", samples.order(id=5002, email=bo, contact_email=bo, **nobody))
    shop.deliver("orders/create", {"id": 7, "currency": "?", "email": "Ada@shopper.example"})
    finish()
    shop.deliver("customers/redact", samples.redact())
    finish()
    assert run_jobs() == ["empty_deliveries"]
    assert personal_in(shop) == {}
    sizes = [(state, size > 0) for state, size in shop.states()]
    assert sizes == [
        ("done", False),
        ("done", False),
        ("done", True),
        ("ignored", False),
        ("done", False),
    ]
    assert "intake_inboxentry" in personal_in(other)
    (request,) = privacy_requests(shop.store.pk)
    assert request.completed_at is not None


def test_what_comes_after_the_demand_is_another_matter(shop: Shop):
    before = clock.now()
    shop.deliver("orders/create", samples.order())
    erasing.empty_deliveries(shop.store.pk, ["ada@shopper.example"], before.isoformat())
    assert shop.states()[0][1] > 0


def test_short_ids_are_no_words_to_look_for():
    """What is looked for decides what is lost."""
    ids = ("5001", "5000123456")
    fact = ErasureFact(customer_external_id="401", email=" Ada@x.example", order_external_ids=ids)
    assert erasing_actions.words_of(fact) == ["5000123456", "ada@x.example"]


def test_bites_leave_nothing_out(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    for number in range(7):
        shop.deliver("orders/create", samples.order(id=number, name=f"#{number}"))
    finish()
    monkeypatch.setattr(erasing, "BITE", 2)
    shop.deliver("customers/redact", samples.redact())
    finish()
    run_jobs()
    assert personal_in(shop) == {}
    shop.leave()
    finish()
    run_jobs()
    erased = sql.fetch("SELECT count(*) AS n FROM orders_order WHERE erased_at IS NOT NULL")
    assert erased == [{"n": 7}]


def test_a_disclosure_holds_the_messages_too(shop: Shop):
    filled(shop)
    shop.deliver("customers/data_request", samples.data_request())
    finish()
    (request,) = privacy_requests(shop.store.pk)
    assert request.about == "ada@shopper.example"
    export = msgspec.json.decode(disclosure_export(shop.store.pk, request.id) or "")
    (message,) = export["messages"]
    assert message["recipient"] == "ada@shopper.example"
    assert "#5001" in message["subject"] + message["text"]
    assert customers.complete_disclosure(shop.store.pk, request.id)
