"""The REST API over HTTP: its answers, its errors, and who gets in."""

from typing import Any

import msgspec
import pytest
from django.test import Client

from aftercart.commerce.orders.models import Order
from aftercart.core.models import Account, Store
from aftercart.core.tenancy import bound
from aftercart.intake.actions import connections
from aftercart.intake.models import ApiReply, Connection

pytestmark = pytest.mark.django_db

ORDER: dict[str, Any] = {
    "external_id": "A-1",
    "number": "#1001",
    "placed_at": "2026-11-20T10:00:00Z",
    "updated_at": "2026-11-20T10:00:00Z",
    "currency": "EUR",
    "total": "59.90",
    "email": "ada@example.com",
    "lines": [
        {"external_id": "1", "title": "Mug", "quantity": 2, "price": "24.00"},
        {"external_id": "2", "title": "Soap", "quantity": 1, "price": "11.90"},
    ],
    "fulfillments": [
        {
            "external_id": "f1",
            "created_at": "2026-11-20T16:00:00Z",
            "parcels": [{"number": "1Z999AA10123456784", "carrier": "UPS"}],
            "items": [{"line_external_id": "1", "quantity": 2}],
        }
    ],
}
SCAN: dict[str, Any] = {
    "tracking_number": "1Z999AA10123456784",
    "occurred_at": "2026-11-21T08:15:00+01:00",
    "status": "in_transit",
    "text": "Departed facility",
    "city": "Köln",
    "country": "DE",
}


class Caller:
    """A client with a store's key."""

    def __init__(self, slug: str) -> None:
        account, _ = Account.objects.get_or_create(name="Acme")
        self.store = Store.objects.create(account=account, name=slug, slug=slug)
        self.key = connections.add(self.store.pk, "api", {}).secrets["api_key"]
        self.client = Client()

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        headers.setdefault("Authorization", f"Bearer {self.key}")
        return self.client.generic(
            method,
            f"/api/v1/{path}",
            data=body if isinstance(body, (bytes, str)) else msgspec.json.encode(body),
            content_type="application/json",
            headers=headers,
        )

    def post(self, path: str, body: object, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, "", **headers)


@pytest.fixture
def caller() -> Caller:
    return Caller("acme")


def test_an_order_comes_back_as_it_stands(caller: Caller) -> None:
    answer = caller.post("orders", ORDER)
    assert answer.status_code == 200, answer.content
    order = answer.json()
    assert order["number"] == "#1001"
    assert order["total"] == "59.9"
    assert [parcel["tracking_number"] for parcel in order["parcels"]] == ["1Z999AA10123456784"]
    assert [item["title"] for item in order["parcels"][0]["items"]] == ["Mug"]
    assert [item["title"] for item in order["unshipped"]] == ["Soap"]
    assert "/t/" in order["tracking_page_url"]
    assert caller.get("orders/A-1").json() == order


def test_sending_an_order_again_updates_it(caller: Caller) -> None:
    caller.post("orders", ORDER)
    later = {**ORDER, "updated_at": "2026-11-20T12:00:00Z", "total": "40.00"}
    assert caller.post("orders", later).json()["total"] == "40"
    with bound(caller.store.pk):
        assert Order.objects.filter(store=caller.store).count() == 1


def test_what_the_shopper_paid_in_is_what_the_page_shows(caller: Caller) -> None:
    refund = {
        "external_id": "r1",
        "amount": "32.90",
        "currency": "USD",
        "refunded_at": "2026-11-20T11:00:00Z",
    }
    paid_otherwise = {"shown_currency": "USD", "shown_total": "65.80", "refunds": [refund]}
    order = caller.post("orders", {**ORDER, **paid_otherwise}).json()
    assert (order["total"], order["refunded_total"]) == ("59.9", "29.95")
    with bound(caller.store.pk):
        stored = Order.objects.get(store=caller.store)
    assert (stored.shown_currency, f"{stored.shown_total:.2f}") == ("USD", "65.80")


