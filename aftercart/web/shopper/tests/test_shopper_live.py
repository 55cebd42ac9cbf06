"""The shopper's whole way through the real programs: the form, the mail, the page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page

from aftercart.conversation.messages.models import Message
from aftercart.conversation.pages.actions import ensure_pages
from aftercart.conversation.pages.tests.stored import (
    make_fulfillment,
    make_line,
    make_order,
    make_parcel,
    make_scan,
    make_store,
)
from aftercart.core import clock
from aftercart.core.links import new_token
from tests.support.live import LiveApp, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.processes]

StartLiveApp = Callable[..., LiveApp]


def test_from_the_form_to_the_page(live_app: LiveApp, open_page: Any):
    store = make_store()
    order = make_order(store, number="#1001")
    sent = make_fulfillment(order, {make_line(order, "Linen shirt"): 1})
    yesterday = clock.now() - timedelta(days=1)
    parcel = make_parcel(
        sent, number="00340434161094042557", last_scan_at=yesterday, status_at=yesterday
    )
    make_scan(parcel, yesterday.isoformat()[:16])
    ensure_pages(store.id, [order.id])
    page: Page = open_page(width=390)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    page.goto(f"{live_app.url}/track/northwind/")
    page.get_by_role("textbox", name="Order number").fill("1001")
    page.get_by_role("textbox", name="E-mail address, postcode or phone number").fill("10115")
    page.get_by_role("button", name="Send me the link").click()
    page.wait_for_url("**/track/northwind/?asked=1")
    assert page.get_by_role("heading", level=1).inner_text() == "Check your mail"
    wait_for(lambda: Message.objects.filter(template="tracking_link").exists(), 20, "the mail")

    page.goto(f"{live_app.url}/t/{order.token}")
    assert page.get_by_role("heading", level=1).inner_text() == "On its way"
    assert page.get_by_text("Linen shirt").is_visible()
    page.get_by_role("link", name="Look up another order").click()
    page.get_by_role("textbox", name="Tracking number").fill("0034 0434 1610 9404 2557")
    page.get_by_role("button", name="Show where it is").click()
    assert page.get_by_text("Leipzig, DE").first.is_visible()
    assert "Linen shirt" not in page.content()
    assert said == []


def test_strangers_and_other_stores_see_nothing(live_app_with: StartLiveApp):
    app = live_app_with("serve")
    store, other = make_store(), make_store("other")
    order = make_order(store, number="#1001")
    ensure_pages(store.id, [order.id])
    right = httpx.get(f"{app.url}/t/{order.token}")
    assert right.status_code == 200
    assert httpx.get(f"{app.url}/t/{new_token(store.id)}").status_code == 404
    assert httpx.get(f"{app.url}/t/{new_token(other.id)}").status_code == 404
    swapped = new_token(other.id)[:-26] + order.token[-26:]
    assert httpx.get(f"{app.url}/t/{swapped}").status_code == 404
    again = httpx.get(
        f"{app.url}/t/{order.token}", headers={"If-None-Match": right.headers["etag"]}
    )
    assert again.status_code == 304
