"""Everything else on the port: hosts, health, metrics, and Django behind."""

import io
import json
import os
import socket

import httpx
import msgspec
import psycopg
import pytest

from aftercart.core import clock, sql
from aftercart.edge.access import AccessLog
from aftercart.edge.tests.conftest import RunningEdge, StartEdge
from tests.support.live import wait_for
from tests.support.shops import Sender, order

pytestmark = pytest.mark.processes

TOKEN = "a-token-for-metrics"


def test_it_lives_and_is_ready(edge: RunningEdge):
    assert httpx.get(f"{edge.url}/healthz").text == "ok\n"
    answer = httpx.get(f"{edge.url}/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "problem": ""})


def test_machines_may_ask_for_its_health_under_any_name(edge: RunningEdge):
    assert httpx.get(f"{edge.url}/healthz", headers={"host": "10.1.2.3"}).status_code == 200


def test_without_all_tables_it_is_not_ready(start_edge: StartEdge):
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
        owner.execute("UPDATE django_migrations SET name = name || '-gone' WHERE app = 'intake'")
        try:
            answer = httpx.get(f"{start_edge().url}/readyz")
        finally:
            owner.execute("UPDATE django_migrations SET name = replace(name, '-gone', '')")
    assert answer.status_code == 503
    assert "not up to date" in answer.json()["problem"]


def test_without_a_database_it_is_not_ready_and_lives(start_edge: StartEdge):
    edge = start_edge(database_url="postgresql://nobody@127.0.0.1:1/none")
    assert httpx.get(f"{edge.url}/healthz").status_code == 200
    assert httpx.get(f"{edge.url}/readyz").status_code == 503
    assert httpx.get(f"{edge.url}/t/1{'a' * 26}").status_code == 503
    metrics = httpx.get(f"{edge.url}/metrics")
    assert "aftercart_database_up 0.0" in metrics.text


def test_a_foreign_host_is_turned_away(edge: RunningEdge):
    for path in ("/", "/t/x", "/in/x", "/accounts/login/", "/api/v1/orders"):
        answer = httpx.get(edge.url + path, headers={"host": "evil.example"})
        assert answer.status_code == 421, path
        is_for_programs = path.startswith(("/in/", "/api/"))
        kind = "application/problem+json" if is_for_programs else "text/html; charset=utf-8"
        assert answer.headers["content-type"] == kind, path


def test_a_stores_own_domain_is_known_within_a_while(start_edge: StartEdge, sender: Sender):
    sql.run("UPDATE core_store SET domain = 'shop.example'")
    edge = start_edge()

    def status() -> int:
        return httpx.get(f"{edge.url}/t/x", headers={"host": "shop.example"}).status_code

    wait_for(lambda: status() == 404, what="the domain")


def test_django_answers_what_is_left_with_the_same_request_id(edge: RunningEdge):
    given = {"x-request-id": "trace-12345678"}
    answer = httpx.get(f"{edge.url}/accounts/login/", headers=given)
    assert answer.status_code == 200
    assert answer.headers.get_list("x-request-id") == ["trace-12345678"]
    assert httpx.get(f"{edge.url}/no/such/page").status_code == 404


def test_every_other_address_is_djangos_however_odd(edge: RunningEdge):
    """Also one with a line break in it, which patterns of addresses often do not match."""
    for path, kind in (("/orders/%0A", "text/html"), ("/api/v1/%0A", "application/problem")):
        answer = httpx.get(edge.url + path)
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["x-request-id"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_large_body_reaches_django_whole(edge: RunningEdge, sender: Sender):
    given = {**order(1), "placed_at": clock.now().isoformat()}
    body = b" " * 3_000_000 + msgspec.json.encode(given) + b" " * 3_000_000
    headers = {
        "content-type": "application/json",
        "authorization": f"Bearer {sender.api_key}",
    }
    answer = httpx.post(f"{edge.url}/api/v1/orders", content=body, headers=headers, timeout=20)
    assert (answer.status_code, answer.json()["number"]) == (200, "#1001")


def test_a_body_in_chunks_reaches_django_whole(edge: RunningEdge, sender: Sender):
    body = msgspec.json.encode({**order(1), "placed_at": clock.now().isoformat()})
    answer = httpx.post(
        f"{edge.url}/api/v1/orders",
        content=iter([body[:30], body[30:]]),
        headers={
            "content-type": "application/json",
            "authorization": f"Bearer {sender.api_key}",
        },
    )
    assert (answer.status_code, answer.json()["number"]) == (200, "#1001")


def test_an_upload_has_a_greatest_size(edge: RunningEdge):
    with socket.create_connection(("127.0.0.1", edge.port), 5) as line:
        head = "POST /api/v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000000"
        line.sendall(f"{head}\r\n\r\n".encode())
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_slow_sender_takes_no_thread_of_djangos(edge: RunningEdge):
    head = b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nslow"
    lines = [socket.create_connection(("127.0.0.1", edge.port), 5) for _ in range(20)]
    for line in lines:
        line.sendall(head)
    assert httpx.get(f"{edge.url}/accounts/login/", timeout=10).status_code == 200
    for line in lines:
        line.close()


def test_metrics_count_what_happened_and_what_waits(edge: RunningEdge, sender: Sender):
    sender.post(edge.url, sender.delivery("orders", order(1)))
    sender.post(edge.url, sender.delivery("orders", order(1)))
    httpx.get(f"{edge.url}/t/1{'a' * 26}")
    text = httpx.get(f"{edge.url}/metrics").text
    assert 'aftercart_webhooks_total{outcome="stored",system="api"} 2.0' in text
    assert 'aftercart_request_seconds_count{route="/t/{token}",status="404"} 1.0' in text
    assert "aftercart_inbox_backlog 2.0" in text
    assert 'aftercart_due{kind="messages"} 0.0' in text
    assert "aftercart_database_up 1.0" in text
    assert sender.public_id not in text


def test_metrics_say_how_carriers_do_that_are_asked(edge: RunningEdge, sender: Sender):
    sql.run(
        "INSERT INTO intake_feed (store_id, connection_id, due_at, breaker, behind, requests, news)"
        " SELECT store_id, id, now(), 'open', 90, 12, 3 FROM intake_connection"
    )
    text = httpx.get(f"{edge.url}/metrics").text
    assert 'aftercart_feeds{system="api"} 1.0' in text
    assert 'aftercart_feeds_open{system="api"} 1.0' in text
    assert 'aftercart_feed_behind_seconds{system="api"} 90.0' in text
    assert 'aftercart_feed_requests_total{system="api"} 12.0' in text
    assert 'aftercart_feed_news_total{system="api"} 3.0' in text
    assert 'aftercart_due{kind="feeds"} 1.0' in text


def test_metrics_are_for_this_machine_or_for_the_token(start_edge: StartEdge):
    own = start_edge()
    through_a_proxy = {"x-forwarded-for": "203.0.113.9"}
    assert httpx.get(f"{own.url}/metrics", headers=through_a_proxy).status_code == 404
    by_its_public_name = {"host": "track.example.com"}
    assert httpx.get(f"{own.url}/metrics", headers=by_its_public_name).status_code == 404
    edge = start_edge(metrics_token=TOKEN)
    assert httpx.get(f"{edge.url}/metrics").status_code == 404
    given = {"authorization": f"Bearer {TOKEN}"}
    assert httpx.get(f"{edge.url}/metrics", headers=given).status_code == 200
    wrong = {"authorization": f"Bearer {TOKEN}x"}
    assert httpx.get(f"{edge.url}/metrics", headers=wrong).status_code == 404


def test_what_is_logged_is_one_line_of_json_without_the_token(edge: RunningEdge, sender: Sender):
    stream = io.StringIO()
    log = AccessLog("json", stream)
    log.is_wanted = True
    edge.edge.access = log
    token = "1" + "b" * 26
    httpx.get(f"{edge.url}/t/{token}", headers={"user-agent": "Kim Shopper"})
    sender.post(edge.url, sender.delivery("orders", order(1)))
    httpx.get(f"{edge.url}/accounts/login/?next=/secret")
    wait_for(lambda: stream.getvalue().count("\n") == 3, what="the lines")
    text = stream.getvalue()
    first, second, third = map(json.loads, text.splitlines())
    assert (first["route"], first["status"], first["method"]) == ("/t/{token}", 404, "GET")
    assert second["route"] == "/in/{connection}"
    assert third["route"] == "/accounts/login/"
    assert first["timestamp"].endswith("Z")
    for secret in (token, sender.public_id, "Kim", "127.0.0.1", "secret"):
        assert secret not in text
