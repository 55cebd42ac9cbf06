"""Asking after parcels: what is asked when, what is heard, and what becomes of it."""

import itertools
from datetime import timedelta

from aftercart.connectors.base import Heard
from aftercart.core import clock
from aftercart.core.models import Store
from aftercart.delivery.shipments import actions
from aftercart.intake.following import jobs
from aftercart.intake.following.tests.conftest import (
    NUMBER,
    START,
    asked_at,
    connect,
    feed,
    go_on,
    inbox,
    moving,
    parcel,
    poll,
    polls,
    send,
)
from aftercart.intake.following.tests.stand_in import Tracker, nothing, saying
from tests.support.rooms import (
    events,
    hours,
    incoming,
    new_store,
    scan,
    tracking,
    types,
)

DAY = timedelta(days=1)


def test_a_parcel_is_asked_after_soon_and_what_is_heard_reaches_its_room(
    store: Store, directly: Tracker
):
    connection_id = connect(store)
    send(store, NUMBER)
    assert timedelta(0) < poll(store, NUMBER)["due_at"] - clock.now() < timedelta(minutes=3)
    directly.say = saying(moving(scan(1.5, "in_transit")))
    go_on(START + timedelta(minutes=10))
    (asking,) = directly.asked
    (asked,) = asking.parcels
    told = (asked.number, asked.carrier, asked.country, asked.postcode)
    assert told == (NUMBER, "ups", "DE", "10115")
    assert asked.shipped_on == hours(1).date()
    (delivery,) = inbox(store)
    assert (delivery["connection_id"], delivery["quiet"]) == (connection_id, False)
    assert parcel(store, NUMBER)["status"] == "in_transit"
    assert "shipment.in_transit" in types(events(store))


def test_an_answer_that_says_the_same_is_no_delivery_and_notes_that_it_was_checked(
    store: Store, directly: Tracker
):
    connect(store)
    send(store, NUMBER)
    directly.say = saying(moving(scan(1.5, "in_transit")))
    go_on(START + timedelta(minutes=10))
    checked_at = parcel(store, NUMBER)["checked_at"]
    go_on(START + timedelta(hours=6))
    assert len(directly.asked) == 2
    assert len(inbox(store)) == 1
    assert parcel(store, NUMBER)["checked_at"] > checked_at
    assert types(events(store)).count("shipment.checked") == 1
    row = poll(store, NUMBER)
    assert row["asked_at"] > row["heard_at"]


def test_that_it_was_checked_is_noted_hourly_at_most(store: Store, directly: Tracker):
    connect(store)
    send(store, NUMBER)
    directly.say = saying(moving(scan(1.5, "out_for_delivery")))
    go_on(START + timedelta(hours=6))
    assert len(directly.asked) > 8
    assert 4 <= types(events(store)).count("shipment.checked") <= 6


def test_news_that_come_again_after_others_are_news(store: Store, directly: Tracker):
    """An estimate may go back to what it was."""
    connect(store)
    send(store, NUMBER)
    days = [hours(48).date(), hours(72).date(), hours(48).date()]
    for number, day in enumerate(days):
        fact = moving(scan(1.5, "in_transit"), expected_date=day)
        directly.say = saying(fact)
        go_on(START + timedelta(hours=6 * (number + 1)))
        assert parcel(store, NUMBER)["expected_date"] == day
    assert len(inbox(store)) == 3


def test_a_number_that_is_not_known_yet_is_asked_after_at_growing_gaps(
    store: Store, directly: Tracker
):
    connect(store)
    send(store, NUMBER)
    go_on(START + 6 * DAY, timedelta(minutes=30))
    row = poll(store, NUMBER)
    assert (row["problem"], row["stopped"]) == ("No record of this number.", "")
    assert inbox(store) == []
    times = asked_at(directly, NUMBER)
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert timedelta(hours=3) <= gaps[0] < timedelta(hours=5)
    assert gaps == sorted(gaps)
    assert DAY <= gaps[-1] < 1.3 * DAY
    assert "following.stopped" not in types(events(store))


def test_a_number_that_was_not_answered_is_asked_after_again_within_minutes(
    store: Store, directly: Tracker
):
    connect(store)
    send(store, NUMBER, "1Z999AA10123456785")
    directly.say = lambda asked: None if asked.number == NUMBER else nothing(asked)
    go_on(START + timedelta(hours=1))
    silent, answered = asked_at(directly, NUMBER), asked_at(directly, "1Z999AA10123456785")
    assert len(answered) == 1
    assert len(silent) >= 3
    directly.say = nothing
    go_on(START + timedelta(hours=2))
    assert poll(store, NUMBER)["attempts"] == 0


