"""From scans to a parcel's state: tables, and properties over every order in which scans come."""

from datetime import timedelta
from itertools import permutations
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aftercart.delivery.shipments import rules
from aftercart.delivery.shipments.facts import PlaceFact, Reason, ShipmentStatus
from aftercart.delivery.shipments.rules import Scan, State, Told
from tests.support.rooms import MOMENT, hours
from tests.support.rooms import scan as scan_fact

STATUSES = get_args(ShipmentStatus)
REASONS = get_args(Reason)


def scan(at: float, status: Any, reason: Any = "", **changes: Any) -> Scan:
    return Scan(hours(at), status, reason, **changes)


def status_after(*scans: Scan) -> str:
    return rules.fold(scans).status


NORMAL = [
    scan(0, "info_received"),
    scan(5, "picked_up"),
    scan(9, "in_transit"),
    scan(20, "in_transit"),
    scan(30, "out_for_delivery"),
    scan(33, "delivered", "signed_for"),
]


def test_a_journey_without_trouble():
    state = rules.fold(NORMAL)
    assert (state.status, state.reason, state.status_at) == ("delivered", "signed_for", hours(33))
    assert (state.picked_up_at, state.in_transit_at) == (hours(5), hours(9))
    assert (state.out_for_delivery_at, state.first_attempt_at) == (hours(30), hours(33))
    assert (state.delivered_at, state.last_scan_at) == (hours(33), hours(33))
    assert [one.status for one in state.reached] == [
        "picked_up",
        "in_transit",
        "out_for_delivery",
        "delivered",
    ]


@pytest.mark.parametrize(
    ("scans", "status"),
    [
        ([], "pending"),
        ([scan(0, "unknown")], "unknown"),
        ([scan(0, "pending"), scan(1, "unknown")], "pending"),
        ([scan(0, "in_transit"), scan(1, "unknown")], "in_transit"),
        ([scan(0, "unknown"), scan(1, "info_received")], "info_received"),
        # The parcel is announced again when it changes hands.
        ([scan(0, "in_transit"), scan(1, "info_received")], "in_transit"),
        ([scan(0, "in_transit"), scan(1, "pending")], "in_transit"),
        ([scan(0, "in_transit"), scan(1, "picked_up")], "in_transit"),
        ([scan(0, "out_for_delivery"), scan(1, "picked_up")], "in_transit"),
        ([scan(0, "info_received"), scan(1, "picked_up")], "picked_up"),
        # What is over is over, and what is not goes on.
        ([scan(0, "exception", "weather"), scan(1, "in_transit")], "in_transit"),
        ([scan(0, "attempt_failed"), scan(1, "available_for_pickup")], "available_for_pickup"),
        ([scan(0, "out_for_delivery"), scan(8, "in_transit")], "in_transit"),
        # A label that was voided, and used after all.
        ([scan(0, "info_received"), scan(1, "cancelled")], "cancelled"),
        ([scan(0, "cancelled"), scan(1, "picked_up")], "picked_up"),
        # Of the same moment the one further along is the later.
        ([scan(0, "delivered"), scan(0, "out_for_delivery")], "delivered"),
        ([scan(0, "cancelled"), scan(0, "info_received")], "cancelled"),
        ([scan(0, "in_transit"), scan(0, "exception")], "exception"),
        # Delivered stays delivered.
        ([scan(0, "delivered"), scan(1, "in_transit")], "delivered"),
        ([scan(0, "delivered"), scan(90, "in_transit")], "delivered"),
        ([scan(0, "delivered"), scan(1, "out_for_delivery")], "delivered"),
        ([scan(0, "delivered"), scan(1, "exception", "weather")], "delivered"),
        ([scan(0, "delivered"), scan(1, "exception", "damaged")], "delivered"),
        ([scan(0, "delivered"), scan(1, "unknown")], "delivered"),
        ([scan(0, "delivered"), scan(1, "cancelled")], "delivered"),
        # ... but for a return,
        ([scan(0, "delivered"), scan(1, "returning")], "returning"),
        ([scan(0, "delivered"), scan(1, "returned")], "returned"),
        # ... or a correction.
        ([scan(0, "delivered"), scan(1, "attempt_failed")], "attempt_failed"),
        ([scan(0, "delivered"), scan(1, "available_for_pickup")], "available_for_pickup"),
        ([scan(0, "delivered"), scan(1, "exception", "lost")], "exception"),
        ([scan(0, "delivered"), scan(25, "out_for_delivery")], "out_for_delivery"),
        (
            [scan(0, "delivered"), scan(1, "attempt_failed", zone_known=False)],
            "delivered",
        ),
        (
            [scan(0, "delivered", zone_known=False), scan(1, "attempt_failed")],
            "delivered",
        ),
        (
            [scan(0, "delivered"), scan(25, "attempt_failed", zone_known=False)],
            "attempt_failed",
        ),
        (
            [scan(0, "delivered"), scan(1, "attempt_failed"), scan(20, "in_transit")],
            "in_transit",
        ),
        # On the way back it stays on the way back, and its delivery is the sender's.
        ([scan(0, "returning"), scan(1, "in_transit")], "returning"),
        ([scan(0, "returning"), scan(1, "out_for_delivery")], "returning"),
        ([scan(0, "returning"), scan(1, "delivered")], "returned"),
        ([scan(0, "returning"), scan(1, "exception", "lost")], "exception"),
        (
            [scan(0, "returning"), scan(1, "exception"), scan(2, "in_transit")],
            "returning",
        ),
        ([scan(0, "returned"), scan(1, "in_transit")], "returned"),
        ([scan(0, "returned"), scan(1, "delivered")], "returned"),
    ],
)
def test_what_scans_say_together(scans, status):
    assert status_after(*scans) == status


