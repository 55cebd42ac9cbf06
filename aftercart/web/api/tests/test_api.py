"""The REST API over HTTP: its answers, and who gets in."""

import pytest

from aftercart.commerce.orders.models import Order
from aftercart.core.tenancy import bound
from aftercart.intake.actions import connections
from aftercart.web.api.tests.calling import ORDER, SCAN, Caller

pytestmark = pytest.mark.django_db


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


def test_a_removed_connections_key_is_refused(caller: Caller) -> None:
    connections.remove(caller.store.pk, caller.connection_id())
    assert caller.get("orders").status_code == 401


def test_a_forged_cursor_is_refused(caller: Caller) -> None:
    for cursor in ("", "%00", "X", "-1", "z" * 13):
        assert caller.get(f"orders?cursor={cursor}").status_code == 422


@pytest.mark.parametrize("granted", ["orders:write", "orders:read", "tracking:write", ""])
def test_a_key_does_what_it_was_given_the_right_to(db: None, granted: str) -> None:
    caller = Caller("acme", granted)
    answers = {
        "orders:write": caller.post("orders", ORDER),
        "orders:read": caller.get("orders"),
        "tracking:write": caller.post("tracking-events", {"events": [SCAN]}),
    }
    done = {scope for scope, answer in answers.items() if answer.status_code < 300}
    assert done == ({granted} if granted else answers.keys())
    for scope in answers.keys() - done:
        assert answers[scope].status_code == 403
        assert scope in answers[scope].json()["detail"]
    assert caller.get("orders/A-1").status_code in ((200, 404) if "orders:read" in done else (403,))


@pytest.mark.parametrize("path", ["orders", "orders/A-1"])
def test_what_has_not_changed_is_not_sent_again(caller: Caller, path: str) -> None:
    caller.post("orders", ORDER)
    first = caller.get(path)
    known = {"If-None-Match": first["ETag"]}
    again = caller.get(path, **known)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    caller.post("tracking-events", {"events": [SCAN]})
    changed = caller.get(path, **known)
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    assert changed["Cache-Control"] == "private, no-cache"
