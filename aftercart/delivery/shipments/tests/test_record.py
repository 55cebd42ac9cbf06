"""Recording scans, against Postgres."""

from collections import Counter
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from aftercart.commerce.orders import actions as orders
from aftercart.commerce.orders.models import Order
from aftercart.core import clock, sql
from aftercart.core.models import Store
from aftercart.core.tenancy import bound
from aftercart.delivery.shipments import actions, queries
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.delivery.shipments.models import Shipment, TrackingEvent
from tests.support.rooms import (
    MOMENT,
    TRACKER,
    events,
    hours,
    incoming,
    new_store,
    order,
    rows,
    scan,
    sent,
    tracking,
    types,
)

pytestmark = pytest.mark.django_db
NUMBER = "1Z999"
numbers = count()


@pytest.fixture
def store() -> Store:
    return new_store()


def track(store, *facts, **how):
    return actions.record(incoming(store, *facts, source=TRACKER, **how))


def buy(store, *fulfillments, external_id="1", **changes):
    fact = order(external_id, at=1, fulfillments=fulfillments, **changes)
    orders.record(incoming(store, fact))
    return Order.objects.get(store=store, external_id=external_id)


def only(store):
    return Shipment.objects.get(store=store)


def milestones(store):
    named = ("shipment.created", "shipment.updated", "shipment.checked", "shipment.detached")
    return [
        event
        for event in events(store)
        if event["type"].startswith("shipment.") and event["type"] not in named
    ]


def test_a_scan_moves_the_parcel_and_its_order(store):
    bought = buy(store, sent("f", NUMBER))
    with clock.moved_to(hours(30)):
        track(store, tracking("1z 999", scan(5, "in_transit", place=PlaceFact(city="Memphis"))))
    parcel = only(store)
    assert (parcel.status, parcel.in_transit_at, parcel.checked_at) == (
        "in_transit",
        hours(5),
        hours(30),
    )
    assert Order.objects.get(pk=bought.pk).delivery_status == "in_transit"
    told = events(store)[-2:]
    assert types(told) == ["shipment.updated", "shipment.in_transit"]
    assert {event["order_id"] for event in told} == {bought.pk}
    assert {event["shipment_id"] for event in told} == {parcel.pk}
    assert told[0]["data"]["before"] == "pending"
    assert told[1]["occurred_at"] == hours(5)
    [view] = queries.scans(store.pk, [parcel.pk])[parcel.pk]
    assert (view.city, view.source) == ("Memphis", TRACKER)


def test_the_same_told_twice_changes_nothing(store):
    fact = tracking(NUMBER, scan(1, "in_transit"), scan(1, "in_transit"))
    with clock.moved_to(hours(2)):
        track(store, fact, fact)
        before = events(store)
        track(store, fact)
    assert TrackingEvent.objects.filter(store=store).count() == 1
    assert events(store) == before
    assert types(before) == ["shipment.created", "shipment.in_transit"]


def test_asked_again_it_says_so_at_most_hourly(store):
    fact = tracking(NUMBER, scan(1, "in_transit"))
    for at in (2, 2.5, 3.1, 3.2, 4.2):
        with clock.moved_to(hours(at)):
            track(store, fact)
    checked = events(store, "shipment.checked")
    assert [event["occurred_at"] for event in checked] == [hours(3.1), hours(4.2)]
    assert only(store).checked_at == hours(4.2)


def test_a_late_scan_is_kept_and_is_no_news(store):
    track(store, tracking(NUMBER, scan(9, "out_for_delivery")))
    told = len(milestones(store))
    track(store, tracking(NUMBER, scan(3, "in_transit")))
    assert only(store).status == "out_for_delivery"
    assert only(store).in_transit_at == hours(3)
    assert len(milestones(store)) == told
    assert types(events(store))[-1] == "shipment.updated"
    # ... not even when the parcel is folded again.
    track(store, tracking(NUMBER, scan(10, "unknown")))
    assert len(milestones(store)) == told


