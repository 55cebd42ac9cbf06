"""What 17TRACK's answers and notifications say."""

import random
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers.seventeentrack import codes, parse
from aftercart.connectors.carriers.seventeentrack.tests import samples
from aftercart.connectors.tests.aggregators import check_order_is_nothing
from aftercart.connectors.tests.fuzzing import facts_or_error, mutated, torn
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

SLOW_IS_FINE = settings(suppress_health_check=[HealthCheck.too_slow])


def read(body: Any) -> list[Any]:
    return parse.parse(samples.encoded(body))


def tracking(*events: Any, **changes: Any) -> TrackingFact:
    (fact,) = read(samples.answer(samples.number(*events, **changes)))
    assert isinstance(fact, TrackingFact)
    return fact


def scan(sub_status: str | None = "InTransit_Arrival", **changes: Any) -> ScanFact:
    return tracking(samples.event(sub_status, **changes)).scans[0]


def test_a_number_with_all_that_is_known() -> None:
    fact = tracking()
    assert (fact.number, fact.carrier) == (samples.NUMBER, "royal_mail")
    assert (fact.service, fact.weight_grams) == ("Tracked", 400)
    assert fact.expected_date == date(2026, 11, 6)
    assert fact.origin == PlaceFact(city="London", country="GB")
    assert fact.destination == PlaceFact(city="Bremen", country="DE")
    assert fact.handed_over_to == "dhl_parcel_de"
    assert fact.handed_over_number == "00340000000000000001"
    assert fact.scans[0].place == PlaceFact(city="Bremen", postcode="28195", country="DE")


def test_a_carrier_without_a_number_that_we_know_goes_by_its_name() -> None:
    info = samples.number()["track_info"]
    info["tracking"]["providers"][0]["provider"] = {"key": 190271, "name": "Cainiao"}
    assert tracking(carrier=190271, track_info=info).carrier == "Cainiao"


def test_an_estimate_of_17tracks_own_is_left_out() -> None:
    info = samples.number()["track_info"]
    info["time_metrics"]["estimated_delivery_date"]["source"] = "17TRACK"
    fact = tracking(track_info=info)
    assert (fact.expected_date, fact.expected_until) == (None, None)


@pytest.mark.parametrize(
    ("changes", "at", "known", "minutes"),
    [
        ({}, (9, 46, 14), True, 60),
        # The carrier told no zone: that of the place counts, no guess of 17TRACK's.
        (
            {"time_raw": {"date": "2026-11-03", "time": "10:46:14", "timezone": None},
             "time_iso": "2026-11-03T10:46:14+08:00"},
            (9, 46, 14), True, 60,
        ),
        (
            {"time_raw": {"date": "2026-11-03", "time": "10:46:14", "timezone": None},
             "address": None, "time_iso": "2026-11-03T10:46:14+08:00"},
            (2, 46, 14), False, None,
        ),
        (
            {"time_raw": {"date": "2026-11-03", "time": "10:46", "timezone": "-7:00"}},
            (17, 46, 0), True, -420,
        ),
        ({"time_raw": {"date": "2026-11-03", "time": None}}, (9, 46, 14), True, 60),
        ({"time_raw": None, "time_iso": None}, (9, 46, 14), True, 0),
    ],
)  # fmt: skip
def test_times(
    changes: dict[str, Any], at: tuple[int, int, int], known: bool, minutes: int | None
) -> None:
    found = scan(**changes)
    assert found.occurred_at == datetime(2026, 11, 3, *at, tzinfo=UTC)
    assert (found.zone_known, found.utc_offset_minutes) == (known, minutes)


@pytest.mark.parametrize(
    ("sub_status", "stage", "words", "expected"),
    [
        ("InfoReceived", "", "", ("info_received", "", False)),
        ("InTransit_PickedUp", "", "", ("picked_up", "", False)),
        ("InTransit_Other", "", "", ("in_transit", "", False)),
        ("InTransit_CustomsReleased", "", "", ("in_transit", "", False)),
        ("InTransit_CustomsRequiringInformation", "", "",
         ("exception", "customs_information_needed", False)),
        ("DeliveryFailure_NoBody", "", "", ("attempt_failed", "recipient_not_home", False)),
        ("DeliveryFailure_NewOne", "", "", ("attempt_failed", "", False)),
        ("Exception_Returning", "", "", ("returning", "", False)),
        ("Exception_Cancel", "", "", ("cancelled", "", False)),
        ("Delivered_Other", "", "Delivered", ("delivered", "", False)),
        ("Delivered_Other", "", "Delivery attempted, nobody home",
         ("attempt_failed", "", True)),
        ("", "Departure", "", ("in_transit", "", False)),
        ("", "", "Out for delivery", ("out_for_delivery", "", True)),
        ("NotFound_Other", "", "Delivered", ("unknown", "", False)),
        ("Expired_Other", "", "Delivered", ("unknown", "", False)),
        ("Teleported_Other", "", "Hm", ("unknown", "", False)),
    ],
)  # fmt: skip
def test_the_words(sub_status: str, stage: str, words: str, expected: Any) -> None:
    assert codes.said(sub_status, stage, words) == expected


def test_the_latest_event_counts_where_there_are_no_others() -> None:
    fact = tracking(track_info={"latest_event": samples.event("Delivered_Other")})
    assert [one.status for one in fact.scans] == ["delivered"]


def test_notifications() -> None:
    assert read(samples.notification()) == read(samples.answer())
    assert read(samples.notification("TRACKING_STOPPED", track_info=None)) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (samples.rejected(), "error"),
        ({"code": -1, "data": {"errors": [{"code": -18010002, "message": "No"}]}}, "error"),
        ({}, "data"),
        ({"code": 0, "data": {}}, "data.accepted"),
        (samples.answer(samples.number(number=None)), "data.accepted[0].number"),
        (samples.notification(number={}), "data.number"),
        (
            samples.answer(samples.number(samples.event(time_iso="soon", time_raw=None))),
            "data.accepted[0].track_info.tracking.providers[0].events[0].time_iso",
        ),
        (
            samples.answer(samples.number(samples.event(time_raw={"date": "x", "time": "y"}))),
            "data.accepted[0].track_info.tracking.providers[0].events[0].time_raw",
        ),
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


MOMENTS = ("InTransit_PickedUp", "InTransit_Other", "DeliveryFailure_NoBody", "Delivered_Other")


@given(st.lists(st.sampled_from(MOMENTS), min_size=1, max_size=8), st.randoms())
def test_doubled_and_shuffled_events_fold_to_the_same(
    kinds: list[str], chance: random.Random
) -> None:
    events = [
        samples.event(kind, time_raw=None, time_iso=f"2026-11-03T{hour:02}:00:00+01:00")
        for hour, kind in enumerate(kinds)
    ]
    check_order_is_nothing(lambda told: [tracking(*told)], events, chance)
