"""Every error is a problem that says what to do."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from aftercart.web.api import bodies, endpoints
from aftercart.web.api.pace import Pace
from aftercart.web.api.tests.calling import ORDER, Caller

pytestmark = pytest.mark.django_db


def assert_problem(answer: Any, status: int, title: str) -> None:
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert (answer.status_code, told["status"], told["title"]) == (status, status, title)
    assert told["type"] == "about:blank"
    assert told["detail"]
    assert told["request_id"] == answer["X-Request-Id"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert int(answer.get("Content-Length", len(answer.content))) == len(answer.content)


@pytest.mark.parametrize(
    ("method", "path", "status", "title"),
    [
        ("GET", "", 404, "Not Found"),
        ("GET", "nothing", 404, "Not Found"),
        ("GET", "orders/", 404, "Not Found"),
        ("GET", "orders/a/b", 404, "Not Found"),
        ("GET", "orders/unknown", 404, "Not Found"),
        ("PUT", "orders", 405, "Method Not Allowed"),
        ("DELETE", "orders/A-1", 405, "Method Not Allowed"),
        ("GET", "tracking-events", 405, "Method Not Allowed"),
        ("GET", "orders?limit=0", 422, "Unprocessable Entity"),
    ],
)
def test_an_address_or_a_method_that_is_not_there(
    caller: Caller, method: str, path: str, status: int, title: str
) -> None:
    answer = caller.send(method, path, "")
    assert_problem(answer, status, title)
    if status == 405:
        assert answer["Allow"]


def test_a_host_that_cannot_be_is_a_bad_request(caller: Caller) -> None:
    assert_problem(caller.get("orders", Host="a@b"), 400, "Bad Request")


def test_a_form_at_the_reference_page_is_refused_as_a_problem() -> None:
    answer = Client(enforce_csrf_checks=True).post("/api/v1/docs")
    assert_problem(answer, 403, "Forbidden")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/json"])
def test_what_is_not_called_json_is_not_read(caller: Caller, kind: str) -> None:
    answer = caller.post("orders", ORDER, **{"Content-Type": kind})
    assert_problem(answer, 415, "Unsupported Media Type")
    assert "application/json" in answer.json()["detail"]


def test_json_may_name_its_charset(caller: Caller) -> None:
    kind = "application/json; charset=utf-8"
    assert caller.post("orders", ORDER, **{"Content-Type": kind}).status_code == 200


def test_a_body_has_a_greatest_size(caller: Caller) -> None:
    answer = caller.post("orders", b" " * (bodies.LARGEST + 1))
    assert_problem(answer, 413, "Request Entity Too Large")


@pytest.mark.parametrize(
    "quantity", ["1e999", "NaN", "Infinity", "[" * 5000 + "]" * 5000, "9" * 5000, '"\\ud800"', "-"]
)
def test_what_only_looks_like_json_is_refused(caller: Caller, quantity: str) -> None:
    body = f'{{"lines": [{{"quantity": {quantity}}}]}}'
    assert caller.post("orders", body).status_code in (400, 422)


def test_what_breaks_here_is_told_without_its_words(caller: Caller) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
        cursor.execute("REVOKE INSERT ON orders_order FROM aftercart_face")
        cursor.execute("SET LOCAL ROLE aftercart_worker")
    caller.client.raise_request_exception = False
    answer = caller.post("orders", ORDER)
    assert_problem(answer, 500, "Internal Server Error")
    assert "orders_order" not in answer.content.decode()


@pytest.fixture
def three_a_minute(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Every key has three requests a minute; the time, to be moved on."""
    now = [600.0]
    api: Any = endpoints.api
    (key,) = api.auth
    monkeypatch.setattr(key, "pace", Pace(3, now=lambda: now[0]))
    return now


def test_a_key_has_a_pace(caller: Caller, three_a_minute: list[float]) -> None:
    other = Caller("other")
    for left in (2, 1, 0):
        answer = caller.get("orders")
        assert (answer.status_code, answer["RateLimit"]) == (200, f'"key";r={left};t=60')
    three_a_minute[0] += 20.5
    answer = caller.post("orders", ORDER)
    assert_problem(answer, 429, "Too Many Requests")
    assert (answer["Retry-After"], answer["RateLimit"]) == ("40", '"key";r=0;t=40')
    assert answer["RateLimit-Policy"] == '"key";q=3;w=60'
    assert other.get("orders").status_code == 200
    three_a_minute[0] += 40
    assert caller.post("orders", ORDER).status_code == 200


def test_the_dashboards_errors_stay_pages() -> None:
    answer = Client().get("/no/such/page")
    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    "key", ["", "Bearer", "Bearer x", "Bearer ak_1_2", "Basic abc", "Bearer ak_{public}_wrong"]
)
def test_a_wrong_key_is_refused_as_a_problem(caller: Caller, key: str) -> None:
    public_id = caller.key.split("_")[1]
    answer = caller.get("orders", Authorization=key.format(public=public_id))
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"placed_at": "2026-11-20T10:00:00"}, "/placed_at"),
        ({"total": 12.5}, "/total"),
        ({"total": "-1"}, "/total"),
        ({"currency": "euro"}, "/currency"),
        ({"surprise": 1}, "/surprise"),
        ({"external_id": ""}, "/external_id"),
        ({"placed_at": "2026-02-29T10:00:00Z"}, "/placed_at"),
        ({"external_id": "a\u0000b"}, "/external_id"),
        ({"lines": [{"external_id": "1", "title": "Mug", "quantity": -1}]}, "/lines/0/quantity"),
    ],
)
def test_an_unusable_field_is_named(caller: Caller, change: dict[str, Any], pointer: str) -> None:
    answer = caller.post("orders", ORDER | change)
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe"])
def test_a_body_that_is_no_order_is_refused(caller: Caller, body: bytes) -> None:
    answer = caller.post("orders", body)
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"] == "application/problem+json"
