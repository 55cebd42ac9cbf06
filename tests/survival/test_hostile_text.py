"""Hostile HTML in every text that comes from outside: nothing of it may act anywhere."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from django.test import Client

from aftercart.core import sql
from aftercart.core.models import Member, Role, User
from tests.support.live import LiveApp, wait_for
from tests.support.shops import open_store, order, settled

pytestmark = [pytest.mark.processes, pytest.mark.timeout(120)]

EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}{%x%}</title></style>"
NUMBER = "1Z<script>alert(1)<script>"  # as much as the door lets through
ACTIVE = re.compile(
    r"<script>alert|<img src=x|onerror=alert\(2\)>(?!&)|</title></style>", re.IGNORECASE
)


def evil_order() -> dict[str, object]:
    now = datetime.now(UTC)
    return order(
        1,
        number=EVIL[:60],
        placed_at=(now - timedelta(hours=3)).isoformat(),
        updated_at=now.isoformat(),
        email="victim@example.com",
        customer={"external_id": "c", "first_name": EVIL[:100], "last_name": EVIL[:100]},
        shipping_address={
            "name": EVIL[:100],
            "line1": EVIL,
            "city": EVIL,
            "region": EVIL,
            "country": "FR",
        },
        shipping_method=EVIL,
        note=EVIL,
        gift_message=EVIL,
        lines=[
            {
                "external_id": "1",
                "title": EVIL,
                "variant_title": EVIL,
                "sku": EVIL,
                "quantity": 1,
                "price": "1.00",
                "image_url": "https://example.com/x.png?\"'><script>alert(1)</script>",
            }
        ],
        fulfillments=[
            {
                "external_id": "f",
                "created_at": now.isoformat(),
                "parcels": [
                    {
                        "number": NUMBER,
                        "carrier": EVIL,
                        "url": 'https://example.com/"onmouseover="alert(3)',
                    }
                ],
            }
        ],
    )


def test_no_text_from_outside_acts_on_any_surface(live_app: LiveApp) -> None:
    sender = open_store("shop")
    assert sender.post(live_app.url, sender.delivery("orders", evil_order())).status_code == 200
    scan = {
        "tracking_number": NUMBER,
        "occurred_at": datetime.now(UTC).isoformat(),
        "status": "exception",
        "text": EVIL,
        "city": EVIL,
        "region": EVIL,
    }
    answer = sender.post(live_app.url, sender.delivery("tracking-events", {"events": [scan]}))
    assert answer.status_code == 200
    wait_for(lambda: settled(sender.store.pk), 30, "the work")
    found = sql.fetch("SELECT id, token FROM orders_order")
    assert len(found) == 1, live_app.log("work")
    page = httpx.get(f"{live_app.url}/t/{found[0]['token']}")
    assert page.status_code == 200
    assert_harmless(page.text)
    assert "javascript:" not in page.text
    for mail in sql.fetch("SELECT subject, html FROM messages_message"):
        assert_harmless(mail["html"])
        assert "\n" not in mail["subject"]
    client = _member(sender.store)
    for path in ("/", "/orders/", f"/orders/{found[0]['id']}/", "/settings/connections/"):
        response = client.get(path)
        assert response.status_code == 200, path
        assert_harmless(response.content.decode())


def assert_harmless(html: str) -> None:
    found = ACTIVE.search(html)
    assert found is None, html[max(0, found.start() - 200) : found.end() + 100]
    assert "49" not in re.findall(r"\{\{7\*7\}\}|>49<", html)


def _member(store: object) -> Client:
    user = User.objects.create_user("owner@example.com", "a-long-password-1")
    Member.objects.create(account=store.account, user=user, role=Role.OWNER)  # type: ignore[attr-defined]
    client = Client()
    client.force_login(user)
    return client
