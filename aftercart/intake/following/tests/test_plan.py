"""When a parcel is asked after again."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.delivery.shipments.facts import ShipmentStatus
from aftercart.intake.following.rules import plan
from aftercart.intake.following.rules.plan import Next, Situation, first_ask, next_ask

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STATUSES = list(get_args(ShipmentStatus))


def parcel(status: ShipmentStatus, **changes) -> Situation:
    """One that was sent five days ago and scanned an hour ago."""
    given = {"sent_at": NOW - 5 * DAY, "last_scan_at": NOW - HOUR, "status_at": NOW - HOUR}
    return Situation(status=status, **{**given, **changes})


def gap(status: ShipmentStatus, **changes) -> timedelta:
    planned = next_ask(parcel(status, **changes), NOW)
    assert planned.after is not None
    return planned.after


def test_often_where_it_is_at_the_door_and_rarely_in_mid_ocean():
    assert gap("out_for_delivery") == timedelta(minutes=30)
    assert gap("in_transit") == 4 * HOUR
    assert gap("in_transit", last_scan_at=NOW - 2 * DAY) == 12 * HOUR
    assert gap("in_transit", last_scan_at=NOW - 20 * DAY) == DAY
    assert gap("exception") == 2 * HOUR
    assert gap("exception", reason="customs_hold") == 6 * HOUR
    assert gap("available_for_pickup") == 6 * HOUR


def test_a_tour_that_does_not_end_is_asked_after_less_often():
    assert gap("out_for_delivery", status_at=NOW - 15 * HOUR) == 2 * HOUR
    assert gap("out_for_delivery", status_at=NOW - 30 * HOUR) == 4 * HOUR


def test_on_the_day_of_its_promise_it_is_asked_after_hourly():
    assert gap("in_transit", expected_at=NOW + 6 * HOUR) == HOUR
    assert gap("in_transit", expected_at=NOW + 20 * HOUR) == 2 * HOUR
    assert gap("in_transit", expected_at=NOW + 3 * DAY) == 4 * HOUR
    assert gap("info_received", expected_at=NOW, last_scan_at=NOW - 2 * DAY) == 12 * HOUR


@pytest.mark.parametrize("status", ["pending", "info_received", "unknown"])
def test_a_label_is_asked_after_at_growing_gaps_and_never_given_up_within_days(status):
    gaps = [gap(status, last_scan_at=None, sent_at=NOW - age * HOUR) for age in (1, 12, 24, 48, 99)]
    assert gaps == [3 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY]


@pytest.mark.parametrize("status", plan.FINAL)
def test_what_has_ended_is_asked_after_a_day_and_two_days_later(status):
    ended = parcel(status, status_at=NOW)
    assert next_ask(ended, NOW + HOUR) == Next(23 * HOUR)
    assert next_ask(ended, NOW + 25 * HOUR) == Next(23 * HOUR)
    assert next_ask(ended, NOW + 49 * HOUR) == Next(None, "final")
    assert first_ask(ended, NOW + 49 * HOUR) == Next(None, "final")


def test_what_is_silent_for_too_long_is_given_up_with_that_reason():
    assert next_ask(parcel("in_transit", last_scan_at=NOW - 61 * DAY), NOW).stop == "silent"
    unmoved = parcel("pending", last_scan_at=None, sent_at=NOW - 46 * DAY)
    assert next_ask(unmoved, NOW).stop == "silent"
    again = msgspec.structs.replace(unmoved, restarted_at=NOW - DAY)
    assert next_ask(again, NOW) == Next(DAY)
    assert first_ask(unmoved, NOW) == Next(plan.SOON)


def test_where_the_source_pushes_asking_is_a_safety_net():
    long = NOW + 9 * DAY
    assert gap("in_transit", pushed_until=long) == DAY
    assert gap("out_for_delivery", pushed_until=long) == 6 * HOUR
    assert gap("in_transit", pushed_until=NOW - HOUR) == 4 * HOUR
    assert gap("in_transit", pushed_until=NOW + 7 * HOUR) == 5 * HOUR
    assert gap("in_transit", pushed_until=NOW + timedelta(minutes=5)) == HOUR


def test_where_the_quota_does_not_suffice_the_rest_makes_room_for_what_is_urgent():
    behind = timedelta(minutes=12)
    assert next_ask(parcel("in_transit"), NOW, behind) == Next(6 * HOUR)
    assert next_ask(parcel("in_transit"), NOW, DAY) == Next(12 * HOUR)
    assert next_ask(parcel("out_for_delivery"), NOW, DAY) == Next(timedelta(minutes=30))
    near = parcel("in_transit", expected_at=NOW + HOUR)
    assert next_ask(near, NOW, DAY) == Next(HOUR)


def test_a_number_is_doubted_after_two_days_without_a_word():
    silent = parcel("pending", last_scan_at=None, sent_at=NOW - 2 * DAY)
    assert plan.is_number_doubted(silent, NOW)
    assert not plan.is_number_doubted(silent, NOW - HOUR)
    assert not plan.is_number_doubted(parcel("pending"), NOW)
    known = msgspec.structs.replace(silent, status="info_received")
    assert not plan.is_number_doubted(known, NOW)


def test_what_began_together_is_spread_and_never_earlier():
    spread = {plan.spread(HOUR, number) for number in range(1, 1000)}
    assert len(spread) > 900
    assert min(spread) >= HOUR
    assert max(spread) < 1.2 * HOUR


moments = st.none() | st.timedeltas(timedelta(days=-90), timedelta(days=9)).map(lambda d: NOW + d)


@given(
    st.builds(
        Situation,
        status=st.sampled_from(STATUSES),
        reason=st.sampled_from(["", "customs_hold", "weather"]),
        sent_at=st.timedeltas(timedelta(0), timedelta(days=90)).map(lambda d: NOW - d),
        status_at=moments,
        last_scan_at=moments,
        expected_at=moments,
        pushed_until=moments,
        restarted_at=moments,
    ),
    st.timedeltas(timedelta(0), timedelta(days=9)),
)
def test_whatever_happens_it_is_asked_after_within_days_or_stopped_with_a_reason(
    situation: Situation, behind: timedelta
):
    planned = next_ask(situation, NOW, behind)
    if planned.after is None:
        assert planned.stop in ("final", "silent")
    elif situation.status in plan.FINAL:
        # However late a carrier dates an end that has not come.
        assert timedelta(0) < planned.after <= 2 * DAY + 9 * DAY
    else:
        assert timedelta(minutes=30) <= planned.after <= 3 * DAY
