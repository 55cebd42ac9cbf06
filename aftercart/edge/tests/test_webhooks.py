"""What comes to the door: genuine, doubled, forged, late, huge, empty, another store's."""

import os
import socket
from contextlib import suppress
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest

from aftercart.connectors.registry import connector
from aftercart.core import clock, sql
from aftercart.edge.tests.conftest import RunningEdge
from aftercart.intake.actions import connections
from tests.support.live import wait_for
from tests.support.shops import Delivery, Sender, open_store, order

pytestmark = pytest.mark.processes


def inbox(sender: Sender) -> list[dict[str, Any]]:
    return sql.fetch(
        "SELECT topic, body, headers::text AS headers, state, due_at, received_at"
        " FROM intake_inboxentry WHERE store_id = %s ORDER BY id",
        [sender.store.pk],
    )


def connection_of(sender: Sender) -> dict[str, Any]:
    return sql.fetch(
        "SELECT id, error, state FROM intake_connection WHERE public_id = %s", [sender.public_id]
    )[0]


def post(edge: RunningEdge, sender: Sender, body: bytes, **headers: str) -> httpx.Response:
    delivery = Delivery("orders", body, "d1")
    given = {**sender.headers(delivery), **{n.replace("_", "-"): v for n, v in headers.items()}}
    return httpx.post(f"{edge.url}/in/{sender.public_id}", content=body, headers=given, timeout=30)


def test_a_genuine_delivery_is_stored_as_it_came_before_it_is_answered(
    edge: RunningEdge, sender: Sender
):
    delivery = sender.delivery("orders", order(1))
    answer = sender.post(edge.url, delivery)
    assert (answer.status_code, answer.content) == (200, b"")
    (entry,) = inbox(sender)
    assert bytes(entry["body"]) == delivery.body
    assert entry["topic"] == "orders"
    assert entry["state"] == "pending"
    assert entry["due_at"] == entry["received_at"] <= clock.now()


def test_the_same_delivery_again_is_answered_alike_and_stored_once(
    edge: RunningEdge, sender: Sender
):
    delivery = sender.delivery("orders", order(1))
    assert sender.post_all(edge.url, [delivery] * 20) == [200] * 20
    assert sender.post(edge.url, delivery).status_code == 200
    assert len(inbox(sender)) == 1


def test_deliveries_of_a_moment_share_a_commit(edge: RunningEdge, sender: Sender):
    deliveries = [sender.delivery("orders", order(n)) for n in range(200)]
    assert set(sender.post_all(edge.url, deliveries)) == {200}
    assert len(inbox(sender)) == 200
    batches = edge.edge.metrics.batches
    assert sum(batches.counts) < batches.total == 200


def test_a_forged_delivery_is_refused_and_said_at_its_connection(edge: RunningEdge, sender: Sender):
    answer = post(edge, sender, b"{}", webhook_signature="v1,Zm9yZ2Vk")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert inbox(sender) == []
    wait_for(lambda: "secret is the same" in connection_of(sender)["error"], what="the note")


def test_a_forger_cannot_keep_us_busy_with_notes(edge: RunningEdge, sender: Sender):
    for _ in range(5):
        post(edge, sender, b"{}", webhook_signature="v1,Zm9yZ2Vk")
    wait_for(lambda: connection_of(sender)["error"], what="the note")
    sql.run("UPDATE intake_connection SET error = ''")
    post(edge, sender, b"{}", webhook_signature="v1,Zm9yZ2Vk")
    assert sender.post(edge.url, sender.delivery("orders", order(1))).status_code == 200
    assert connection_of(sender)["error"] == ""


@pytest.mark.parametrize(
    "headers",
    [
        {"webhook_timestamp": "1500000000"},
        {"webhook_id": "another"},
        {"webhook_signature": ""},
        {"webhook_signature": "v1,\xff\xfe"},
    ],
)
def test_what_was_signed_otherwise_is_refused(
    edge: RunningEdge, sender: Sender, headers: dict[str, str]
):
    given = {name: value.encode("latin-1") for name, value in headers.items()}
    assert post(edge, sender, b"{}", **given).status_code == 401  # type: ignore[arg-type]
    assert inbox(sender) == []


