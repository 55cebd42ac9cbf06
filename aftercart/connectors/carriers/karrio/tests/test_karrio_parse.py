"""What a Karrio server's Trackers and webhooks say."""

import random
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers.karrio import codes, parse
from aftercart.connectors.carriers.karrio.tests import samples
from aftercart.connectors.tests.aggregators import check_order_is_nothing
from aftercart.connectors.tests.fuzzing import facts_or_error, mutated, torn
from aftercart.delivery.shipments.facts import PlaceFact, TrackingFact

SLOW_IS_FINE = settings(suppress_health_check=[HealthCheck.too_slow])


def read(body: Any) -> list[Any]:
    return parse.parse(samples.encoded(body))


def tracking(*events: Any, **changes: Any) -> TrackingFact:
    (fact,) = read(samples.tracker(*events, **changes))
    assert isinstance(fact, TrackingFact)
    return fact


def test_a_tracker() -> None:
    fact = tracking()
    assert (fact.number, fact.carrier) == (samples.NUMBER, "purolator")
    assert (fact.service, fact.signed_by, fact.weight_grams) == ("Express", "M. Muster", 907)
    assert fact.expected_date == date(2026, 11, 6)
    assert fact.destination == PlaceFact(postcode="28195", country="DE")
    assert fact.public_url == "https://purolator.example/1"
    assert fact.scans[0].place == PlaceFact(city="Bremen", country="DE")


@pytest.mark.parametrize(
    ("changes", "at", "known"),
    [
        # 10:46 in Bremen, whatever the timestamp is stamped with.
        ({}, (9, 46, 14), True),
        ({"timestamp": "2026-11-03T10:46:14+00:00"}, (9, 46, 14), True),
        ({"timestamp": None}, (9, 46, 0), True),
        ({"date": None, "time": None}, (9, 46, 14), True),
        ({"date": None, "timestamp": "2026-11-03T10:46:14-04:00"}, (14, 46, 14), True),
        ({"location": "Somewhere"}, (10, 46, 14), False),
        ({"location": None}, (10, 46, 14), False),
        ({"time": "08:31 PM", "timestamp": None}, (19, 31, 0), True),
        ({"time": "20:31 PM", "timestamp": None}, (19, 31, 0), True),
        ({"time": "12:10 AM", "timestamp": None, "location": ""}, (0, 10, 0), False),
        ({"time": None, "timestamp": None, "location": ""}, (0, 0, 0), False),
    ],
)
def test_its_timestamp_lies_about_the_zone(
    changes: dict[str, Any], at: tuple[int, int, int], known: bool
) -> None:
    scan = tracking(samples.event(**changes)).scans[0]
    assert scan.occurred_at == datetime(2026, 11, 3, *at, tzinfo=UTC)
    assert scan.zone_known == known


@pytest.mark.parametrize(
    ("carrier", "code", "words", "status", "incident", "expected"),
    [
        ("purolator", "", "", "in_transit", "", ("in_transit", "", False)),
        ("purolator", "", "", "delivery_failed", "consignee_refused",
         ("attempt_failed", "refused", False)),
        ("purolator", "", "", "return_to_sender", "", ("returning", "", False)),
        ("purolator", "", "Delivered", "delivered", "", ("delivered", "", False)),
        ("purolator", "", "Delivery attempted", "delivered", "", ("attempt_failed", "", True)),
        # These stand for anything, so the words decide.
        ("sendle", "", "Delivery Attempted", "on_hold", "", ("attempt_failed", "", True)),
        ("sendle", "", "Out for delivery", "delivery_delayed", "", ("out_for_delivery", "", True)),
        ("sendle", "", "Card", "delivery_delayed", "", ("unknown", "", False)),
        ("sendle", "", "Hm", "on_hold", "", ("unknown", "", False)),
        ("sendle", "", "Hm", "pending", "", ("unknown", "", False)),
        ("sendle", "", "Shipping label created", "pending", "", ("info_received", "", True)),
        # Its table of UPS's codes mixes up their meanings.
        ("ups", "DL", "Returned to sender", "delivered", "", ("returning", "", True)),
        ("ups", "OT", "Arrived at facility", "out_for_delivery", "", ("in_transit", "", True)),
        ("ups", "DL", "", "delivered", "", ("delivered", "", False)),
        # A carrier's own code, as we know it: Karrio's table misses the leading zero.
        ("canadapost", "0174", "Item out for delivery", "", "", ("out_for_delivery", "", False)),
        ("fedex", "OD", "On FedEx vehicle for delivery", "in_transit", "",
         ("out_for_delivery", "", False)),
    ],
)  # fmt: skip
def test_the_carriers_own_code_then_the_words_then_karrios_status(
    carrier: str, code: str, words: str, status: str, incident: str, expected: Any
) -> None:
    assert codes.said(carrier, code, words, status, incident) == expected


def test_webhooks() -> None:
    assert read(samples.webhook()) == read(samples.tracker())
    assert len(read(samples.webhook("tracker.created"))) == 1
    assert read(samples.webhook("shipment_purchased")) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"errors": [{"code": "x", "message": "No"}]}, "errors[0]"),
        ({"messages": [{"code": "x", "message": "No"}]}, "errors[0]"),
        ({}, "tracking_number"),
        ({"event": "tracker_updated"}, "data"),
        (samples.webhook(tracking_number=None), "data.tracking_number"),
        (samples.tracker(samples.event(date="x")), "events[0].date"),
        (samples.tracker(samples.event(time=None, timestamp="x")), "events[0].timestamp"),
        (samples.tracker(samples.event(date=None, timestamp=None)), "events[0].date"),
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


MOMENTS = ("picked_up", "in_transit", "delivery_failed", "out_for_delivery", "delivered")


@given(st.lists(st.sampled_from(MOMENTS), min_size=1, max_size=8), st.randoms())
def test_doubled_and_shuffled_events_fold_to_the_same(
    kinds: list[str], chance: random.Random
) -> None:
    events = [
        samples.event(kind, time=f"{hour:02}:00", timestamp=None) for hour, kind in enumerate(kinds)
    ]
    check_order_is_nothing(lambda told: [tracking(*told)], events, chance)