def test_a_whole_history_at_once_is_loud_only_where_it_ends(store):
    buy(store, sent("f", NUMBER))
    track(
        store,
        tracking(
            NUMBER,
            scan(9, "delivered", "signed_for"),
            scan(1, "info_received"),
            scan(8, "out_for_delivery"),
            scan(3, "in_transit"),
            signed_by="A. Long",
        ),
    )
    assert [(event["type"], event["quiet"]) for event in milestones(store)] == [
        ("shipment.in_transit", True),
        ("shipment.out_for_delivery", True),
        ("shipment.delivered", False),
    ]
    assert milestones(store)[-1]["data"] == {"status": "delivered", "reason": "signed_for"}
    assert only(store).signed_by == "A. Long"
    assert Order.objects.get(store=store).delivery_status == "delivered"


def test_an_import_is_quiet(store):
    track(store, tracking(NUMBER, scan(1, "delivered")), quiet=True)
    assert {event["quiet"] for event in events(store)} == {True}


def test_one_parcel_in_two_orders(store):
    first = buy(store, sent("f", NUMBER), external_id="1")
    second = buy(store, sent("g", NUMBER, order_id="2"), external_id="2")
    track(store, tracking(NUMBER, scan(1, "delivered")))
    told = events(store, "shipment.delivered")
    assert [event["order_id"] for event in told] == [first.pk, second.pk]
    assert set(rows("orders_order", store, "delivery_status")) == {("delivered",)}


def test_an_order_is_delivered_when_all_of_it_is(store):
    bought = buy(store, sent("f", "N001", items={"a": 2}))
    track(store, tracking("N001", scan(2, "delivered")))
    assert Order.objects.get(pk=bought.pk).delivery_status == "pending"
    orders.record_fulfillments(incoming(store, sent("g", "N002", items={"b": 1}, at=3)))
    track(store, tracking("N002", scan(4, "exception", "damaged")))
    assert Order.objects.get(pk=bought.pk).delivery_status == "exception"
    track(store, tracking("N002", scan(5, "delivered")))
    assert Order.objects.get(pk=bought.pk).delivery_status == "delivered"


def test_a_return_label_does_not_speak_for_the_order(store):
    bought = buy(store, sent("f", "N001", "N002"))
    track(store, tracking("N001", scan(2, "delivered")))
    track(store, tracking("N002", scan(9, "in_transit"), is_return=True))
    assert Order.objects.get(pk=bought.pk).delivery_status == "delivered"


def test_estimates(store):
    def estimate(told_at: float, day: int | None = None, **changes: Any) -> None:
        expected = date(2026, 3, day) if day else None
        fact = tracking(NUMBER, expected_date=expected, updated_at=hours(told_at), **changes)
        track(store, fact)

    estimate(1, 5)
    assert (only(store).expected_date, only(store).first_expected_date) == (
        date(2026, 3, 5),
        date(2026, 3, 5),
    )
    estimate(3, 7)
    estimate(2, 6)
    estimate(4)
    assert (only(store).expected_date, only(store).first_expected_date) == (
        date(2026, 3, 7),
        date(2026, 3, 5),
    )
    changed = [event["data"]["changed"] for event in events(store, "shipment.updated")]
    assert changed == [["expected_date"]]
    estimate(5, 7)
    assert len(events(store, "shipment.updated")) == 1
    until = (MOMENT + timedelta(days=6)).astimezone()
    estimate(6, expected_until=until)
    assert (only(store).expected_until, only(store).expected_date) == (until, until.date())


def test_details_fill_in_and_the_newer_stand(store):
    track(store, tracking(NUMBER, updated_at=hours(5), service="Ground", weight_grams=900))
    track(
        store,
        tracking(NUMBER, updated_at=hours(2), service="Air", signed_by="Ada", weight_grams=-4),
    )
    parcel = only(store)
    assert (parcel.service, parcel.signed_by, parcel.weight_grams) == ("Ground", "Ada", 900)
    track(store, tracking(NUMBER, updated_at=hours(6), service="Air"))
    assert only(store).service == "Air"


