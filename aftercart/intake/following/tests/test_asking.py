"""Asking after parcels: what is asked when, what is heard, and what becomes of it."""

import itertools
from datetime import timedelta

from aftercart.commerce.orders import actions as orders
from aftercart.commerce.orders.facts import ParcelFact
from aftercart.connectors.base import Heard, Pulled
from aftercart.core import clock, sql
from aftercart.core.models import Store
from aftercart.delivery.shipments import actions
from aftercart.intake.actions import inbox as inbox_actions
from aftercart.intake.following import jobs
from aftercart.intake.following.actions import endings
from aftercart.intake.following.tests.conftest import (
    START,
    ask_all,
    asked_at,
    connect,
    feed,
    go_on,
    inbox,
    parcel,
    poll,
    polls,
    process,
    send,
)
from aftercart.intake.following.tests.stand_in import Tracker, body_of, nothing, saying
from tests.support.rooms import (
    events,
    hours,
    incoming,
    new_store,
    order,
    scan,
    sent,
    tracking,
    types,
)

NUMBER = "1Z999AA10123456784"
DAY = timedelta(days=1)


def moving(*scans, **changes):
    return tracking(NUMBER, *scans, carrier="ups", **changes)


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


def test_what_was_delivered_is_asked_after_twice_more_and_then_never(
    store: Store, directly: Tracker
):
    connect(store)
    send(store, NUMBER)
    directly.say = saying(moving(scan(1.5, "in_transit"), scan(3, "out_for_delivery")))
    go_on(hours(8))
    every_half_hour = len(directly.asked)
    assert every_half_hour >= 8
    delivered = moving(scan(1.5, "in_transit"), scan(3, "out_for_delivery"), scan(8.1, "delivered"))
    directly.say = saying(delivered)
    go_on(hours(9))
    heard = len(directly.asked)
    go_on(hours(8 + 24 * 6), timedelta(hours=1))
    later = asked_at(directly, NUMBER)[heard:]
    assert len(later) == 2
    assert hours(32) <= later[0] < hours(38)
    assert hours(56) <= later[1] < hours(64)
    row = poll(store, NUMBER)
    assert (row["stopped"], row["due_at"]) == ("final", None)
    assert "following.stopped" not in types(events(store))


def test_a_delivery_that_is_taken_back_after_the_end_is_followed_again(
    store: Store, directly: Tracker
):
    """By a webhook of another source, say."""

    connect(store)
    send(store, NUMBER)
    directly.say = saying(moving(scan(3, "delivered")))
    go_on(hours(24 * 4), timedelta(hours=1))
    assert poll(store, NUMBER)["stopped"] == "final"
    actions.record(incoming(store, moving(scan(90, "returning"))))
    row = poll(store, NUMBER)
    assert (row["stopped"], row["stopped_at"]) == ("", None)
    assert row["due_at"] > clock.now()


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


def test_where_the_source_pushes_it_is_asked_rarely_and_before_it_stops(
    store: Store, directly: Tracker
):
    connection_id = connect(store)
    send(store, NUMBER)
    pushed_until = START + 3 * DAY
    directly.say = saying(moving(scan(1.5, "in_transit")), pushed_until=pushed_until)
    posted(store, connection_id)
    go_on(pushed_until, timedelta(hours=1))
    assert 3 <= len(directly.asked) <= 5
    assert pushed_until - directly.asked[-1].at <= timedelta(hours=6)


def test_a_source_that_says_it_pushes_and_never_does_is_asked_as_if_it_did_not(
    store: Store, directly: Tracker
):
    """Nobody has entered our address there."""
    connection_id = connect(store)
    send(store, NUMBER)
    pushed_until = START + 30 * DAY
    directly.say = saying(moving(scan(1.5, "out_for_delivery")), pushed_until=pushed_until)
    go_on(START + timedelta(hours=6))
    assert len(directly.asked) > 8
    posted(store, connection_id)
    assert feed(connection_id)["posted_at"] == clock.now()
    before = len(directly.asked)
    go_on(START + timedelta(hours=12))
    assert len(directly.asked) - before <= 2


def posted(store: Store, connection_id: int) -> None:
    """Something came by itself, as a webhook does."""
    fact = tracking("1Z999AA10123456795", scan(1, "in_transit"), carrier="ups")
    delivery = Pulled(topic="", dedupe_key=b"posted", body=body_of(fact))
    inbox_actions.add(store.pk, connection_id, [delivery])
    process()


def test_words_in_place_of_a_number_are_not_asked_after(store: Store, directly: Tracker):
    connect(store)
    send(store, "0000000000", "by hand")
    go_on(START + 3 * DAY, timedelta(hours=6))
    assert (directly.asked, polls(store)) == ([], [])


def test_a_parcel_whose_number_turns_out_to_be_none_is_no_longer_asked_after(
    store: Store, directly: Tracker
):
    connect(store)
    send(store, NUMBER)
    directly.say = nothing
    go_on(START + timedelta(hours=1))
    sql.run("UPDATE shipments_shipment SET tracking_number = '0000'")
    before = len(directly.asked)
    go_on(START + 2 * DAY, timedelta(hours=6))
    assert [row["stopped"] for row in polls(store)] == ["no_number"]
    assert len(directly.asked) == before


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


