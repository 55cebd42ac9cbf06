"""From the inbox into the rooms: good batches, poison, waiting, races, and what dies halfway."""

import threading
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from aftercart.core import clock, sql
from aftercart.intake import processing
from aftercart.intake.actions import connections
from aftercart.intake.tests.conftest import connection_id, entries, numbers, put, states
from tests.support.shops import Sender, open_store, order

pytestmark = pytest.mark.timeout(120)


def placed(n: int, **changes: object) -> dict:
    return order(n, placed_at=clock.now().isoformat(), **changes)


def finish() -> None:
    """Work until nothing is due."""
    while processing.run_batch():
        pass


def trigger(owner: psycopg.Connection, body: str) -> None:
    """Have the database do something whenever a row is inserted, until the test is over."""
    owner.execute("DROP FUNCTION IF EXISTS interfere CASCADE")
    owner.execute(
        f"CREATE FUNCTION interfere() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$"
        f" BEGIN {body} RETURN NEW; END $$"
    )
    owner.execute(
        "CREATE TRIGGER interfere BEFORE INSERT ON orders_order"
        " FOR EACH ROW EXECUTE FUNCTION interfere()"
    )


@pytest.fixture(autouse=True)
def no_interference(owner: psycopg.Connection):
    yield
    owner.execute("DROP FUNCTION IF EXISTS interfere CASCADE")


def test_a_batch_ends_in_the_rooms_and_is_counted(sender: Sender):
    put(sender, *(placed(n) for n in range(30)))
    assert processing.run_batch() == 30
    assert set(states(sender)) == {"done"}
    assert len(numbers(sender)) == 30
    for entry in entries(sender):
        assert (entry["due_at"], entry["lease"], entry["error"]) == (None, None, "")
        assert entry["settled_at"]
    assert sql.fetch("SELECT done, parked FROM intake_deliveryhour") == [{"done": 30, "parked": 0}]
    noted = sql.fetch("SELECT last_delivery_at FROM intake_connection")[0]["last_delivery_at"]
    assert noted == max(entry["received_at"] for entry in entries(sender))
    assert processing.run_batch() == 0


def test_what_cannot_be_read_is_parked_with_its_place_and_the_rest_goes_on(sender: Sender):
    put(sender, placed(1), b"{", {**placed(2), "currency": "?"}, placed(3), b"\x00\xff", b"")
    finish()
    assert states(sender) == ["done", "parked", "parked", "done", "parked", "parked"]
    assert entries(sender)[2]["error"].startswith("currency: ")
    assert numbers(sender) == ["#1001", "#1003"]


def test_poison_is_parked_alone(sender: Sender, owner: psycopg.Connection):
    trigger(owner, "IF NEW.number = '#1017' THEN RAISE EXCEPTION 'poison'; END IF;")
    put(sender, *(placed(n) for n in range(40)))
    finish()
    assert states(sender).count("done") == 39
    (parked,) = [entry for entry in entries(sender) if entry["state"] == "parked"]
    assert "poison" in parked["error"]
    assert "#1017" not in numbers(sender)
    assert len(numbers(sender)) == 39


def test_a_deadlock_is_tried_again(sender: Sender, owner: psycopg.Connection):
    owner.execute("CREATE SEQUENCE IF NOT EXISTS interference")
    owner.execute("ALTER SEQUENCE interference RESTART")
    trigger(
        owner,
        "IF nextval('interference') <= 2 THEN"
        " RAISE EXCEPTION 'unlucky' USING ERRCODE = '40P01'; END IF;",
    )
    put(sender, placed(1), placed(2))
    assert processing.run_batch() == 2
    assert states(sender) == ["done", "done"]
    owner.execute("DROP SEQUENCE interference")


def test_trouble_that_lasts_is_put_off_and_in_the_end_parked(
    sender: Sender, owner: psycopg.Connection
):
    trigger(owner, "RAISE EXCEPTION 'disk full' USING ERRCODE = '53100';")
    put(sender, placed(1))
    delays = []
    for _ in range(3):
        assert processing.run_batch() == 1
        (entry,) = entries(sender)
        assert entry["state"] == "pending"
        assert "disk full" in entry["error"]
        delays.append(entry["due_at"] - clock.now())
        sql.run("UPDATE intake_inboxentry SET due_at = %s", [clock.now()])
    assert timedelta(seconds=7) < delays[0] < delays[1] < delays[2]
    assert processing.run_batch() == 1
    assert states(sender) == ["parked"]


