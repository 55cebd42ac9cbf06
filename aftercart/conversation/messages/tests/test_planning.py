"""Messages by a person's wish, and forgetting a person."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from aftercart.conversation.consent import queries as consent
from aftercart.conversation.messages import actions, queries
from aftercart.conversation.messages.facts import PlannedMessage
from aftercart.conversation.messages.models import MailboxEntry, Message
from aftercart.conversation.messages.tests.shop import Shop, after, work
from aftercart.core import clock
from aftercart.core.events import Event, publish
from aftercart.core.models import Event as StoredEvent
from aftercart.core.tenancy import bound

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _standing_clock():
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def shop() -> Shop:
    made = Shop()
    made.place()
    after(2)
    return made


def test_the_same_key_is_planned_once(shop: Shop):
    planned = PlannedMessage(
        store_id=shop.store.id,
        key="one",
        template="tracking_link",
        recipient="",
        order_id=shop.order_id(),
    )
    assert actions.plan([planned, planned]) == 1
    assert actions.plan([planned]) == 0


def test_the_link_goes_to_the_address_on_file_three_times_an_hour_at_most(shop: Shop):
    sent = [actions.send_tracking_link(shop.store.id, [shop.order_id()]) for _ in range(5)]
    assert sent == [1, 1, 1, 0, 0]
    work()
    links = [m for m in shop.messages() if m.template == "tracking_link"]
    assert {(link.recipient, link.state) for link in links} == {("anna@example.com", "sent")}
    assert f"/t/{_token(shop)}" in links[0].text
    after(61)
    assert actions.send_tracking_link(shop.store.id, [shop.order_id()]) == 1


def _token(shop: Shop) -> str:
    from aftercart.commerce.orders.models import Order

    return Order.objects.get(pk=shop.order_id()).token


def test_another_stores_order_gets_no_link(shop: Shop):
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.send_tracking_link(Shop().store.id, [shop.order_id()])


def test_a_face_that_is_bound_to_the_store_may_ask_for_the_link(shop: Shop):
    with bound(shop.store.id):
        assert actions.send_tracking_link(shop.store.id, [shop.order_id()]) == 1


def test_a_message_is_sent_again_as_a_new_one_and_once_per_wish(shop: Shop):
    first = shop.messages()[0]
    assert actions.resend(shop.store.id, first.id, "member:1")
    assert not actions.resend(shop.store.id, first.id, "member:1"), "pressed twice"
    work()
    assert shop.sent() == ["order_confirmation", "order_confirmation"]
    assert actions.resend(shop.store.id, first.id, "member:1")
    newest = StoredEvent.objects.filter(type="message.sent").order_by("-id")[0]
    assert newest.actor == "member:1"


def test_sending_again_still_asks_whether_the_address_may_be_written_to(shop: Shop):
    from aftercart.conversation.consent.actions import NewSuppression, suppress

    suppress([NewSuppression(store_id=shop.store.id, address="anna@example.com", reason="manual")])
    actions.resend(shop.store.id, shop.messages()[0].id, "member:1")
    work()
    assert shop.messages()[-1].state == "skipped"


def test_another_stores_message_cannot_be_sent_again(shop: Shop):
    with pytest.raises(LookupError):
        actions.resend(Shop().store.id, shop.messages()[0].id, "member:1")


@pytest.mark.parametrize("template", ["order_confirmation", "shipped", "refunded", "cancelled"])
def test_a_test_mail_shows_the_brand(shop: Shop, template):
    actions.send_test(shop.store.id, "me@northwind.example", template, "member:1")
    work()
    message = shop.messages()[-1]
    assert (message.state, message.recipient) == ("sent", "me@northwind.example")
    assert message.subject.startswith("Test: ")
    assert "Northwind" in message.html
    assert queries.preview(shop.store.id, template).html


def test_a_test_of_no_template_is_refused(shop: Shop):
    with pytest.raises(LookupError):
        actions.send_test(shop.store.id, "me@northwind.example", "nonsense", "member:1")


def forget(shop: Shop) -> None:
    with transaction.atomic():
        publish(
            [
                Event(
                    store_id=shop.store.id,
                    type="customer.erased",
                    occurred_at=clock.now(),
                    order_id=shop.order_id(),
                )
            ]
        )


def test_forgetting_wipes_what_was_written_and_keeps_that_it_was(shop: Shop):
    actions.send_tracking_link(shop.store.id, [shop.order_id()])
    forget(shop)
    sent, waiting = shop.messages()
    assert (sent.state, sent.recipient, sent.subject, sent.html, sent.text) == (
        "sent",
        "",
        "",
        "",
        "",
    )
    assert (waiting.state, waiting.due_at) == ("skipped", None)
    assert sent.sent_at is not None
    assert "anna" not in str(list(Message.objects.values())).lower()
    assert consent.suppressed(shop.store.id, ["anna@example.com"])
    forget(shop)


def test_who_was_forgotten_and_orders_again_is_written_to_about_the_new_order(shop: Shop):
    forget(shop)
    after(60)
    shop.place("2")
    after(60)
    assert shop.messages()[-1].state == "sent"


def test_the_mailbox_is_paged_and_each_stores_own(shop: Shop):
    for number in range(2, 8):
        shop.place(str(number))
        after(5)
    first = queries.mailbox(shop.store.id, limit=3)
    last = first[-1]
    second = queries.mailbox(shop.store.id, (last["received_at"], last["entry_id"]), limit=3)
    ids = [row["id"] for row in first + second]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 6
    assert queries.mailbox(Shop().store.id) == []
    assert queries.message(Shop().store.id, ids[0]) is None
    assert MailboxEntry.objects.count() == 7


def test_the_state_of_the_outbox_can_be_seen(shop: Shop):
    actions.send_tracking_link(shop.store.id, [shop.order_id()])
    health = queries.outbox_health(shop.store.id)
    assert (health["waiting"], health["unknown"], health["waiting_since"]) == (1, 0, clock.now())
