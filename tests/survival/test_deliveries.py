"""Deliveries that come twice, shuffled, forged, or while a program dies."""

import random
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from aftercart.core import sql
from tests.support.live import LiveApp, StartLiveApp, wait_for
from tests.support.shops import Delivery, Sender, open_store, order, settled

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

ORDERS = 100
STATUSES = (
    "info_received",
    "picked_up",
    "in_transit",
    "in_transit",
    "out_for_delivery",
    "delivered",
)


def deliveries(sender: Sender, since: datetime) -> list[Delivery]:
    """1,000 deliveries: per order its placing, its sending, and the scans of its two parcels."""
    found = []
    for n in range(ORDERS):
        placed_at = since + timedelta(minutes=n)
        found.append(_order_delivery(sender, n, placed_at, sent=False))
        found.append(_order_delivery(sender, n, placed_at + timedelta(hours=1), sent=True))
        for parcel in range(2):
            found.extend(_scan(sender, n, parcel, step, placed_at) for step in range(4))
    return found


def _order_delivery(sender: Sender, n: int, at: datetime, *, sent: bool) -> Delivery:
    body = order(n, placed_at=(at - timedelta(hours=sent)).isoformat(), updated_at=at.isoformat())
    if sent:
        body["fulfillments"] = [
            {
                "external_id": f"f{parcel}",
                "created_at": at.isoformat(),
                "parcels": [{"number": _number(n, parcel), "carrier": "ups"}],
                "items": [{"line_external_id": str(parcel + 1), "quantity": 1}],
            }
            for parcel in range(2)
        ]
    return sender.delivery("orders", body)


def _scan(sender: Sender, n: int, parcel: int, step: int, placed_at: datetime) -> Delivery:
    status = STATUSES[step + (n + parcel) % 3]
    event = {
        "tracking_number": _number(n, parcel),
        "occurred_at": (placed_at + timedelta(hours=2 + step)).isoformat(),
        "status": status,
        "text": f"Scan {step}",
        "city": "Lyon",
    }
    return sender.delivery("tracking-events", {"events": [event]})


def _number(n: int, parcel: int) -> str:
    return f"1Z{n:08d}{parcel}"


def state_of(sender: Sender) -> list[dict[str, Any]]:
    """What is known of every order and parcel, without what only says when we learned of it."""
    return sql.fetch(
        """
        SELECT o.number, o.fulfillment_status, o.delivery_status, s.tracking_number, s.status,
          s.reason, s.status_at, s.delivered_at, s.out_for_delivery_at,
          (SELECT count(*) FROM shipments_trackingevent t
           WHERE t.store_id = s.store_id AND t.shipment_id = s.id) AS scans
        FROM orders_order o
        JOIN shipments_shipmentcontent c ON c.store_id = o.store_id AND c.order_id = o.id
        JOIN shipments_shipment s ON s.store_id = c.store_id AND s.id = c.shipment_id
        WHERE o.store_id = %s ORDER BY o.number, s.tracking_number
        """,
        [sender.store.pk],
    )


def recipients(sender: Sender) -> list[tuple[str, str]]:
    rows = sql.fetch(
        "SELECT template, recipient FROM messages_message "
        "WHERE store_id = %s AND state <> 'skipped' ORDER BY 1, 2",
        [sender.store.pk],
    )
    return [(row["template"], row["recipient"]) for row in rows]


def test_a_thousand_deliveries_twice_and_shuffled_end_like_once_in_order(
    live_app: LiveApp,
) -> None:
    since = datetime.now(UTC) - timedelta(hours=8)
    in_order, twice = open_store("in-order"), open_store("twice")
    once = deliveries(in_order, since)
    assert len(once) == 1000
    for start in range(0, len(once), 100):  # in order, as far as a network keeps it
        assert set(in_order.post_all(live_app.url, once[start : start + 100])) == {200}
    doubled = deliveries(twice, since) * 2
    random.Random(7).shuffle(doubled)
    assert set(twice.post_all(live_app.url, doubled)) == {200}
    for sender in (in_order, twice):
        wait_for(lambda sender=sender: settled(sender.store.pk), 120, "the work")
    assert state_of(twice) == state_of(in_order)
    assert len(state_of(in_order)) == 2 * ORDERS
    stored = sql.fetch(
        "SELECT count(*) AS n FROM intake_inboxentry WHERE store_id = %s", [twice.store.pk]
    )
    assert stored == [{"n": 1000}]
    assert len(recipients(twice)) == len(set(recipients(twice)))


