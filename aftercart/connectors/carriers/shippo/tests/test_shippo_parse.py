"""What Shippo's Tracks and events say."""

import random
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers.shippo import codes, parse
from aftercart.connectors.carriers.shippo.tests import samples
from aftercart.connectors.tests.aggregators import check_order_is_nothing
from aftercart.connectors.tests.fuzzing import facts_or_error, mutated, torn
from aftercart.delivery.shipments.facts import PlaceFact, TrackingFact

SLOW_IS_FINE = settings(suppress_health_check=[HealthCheck.too_slow])


def read(body: Any) -> list[Any]:
    return parse.parse(samples.encoded(body))


def tracking(*history: Any, **changes: Any) -> TrackingFact:
    (fact,) = read(samples.track(*history, **changes))
    assert isinstance(fact, TrackingFact)
    return fact


def test_a_track() -> None:
    fact = tracking()
    assert (fact.number, fact.carrier) == (samples.NUMBER, "usps")
    assert (fact.service, fact.expected_date) == ("Priority Mail", date(2026, 11, 6))
    assert fact.origin.city == "Portland"
    assert fact.destination.postcode == "78701"
    (scan,) = fact.scans
    assert scan.occurred_at == datetime(2026, 11, 3, 15, tzinfo=UTC)
    assert (scan.status, scan.code, scan.zone_known) == ("in_transit", "package_arrived", True)
    assert scan.place == PlaceFact(city="Austin", region="TX", postcode="78701", country="US")


def test_without_a_place_the_time_is_a_guess() -> None:
    assert not tracking(samples.status(location=None)).scans[0].zone_known


def test_their_names_of_carriers_are_ours() -> None:
    assert tracking(carrier="dhl_germany").carrier == "dhl_parcel_de"
    assert tracking(carrier="fleet_of_foot").carrier == "fleet_of_foot"


@pytest.mark.parametrize(
    ("status", "sub_status", "words", "expected"),
    [
        ("PRE_TRANSIT", "", "", ("info_received", "", False)),
        ("TRANSIT", "", "", ("in_transit", "", False)),
        ("TRANSIT", "package_accepted", "", ("picked_up", "", False)),
        ("TRANSIT", "out_for_delivery", "", ("out_for_delivery", "", False)),
        ("TRANSIT", "notice_left", "", ("attempt_failed", "recipient_not_home", False)),
        ("TRANSIT", "pickup_available", "", ("available_for_pickup", "", False)),
        ("TRANSIT", "brand_new", "", ("in_transit", "", False)),
        ("TRANSIT", "delivered", "", ("in_transit", "", False)),
        ("DELIVERED", "delivered", "Left at the door", ("delivered", "", False)),
        ("DELIVERED", "", "Delivery attempted", ("attempt_failed", "", True)),
        ("RETURNED", "", "", ("returning", "", False)),
        ("RETURNED", "package_unclaimed", "", ("returning", "unclaimed", False)),
        ("FAILURE", "package_lost", "", ("exception", "lost", False)),
        ("FAILURE", "", "", ("exception", "", False)),
        ("UNKNOWN", "", "Out for delivery", ("out_for_delivery", "", True)),
        ("UNKNOWN", "", "Hm", ("unknown", "", False)),
        ("", "", "", ("unknown", "", False)),
    ],
)
def test_the_words(status: str, sub_status: str, words: str, expected: Any) -> None:
    assert codes.said(status, sub_status, words) == expected


def test_what_never_happened_is_no_scan() -> None:
    unknown = samples.status("UNKNOWN", None, status_date=None)
    assert tracking(tracking_history=[], tracking_status=unknown).scans == ()
    assert len(tracking(unknown, samples.status()).scans) == 1


def test_the_latest_status_counts_where_there_is_no_history() -> None:
    fact = tracking(tracking_history=[], tracking_status=samples.status("DELIVERED", "delivered"))
    assert [scan.status for scan in fact.scans] == ["delivered"]


def test_events() -> None:
    assert read(samples.event()) == read(samples.track())
    assert read(samples.event("transaction_created", data={"object_id": "1"})) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"detail": "Not found."}, "error"),
        (samples.event(data=None), "data"),
        (samples.event(data={}), "data.tracking_number"),
        (samples.event(data={"tracking_number": []}), "data.tracking_number"),
        (samples.track(tracking_number=""), "tracking_number"),
        (samples.track(samples.status(status_date=None)), "tracking_history[0].status_date"),
        (samples.track(samples.status(status_date="soon")), "tracking_status.status_date"),
        ([], "body"),
    ],
)
def test_what_cannot_be_read_names_its_field(body: Any, field: str) -> None:
    with pytest.raises(ParseError) as error:
        read(body)
    assert error.value.field == field


@SLOW_IS_FINE
@given(st.one_of(mutated(samples.bodies), torn(samples.bodies)))
def test_anything_may_come(case: tuple[str, bytes]) -> None:
    facts_or_error(lambda: parse.parse(case[1]))


MOMENTS = ("package_accepted", "package_arrived", "notice_left", "out_for_delivery", "delivered")


@given(st.lists(st.sampled_from(MOMENTS), min_size=1, max_size=8), st.randoms())
def test_doubled_and_shuffled_history_folds_to_the_same(
    kinds: list[str], chance: random.Random
) -> None:
    history = [
        samples.status(
            "DELIVERED" if kind == "delivered" else "TRANSIT",
            kind,
            status_date=f"2026-11-03T{hour:02}:00:00Z",
        )
        for hour, kind in enumerate(kinds)
    ]
    check_order_is_nothing(lambda told: [tracking(*told)], history, chance)
