"""Whose a parcel is: named by the store, told by its number, tracked, or corrected."""

from datetime import timedelta
from typing import Any

import pytest

from aftercart.commerce.orders import actions as orders
from aftercart.commerce.orders.facts import ParcelFact
from aftercart.commerce.orders.models import Order
from aftercart.core import clock
from aftercart.core.models import Store
from aftercart.delivery.shipments import actions
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact
from aftercart.delivery.shipments.models import NumberShape, Shipment
from tests.support.rooms import (
    TRACKER,
    events,
    incoming,
    new_store,
    order,
    scan,
    sent,
    tracking,
)

pytestmark = pytest.mark.django_db

UPS = "1Z999AA10123456784"
FOURTEEN = "1234567890123"  # and a last digit: many carriers' numbers look like this


@pytest.fixture
def store() -> Store:
    return new_store()


def ship(store: Store, number: str, carrier: str = "", external_id: str = "1") -> Shipment:
    orders.record(incoming(store, order(external_id)))
    parcel = ParcelFact(number=number, carrier=carrier)
    fact = sent(f"f{external_id}", order_id=external_id, parcels=(parcel,))
    orders.record_fulfillments(incoming(store, fact))
    return Shipment.objects.get(store=store, tracking_number=number)


def track(store: Store, number: str, **changes: Any) -> None:
    fact = tracking(number, scan(2, "in_transit"), **changes)
    actions.record(incoming(store, fact, source=TRACKER))


def known(parcel: Shipment) -> tuple[str, str]:
    parcel.refresh_from_db()
    return parcel.carrier, parcel.carrier_from


def test_a_clear_number_names_its_carrier(store):
    assert known(ship(store, UPS)) == ("ups", "number")


def test_a_number_of_many_carriers_names_none(store):
    assert known(ship(store, FOURTEEN + "4")) == ("", "")


def test_the_store_names_the_carrier(store):
    assert known(ship(store, FOURTEEN + "4", "DPD")) == ("dpd", "named")


def test_a_certain_number_is_believed_against_the_name(store):
    assert known(ship(store, UPS, "FedEx")) == ("ups", "number")


def test_numbers_beside_it_tell_what_the_store_sends_with(store):
    for last in "012":
        ship(store, FOURTEEN + last, "Hermes Germany", external_id=f"h{last}")
    assert known(ship(store, FOURTEEN + "4")) == ("hermes_de", "number")


def test_another_stores_numbers_tell_nothing(store):
    other = new_store("south")
    for last in "012":
        ship(other, FOURTEEN + last, "Hermes Germany", external_id=f"h{last}")
    assert known(ship(store, FOURTEEN + "4")) == ("", "")


def test_a_correction_stands_and_is_learned_for_numbers_of_the_shape(store):
    first = ship(store, FOURTEEN + "4", "DPD")
    unscanned = ship(store, FOURTEEN + "5", "DPD", external_id="2")
    assert actions.correct_carrier(store.pk, first.pk, "gls", "ada@example.org") == 2
    assert known(first) == ("gls", "corrected")
    assert known(unscanned) == ("gls", "named")
    assert known(ship(store, FOURTEEN + "6", external_id="3")) == ("gls", "number")
    actions.record(
        incoming(store, tracking(first.tracking_number, scan(2, "in_transit"), carrier="DPD"))
    )
    assert known(first) == ("gls", "corrected")
    told = [event for event in events(store) if event["type"] == "shipment.carrier_corrected"]
    assert [event["data"]["actor"] for event in told] == ["ada@example.org"]


def test_a_correction_leaves_what_is_tracked_and_other_stores_alone(store):
    tracked = ship(store, FOURTEEN + "4", "DPD")
    actions.record(
        incoming(store, tracking(tracked.tracking_number, scan(2, "in_transit"), carrier="DPD"))
    )
    other = new_store("south")
    theirs = ship(other, FOURTEEN + "5", "DPD")
    mine = ship(store, FOURTEEN + "7", "DPD", external_id="2")
    actions.correct_carrier(store.pk, mine.pk, "gls", "")
    assert known(tracked) == ("dpd", "tracked")
    assert known(theirs) == ("dpd", "named")
    assert not NumberShape.objects.filter(store=other).exists()
    with pytest.raises(LookupError):
        actions.correct_carrier(store.pk, theirs.pk, "gls", "")
    with pytest.raises(LookupError):
        actions.correct_carrier(store.pk, mine.pk, "no_such_carrier", "")


@pytest.mark.parametrize(
    ("days_before", "country", "is_ours"),
    [(0, "", True), (5, "", False), (0, "FR", False), (1, "", True)],
)
def test_a_carrier_nobody_named_must_fit_the_order(store, days_before, country, is_ours):
    parcel = ship(store, FOURTEEN + "4")
    Order.objects.filter(store=store).update(placed_at=clock.now(), ship_country="DE")
    at = clock.now() - timedelta(days=days_before) + timedelta(minutes=1)
    fact = tracking(
        parcel.tracking_number,
        ScanFact(occurred_at=at, status="in_transit"),
        carrier="dpd",
        destination=PlaceFact(country=country),
    )
    actions.record(incoming(store, fact, source=TRACKER))
    assert known(parcel) == (("dpd", "tracked") if is_ours else ("", ""))
    assert (parcel.status == "in_transit") is is_ours


@pytest.mark.parametrize(("days_before", "carrier"), [(0, "gls"), (5, "dpd")])
def test_another_carrier_than_was_named_must_fit_the_order(store, days_before, carrier):
    parcel = ship(store, FOURTEEN + "4", "DPD")
    Order.objects.filter(store=store).update(placed_at=clock.now())
    at = clock.now() - timedelta(days=days_before) + timedelta(minutes=1)
    scanned = ScanFact(occurred_at=at, status="in_transit")
    fact = tracking(parcel.tracking_number, scanned, carrier="gls")
    actions.record(incoming(store, fact, source=TRACKER))
    assert known(parcel)[0] == carrier


def test_a_number_that_is_used_again_leaves_the_first_piece_alone(store):
    parcel = ship(store, UPS)
    track(store, UPS, piece_id="first")
    later = scan(3, "delivered")
    actions.record(incoming(store, tracking(UPS, later, piece_id="second")))
    parcel.refresh_from_db()
    assert (parcel.piece_id, parcel.status) == ("first", "in_transit")
    actions.record(incoming(store, tracking(UPS, later, piece_id="first")))
    parcel.refresh_from_db()
    assert parcel.status == "delivered"


def test_a_source_that_names_the_family_leaves_the_narrower_name(store):
    parcel = ship(store, FOURTEEN + "4", "DPD Germany")
    track(store, parcel.tracking_number, carrier="dpd")
    assert known(parcel) == ("dpd_de", "named")
