"""Why parcels are no longer asked after, and that they can begin anew."""

from datetime import timedelta

from aftercart.commerce.orders import actions as orders
from aftercart.commerce.orders.facts import ParcelFact
from aftercart.connectors.base import Heard
from aftercart.core import clock, sql
from aftercart.core.models import Store
from aftercart.delivery.shipments import actions
from aftercart.intake.following.actions import endings
from aftercart.intake.following.tests.conftest import (
    NUMBER,
    START,
    ask_all,
    asked_at,
    connect,
    go_on,
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
    order,
    scan,
    sent,
    types,
)

DAY = timedelta(days=1)


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