def test_work_whose_lease_was_lost_leaves_nothing(sender: Sender, owner: psycopg.Connection):
    trigger(owner, "UPDATE intake_inboxentry SET lease = gen_random_uuid();")
    put(sender, placed(1))
    assert processing.run_batch() == 1
    assert numbers(sender) == []
    assert states(sender) == ["pending"]


def test_what_killed_its_worker_again_and_again_is_worked_on_alone_then_parked(sender: Sender):
    put(sender, placed(1), placed(2))
    sql.run("UPDATE intake_inboxentry SET attempts = 10 WHERE id = %s", [entries(sender)[0]["id"]])
    finish()
    assert states(sender) == ["parked", "done"]
    assert "cut short" in entries(sender)[0]["error"]


def test_only_as_much_is_taken_as_fits_into_memory(sender: Sender, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(processing, "BATCH_BYTES", 1_500)
    put(sender, *(placed(n, note="x" * 1000) for n in range(3)))
    assert processing.run_batch() == 2
    left = [entry for entry in entries(sender) if entry["state"] == "pending"]
    assert [(entry["attempts"], entry["lease"]) for entry in left] == [(0, None)]
    assert processing.run_batch() == 1
    assert len(numbers(sender)) == 3


def test_an_imports_events_are_quiet(sender: Sender):
    put(sender, placed(1), quiet=True)
    finish()
    events = sql.fetch("SELECT DISTINCT quiet FROM core_event WHERE type LIKE 'order.%%'")
    assert events == [{"quiet": True}]


def test_topics_that_are_none_of_our_business_are_left_alone(sender: Sender):
    shop = shopify()
    put(shop, {"id": 1}, topic="carts/update")
    finish()
    assert states(shop) == ["ignored"]


def shopify() -> Sender:
    other = open_store("shopify-store")
    values = {"shop": "acme.myshopify.com", "client_id": "x", "secret": "y"}
    added = connections.add(other.store.pk, "shopify", values)
    return Sender(other.store, added.public_id, "", "")


def fulfillment() -> dict:
    return {
        "id": 7,
        "order_id": 5,
        "status": "success",
        "created_at": clock.now().isoformat(),
        "updated_at": clock.now().isoformat(),
        "tracking_numbers": ["1Z7"],
        "line_items": [],
    }


def shop_order() -> dict:
    return {
        "id": 5,
        "name": "#5",
        "created_at": clock.now().isoformat(),
        "updated_at": clock.now().isoformat(),
        "currency": "EUR",
        "total_price": "5.00",
        "line_items": [{"id": 1, "title": "Mug", "quantity": 1, "price": "5.00"}],
    }


def test_what_belongs_to_an_unknown_order_waits_for_it(transactional_db: None):
    shop = shopify()
    put(shop, fulfillment(), topic="fulfillments/create")
    finish()
    (waiting,) = entries(shop)
    assert waiting["state"] == "waiting"
    assert timedelta(seconds=7) < waiting["due_at"] - clock.now() < timedelta(seconds=13)
    put(shop, shop_order(), topic="orders/create")
    finish()
    with clock.moved_to(waiting["due_at"]):
        finish()
    assert states(shop) == ["done", "done"]
    assert sql.fetch("SELECT external_id FROM orders_fulfillment") == [{"external_id": "7"}]


def fulfillment_event(external_id: int, status: str, minutes: int) -> dict:
    at = (clock.now() - timedelta(minutes=minutes)).isoformat()
    return {"id": external_id, "fulfillment_id": 7, "status": status, "happened_at": at}


def test_news_of_a_parcel_and_their_retraction_wait_for_it_in_any_order(transactional_db: None):
    """Everything comes before what it belongs to; what was a mistake leaves nothing."""
    shop = shopify()
    mistake = fulfillment_event(2, "delivered", 10)
    put(shop, mistake, topic="fulfillment_events/delete")
    put(shop, mistake, fulfillment_event(1, "in_transit", 60), topic="fulfillment_events/create")
    put(shop, fulfillment(), topic="fulfillments/create")
    finish()
    assert states(shop) == ["waiting"] * 4
    put(shop, shop_order(), topic="orders/create")
    for minutes in (1, 5):
        with clock.moved_to(clock.now() + timedelta(minutes=minutes)):
            finish()
    assert states(shop) == ["done"] * 5
    assert sql.fetch("SELECT status FROM shipments_shipment") == [{"status": "in_transit"}]
    assert sql.fetch("SELECT delivery_status FROM orders_order") == [
        {"delivery_status": "in_transit"}
    ]
    assert sql.fetch("SELECT id FROM core_event WHERE type = 'shipment.delivered'") == []
    put(shop, fulfillment_event(1, "in_transit", 60), topic="fulfillment_events/delete")
    finish()
    assert sql.fetch("SELECT status FROM shipments_shipment") == [{"status": "pending"}]


def test_what_waited_for_a_day_is_parked_and_says_why(transactional_db: None):
    shop = shopify()
    put(shop, fulfillment(), topic="fulfillments/create")
    received_at = entries(shop)[0]["received_at"]
    tries = 0
    for hour in range(1, 27):
        with clock.moved_to(received_at + timedelta(hours=hour)):
            tries += processing.run_batch()
            state = states(shop)[0]
            if state == "parked":
                break
    assert 25 <= hour <= 26
    assert tries > 8
    assert "within 24 hours" in entries(shop)[0]["error"]


def test_what_is_parked_is_tried_again_once_a_day_for_two_weeks(transactional_db: None):
    shop = shopify()
    put(shop, {**shop_order(), "currency": "?"}, topic="orders/create")
    finish()
    (entry,) = entries(shop)
    assert entry["state"] == "parked"
    tries = 0
    for hours in range(0, 24 * 20, 6):
        with clock.moved_to(entry["received_at"] + timedelta(hours=hours)):
            tries += processing.run_batch()
    assert 11 <= tries <= 18
    assert entries(shop)[0]["due_at"] is None
    assert sql.fetch("SELECT parked FROM intake_deliveryhour") == [{"parked": 1}]


def test_what_is_parked_is_taken_in_once_its_order_has_come(transactional_db: None):
    shop = shopify()
    put(shop, fulfillment(), topic="fulfillments/create")
    (entry,) = entries(shop)
    with clock.moved_to(entry["received_at"] + timedelta(hours=30)):
        finish()
        assert states(shop) == ["parked"]
        put(shop, shop_order(), topic="orders/create")
        finish()
    with clock.moved_to(entry["received_at"] + timedelta(hours=60)):
        finish()
    assert states(shop) == ["done", "done"]
    assert len(sql.fetch("SELECT id FROM orders_fulfillment")) == 1


def test_two_workers_share_the_work_and_do_nothing_twice(sender: Sender):
    put(sender, *(placed(n) for n in range(300)), *(placed(n) for n in range(100)))
    taken: list[int] = []

    def work() -> None:
        while True:
            count = processing.run_batch()
            if not count:
                break
            taken.append(count)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) >= 400
    finish_late_ones(sender)
    assert set(states(sender)) == {"done"}
    assert len(numbers(sender)) == 300
    done = sql.fetch("SELECT sum(done) AS done FROM intake_deliveryhour")[0]["done"]
    assert done == 400
    placed_events = sql.fetch(
        "SELECT count(*) AS n, count(DISTINCT order_id) AS orders FROM core_event"
        " WHERE type = 'order.placed'"
    )
    assert placed_events == [{"n": 300, "orders": 300}]


def finish_late_ones(sender: Sender) -> None:
    """A race that was lost is put off for some seconds."""
    with clock.moved_to(clock.now() + timedelta(minutes=5)):
        finish()


def test_a_delivery_for_a_connection_that_was_removed_meanwhile_is_still_taken_in(sender: Sender):
    put(sender, placed(1))
    connections.remove(sender.store.pk, connection_id(sender))
    finish()
    assert states(sender) == ["done"]