def test_since_when_it_is_so():
    state = rules.fold(
        [scan(1, "in_transit"), scan(2, "in_transit", code="X"), scan(3, "in_transit", "weather")]
    )
    assert (state.status_at, state.in_transit_at) == (hours(3), hours(1))
    state = rules.fold([scan(1, "in_transit"), scan(2, "in_transit", code="X")])
    assert (state.status_at, state.code, state.last_scan_at) == (hours(1), "X", hours(2))


def test_a_delivery_that_was_taken_back_is_none():
    state = rules.fold([scan(0, "delivered"), scan(1, "attempt_failed")])
    assert (state.delivered_at, state.first_attempt_at) == (None, hours(0))
    state = rules.fold([scan(0, "delivered"), scan(1, "attempt_failed"), scan(9, "delivered")])
    assert state.delivered_at == hours(9)


def test_a_return_after_delivery_keeps_the_delivery():
    state = rules.fold([scan(0, "delivered"), scan(50, "returning"), scan(90, "delivered")])
    assert (state.status, state.delivered_at) == ("returned", hours(0))


def test_an_unknown_scan_counts_as_a_scan_and_nothing_else():
    state = rules.fold([scan(0, "in_transit", code="A"), scan(5, "unknown", code="B")])
    assert (state.code, state.last_scan_at, state.told_at) == ("A", hours(5), hours(0))


def test_scans_of_an_earlier_parcel_with_the_same_number_do_not_count():
    assert rules.fold(NORMAL, hours(100)) == State()
    state = rules.fold([*NORMAL, scan(900, "info_received")], hours(100))
    assert state.status == "info_received"


# Every order, every doubling, every cut

any_scan = st.builds(
    Scan,
    occurred_at=st.integers(0, 40).map(hours),
    status=st.sampled_from(STATUSES),
    reason=st.sampled_from(("", "weather", "lost", "refused")),
    code=st.sampled_from(("", "A", "B")),
    zone_known=st.booleans(),
)
# Many of the same moment, told with and without a reason or a zone: there the ties are.
crowded_scan = st.builds(
    Scan,
    occurred_at=st.integers(0, 2).map(hours),
    status=st.sampled_from(("in_transit", "exception", "delivered", "returning", "unknown")),
    reason=st.sampled_from(("", "lost", "refused")),
    code=st.sampled_from(("", "A", "B")),
    zone_known=st.booleans(),
)
any_scans = st.lists(any_scan, max_size=9) | st.lists(crowded_scan, max_size=6)


@settings(max_examples=400)
@given(any_scans, st.data())
def test_the_same_state_in_every_order_and_however_often(scans, data):
    doubled = scans + (data.draw(st.lists(st.sampled_from(scans), max_size=4)) if scans else [])
    assert rules.fold(data.draw(st.permutations(doubled))) == rules.fold(scans)