def test_an_older_state_changes_nothing(caller: Caller) -> None:
    caller.post("orders", ORDER)
    older = {**ORDER, "updated_at": "2026-11-19T12:00:00Z", "total": "1.00"}
    assert caller.post("orders", older).json()["total"] == "59.9"


def test_tracking_events_move_the_parcel(caller: Caller) -> None:
    caller.post("orders", ORDER)
    answer = caller.post("tracking-events", {"events": [SCAN, SCAN]})
    assert (answer.status_code, answer.json()) == (202, {"accepted": 2})
    parcel = caller.get("orders/A-1").json()["parcels"][0]
    assert parcel["status"] == "in_transit"
    assert len(parcel["scans"]) == 1


def test_a_list_pages_through_every_order_once(caller: Caller) -> None:
    for n in range(5):
        moment = f"2026-11-2{n}T10:00:00Z"
        caller.post("orders", {**ORDER, "external_id": f"L-{n}", "placed_at": moment})
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = caller.get(f"orders?limit=2{cursor}").json()
        seen += [order["external_id"] for order in page["orders"]]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    assert seen == ["L-4", "L-3", "L-2", "L-1", "L-0"]


def test_another_stores_order_is_not_there(caller: Caller) -> None:
    caller.post("orders", ORDER)
    stranger = Caller("other")
    assert stranger.get("orders/A-1").status_code == 404
    assert stranger.get("orders").json()["orders"] == []


@pytest.mark.parametrize(
    "key", ["", "Bearer", "Bearer x", "Bearer ak_1_2", "Basic abc", "Bearer ak_{public}_wrong"]
)
def test_a_wrong_key_is_refused_as_a_problem(caller: Caller, key: str) -> None:
    public_id = caller.key.split("_")[1]
    answer = caller.get("orders", Authorization=key.format(public=public_id))
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_removed_connections_key_is_refused(caller: Caller) -> None:
    connections.remove(caller.store.pk, _connection_id(caller))
    assert caller.get("orders").status_code == 401


def _connection_id(caller: Caller) -> int:
    with bound(caller.store.pk):
        return int(Connection.objects.get(store=caller.store).pk)


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


def test_the_same_key_gets_the_same_answer_and_does_nothing_twice(caller: Caller) -> None:
    first = caller.post("orders", ORDER, **{"Idempotency-Key": '"k-1"'})
    caller.post("orders", {**ORDER, "updated_at": "2026-11-20T12:00:00Z", "total": "1.00"})
    again = caller.post("orders", ORDER, **{"Idempotency-Key": "k-1"})
    assert again.content == first.content
    assert again["Idempotency-Replayed"] == "true"
    with bound(caller.store.pk):
        assert ApiReply.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(caller: Caller) -> None:
    caller.post("orders", ORDER, **{"Idempotency-Key": "k-1"})
    answer = caller.post("orders", {**ORDER, "total": "1.00"}, **{"Idempotency-Key": "k-1"})
    assert answer.status_code == 422


def test_a_key_belongs_to_its_store(caller: Caller) -> None:
    caller.post("orders", ORDER, **{"Idempotency-Key": "k-1"})
    stranger = Caller("other")
    answer = stranger.post("orders", {**ORDER, "total": "1.00"}, **{"Idempotency-Key": "k-1"})
    assert answer.status_code == 200


def test_a_forged_cursor_is_refused(caller: Caller) -> None:
    for cursor in ("", "%00", "X", "-1", "z" * 13):
        assert caller.get(f"orders?cursor={cursor}").status_code == 422


def test_the_reference_page_shows_every_operation_without_a_script() -> None:
    page = Client().get("/api/v1/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assert "<script" not in text
    for operation in ("Create or update an order", "Read an order", "Send tracking events"):
        assert operation in text
    document = Client().get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
