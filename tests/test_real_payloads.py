"""Payloads that nobody here wrote, replayed signed through the running edge to pages and messages.

The recordings lie beside the project (`../shared/data`, or where AFTERCART_RECORDINGS says); a
clone that stands alone skips this.
"""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from aftercart.conversation.journeys.actions import ensure_builtin
from aftercart.core import sql
from aftercart.core.models import Account, Store
from aftercart.intake.actions import connections
from tests.support.live import PROGRAM, LiveApp, wait_for
from tests.support.real_data import recordings
from tests.support.shops import settled

RECORDINGS = recordings()
SHOP = "recorded.myshopify.com"

pytestmark = [
    pytest.mark.processes,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not RECORDINGS.is_dir(), reason=f"no recordings at {RECORDINGS}"),
]


@pytest.fixture
def store(transactional_db: None) -> Store:
    account = Account.objects.create(name="Acme")
    made = Store.objects.create(account=account, name="Recorded", slug="recorded")
    ensure_builtin(made.pk)
    return made


def objects(folder: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every JSON object in the recordings, with lists and wrappers taken apart."""
    for path in sorted((RECORDINGS / folder).rglob("*.json")):
        found = json.loads(path.read_text())
        for wrapper in ("orders", "order", "trackers", "fulfillment"):
            if isinstance(found, dict) and wrapper in found:
                found = found[wrapper]
                break
        for each in found if isinstance(found, list) else [found]:
            if isinstance(each, dict):
                yield path, each


def replay(app: LiveApp, public_id: str, files: list[Path], *options: str) -> str:
    """`aftercart replay`, as support would run it."""
    done = subprocess.run(
        [*PROGRAM, "replay", public_id, *map(str, files), *options],
        env={**os.environ, "PORT": str(app.port), "PUBLIC_URL": app.url},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def recent(text: str) -> str:
    """The recording with its years moved so that it speaks of the last hours, not of 2008."""
    now = datetime.now(UTC)
    moments = re.findall(r"\b(?:20\d\d)-\d\d-\d\dT\d\d:\d\d:\d\d", text)
    if not moments:
        return text
    newest = max(datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in moments)
    shift = now - timedelta(hours=14) - newest

    def moved(match: re.Match[str]) -> str:
        moment = datetime.fromisoformat(match[0]).replace(tzinfo=UTC) + shift
        return moment.strftime("%Y-%m-%dT%H:%M:%S")

    return re.sub(r"\b(?:20\d\d)-\d\d-\d\dT\d\d:\d\d:\d\d", moved, text)


def assert_nothing_waits(store: Store, app: LiveApp) -> None:
    wait_for(lambda: settled(store.pk), 90, "the work")
    parked = sql.fetch(
        "SELECT topic, error FROM intake_inboxentry WHERE store_id = %s AND state = 'parked'",
        [store.pk],
    )
    assert parked == [], app.log("work")


def orders_by_external_id(store: Store) -> dict[str, dict[str, Any]]:
    rows = sql.fetch(
        "SELECT id, external_id, number, token, email FROM orders_order WHERE store_id = %s",
        [store.pk],
    )
    return {row["external_id"]: row for row in rows}


def assert_on_its_page_and_in_its_messages(app: LiveApp, store: Store, ids: set[str]) -> None:
    orders = orders_by_external_id(store)
    assert ids
    assert ids <= orders.keys(), ids - orders.keys()
    for external_id in ids:
        order = orders[external_id]
        page = httpx.get(f"{app.url}/t/{order['token']}")
        assert page.status_code == 200, external_id
        assert order["number"].lstrip("#") in page.text
        told = sql.fetch(
            "SELECT type, data->>'reason' AS reason FROM core_event"
            " WHERE store_id = %s AND order_id = %s AND type LIKE 'message.%%'",
            [store.pk, order["id"]],
        )
        assert told, f"nothing says what became of the messages of order {external_id}"
        assert all(row["type"] != "message.skipped" or row["reason"] for row in told)


def shopify_orders() -> tuple[set[str], list[Path]]:
    ids, files = set(), []
    for path, each in objects("shopify"):
        if "line_items" in each and "total_price" in each and "Draft" not in path.name:
            if "Checkout" in path.name or "Cart" in path.name:
                continue
            ids.add(str(each["id"]))
            files.append(path)
    return ids, sorted(set(files))


def test_every_shopify_order_ends_on_its_page_and_in_its_messages(
    live_app: LiveApp, store: Store
) -> None:
    added = connections.add(store.pk, "shopify", shopify_values())
    ids, files = shopify_orders()
    assert len(ids) >= 3
    replay(live_app, added.public_id, files)
    assert_nothing_waits(store, live_app)
    assert_on_its_page_and_in_its_messages(live_app, store, ids)


def test_every_shopify_recording_is_taken_or_left_alone_for_a_reason(
    live_app: LiveApp, store: Store
) -> None:
    added = connections.add(store.pk, "shopify", shopify_values())
    replay(live_app, added.public_id, sorted((RECORDINGS / "shopify").rglob("*.json")))
    wait_for(lambda: settled(store.pk), 60, "the work")
    states = sql.fetch(
        "SELECT state, count(*) AS n FROM intake_inboxentry WHERE store_id = %s GROUP BY 1",
        [store.pk],
    )
    assert {row["state"] for row in states} <= {"done", "ignored", "waiting"}, states


def shopify_values() -> dict[str, str]:
    return {"shop": SHOP, "client_id": "recorded", "secret": "recorded-secret"}


def test_every_woocommerce_order_ends_on_its_page_and_in_its_messages(
    live_app: LiveApp, store: Store
) -> None:
    added = connections.add(
        store.pk,
        "woocommerce",
        {
            "url": "https://recorded.example",
            "consumer_key": "ck_recorded",
            "consumer_secret": "cs_recorded",
        },
    )
    found = [
        (path, each) for path, each in objects("woocommerce") if {"order_key", "id"} <= each.keys()
    ]
    ids = {str(each["id"]) for _, each in found}
    replay(live_app, added.public_id, sorted({path for path, _ in found}))
    assert_nothing_waits(store, live_app)
    assert_on_its_page_and_in_its_messages(live_app, store, ids)


def test_every_easypost_tracker_shows_its_movement(live_app: LiveApp, store: Store) -> None:
    added = connections.add(store.pk, "easypost", {})
    found = [each for _, each in objects("carriers/easypost") if each.get("object") == "Tracker"]
    numbers = {each["tracking_code"] for each in found}
    files = sorted(
        {path for path, each in objects("carriers/easypost") if each.get("object") == "Tracker"}
    )
    assert len(numbers) > 10
    replay(live_app, added.public_id, files)
    assert_nothing_waits(store, live_app)
    stored = sql.fetch(
        "SELECT tracking_number FROM shipments_shipment WHERE store_id = %s", [store.pk]
    )
    assert numbers <= {row["tracking_number"] for row in stored}
    for number in sorted(numbers)[:5]:
        page = httpx.get(f"{live_app.url}/track/{store.slug}/", params={"parcel": number})
        assert page.status_code == 200
        assert number in page.text


def test_a_recorded_order_of_today_is_really_mailed(
    live_app: LiveApp, store: Store, tmp_path: Path
) -> None:
    added = connections.add(store.pk, "shopify", shopify_values())
    original = RECORDINGS / "shopify" / "webhook_samples" / "2021-07__Order.json"
    copy = tmp_path / original.name
    body = json.loads(recent(original.read_text()))
    body |= {"test": False, "cancelled_at": None, "cancel_reason": None}
    copy.write_text(json.dumps(body))
    replay(live_app, added.public_id, [copy])
    assert_nothing_waits(store, live_app)
    # The confirmation waits a minute, in case the order is a slip; let that minute pass.
    sql.run("UPDATE journeys_enrollment SET due_at = now() WHERE state = 'active'")
    rows = wait_for(
        lambda: sql.fetch(
            "SELECT template, state, recipient, html FROM messages_message"
            " WHERE store_id = %s AND state = 'sent'",
            [store.pk],
        ),
        60,
        "the confirmation",
    )
    assert isinstance(rows, list)
    assert rows[0]["recipient"] == body["email"]
    assert body["line_items"][0]["title"] in rows[0]["html"]
