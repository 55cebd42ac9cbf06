"""Several sources for one parcel: who is asked, and who when that one fails."""

from datetime import timedelta

import pytest

from aftercart.connectors.base import ConnectionFailed, Heard
from aftercart.core.models import Store
from aftercart.delivery.shipments import actions as shipment_actions
from aftercart.intake.actions import connections
from aftercart.intake.following import queries
from aftercart.intake.following.actions import wishes
from aftercart.intake.following.rules import routing
from aftercart.intake.following.tests.conftest import (
    START,
    asked_at,
    connect,
    feed,
    go_on,
    inbox,
    parcel,
    poll,
    send,
)
from aftercart.intake.following.tests.stand_in import Tracker, saying
from tests.support.rooms import hours, new_store, scan, tracking

NUMBER = "1Z999AA10123456784"
MINUTE = timedelta(minutes=1)
ON_TOUR = tracking(NUMBER, scan(1.5, "out_for_delivery"), carrier="ups")


def test_the_carrier_itself_is_asked_before_an_aggregator(
    store: Store, directly: Tracker, anybody: Tracker
):
    aggregator, carrier = connect(store, "anybody"), connect(store)
    send(store, NUMBER)
    send(store, "92055900000000000000000001", carrier="usps")
    go_on(START + timedelta(hours=1))
    assert set(directly.numbers) == {NUMBER}
    assert set(anybody.numbers) == {"92055900000000000000000001"}
    views = {view.carrier: view for view in queries.carriers(store.pk)}
    assert (views["ups"].sources, views["ups"].asked_by) == ((carrier, aggregator), carrier)
    assert (views["usps"].sources, views["usps"].asked_by) == ((aggregator,), aggregator)


def test_when_it_fails_the_next_takes_over_and_gives_back_when_it_is_there_again(
    store: Store, directly: Tracker, anybody: Tracker
):
    carrier, aggregator = connect(store), connect(store, "anybody")
    send(store, NUMBER)
    directly.say = anybody.say = saying(ON_TOUR)
    directly.failure = ConnectionFailed("Down.")
    go_on(START + timedelta(hours=2), MINUTE)
    assert feed(carrier)["breaker"] == "open"
    assert len(asked_at(anybody, NUMBER)) >= 3
    assert parcel(store, NUMBER)["status"] == "out_for_delivery"
    assert {entry["connection_id"] for entry in inbox(store)} == {aggregator}

    directly.failure = None
    taken_over = len(anybody.asked)
    go_on(START + timedelta(hours=4), MINUTE)
    assert feed(carrier)["breaker"] == "closed"
    assert len(anybody.asked) - taken_over <= 2  # until the carrier was tried again
    assert asked_at(directly, NUMBER)[-1] > asked_at(anybody, NUMBER)[-1]
    assert len(inbox(store)) == 2  # once from each


def test_a_merchant_decides_who_is_asked_first(store: Store, directly: Tracker, anybody: Tracker):
    carrier, aggregator = connect(store), connect(store, "anybody")
    wishes.arrange(store.pk, "ups", [aggregator, carrier])
    send(store, NUMBER)
    go_on(START + timedelta(hours=1))
    assert (directly.numbers, anybody.numbers) == ([], [NUMBER])
    wishes.arrange(store.pk, "ups", [])
    go_on(START + timedelta(hours=6))
    assert NUMBER in directly.numbers
    with pytest.raises(connections.UnknownConnection):
        wishes.arrange(store.pk, "ups", [aggregator + 1000])


def test_two_aggregators_are_asked_in_the_merchants_order(
    store: Store, anybody: Tracker, otherwise: Tracker
):
    first, second = connect(store, "otherwise"), connect(store, "anybody")
    wishes.arrange(store.pk, routing.ANY, [second, first])
    send(store, "JD014600003SE", carrier="dhl")
    go_on(START + timedelta(hours=1))
    assert (len(otherwise.asked), len(anybody.asked)) == (1, 0)  # one that names it comes first
    wishes.arrange(store.pk, "dhl", [second])
    go_on(START + timedelta(hours=6))
    assert len(anybody.asked) >= 1