def test_a_late_delivery_is_refused(edge: RunningEdge, sender: Sender):
    with clock.moved_to(clock.now() - timedelta(minutes=6)):
        delivery = sender.delivery("orders", order(1))
        headers = sender.headers(delivery)
    answer = httpx.post(f"{edge.url}/in/{sender.public_id}", content=delivery.body, headers=headers)
    assert answer.status_code == 401
    assert inbox(sender) == []


def test_an_empty_body_is_judged_like_any_other(edge: RunningEdge, sender: Sender):
    assert httpx.post(f"{edge.url}/in/{sender.public_id}").status_code == 400
    assert post(edge, sender, b"").status_code == 200


def test_one_stores_secret_opens_no_other_stores_address(edge: RunningEdge, sender: Sender):
    other = open_store("other")
    delivery = sender.delivery("orders", order(1))
    answer = httpx.post(
        f"{edge.url}/in/{other.public_id}", content=delivery.body, headers=sender.headers(delivery)
    )
    assert answer.status_code == 401
    assert inbox(other) == inbox(sender) == []


@pytest.mark.parametrize(
    "public_id",
    ["", "x", "1" + "a" * 26, "1" + "a" * 300, "1%00" + "a" * 25, "1/../healthz", "ä" * 27],
)
def test_an_unknown_address_is_404(edge: RunningEdge, sender: Sender, public_id: str):
    assert httpx.post(f"{edge.url}/in/{public_id}", content=b"{}").status_code == 404


def test_paused_is_gone_for_now_and_removed_is_unknown(edge: RunningEdge, sender: Sender):
    connection_id = connection_of(sender)["id"]
    delivery = sender.delivery("orders", order(1))
    assert sender.post(edge.url, delivery).status_code == 200
    connections.pause(sender.store.pk, connection_id)
    wait_for(lambda: sender.post(edge.url, delivery).status_code == 410, 2, "the pause")
    connections.resume(sender.store.pk, connection_id)
    wait_for(lambda: sender.post(edge.url, delivery).status_code == 200, 2, "the end of the pause")
    connections.remove(sender.store.pk, connection_id)
    wait_for(lambda: sender.post(edge.url, delivery).status_code == 404, 2, "the removal")


def test_a_paused_shop_is_still_heard_when_it_demands_privacy(edge: RunningEdge, sender: Sender):
    secrets = {"shop": "acme.myshopify.com", "client_id": "x", "secret": "y"}
    added = connections.add(sender.store.pk, "shopify", secrets)
    connections.pause(sender.store.pk, added.connection_id)

    def post_topic(topic: str, **changes: str) -> int:
        headers = connector("shopify").sign(topic, b"{}", secrets, topic) | changes
        address = f"{edge.url}/in/{added.public_id}"
        return httpx.post(address, content=b"{}", headers=headers).status_code

    assert post_topic("orders/create") == 410
    assert post_topic("customers/redact", **{"X-Shopify-Hmac-Sha256": "Zm9yZ2Vk"}) == 401
    assert inbox(sender) == []
    for topic in ("customers/redact", "customers/data_request", "shop/redact"):
        assert post_topic(topic) == 200
    assert len(inbox(sender)) == 3


def test_after_a_rotation_both_secrets_sign_and_later_only_the_new_one(
    edge: RunningEdge, sender: Sender
):
    connection_id = connection_of(sender)["id"]
    old = sender.secret
    assert sender.post(edge.url, sender.delivery("orders", order(1))).status_code == 200
    sender.secret = connections.rotate(
        sender.store.pk, connection_id, ("secret",), grace=timedelta(seconds=2)
    )["secret"]
    new = sender.secret
    assert new != old

    def answered(secret: str) -> int:
        sender.secret = secret
        return sender.post(edge.url, sender.delivery("orders", order(2))).status_code

    wait_for(lambda: answered(new) == 200, 1, "the new secret")
    assert answered(old) == 200
    wait_for(lambda: answered(old) == 401, 5, "the end of the old secret")
    assert answered(new) == 200


