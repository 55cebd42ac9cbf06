"""Journeys over the real rooms: what is enrolled, what goes together, what is not told any more."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from aftercart.commerce.orders import actions as orders
from aftercart.commerce.orders.facts import RefundFact
from aftercart.conversation.journeys import queries
from aftercart.conversation.journeys.actions import ensure_builtin
from aftercart.conversation.journeys.builtin import BUILT_IN
from aftercart.conversation.journeys.models import Enrollment, Journey, JourneyVersion
from aftercart.conversation.messages.tests.shop import SOURCE, Shop, after
from aftercart.core import clock, events
from aftercart.core.facts import Incoming
from aftercart.core.models import Event
from aftercart.delivery.shipments import actions as shipments
from aftercart.delivery.shipments.facts import ScanFact, ShipmentStatus, TrackingFact
from aftercart.delivery.shipments.models import ShipmentContent

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
FIRST, SECOND = "00340434161094021501", "00340434161094021502"


@pytest.fixture(autouse=True)
def _standing_clock():
    with clock.moved_to(MONDAY):
        yield


@pytest.fixture
def shop() -> Shop:
    return Shop()


def track(shop: Shop, number: str, *statuses: ShipmentStatus) -> None:
    """The carrier says what happened, one minute after the other, up to now."""
    now = clock.now()
    scans = tuple(
        ScanFact(occurred_at=now - timedelta(minutes=len(statuses) - 1 - place), status=status)
        for place, status in enumerate(statuses)
    )
    fact = TrackingFact(number=number, carrier="dhl", scans=scans)
    shipments.record([Incoming(shop.store.id, "api:carrier", fact)])


def skipped() -> list[tuple[str, str]]:
    """Every journey that ended without a word, and why."""
    return sorted(
        (event.data["template"], event.data["reason"])
        for event in Event.objects.filter(type="message.skipped")
    )


def test_a_parcel_from_its_order_to_the_door(shop: Shop):
    shop.place()
    after(60)
    shop.fulfil("1", "f1", FIRST)
    after(60)
    track(shop, FIRST, "in_transit")
    after(24 * 60)
    track(shop, FIRST, "out_for_delivery")
    after(120)
    track(shop, FIRST, "delivered")
    after(60)
    assert shop.sent() == [
        "order_confirmation",
        "shipped",
        "in_transit",
        "out_for_delivery",
        "delivered",
    ]
    assert skipped() == []


def test_everything_at_once_tells_only_the_last_news(shop: Shop):
    shop.place()
    shop.fulfil("1", "f1", FIRST)
    track(shop, FIRST, "in_transit", "out_for_delivery", "delivered")
    after(120)
    assert shop.sent() == ["order_confirmation", "delivered"]
    assert skipped() == [("shipped", "It has been delivered since")]


def test_the_first_scan_right_after_sending_is_no_mail_of_its_own(shop: Shop):
    shop.place()
    after(60)
    shop.fulfil("1", "f1", FIRST)
    clock.move_by(timedelta(minutes=5))
    track(shop, FIRST, "in_transit")
    after(60)
    assert shop.sent() == ["order_confirmation", "shipped"]
    assert skipped() == [("in_transit", "The shipping mail says so already")]


def test_a_later_fulfillment_is_a_mail_of_its_own_and_says_what_is_to_come(shop: Shop):
    shop.place()
    shop.fulfil("1", "f1", FIRST, items={"l1": 2})
    after(60)
    first = shop.messages()[-1]
    assert "Part of your order is packed" in first.text
    assert "3 items are still to come" in first.text
    clock.move_by(timedelta(days=1))
    shop.fulfil("1", "f2", SECOND, items={"l2": 3})
    after(60)
    second = shop.messages()[-1]
    assert shop.sent() == ["order_confirmation", "shipped", "shipped"]
    assert "Tea towel" in second.text
    assert "still to come" not in second.text


def test_two_parcels_delivered_within_minutes_are_one_mail(shop: Shop):
    shop.place()
    shop.fulfil("1", "f1", FIRST, items={"l1": 2})
    shop.fulfil("1", "f2", SECOND, items={"l2": 3})
    after(60)
    track(shop, FIRST, "delivered")
    after(3)
    track(shop, SECOND, "delivered")
    after(60)
    assert shop.sent() == ["order_confirmation", "shipped", "delivered"]
    assert "2 of 2" in shop.messages()[-1].text


def test_two_parcels_delivered_on_two_days_are_two_mails(shop: Shop):
    shop.place()
    shop.fulfil("1", "f1", FIRST, items={"l1": 2})
    shop.fulfil("1", "f2", SECOND, items={"l2": 3})
    after(60)
    track(shop, FIRST, "delivered")
    after(24 * 60)
    track(shop, SECOND, "delivered")
    after(60)
    assert shop.sent() == ["order_confirmation", "shipped", "delivered", "delivered"]
    assert "The rest of your order is still to come" in shop.messages()[-2].text
    assert "still to come" not in shop.messages()[-1].text


def test_an_order_that_is_cancelled_at_once_is_only_told_so(shop: Shop):
    shop.place()
    later = clock.now() + timedelta(seconds=30)
    shop.place("1", cancelled_at=later, updated_at=later)
    after(60)
    assert shop.sent() == ["cancelled"]
    assert skipped() == [("order_confirmation", "The order was cancelled")]


def test_a_cancellation_with_its_refund_is_one_mail(shop: Shop):
    shop.place()
    after(60)
    later = clock.now()
    shop.place("1", cancelled_at=later, updated_at=later)
    refund(shop, "r1", "59.00")
    after(60)
    assert shop.sent() == ["order_confirmation", "cancelled"]
    assert "59" in shop.messages()[-1].text
    assert skipped() == [("refunded", "The cancellation mail says so already")]


def test_a_refund_days_after_the_cancellation_is_told(shop: Shop):
    shop.place()
    after(60)
    later = clock.now()
    shop.place("1", cancelled_at=later, updated_at=later)
    after(3 * 24 * 60)
    refund(shop, "r1", "59.00")
    after(60)
    assert shop.sent() == ["order_confirmation", "cancelled", "refunded"]


def test_two_refunds_within_minutes_are_one_mail_with_their_sum(shop: Shop):
    shop.place()
    after(60)
    refund(shop, "r1", "10.00")
    refund(shop, "r2", "4.50")
    after(60)
    assert shop.sent() == ["order_confirmation", "refunded"]
    assert "14,50" in shop.messages()[-1].subject


def refund(shop: Shop, external_id: str, amount: str) -> None:
    fact = RefundFact(
        external_id=external_id,
        order_external_id="1",
        amount=Decimal(amount),
        currency="EUR",
        refunded_at=clock.now(),
    )
    orders.record_refunds([Incoming(shop.store.id, SOURCE, fact)])


def test_bad_news_that_passes_is_not_told(shop: Shop):
    shop.place()
    shop.fulfil("1", "f1", FIRST)
    after(60)
    track(shop, FIRST, "exception")
    clock.move_by(timedelta(minutes=10))
    track(shop, FIRST, "out_for_delivery")
    after(60)
    assert shop.sent() == ["order_confirmation", "shipped", "out_for_delivery"]
    assert skipped() == [
        ("exception", "The problem was solved before anyone had to be told"),
    ]


def test_bad_news_that_lasts_is_told(shop: Shop):
    shop.place()
    shop.fulfil("1", "f1", FIRST)
    after(60)
    track(shop, FIRST, "exception")
    after(60)
    assert shop.sent() == ["order_confirmation", "shipped", "exception"]


def test_a_failed_attempt_and_a_parcel_to_collect_are_told(shop: Shop):
    shop.place()
    shop.fulfil("1", "f1", FIRST)
    after(60)
    track(shop, FIRST, "attempt_failed")
    after(60)
    track(shop, FIRST, "available_for_pickup")
    after(60)
    assert shop.sent()[2:] == ["attempt_failed", "available_for_pickup"]


def test_an_import_tells_nobody_and_leaves_nothing(shop: Shop):
    shop.place(quiet=True)
    after(60)
    assert shop.messages() == []
    assert Enrollment.objects.count() == 0


def test_old_news_tells_nobody_and_says_why_once(shop: Shop):
    old = MONDAY - timedelta(days=3)
    shop.place("1", placed_at=old)
    shop.publish("order.placed", occurred_at=old)
    after(60)
    assert shop.messages() == []
    assert skipped() == [
        ("order_confirmation", "Old news: it happened more than 3 days before we learned of it")
    ]


def test_the_same_event_twice_enrolls_once(shop: Shop):
    shop.place()
    shop.publish("order.placed")
    after(60)
    shop.publish("order.placed")
    after(60)
    assert shop.sent() == ["order_confirmation"]


@pytest.mark.parametrize("seed", range(8))
def test_doubled_and_shuffled_events_end_in_the_same_messages(seed):
    """Whatever the order and the batches in which the handlers are given the events."""
    assert _told_after(random.Random(seed)) == _told_after(None)


def _told_after(chance: random.Random | None) -> tuple[list[str], list[str]]:
    shop = Shop()
    shop.place(quiet=True)
    shop.fulfil("1", "f1", FIRST, items={"l1": 2}, quiet=True)
    shop.fulfil("1", "f2", SECOND, items={"l2": 3}, quiet=True)
    news = [event("order.placed", shop)]
    for content in ShipmentContent.objects.filter(store=shop.store).order_by("id"):
        fulfillment = {"fulfillment_id": content.fulfillment_id}
        news.append(event("fulfillment.created", shop, data=fulfillment))
        news.append(event("shipment.in_transit", shop, shipment_id=content.shipment_id))
        news.append(event("shipment.exception", shop, shipment_id=content.shipment_id))
    if chance is not None:
        news = chance.sample(news * 2, k=len(news) * 2)
    for start in range(0, len(news), 3):
        with transaction.atomic():
            events.publish(news[start : start + 3])
    after(120)
    skipped_here = Event.objects.filter(type="message.skipped", store=shop.store)
    return sorted(shop.sent()), sorted(one.data["template"] for one in skipped_here)


def event(kind: str, shop: Shop, **fields) -> events.Event:
    return events.Event(
        store_id=shop.store.id,
        type=kind,
        occurred_at=clock.now(),
        order_id=shop.order_id(),
        **fields,
    )


def test_a_parcel_without_a_number_is_told_too(shop: Shop):
    shop.place()
    shop.fulfil("1", "f1")
    after(60)
    assert shop.sent() == ["order_confirmation", "shipped"]
    assert "without a tracking number" in shop.messages()[-1].text


def test_the_one_a_gift_is_for_hears_of_the_parcel_and_of_no_price(shop: Shop):
    shop.place(
        gift_recipient_name="Ben", gift_recipient_email="ben@example.com", gift_message="For you"
    )
    shop.fulfil("1", "f1", FIRST)
    after(60)
    assert [(m.template, m.recipient) for m in shop.messages()] == [
        ("order_confirmation", "anna@example.com"),
        ("shipped", "anna@example.com"),
        ("shipped", "ben@example.com"),
    ]
    gift = shop.messages()[-1]
    assert "59" not in gift.html.replace("#59", "")
    assert "EUR" not in gift.html
    assert "€" not in gift.html
    assert "For you" in gift.text


def test_a_journey_that_is_switched_off_sends_nothing_and_says_so(shop: Shop):
    shop.place()
    Journey.objects.filter(store=shop.store, key="order_confirmation").update(active=False)
    after(60)
    assert shop.messages() == []
    assert skipped() == [("order_confirmation", "The journey was switched off")]
    shop.place("2")
    after(60)
    assert shop.messages() == []


def test_publishing_a_version_changes_nothing_that_is_under_way(shop: Shop):
    shop.place()
    journey = Journey.objects.get(store=shop.store, key="order_confirmation")
    first = JourneyVersion.objects.get(store=shop.store, journey=journey)
    changed = {**first.definition, "steps": [{"do": "wait", "minutes": 1}]}
    JourneyVersion.objects.create(
        store=shop.store, journey=journey, number=2, definition=changed, published_at=clock.now()
    )
    Journey.objects.filter(pk=journey.pk).update(published=2)
    shop.place("2")
    after(60)
    assert shop.sent() == ["order_confirmation"]


def test_built_ins_are_made_once_and_a_newer_one_is_a_new_version(shop: Shop):
    ensure_builtin(shop.store.id)
    ensure_builtin(shop.store.id)
    assert Journey.objects.filter(store=shop.store).count() == len(BUILT_IN)
    assert JourneyVersion.objects.filter(store=shop.store).count() == len(BUILT_IN)
    stored = JourneyVersion.objects.filter(store=shop.store, journey__key="shipped")
    stored.update(definition={"trigger": {"events": ["a"], "about": "order"}, "steps": []})
    ensure_builtin(shop.store.id)
    assert Journey.objects.get(store=shop.store, key="shipped").published == 2
    assert JourneyVersion.objects.filter(store=shop.store).count() == len(BUILT_IN) + 1


def test_a_deleted_order_is_not_written_about(shop: Shop):
    from aftercart.commerce.orders.facts import OrderDeletionFact

    shop.place()
    fact = OrderDeletionFact(external_id="1", deleted_at=clock.now())
    orders.record_deletions([Incoming(shop.store.id, SOURCE, fact)])
    after(60)
    assert shop.messages() == []
    assert skipped() == [("order_confirmation", "The order is no longer there")]


def test_another_store_hears_nothing(shop: Shop):
    other = Shop()
    other.place("1", email="zoe@example.com")
    shop.place()
    after(60)
    assert [message.recipient for message in shop.messages()] == ["anna@example.com"]
    assert [message.recipient for message in other.messages()] == ["zoe@example.com"]
    assert queries.of_order(other.store.id, shop.order_id()) == []


def test_after_a_long_pause_mails_go_out_in_the_order_of_what_happened(shop: Shop):
    shop.place("1", placed_at=clock.now() - timedelta(hours=2))
    shop.fulfil("1", "f1", FIRST)
    clock.move_by(timedelta(minutes=5))
    track(shop, FIRST, "exception")
    after(12 * 60)
    assert shop.sent() == ["order_confirmation", "shipped", "exception"]


def test_thousands_are_due_at_once(shop: Shop, django_assert_max_num_queries):
    from aftercart.conversation.journeys import work

    for number in range(300):
        shop.place(str(number), email=f"shopper{number}@example.com")
    clock.move_by(timedelta(minutes=5))
    with django_assert_max_num_queries(25):
        assert work.run_batch() == 300
    assert len(shop.messages()) == 300