@pytest.mark.parametrize(
    ("first", "then", "slug", "name"),
    [
        ("UPS", "", "ups", "UPS"),
        ("", "United Parcel Service", "ups", "UPS"),
        ("Bo's Vans", "UPS", "ups", "UPS"),
        ("UPS", "Bo's Vans", "ups", "UPS"),
        ("Bo's Vans", "", "", "Bo's Vans"),
        ("DHL", "USPS", "usps", "USPS"),
    ],
)
def test_carriers(store, first, then, slug, name):
    track(store, tracking(NUMBER, carrier=first))
    track(store, tracking(NUMBER, carrier=then))
    assert (only(store).carrier, only(store).carrier_name) == (slug, name)


def test_only_web_addresses_become_links(store):
    track(store, tracking(NUMBER, carrier="Bo's Vans", public_url="javascript:alert(1)"))
    assert only(store).tracking_url == ""
    track(store, tracking(NUMBER, public_url="https://vans.example/1"))
    view = queries.parcel_by_number(store.pk, "1z-999")
    assert view is not None
    assert view.tracking_url == "https://vans.example/1"
    assert view.carrier_name == "Bo's Vans"


def test_hostile_and_huge_values_fit(store):
    huge = "<script>\x00\ud800" + "x" * 3000
    place = PlaceFact(city=huge, region=huge, postcode=huge, country=huge)
    track(
        store,
        tracking(
            huge,
            scan(1, "in_transit", text=huge, code=huge, place=place),
            carrier=huge,
            signed_by=huge,
            service=huge,
            weight_grams=10**12,
            destination=place,
        ),
    )
    kept = TrackingEvent.objects.get(store=store)
    assert kept.text.startswith("<script>x")
    assert (len(kept.text), len(kept.code), len(kept.country)) == (1000, 60, 60)
    assert only(store).weight_grams is None


def test_news_of_a_fulfillment_without_a_number(store):
    fact = tracking("", scan(3, "out_for_delivery"), fulfillment_external_id="f")
    assert actions.record(incoming(store, fact)) == [0]
    bought = buy(store, sent("f"))
    assert actions.record(incoming(store, fact)) == []
    assert only(store).reference.startswith("f:")
    assert Order.objects.get(pk=bought.pk).delivery_status == "out_for_delivery"
    # The fulfillment of another source, or of another store, is not meant.
    assert track(store, fact) == [0]
    assert actions.record(incoming(new_store("south"), fact)) == [0]


def test_news_of_a_fulfillment_with_numbers_are_of_its_first(store):
    buy(store, sent("f", "N001", "N002"))
    fact = tracking("", scan(3, "in_transit"), fulfillment_external_id="f")
    actions.record(incoming(store, fact))
    assert rows("shipments_shipment", store, "tracking_number", "status") == [
        ("N001", "in_transit"),
        ("N002", "pending"),
    ]


def test_a_fact_about_nothing_is_not_placed(store):
    assert track(store, tracking("", scan(1, "delivered")), tracking(" - ")) == [0, 1]
    assert not Shipment.objects.filter(store=store).exists()


def test_the_same_number_in_two_stores(store):
    other = new_store("south")
    buy(store, sent("f", NUMBER))
    buy(other, sent("f", NUMBER))
    track(store, tracking(NUMBER, scan(1, "delivered")))
    assert (only(store).status, only(other).status) == ("delivered", "pending")
    assert Order.objects.get(store=other).delivery_status == "pending"
    with bound(other.pk):
        assert [parcel.status for parcel in Shipment.objects.all()] == ["pending"]
        assert TrackingEvent.objects.count() == 0
        assert queries.parcel_by_number(store.pk, NUMBER) is None
    with pytest.raises(Exception, match="row-level security"), bound(other.pk):
        track(store, tracking("N777", scan(1, "delivered")))


