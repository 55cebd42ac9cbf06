"""What Ship24's answers and webhooks say."""

import random
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers.ship24 import codes, parse
from aftercart.connectors.carriers.ship24.tests import samples
from aftercart.connectors.tests.aggregators import check_order_is_nothing
from aftercart.connectors.tests.fuzzing import facts_or_error, mutated, torn
from aftercart.delivery.shipments.facts import PlaceFact, TrackingFact

SLOW_IS_FINE = settings(suppress_health_check=[HealthCheck.too_slow])


def read(body: Any) -> list[Any]:
    return parse.parse(samples.encoded(body))


def tracking(*events: Any, **changes: Any) -> TrackingFact:
    (fact,) = read(samples.answer(samples.tracking(*events, **changes)))
    assert isinstance(fact, TrackingFact)
    return fact


def test_a_tracking() -> None:
    fact = tracking()
    assert (fact.number, fact.carrier) == (samples.NUMBER, "usps")
    assert (fact.service, fact.signed_by) == ("Priority", "M. Muster")
    assert (fact.expected_date, fact.expected_until) == (date(2026, 11, 6), None)
    assert fact.origin == PlaceFact(country="US")
    assert fact.destination == PlaceFact(city="Bremen", postcode="28195", country="DE")
    assert fact.scans[0].place == PlaceFact(city="Bremen", country="DE")


def test_where_two_carriers_tell_none_is_named() -> None:
    both = tracking(samples.event(), samples.event(courierCode="dhl"))
    assert (both.carrier, len(both.scans)) == ("", 2)


@pytest.mark.parametrize(
    ("changes", "at", "known", "minutes"),
    [
        ({}, (9, 46, 14), True, 60),
        ({"utcOffset": "-05:00"}, (15, 46, 14), True, -300),
        ({"location": "Los Angeles, CA"}, (10, 46, 14), False, None),
        ({"occurrenceDatetime": "2026-11-03T10:46:14+08:00"}, (2, 46, 14), True, 480),
        ({"occurrenceDatetime": None, "utcOffset": "+02:00"}, (8, 46, 14), True, 120),
    ],
)
def test_times(
    changes: dict[str, Any], at: tuple[int, int, int], known: bool, minutes: int | None
) -> None:
    found = tracking(samples.event(**changes)).scans[0]
    assert found.occurred_at == datetime(2026, 11, 3, *at, tzinfo=UTC)
    assert (found.zone_known, found.utc_offset_minutes) == (known, minutes)


@pytest.mark.parametrize(
    ("code", "milestone", "words", "expected"),
    [
        ("data_order_created", "info_received", "", ("info_received", "", False)),
        ("transit_handover", "in_transit", "", ("picked_up", "", False)),
        ("customs_exception", "exception", "", ("exception", "customs_hold", False)),
        ("delivery_refused", "exception", "", ("attempt_failed", "refused", False)),
        ("delivery_delivered", "delivered", "Entregado", ("delivered", "", False)),
        ("delivery_delivered", "delivered", "Delivery attempted", ("attempt_failed", "", True)),
        ("", "in_transit", "Hm", ("in_transit", "", False)),
        ("", "in_transit", "Out for delivery", ("out_for_delivery", "", True)),
        # Where the parcel stood is not what happened.
        ("", "failed_attempt", "Hm", ("unknown", "", False)),
        ("", "delivered", "Proof is available", ("unknown", "", False)),
        ("brand_new", "exception", "Hm", ("unknown", "", False)),
        ("", "pending", "", ("unknown", "", False)),
    ],
)
def test_the_words(code: str, milestone: str, words: str, expected: Any) -> None:
    assert codes.said(code, milestone, words) == expected


def test_webhooks_hold_several_trackings() -> None:
    assert read(samples.webhook()) == read(samples.answer())
    assert len(read(samples.webhook(samples.tracking(), samples.tracking()))) == 2
    assert read({"trackings": []}) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"errors": [{"code": "x", "message": "No"}], "data": None}, "errors[0]"),
        ({}, "data"),
        ({"data": {}}, "data.trackings"),
        (samples.answer(samples.tracking(tracker=None)),
         "data.trackings[0].tracker.trackingNumber"),
        (samples.webhook(samples.tracking(samples.event(occurrenceDatetime="soon"))),
         "trackings[0].events[0].occurrenceDatetime"),
        (samples.webhook(samples.tracking(
            samples.event(occurrenceDatetime="soon", utcOffset="+01:00"))),
         "trackings[0].events[0].occurrenceDatetime"),
        (samples.webhook(samples.tracking(
            samples.event(occurrenceDatetime=None, datetime=None))),
         "trackings[0].events[0].occurrenceDatetime"),
        ([], "body"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_names_its_field(body: Any, field: str) -> None:
    with pytest.raises(ParseError) as error:
        read(body)
    assert error.value.field == field


@SLOW_IS_FINE
@given(st.one_of(mutated(samples.bodies), torn(samples.bodies)))
def test_anything_may_come(case: tuple[str, bytes]) -> None:
    facts_or_error(lambda: parse.parse(case[1]))


MOMENTS = ("transit_handover", "destination_arrival", "delivery_attempted", "delivery_delivered")


@given(st.lists(st.sampled_from(MOMENTS), min_size=1, max_size=8), st.randoms())
def test_doubled_and_shuffled_events_fold_to_the_same(
    kinds: list[str], chance: random.Random
) -> None:
    events = [
        samples.event(kind, status="", occurrenceDatetime=f"2026-11-03T{hour:02}:00:00")
        for hour, kind in enumerate(kinds)
    ]
    check_order_is_nothing(lambda told: [tracking(*told)], events, chance)
