"""The logs of real programs, after everybody has told them what must not be in there."""

import json
import os
from datetime import UTC, datetime, timedelta

import httpx
import psycopg
import pytest

from aftercart.core import sql
from tests.support.live import LiveApp, StartLiveApp, wait_for
from tests.support.shops import Sender, open_store, order, settled

pytestmark = [pytest.mark.processes, pytest.mark.timeout(120)]

MARK = "Vq7xPersonal"
ADDRESS = f"{MARK}@example.com"


def personal_order() -> dict[str, object]:
    now = datetime.now(UTC)
    return order(
        1,
        number=f"#{MARK}",
        placed_at=(now - timedelta(hours=3)).isoformat(),
        updated_at=now.isoformat(),
        email=ADDRESS,
        phone=MARK,
        note=MARK,
        customer={"external_id": MARK, "first_name": MARK, "email": ADDRESS},
        shipping_address={"name": MARK, "line1": MARK, "city": MARK, "country": "FR"},
        fulfillments=[
            {"external_id": MARK, "created_at": now.isoformat(), "parcels": [{"number": MARK}]}
        ],
    )


def everybody_tells(app: LiveApp, sender: Sender) -> None:
    """Shops, strangers and shoppers, with what can be read, what cannot, and what is refused."""
    good = sender.delivery("orders", personal_order())
    assert sender.post(app.url, good).status_code == 200
    unreadable = sender.delivery("orders", {"number": MARK, MARK: MARK})
    assert sender.post(app.url, unreadable).status_code == 200
    with httpx.Client(base_url=app.url, headers={"user-agent": MARK, "x-mark": MARK}) as client:
        key = {"authorization": f"Bearer {sender.api_key}"}
        client.post("/api/v1/orders", content=f'{{"{MARK}', headers=key)
        client.post("/api/v1/orders", json={MARK: MARK, "email": ADDRESS}, headers=key)
        client.get(f"/api/v1/orders/{MARK}", headers={"authorization": f"Bearer ak_1_{MARK}"})
        client.post(f"/in/{sender.public_id}", content=MARK, headers={"webhook-id": MARK})
        client.get(f"/in/{MARK}")
        client.get(f"/t/1{MARK.lower()}{'a' * 14}")
        client.get(f"/invitation/{MARK}/")
        client.post(f"/invitation/{MARK}/", data={"name": MARK, "password": MARK})
        client.post("/accounts/login/", data={"login": ADDRESS, "password": MARK})
        client.post("/track/", data={"order": MARK, "proof": ADDRESS})
        client.get(f"/track/?parcel={MARK}")
        client.get(f"/{MARK}/?{MARK}={MARK}")
        client.get("/", headers={"host": f"{MARK}.example"})
        client.get("/", headers={"host": f"{MARK}@127.0.0.1"})


def break_the_page(app: LiveApp) -> None:
    """So that rendering fails, and so does every answer that reads the store's orders."""
    (row,) = sql.fetch("SELECT token FROM orders_order")
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
        owner.execute("REVOKE SELECT ON orders_lineitem FROM aftercart_face")
        try:
            assert httpx.get(f"{app.url}/t/{row['token']}").status_code == 503
        finally:
            owner.execute("GRANT SELECT ON orders_lineitem TO aftercart_face")


def test_nothing_about_anybody_and_no_secret_gets_into_a_log(live_app_with: StartLiveApp) -> None:
    app = live_app_with("serve", "work", LOG_FORMAT="json", LOG_LEVEL="info")
    sender = open_store("shop")
    everybody_tells(app, sender)
    wait_for(lambda: settled(sender.store.pk), 30, "the work")
    break_the_page(app)
    (token,) = (row["token"] for row in sql.fetch("SELECT token FROM orders_order"))
    for name in ("serve", "work"):
        app.stop(name)
    lines = [line for name in ("serve", "work") for line in app.log(name).splitlines()]
    told = [json.loads(line) for line in lines]
    events = {line["event"] for line in told}
    assert {"request", "page.render_failed", "worker.started"} <= events
    secrets = (MARK, MARK.lower(), token, sender.api_key, sender.secret, sender.public_id)
    assert [line for line in lines for secret in secrets if secret in line] == []