def test_the_database_refuses_a_scan_of_another_stores_parcel(store):
    other = new_store("south")
    track(store, tracking(NUMBER))
    parcel = only(store).pk
    with pytest.raises(IntegrityError):
        sql.run(
            "INSERT INTO shipments_trackingevent "
            "(store_id, shipment_id, fingerprint, source, occurred_at, status, recorded_at) "
            "VALUES (%s, %s, '\\x00', 'x', %s, 'delivered', %s)",
            [other.pk, parcel, MOMENT, MOMENT],
        )


# Whatever order, however often, in whatever batches

STATUSES = ["info_received", "in_transit", "out_for_delivery", "attempt_failed", "exception"]
any_scan = st.builds(
    scan,
    st.integers(0, 30),
    st.sampled_from([*STATUSES, "delivered", "delivered", "unknown", "returning", "picked_up"]),
    st.sampled_from(["", "weather", "lost"]),
    code=st.sampled_from(["", "A", "a"]),
    zone_known=st.booleans(),
    text=st.sampled_from(["", "moved"]),
)


@st.composite
def tellings(draw: st.DrawFn) -> tuple[list[Any], list[list[Any]]]:
    """Facts with one scan each, and the same scans doubled, shuffled, regrouped and cut."""
    told = draw(st.lists(st.tuples(st.sampled_from(["N001", "N002"]), any_scan), max_size=8))
    doubled = told + (draw(st.lists(st.sampled_from(told), max_size=4)) if told else [])
    shuffled = draw(st.permutations(doubled))
    facts: list[Any] = []
    for number, one in shuffled:
        before = next((fact.scans for fact in reversed(facts) if fact.number == number), ())
        with_history: bool = draw(st.sampled_from([True, False]))
        facts.append(tracking(number, *(before if with_history else ()), one))
    cuts = sorted(draw(st.lists(st.integers(0, len(facts)), max_size=3)))
    edges = zip([0, *cuts], [*cuts, len(facts)], strict=True)
    in_order = sorted(told, key=lambda pair: pair[1].occurred_at)
    return [tracking(number, one) for number, one in in_order], [facts[a:b] for a, b in edges]


def state(store: Any) -> dict[str, Any]:
    return {
        "parcels": rows(
            "shipments_shipment",
            store,
            *("reference", "status", "reason", "code", "status_at", "delivered_at"),
            *("in_transit_at", "first_attempt_at", "last_scan_at", "out_for_delivery_at"),
        ),
        "orders": rows("orders_order", store, "delivery_status"),
        "scans": rows("shipments_trackingevent", store, "occurred_at", "status", "fingerprint"),
    }


# An example takes many round trips, so one that fails is shown as it was found.
@hypothesis_settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(tellings())
def test_the_same_state_and_no_milestone_twice(telling):
    in_order, batches = telling
    first, second = new_store(f"a{next(numbers)}"), new_store(f"b{next(numbers)}")
    for shop in (first, second):
        buy(shop, sent("f", "N001", "N002"))
    for fact in in_order:
        track(first, fact)
    for batch in batches:
        track(second, *batch)
    assert state(second) == state(first)
    for shop in (first, second):
        told = Counter((event["type"], event["shipment_id"]) for event in milestones(shop))
        assert set(told.values()) <= {1}


def test_words_in_place_of_a_number_do_not_hide_which_fulfillment_is_meant(store):
    bought = buy(store, sent("f", "by hand"))
    fact = tracking("by hand", scan(3, "delivered"), fulfillment_external_id="f")
    assert actions.record(incoming(store, fact)) == []
    assert only(store).status == "delivered"
    assert Order.objects.get(pk=bought.pk).delivery_status == "delivered"


def test_words_in_place_of_a_number_are_a_number_where_nothing_else_is_said(store):
    assert track(store, tracking("by hand", scan(3, "delivered"))) == []
    assert only(store).reference == "n:BYHAND"