@pytest.mark.parametrize(
    "tied",
    [
        (scan(0, "delivered"), scan(0, "delivered", zone_known=False)),
        (scan(0, "delivered", code="A"), scan(0, "delivered", code="B")),
        (scan(0, "delivered"), scan(0, "delivered", "signed_for")),
        (scan(0, "delivered"), scan(0, "returning")),
    ],
)
def test_ties_are_decided_the_same_way_whatever_comes_after(tied):
    for later in (scan(1, "exception", "lost"), scan(1, "attempt_failed"), scan(1, "in_transit")):
        states = {rules.fold(shuffled) for shuffled in permutations((*tied, later))}
        assert len(states) == 1


@given(st.lists(crowded_scan, min_size=3, max_size=3))
def test_what_tellings_say_together_does_not_depend_on_who_was_first(tellings):
    one, two, three = (replace(telling, status="exception") for telling in tellings)
    together = rules.merged(one, two)
    assert rules.merged(two, one) == together
    assert rules.merged(together, three) == rules.merged(one, rules.merged(two, three))
    assert rules.merged(together, one) == together
    assert together.zone_known == (one.zone_known or two.zone_known)
    assert together.occurred_at == min(one.occurred_at, two.occurred_at)


@settings(max_examples=400)
@given(any_scans, any_scans, st.none() | st.integers(0, 40).map(hours))
def test_folding_in_is_folding_both(known, added, not_before):
    told, state = rules.fold_in(known, added, not_before)
    before = rules.fold(known, not_before)
    assert told.told_at == before.told_at
    assert {one.status for one in before.reached} == told.milestones & set(rules.MILESTONES)
    assert state == rules.fold([*known, *added], not_before)


@given(any_scans, any_scan)
def test_unknown_never_replaces_what_is_known(scans, last):
    before = rules.fold(scans)
    after = rules.fold([*scans, replace(last, status="unknown")])
    if before.last_scan_at and before.status != "unknown":
        assert (after.status, after.reason, after.reached) == (
            before.status,
            before.reason,
            before.reached,
        )


@given(any_scans)
def test_times_agree_with_each_other(scans):
    state = rules.fold(scans)
    assert (state.delivered_at is not None) >= (state.status == "delivered")
    times = [one.occurred_at for one in state.reached]
    assert times == sorted(times)
    assert len({one.status for one in state.reached}) == len(times)
    if scans:
        assert state.last_scan_at == max(scan.occurred_at for scan in scans)
    if state.status_at is not None:
        assert state.status_at <= state.told_at <= state.last_scan_at  # type: ignore[operator]


@settings(max_examples=300)
@given(any_scans, st.data())
def test_each_milestone_is_told_once_in_whatever_batches(scans, data):
    """Told in batches, a milestone is never told twice, and the present one is never missed."""
    shuffled = data.draw(st.permutations(scans))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=3)))
    told: list[str] = []
    known: list[Scan] = []
    for first, last in zip([0, *cuts], [*cuts, len(shuffled)], strict=True):
        before, after = rules.fold_in(known, shuffled[first:last])
        told += [one.status for one, _ in rules.news(before, after)]
        loud = [one for one, is_quiet in rules.news(before, after) if not is_quiet]
        assert all(one.status == after.status for one in loud)
        known += shuffled[first:last]
        if after.status in rules.MILESTONES:
            assert after.status in told or after.status in before.milestones
    assert len(told) == len(set(told))


def test_a_whole_history_at_once_is_news_only_where_it_ends():
    told = rules.news(Told(), rules.fold(NORMAL))
    assert [(one.status, is_quiet) for one, is_quiet in told] == [
        ("picked_up", True),
        ("in_transit", True),
        ("out_for_delivery", True),
        ("delivered", False),
    ]


def test_nothing_older_than_what_was_told_is_news():
    before, after = rules.fold_in([scan(9, "out_for_delivery")], [scan(1, "in_transit")])
    assert rules.news(before, after) == []
    before, after = rules.fold_in([scan(9, "in_transit")], [scan(5, "delivered")])
    assert [one.status for one, _ in rules.news(before, after)] == ["delivered"]
    before, after = rules.fold_in([scan(9, "unknown")], [scan(8, "out_for_delivery")])
    assert [(one.status, quiet) for one, quiet in rules.news(before, after)] == [
        ("out_for_delivery", False)
    ]


