"""What providers say about messages, in whatever order and however often they say it."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from aftercart.conversation.consent import queries as consent
from aftercart.conversation.messages import actions, identity, outbox
from aftercart.conversation.messages.facts import ReceiptFact, ReceiptKind
from aftercart.conversation.messages.models import Message
from aftercart.conversation.messages.outbox import Change
from aftercart.conversation.messages.tests.shop import Shop, after
from aftercart.core import clock
from aftercart.core.facts import Incoming
from aftercart.core.models import Event

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def shop():
    with clock.moved_to(NOW):
        made = Shop()
        made.place()
        after(2)
        Message.objects.filter(store=made.store).update(provider_id="pm-1")
        yield made


def receipt(kind: ReceiptKind, **fields) -> ReceiptFact:
    told = {"provider_id": "pm-1", "occurred_at": NOW + timedelta(minutes=5), **fields}
    return ReceiptFact(kind=kind, **told)


def record(shop: Shop, *facts: ReceiptFact) -> Message:
    actions.record_receipts([Incoming(shop.store.id, "postmark", fact) for fact in facts])
    return shop.messages()[0]


def test_a_delivery_settles_the_message(shop: Shop):
    message = record(shop, receipt("delivered"))
    assert (message.state, message.settled_at) == ("delivered", NOW + timedelta(minutes=5))
    assert Event.objects.get(type="message.delivered").data["message_id"] == message.id


@pytest.mark.parametrize("order", list(permutations(["deferred", "delivered", "bounced"])))
def test_any_order_of_receipts_ends_the_same(shop: Shop, order):
    moments = {"deferred": 1, "delivered": 2, "bounced": 3}
    for kind in order:
        fact = receipt(kind, occurred_at=NOW + timedelta(minutes=moments[kind]), detail=kind)
        record(shop, fact, fact)
        record(shop, fact)
    message = shop.messages()[0]
    assert (message.state, message.reason) == ("bounced", "bounced")
    assert Event.objects.filter(type="message.bounced").count() == 1


def test_a_bounce_for_good_and_a_complaint_suppress_the_address(shop: Shop):
    record(shop, receipt("bounced", permanent=False))
    assert not consent.suppressed(shop.store.id, ["anna@example.com"])
    record(shop, receipt("bounced", permanent=True, detail="550 5.1.1 <anna@example.com> unknown"))
    assert consent.suppressed(shop.store.id, ["anna@example.com"])["anna@example.com"].reason == (
        "bounced"
    )
    message = record(shop, receipt("complained"))
    assert message.state == "complained"
    assert "anna@" not in message.reason
    found = consent.suppressed(shop.store.id, ["anna@example.com"])
    assert found["anna@example.com"].reason == "complained"


def test_the_address_that_is_suppressed_is_the_one_we_wrote_to(shop: Shop):
    record(shop, receipt("bounced", permanent=True, recipient="somebody.else@example.com"))
    assert not consent.suppressed(shop.store.id, ["somebody.else@example.com"])
    assert consent.suppressed(shop.store.id, ["anna@example.com"])


def test_an_opening_proves_little(shop: Shop):
    machine = receipt("opened", machine=True)
    assert record(shop, machine).opened_at is None
    message = record(shop, receipt("opened", occurred_at=NOW + timedelta(minutes=9)))
    assert (message.state, message.opened_at) == ("sent", NOW + timedelta(minutes=9))
    message = record(shop, receipt("opened", occurred_at=NOW + timedelta(minutes=7)))
    assert message.opened_at == NOW + timedelta(minutes=7)


def test_a_receipt_is_known_by_our_own_id_before_we_know_the_providers(shop: Shop):
    message = shop.messages()[0]
    Message.objects.filter(pk=message.pk).update(provider_id="", state="sending")
    reference = identity.reference(shop.store.id, message.id)
    message = record(shop, receipt("delivered", provider_id="pm-9", reference=reference))
    assert (message.state, message.provider_id, message.due_at) == ("delivered", "pm-9", None)


def test_a_receipt_settles_what_was_unknown(shop: Shop):
    Message.objects.filter(store=shop.store).update(state="unknown", due_at=NOW)
    message = record(shop, receipt("delivered"))
    assert (message.state, message.due_at) == ("delivered", None)


def test_what_a_receipt_said_stays_when_the_sender_writes_down_that_it_was_taken(shop: Shop):
    Message.objects.filter(store=shop.store).update(state="planned", due_at=NOW)
    lease, (claimed,) = outbox.claim()
    assert outbox.begin_sending(claimed, lease)
    record(shop, receipt("delivered"))
    change = Change(message=claimed, state="sent", event="message.sent", provider_id="pm-1")
    outbox.record([change], lease)
    message = shop.messages()[0]
    assert message.state == "delivered"
    assert message.due_at is None
    assert message.lease is None
    assert message.sent_at is not None


def test_another_stores_receipt_and_a_strangers_change_nothing(shop: Shop):
    other = Shop()
    message = shop.messages()[0]
    foreign = identity.reference(shop.store.id, message.id)
    forged = identity.reference(other.store.id, message.id)
    facts = [
        receipt("complained"),
        receipt("complained", reference=foreign),
        receipt("complained", reference=forged),
        receipt("complained", provider_id="", reference="x-y"),
        receipt("complained", provider_id="", reference=f"{other.store.id}-{'9' * 30}"),
    ]
    actions.record_receipts([Incoming(other.store.id, "postmark", fact) for fact in facts])
    assert shop.messages()[0].state == "sent"
    assert not consent.suppressed(other.store.id, ["anna@example.com"])


def test_a_thousand_receipts_are_a_handful_of_queries(shop: Shop, django_assert_max_num_queries):
    facts = [receipt("delivered", provider_id=f"pm-{number}") for number in range(1000)]
    with django_assert_max_num_queries(10):
        record(shop, *facts)