def test_news_by_another_way_move_the_next_asking(store: Store, directly: Tracker):

    connect(store)
    send(store, NUMBER)
    directly.say = saying(moving(scan(1.5, "in_transit")))
    go_on(START + timedelta(minutes=10))
    assert poll(store, NUMBER)["due_at"] - clock.now() > timedelta(hours=3)
    actions.record(incoming(store, moving(scan(2.1, "out_for_delivery"))))
    assert poll(store, NUMBER)["due_at"] - clock.now() < timedelta(minutes=40)


def test_what_others_tell_first_does_not_put_off_the_first_asking(store: Store, directly: Tracker):
    """Only who was asked knows that they may push."""
    connect(store)
    send(store, NUMBER)
    due_at = poll(store, NUMBER)["due_at"]
    actions.record(incoming(store, moving(scan(1.5, "in_transit"))))
    assert poll(store, NUMBER)["due_at"] == due_at
    jobs.follow_store(store.pk)
    assert poll(store, NUMBER)["due_at"] == due_at


def test_going_over_a_store_does_not_put_off_what_is_due(store: Store, directly: Tracker):
    connect(store)
    send(store, NUMBER)
    go_on(START + timedelta(minutes=10))
    due_at = poll(store, NUMBER)["due_at"]
    with clock.moved_to(due_at + timedelta(minutes=1)):
        jobs.follow_store(store.pk)
    assert poll(store, NUMBER)["due_at"] == due_at


def test_what_the_tracker_asked_to_remember_is_handed_back_to_it(store: Store, directly: Tracker):
    connection_id = connect(store)
    send(store, NUMBER)
    directly.say = saying(moving(scan(1.5, "in_transit")), memo={"id": "trk_7"})
    go_on(START + timedelta(minutes=10))
    assert poll(store, NUMBER)["memo"] == {str(connection_id): {"id": "trk_7"}}
    directly.say = nothing
    go_on(START + timedelta(hours=6))
    assert dict(directly.asked[-1].parcels[0].memo) == {"id": "trk_7"}
    assert poll(store, NUMBER)["memo"] == {str(connection_id): {"id": "trk_7"}}


def test_as_many_as_one_asking_takes_are_asked_after_together(store: Store, directly: Tracker):
    connect(store)
    numbers = [f"1Z{n:016}" for n in range(1, 24)]
    send(store, *numbers)
    go_on(START + timedelta(minutes=10))
    assert [len(asking.parcels) for asking in directly.asked] == [10, 10, 3]
    assert sorted(directly.numbers) == sorted(numbers)


def test_a_store_without_a_source_has_no_rows(store: Store):
    send(store, NUMBER)
    assert polls(store) == []


def test_a_body_that_cannot_be_read_is_parked_and_the_asking_goes_on(
    store: Store, directly: Tracker
):
    connect(store)
    send(store, NUMBER)
    directly.say = lambda asked: Heard(number=asked.number, body=b"<html>")
    go_on(START + timedelta(hours=8))
    assert [entry["state"] for entry in inbox(store)] == ["parked"]
    assert len(directly.asked) >= 2
    assert poll(store, NUMBER)["stopped"] == ""


def test_the_same_number_in_two_stores_is_two_parcels(store: Store, directly: Tracker):

    other = new_store("south")
    for one in (store, other):
        connect(one)
        send(one, NUMBER)
    directly.say = saying(moving(scan(1.5, "in_transit")))
    go_on(START + timedelta(minutes=10))
    assert sorted(asking.secret for asking in directly.asked) == [
        "north/directly",
        "south/directly",
    ]
    assert len(inbox(store)) == len(inbox(other)) == 1


def test_what_was_done_is_counted(store: Store, directly: Tracker):
    connection_id = connect(store)
    send(store, *(f"1Z{n:016}" for n in range(1, 13)))
    directly.say = saying(tracking(f"1Z{1:016}", scan(1.5, "in_transit"), carrier="ups"))
    go_on(START + timedelta(minutes=10))
    row = feed(connection_id)
    assert (row["requests"], row["parcels"], row["news"], row["failed"]) == (2, 12, 1, 0)
    assert row["answered_at"] is not None
    assert (row["lease"], row["attempts"]) == (None, 0)