def test_what_is_forged_is_refused_and_leaves_nothing(live_app: LiveApp) -> None:
    sender, other = open_store("shop"), open_store("other")
    real = sender.delivery("orders", order(1, placed_at="2026-11-20T10:00:00Z"))
    forged = {
        "another store's signature": other.headers(real),
        "no signature": {},
        "a changed signature": sender.headers(real) | {"webhook-signature": "v1,AAAA"},
        "a signature of another id": sender.headers(real) | {"webhook-id": "other"},
        "an old signature": sender.headers(real) | {"webhook-timestamp": "1700000000"},
    }
    for name, headers in forged.items():
        answer = httpx.post(
            f"{live_app.url}/in/{sender.public_id}", content=real.body, headers=headers
        )
        assert answer.status_code in (400, 401), name
    unknown = httpx.post(f"{live_app.url}/in/{'0' * 27}", content=real.body)
    assert unknown.status_code == 404
    assert sql.fetch("SELECT count(*) AS n FROM intake_inboxentry") == [{"n": 0}]


def test_a_replayed_delivery_is_stored_once(live_app: LiveApp) -> None:
    sender = open_store("shop")
    delivery = sender.delivery("orders", order(1, placed_at="2026-11-20T10:00:00Z"))
    assert [sender.post(live_app.url, delivery).status_code for _ in range(5)] == [200] * 5
    assert sql.fetch("SELECT count(*) AS n FROM intake_inboxentry") == [{"n": 1}]


def test_a_worker_killed_in_mid_batch_loses_and_doubles_nothing(
    live_app_with: StartLiveApp,
) -> None:
    app = live_app_with("serve")
    sender = open_store("shop")
    since = datetime.now(UTC) - timedelta(hours=8)
    sent = deliveries(sender, since)
    assert set(sender.post_all(app.url, sent)) == {200}
    for _ in range(4):
        app.start("work")
        wait_for(lambda: _worked(sender) or settled(sender.store.pk), 60, "some work")
        app.kill("work")
        leases_run_out()
    app.start("work")
    wait_for(lambda: settled(sender.store.pk), 150, "the work")
    rows = sql.fetch(
        "SELECT state, count(*) AS n FROM intake_inboxentry WHERE store_id = %s GROUP BY state",
        [sender.store.pk],
    )
    assert rows == [{"state": "done", "n": 1000}]
    assert len(state_of(sender)) == 2 * ORDERS
    assert len(recipients(sender)) == len(set(recipients(sender)))


def leases_run_out() -> None:
    """Let the time pass after which a dead worker's claims are free again."""
    for table in ("intake_inboxentry", "journeys_enrollment", "messages_message"):
        sql.run(f"UPDATE {table} SET due_at = now() WHERE lease IS NOT NULL")


_done_before: list[int] = [0]


def _worked(sender: Sender) -> bool:
    done = sql.fetch(
        "SELECT count(*) AS n FROM intake_inboxentry WHERE store_id = %s AND state = 'done'",
        [sender.store.pk],
    )[0]["n"]
    moved = done > _done_before[0]
    _done_before[0] = max(done, _done_before[0])
    return moved


def test_a_server_killed_in_mid_request_keeps_every_accepted_delivery(
    live_app_with: StartLiveApp,
) -> None:
    app = live_app_with("serve")
    sender = open_store("shop")
    since = datetime.now(UTC) - timedelta(hours=8)
    sent = deliveries(sender, since)[:600]
    answers: list[int] = []
    poster = threading.Thread(target=lambda: answers.extend(sender.post_all(app.url, sent)))
    poster.start()
    wait_for(lambda: _stored(sender) > 50, 30, "the first deliveries")
    app.kill("serve")
    poster.join()
    accepted = answers.count(200)
    assert 0 < accepted < len(sent)
    assert _stored(sender) >= accepted
    app.start("serve")
    assert set(sender.post_all(app.url, sent)) == {200}  # the sender tries again
    assert _stored(sender) == len(sent)


def _stored(sender: Sender) -> int:
    rows = sql.fetch(
        "SELECT count(*) AS n FROM intake_inboxentry WHERE store_id = %s", [sender.store.pk]
    )
    return int(rows[0]["n"])
