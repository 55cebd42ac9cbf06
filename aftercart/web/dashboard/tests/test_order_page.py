"""One order's page, its messages and the mailbox."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from aftercart.commerce.orders.models import Order
from aftercart.conversation.messages.models import Message
from aftercart.conversation.pages.tests.made import at
from aftercart.conversation.pages.tests.stored import (
    make_fulfillment,
    make_line,
    make_order,
    make_parcel,
    make_refund,
    make_scan,
)
from aftercart.core import clock, events
from aftercart.core.events import Event
from aftercart.core.models import Member, Role, Store
from aftercart.core.tenancy import bound
from aftercart.web.dashboard.tests.filled import make_message
from aftercart.web.dashboard.tests.people import browser_in, make_store
from aftercart.web.dashboard.tests.reading import links_of, source_of, text_of

pytestmark = pytest.mark.django_db

NOW = at("2026-11-24 12:00")


@pytest.fixture
def order(store: Store) -> Order:
    """Two items, one of them under way."""
    order = make_order(store, number="#2001", note="Ring twice", delivery_status="in_transit")
    shirt, mug = make_line(order, "Linen shirt"), make_line(order, "Stoneware mug")
    sent = make_fulfillment(order, {shirt: 1})
    parcel = make_parcel(sent, number="00340434292135100186", expected_date=at("2026-11-26").date())
    make_scan(parcel, "2026-11-24 08:14", text="Departed parcel centre")
    assert mug.current_quantity == 1
    return order


def happened(order: Order, kind: str, *, after: timedelta = timedelta(0), **given: Any) -> None:
    """Write an event of the order into the log."""
    with bound(order.store_id):
        events.publish(
            [
                Event(
                    store_id=order.store_id,
                    type=kind,
                    occurred_at=order.placed_at + after,
                    order_id=order.id,
                    **given,
                )
            ]
        )


def page_of(order: Order, browser: Client) -> Any:
    with clock.moved_to(NOW):
        return browser.get(f"/orders/{order.id}/")


def test_the_answer_comes_first(order: Order, browser_as_owner: Client) -> None:
    text = text_of(page_of(order, browser_as_owner))
    assert "Arriving Thursday, 26 November" in text
    assert text.index("Arriving Thursday") < text.index("Customer")


def test_parcels_items_and_scans_are_told(order: Order, browser_as_owner: Client) -> None:
    text = text_of(page_of(order, browser_as_owner))
    for words in (
        "00340434292135100186",
        "Linen shirt",
        "Departed parcel centre",
        "Leipzig",
        "Not shipped yet",
        "Stoneware mug",
        "Ring twice",
        "Lindenallee 4",
        "€98.00",
    ):
        assert words in text


def test_a_split_order_shows_each_parcel(store: Store, browser_as_owner: Client) -> None:
    order = make_order(store)
    for number, title in (("1Z999AA10123456784", "Mug"), ("1Z999AA10123456795", "Lamp")):
        sent = make_fulfillment(order, {make_line(order, title): 1})
        make_parcel(sent, number=number, carrier="ups")
    text = text_of(page_of(order, browser_as_owner))
    assert "Parcel 1 of 2" in text
    assert "Parcel 2 of 2" in text


def test_refunds_cancellation_gift_and_test_are_marked(
    store: Store, browser_as_owner: Client
) -> None:
    order = make_order(
        store,
        is_test=True,
        cancelled_at=at("2026-11-22 10:00"),
        gift_recipient_name="Grandma Elsa",
        gift_message="Happy birthday",
    )
    make_refund(order, "12.50")
    text = text_of(page_of(order, browser_as_owner))
    for words in ("Test", "Gift", "Cancelled", "Grandma Elsa", "Happy birthday", "−€12.50"):
        assert words in text


def test_an_order_without_anything_still_has_a_page(store: Store, browser_as_owner: Client) -> None:
    order = make_order(
        store, email="", phone="", customer_name="", shipping_address=None, time_zone=""
    )
    text = text_of(page_of(order, browser_as_owner))
    assert "none, so no mail is sent" in text
    assert "nobody is written to" in text


def test_the_shoppers_page_stands_beside_it(order: Order, browser_as_owner: Client) -> None:
    page = source_of(page_of(order, browser_as_owner))
    assert f'<iframe class="phone" src="/t/{order.token}"' in page
    assert f'data-copy-text="http://127.0.0.1:8000/t/{order.token}"' in page


def test_the_history_says_what_happened_and_why(
    order: Order, owner: Member, browser_as_owner: Client
) -> None:
    happened(order, "order.placed")
    happened(order, "order.updated", data={"changed": ["email", "tags"]}, after=timedelta(hours=1))
    happened(
        order,
        "message.skipped",
        data={"template": "in_transit", "reason": "The shipping mail says so already"},
        after=timedelta(hours=2),
    )
    happened(
        order,
        "refund.created",
        data={"amount": "12.50", "currency": "EUR"},
        actor=f"member:{owner.id}",
        after=timedelta(hours=3),
    )
    happened(order, "something.new", after=timedelta(hours=4), quiet=True)
    text = text_of(page_of(order, browser_as_owner))
    history = text[text.index("Everything that happened") :]
    told = [
        "Something new",
        "import",
        "Refunded €12.50",
        str(owner.user),
        "E-mail not sent: on its way",
        "The shipping mail says so already",
        "Order changed in the shop",
        "e-mail address",
        "Order placed",
    ]
    places = [history.index(words) for words in told]
    assert places == sorted(places)
    assert "tags" not in history


def test_the_history_does_not_say_things_twice(order: Order, browser_as_owner: Client) -> None:
    for kind in ("shipment.updated", "shipment.delivered", "shipment.checked"):
        happened(order, kind, shipment_id=5, data={"status": "delivered"})
    text = text_of(page_of(order, browser_as_owner))
    history = text[text.index("Everything that happened") :]
    assert history.count("Delivered") == 1
    assert "checked" not in history.lower()


def test_hostile_texts_stay_texts(store: Store, browser_as_owner: Client) -> None:
    evil = "<script>alert(1)</script>"
    order = make_order(store, customer_name=evil, note=evil, gift_message=evil, number="<b>1")
    line = make_line(order, evil, image_url="javascript:alert(1)", variant_title=evil)
    parcel = make_parcel(
        make_fulfillment(order, {line: 1}), number="1Z9", tracking_url="javascript:alert(1)"
    )
    make_scan(parcel, "2026-11-24 08:14", text=evil, city=evil)
    happened(order, "order.cancelled", data={"reason": evil})
    page = source_of(page_of(order, browser_as_owner))
    assert "<script>alert" not in page
    assert 'href="javascript:' not in page
    assert 'src="javascript:' not in page


def test_a_message_shows_how_it_looked(order: Order, browser_as_owner: Client) -> None:
    message = make_message(order.store, order.id, html="<p>Hi</p><script>alert(1)</script>")
    page = browser_as_owner.get(f"/messages/{message.id}/")
    assert "anna@example.com" in text_of(page)
    assert 'sandbox="allow-popups"' in source_of(page)
    body = browser_as_owner.get(f"/messages/{message.id}/body/")
    assert source_of(body) == message.html
    policy = body["Content-Security-Policy"]
    assert "sandbox allow-popups" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_a_message_that_was_not_sent_has_words_for_a_body(
    order: Order, browser_as_owner: Client
) -> None:
    message = make_message(order.store, order.id, state="skipped", html="", text="", subject="")
    body = browser_as_owner.get(f"/messages/{message.id}/body/")
    assert body["Content-Type"].startswith("text/plain")
    assert "was not sent" in source_of(body)


def test_a_message_is_sent_once_more(order: Order, owner: Member) -> None:
    message = make_message(order.store, order.id)
    browser = browser_in(order.store, Role.AGENT)
    browser.post(f"/messages/{message.id}/again/")
    answer = browser.post(f"/messages/{message.id}/again/", follow=True)
    assert "waits to be sent once more already" in text_of(answer)
    again = Message.objects.exclude(id=message.id).get()
    assert (again.template, again.order_id, again.state) == ("shipped", order.id, "planned")


def test_a_viewer_cannot_send_and_sees_no_button(order: Order) -> None:
    message = make_message(order.store, order.id)
    browser = browser_in(order.store, Role.VIEWER)
    assert "Send it again" not in text_of(browser.get(f"/messages/{message.id}/"))
    assert browser.post(f"/messages/{message.id}/again/").status_code == 403


def test_the_mailbox_lists_and_reads(order: Order, browser_as_owner: Client) -> None:
    first = make_message(order.store, order.id, subject="First of all")
    make_message(order.store, order.id, subject="Second one")
    page = browser_as_owner.get("/mailbox/", {"mail": first.id})
    assert "First of all" in text_of(page)
    assert "Second one" in text_of(page)
    assert f'src="/messages/{first.id}/body/"' in source_of(page)


def test_the_mailbox_pages(order: Order, browser_as_owner: Client) -> None:
    for number in range(60):
        make_message(order.store, order.id, subject=f"Mail number {number}.")
    first = browser_as_owner.get("/mailbox/")
    assert "Mail number 59." in text_of(first)
    assert "Mail number 9." not in text_of(first)
    older = next(link for link in links_of(first) if "page=older-" in link)
    second = browser_as_owner.get(f"/mailbox/{older}")
    assert "Mail number 9." in text_of(second)


def test_another_stores_mail_is_not_there(order: Order) -> None:
    message = make_message(order.store, order.id)
    browser = browser_in(make_store("contoso"))
    assert browser.get("/mailbox/", {"mail": message.id}).status_code == 404
    assert "anna@example.com" not in text_of(browser.get("/mailbox/"))


def test_where_mail_leaves_there_is_no_mailbox(
    order: Order, browser_as_owner: Client, settings: Settings
) -> None:
    settings.MAIL_ROUTE = "smtp"
    assert browser_as_owner.get("/mailbox/").status_code == 404
    assert ">Mailbox</a>" not in source_of(browser_as_owner.get("/"))