def test_a_carrier_that_nobody_can_be_asked_after_is_said_and_followed_once_somebody_can(
    store: Store, directly: Tracker, otherwise: Tracker
):
    from aftercart.intake.following import jobs

    connect(store)
    send(store, "JD014600003SE", carrier="dhl")
    assert poll(store, "JD014600003SE")["stopped"] == "no_source"
    connection_id = connect(store, "otherwise")
    jobs.follow_store(store.pk)
    assert poll(store, "JD014600003SE")["stopped"] == ""
    go_on(START + timedelta(hours=1))
    assert otherwise.numbers == ["JD014600003SE"]
    connections.remove(store.pk, connection_id)
    jobs.follow_store(store.pk)
    assert poll(store, "JD014600003SE")["stopped"] == "no_source"


def test_a_number_that_its_carrier_does_not_know_is_tried_with_another(
    store: Store, directly: Tracker, otherwise: Tracker
):
    """A shop said UPS of a number that may as well be of USPS."""
    connect(store)
    other = connect(store, "otherwise")
    number = "87939088724464236439"
    send(store, number)
    ours = tracking(number, scan(20, "in_transit"), carrier="usps")
    otherwise.say = saying(ours)
    go_on(hours(48), timedelta(hours=1))
    assert otherwise.asked == []
    go_on(hours(80), timedelta(hours=1))
    assert number in otherwise.numbers
    told = parcel(store, number)
    assert (told["carrier"], told["status"]) == ("usps", "in_transit")
    row = poll(store, number)
    assert (row["carrier"], row["stopped"]) == ("usps", "")
    assert {entry["connection_id"] for entry in inbox(store)} == {other}
    assert not [at for at in asked_at(directly, number) if at > hours(62)]


def test_another_carriers_parcel_of_the_same_number_is_not_taken_for_ours(
    store: Store, directly: Tracker, otherwise: Tracker
):
    connect(store)
    connect(store, "otherwise")
    number = "87939088724464236439"
    send(store, number)
    otherwise.say = saying(tracking(number, scan(-24 * 90, "delivered"), carrier="usps"))
    go_on(hours(24 * 8), timedelta(hours=2))
    assert len(otherwise.asked) == 1
    assert inbox(store) == []
    row = poll(store, number)
    assert (row["carrier"], row["stopped"]) == ("ups", "")
    assert parcel(store, number)["status"] == "pending"
    assert asked_at(directly, number)[-1] > otherwise.asked[0].at


def test_a_number_that_is_refused_is_tried_with_another_at_once(
    store: Store, directly: Tracker, otherwise: Tracker
):
    connect(store)
    connect(store, "otherwise")
    number = "87939088724464236439"
    send(store, number)
    directly.say = lambda asked: Heard(number=asked.number, problem="No.", is_refused=True)
    otherwise.say = saying(tracking(number, scan(1.5, "in_transit"), carrier="usps"))
    go_on(START + timedelta(hours=1))
    assert parcel(store, number)["carrier"] == "usps"


def test_a_number_whose_carrier_a_person_named_is_not_tried_with_another(
    store: Store, directly: Tracker, otherwise: Tracker
):
    connect(store)
    connect(store, "otherwise")
    number = "87939088724464236439"
    send(store, number)
    shipment_actions.correct_carrier(store.pk, parcel(store, number)["id"], "ups", actor="owner")
    directly.say = lambda asked: Heard(number=asked.number, problem="No.", is_refused=True)
    go_on(START + timedelta(hours=1))
    assert otherwise.asked == []
    assert poll(store, number)["stopped"] == "refused"


def test_another_stores_source_is_not_asked(store: Store, directly: Tracker, anybody: Tracker):
    other = new_store("south")
    connect(store)
    connect(other, "anybody")
    send(store, NUMBER)
    directly.failure = ConnectionFailed("Down.")
    go_on(START + timedelta(hours=2))
    assert anybody.asked == []