def test_a_body_of_megabytes_passes_and_does_not_hold_up_others(edge: RunningEdge, sender: Sender):
    huge = {**order(1), "note": "x" * 6_000_000}
    deliveries = [sender.delivery("orders", huge), sender.delivery("orders", order(2))]
    assert sender.post_all(edge.url, deliveries) == [200, 200]
    assert max(len(entry["body"]) for entry in inbox(sender)) > 6_000_000


def test_what_is_too_large_is_refused_before_it_is_read(edge: RunningEdge, sender: Sender):
    with socket.create_connection(("127.0.0.1", edge.port), 5) as line:
        head = f"POST /in/{sender.public_id} HTTP/1.1\r\nHost: localhost\r\n"
        line.sendall(head.encode() + b"Content-Length: 30000000\r\n\r\n" + b"x" * 1000)
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")


def test_what_grows_too_large_is_refused_on_the_way(edge: RunningEdge, sender: Sender):
    def endless():
        for _ in range(40):
            yield b"x" * 1_000_000

    url = f"{edge.url}/in/{sender.public_id}"
    with suppress(httpx.WriteError):  # the door may be shut while we still push
        assert httpx.post(url, content=endless(), timeout=20).status_code == 413
    assert inbox(sender) == []
    assert edge.edge.webhooks.bodies.left == 128 * 1024 * 1024


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_old_clients_and_careful_ones_are_served(edge: RunningEdge, sender: Sender, version: str):
    """WooCommerce posts by HTTP/1.0; curl asks before it sends much."""
    delivery = sender.delivery("orders", order(1))
    headers = {**sender.headers(delivery), "Content-Length": str(len(delivery.body))}
    if version == "1.1":
        headers |= {"Expect": "100-continue", "Connection": "close"}
    lines = [f"POST /in/{sender.public_id} HTTP/{version}", f"Host: localhost:{edge.port}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    with socket.create_connection(("127.0.0.1", edge.port), 5) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        if version == "1.1":
            assert line.recv(100).startswith(b"HTTP/1.1 100 ")
        line.sendall(delivery.body)
        assert line.recv(100).split(b" ")[1] == b"200"
    assert len(inbox(sender)) == 1


def test_other_methods_are_told_what_is_allowed(edge: RunningEdge, sender: Sender):
    answer = httpx.get(f"{edge.url}/in/{sender.public_id}")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


def test_a_request_keeps_the_id_it_was_given(edge: RunningEdge, sender: Sender):
    answer = post(edge, sender, b"{}", x_request_id="trace-12345678")
    assert answer.headers["x-request-id"] == "trace-12345678"
    hostile = post(edge, sender, b"{}", x_request_id='x" onload="')
    assert hostile.headers["x-request-id"] != 'x" onload="'


def test_a_connection_whose_keys_are_lost_asks_to_try_again(edge: RunningEdge, sender: Sender):
    sql.run("UPDATE intake_connection SET credentials = 'gone.' || credentials")
    answer = sender.post(edge.url, sender.delivery("orders", order(1)))
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


def test_a_system_that_this_release_does_not_speak_asks_to_try_again(
    edge: RunningEdge, sender: Sender
):
    sql.run("UPDATE intake_connection SET system = 'of-a-newer-release'")
    answer = sender.post(edge.url, sender.delivery("orders", order(1)))
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


def test_a_delivery_that_the_database_refuses_takes_no_other_with_it(
    edge: RunningEdge, sender: Sender
):
    owner = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    owner.execute(
        "ALTER TABLE intake_inboxentry ADD CONSTRAINT no_poison CHECK (topic <> 'tracking-events')"
    )
    try:
        poison = sender.delivery("tracking-events", {"events": []})
        good = [sender.delivery("orders", order(n)) for n in range(15)]
        answers = sender.post_all(edge.url, [*good[:7], poison, *good[7:]])
    finally:
        owner.execute("ALTER TABLE intake_inboxentry DROP CONSTRAINT no_poison")
        owner.close()
    assert answers[7] == 422
    assert answers.count(200) == len(inbox(sender)) == 15