def test_a_parcel_that_left_its_order_is_asked_after_no_more(store: Store, directly: Tracker):
    connect(store)
    send(store, NUMBER)
    send(store, "1Z999AA10123456786", order_id=NUMBER)
    sql.run(
        "UPDATE intake_poll SET stopped = '', stopped_at = NULL, due_at = %s WHERE number = %s",
        [clock.now(), NUMBER],
    )

    orders.record(incoming(store, order(NUMBER, at=3, fulfillments=())))
    assert {row["stopped"] for row in polls(store)} == {"no_order"}
    go_on(START + timedelta(hours=6))
    assert directly.asked == []


def test_a_parcel_that_lost_its_order_unnoticed_is_let_go_before_it_is_asked_after(
    store: Store, directly: Tracker
):
    connect(store)
    send(store, NUMBER)
    sql.run("UPDATE shipments_shipmentcontent SET active = false")
    go_on(START + timedelta(hours=1))
    assert directly.asked == []
    assert poll(store, NUMBER)["stopped"] == "no_order"


def test_a_store_without_a_source_has_no_rows(store: Store):
    send(store, NUMBER)
    assert polls(store) == []


def test_a_number_that_is_used_again_is_a_parcel_of_its_own(store: Store, directly: Tracker):

    connect(store)
    send(store, NUMBER)
    directly.say = saying(moving(scan(3, "delivered")))
    go_on(hours(24 * 4), timedelta(hours=1))
    with clock.moved_to(hours(24 * 200)):
        box = ParcelFact(number=NUMBER, carrier="ups")
        later = sent("again", order_id="2", at=24 * 200, parcels=(box,))
        orders.record(incoming(store, order("2", at=24 * 200, fulfillments=(later,))))
        first, second = polls(store)
        assert (first["number"], second["number"]) == (NUMBER, NUMBER)
        assert first["shipment_id"] != second["shipment_id"]
        assert (first["stopped"], second["stopped"]) == ("final", "")
        directly.asked.clear()
        news = (scan(3, "delivered"), scan(24 * 200 + 1, "in_transit"))
        directly.say = saying(moving(*news))
        go_on(hours(24 * 200 + 3))
        (asking,) = directly.asked
        assert asking.parcels[0].shipped_on == hours(24 * 200).date()
        assert parcel(store, NUMBER)["status"] == "in_transit"
        assert polls(store)[0]["stopped"] == "final"


def test_an_earlier_parcel_is_not_asked_after_under_a_number_that_is_no_longer_its_own(
    store: Store, directly: Tracker
):
    connect(store)
    send(store, NUMBER)
    sql.run("UPDATE shipments_shipment SET reference = reference || '~1'")
    go_on(START + timedelta(hours=1))
    assert directly.asked == []
    assert poll(store, NUMBER)["stopped"] == "recycled"


def test_a_parcel_that_stays_silent_is_given_up_visibly_and_can_be_restarted(
    store: Store, directly: Tracker
):

    connect(store)
    send(store, NUMBER)
    with clock.moved_to(START + 46 * DAY):
        ask_all()
        row = poll(store, NUMBER)
        assert (row["stopped"], row["due_at"]) == ("silent", None)
        (told,) = events(store, "following.stopped")
        assert told["data"] == {"reason": "silent", "problem": "No record of this number."}
        assert told["order_id"] is not None
        assert endings.restart(store.pk, [row["shipment_id"]], actor="member:7") == 1
        ask_all()
        row = poll(store, NUMBER)
        assert (row["stopped"], len(directly.asked)) == ("", 2)
        assert row["due_at"] > clock.now()
        assert events(store, "following.restarted")[0]["actor"] == "member:7"


def test_a_number_that_is_refused_is_stopped_with_the_stated_reason(
    store: Store, directly: Tracker
):
    connect(store)
    send(store, "ABC1234")
    directly.say = lambda asked: Heard(
        number=asked.number, problem="Not a number of ours.", is_refused=True
    )
    go_on(START + DAY, timedelta(hours=1))
    row = poll(store, "ABC1234")
    assert (row["stopped"], row["problem"]) == ("refused", "Not a number of ours.")
    assert len(directly.asked) == 1
    assert types(events(store)).count("following.stopped") == 1


def test_by_hand_it_is_stopped_restarted_and_asked_at_once(store: Store, directly: Tracker):

    connect(store)
    send(store, NUMBER)
    shipment_id = poll(store, NUMBER)["shipment_id"]
    assert endings.stop(store.pk, [shipment_id]) == 1
    assert endings.stop(store.pk, [shipment_id]) == 0
    actions.record(incoming(store, moving(scan(1.5, "in_transit"))))
    assert poll(store, NUMBER)["stopped"] == "by_hand"
    go_on(START + timedelta(hours=8))
    assert directly.asked == []
    assert endings.restart_all(store.pk, "by_hand") == 1
    ask_all()
    assert len(directly.asked) == 1
    endings.ask_now(store.pk, [shipment_id])
    ask_all()
    assert len(directly.asked) == 2


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