def test_delivered_again_after_a_correction_is_not_told_again():
    known = [scan(0, "delivered"), scan(1, "attempt_failed")]
    before, after = rules.fold_in(known, [scan(9, "delivered")])
    assert after.status == "delivered"
    assert rules.news(before, after) == []


@pytest.mark.parametrize(
    ("parcels", "is_all_sent", "status"),
    [
        ([], True, ""),
        (["delivered"], True, "delivered"),
        (["delivered"], False, "pending"),
        (["delivered", "delivered"], True, "delivered"),
        (["delivered", "in_transit"], True, "in_transit"),
        (["out_for_delivery", "in_transit"], True, "out_for_delivery"),
        (["out_for_delivery", "exception"], True, "exception"),
        (["attempt_failed", "available_for_pickup"], True, "attempt_failed"),
        (["available_for_pickup", "out_for_delivery"], True, "available_for_pickup"),
        (["returned", "delivered"], True, "returned"),
        (["cancelled"], True, "cancelled"),
        (["cancelled", "delivered"], True, "delivered"),
        (["cancelled", "in_transit"], True, "in_transit"),
        (["pending", "delivered"], True, "pending"),
        (["unknown", "delivered"], True, "unknown"),
        (["unknown", "in_transit"], True, "in_transit"),
    ],
)
def test_what_an_orders_parcels_say_together(parcels, is_all_sent, status):
    assert rules.order_status(parcels, is_all_sent=is_all_sent) == status


def test_every_status_has_its_place():
    assert set(rules.RANK) == set(STATUSES)
    assert {*rules.ATTENTION, "delivered", "cancelled"} == set(STATUSES)
    assert set(rules.MILESTONES) <= set(STATUSES)
    for status in STATUSES:
        assert rules.order_status([status], is_all_sent=True) == status


@pytest.mark.parametrize(
    ("entered", "number"),
    [
        ("1Z999AA10123456784", "1Z999AA10123456784"),
        (" 1z 999 aa1-0123 456784 ", "1Z999AA10123456784"),
        ("RB 123 456 785 GB", "RB123456785GB"),
        ("12\u201334\u200b56", "123456"),
        ("\uff11\uff12\uff13\uff14", "1234"),
        ("x" * 200, "X" * 100),
        ("--", ""),
        ("", ""),
    ],
)
def test_numbers_are_compared_without_their_dress(entered, number):
    assert rules.normalised(entered) == number


@pytest.mark.parametrize(
    ("entered", "is_number"),
    [
        ("1Z999AA10123456784", True),
        ("1234", True),
        ("A12B", True),
        ("n/a", False),
        ("NONE", False),
        ("by hand", False),
        ("0000", False),
        ("12", False),
        ("", False),
        ("-", False),
    ],
)
def test_words_that_are_no_numbers(entered, is_number):
    assert rules.is_number(entered) is is_number


def test_a_fingerprint_covers_what_makes_a_scan_and_nothing_else():
    first = scan_fact(1, "in_transit", code="AR", place=PlaceFact(city="Memphis"))
    same = [
        replace(first, text="Arrived at facility"),
        replace(first, reason="weather"),
        replace(first, code="ar"),
        replace(first, place=PlaceFact(city=" MEMPHIS ", region="TN", postcode="38101")),
        replace(first, occurred_at=first.occurred_at + timedelta(milliseconds=400)),
        replace(first, occurred_at=first.occurred_at.astimezone()),
        replace(first, zone_known=False),
    ]
    assert {rules.fingerprint(one) for one in same} == {rules.fingerprint(first)}
    other = [
        replace(first, occurred_at=first.occurred_at + timedelta(seconds=1)),
        replace(first, status="exception"),
        replace(first, code="DP"),
        replace(first, code=""),
        replace(first, place=PlaceFact(city="Dallas")),
    ]
    assert len({rules.fingerprint(one) for one in [first, *other]}) == len(other) + 1
    assert len(rules.fingerprint(first)) == 16


def test_without_a_code_the_words_count_but_not_their_dress():
    first = scan_fact(1, "in_transit", text="Arrived at facility.")
    assert rules.fingerprint(first) == rules.fingerprint(
        replace(first, text="ARRIVED at  facility")
    )
    assert rules.fingerprint(first) != rules.fingerprint(replace(first, text="Departed"))


def test_the_course_begins_with_nothing():
    assert rules.fold([]) == State()
    assert rules.fold([scan(0, "unknown")]).told_at == MOMENT
