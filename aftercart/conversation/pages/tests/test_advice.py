"""What the shopper is told to do, and the way there."""

from datetime import date

import pytest
from django.utils.translation import override
from msgspec.structs import replace

from aftercart.conversation.pages.advice import Advice, advice_on
from aftercart.conversation.pages.facts import OrderSnapshot, SnapshotParcel
from aftercart.conversation.pages.rules.page import look
from aftercart.conversation.pages.tests.made import NOW, at, order, parcel, scan

MOVING = parcel("in_transit", scan("2026-11-24 08:14"), expected_date=date(2026, 11, 26))
LATE = replace(MOVING, expected_date=date(2026, 11, 24))


def told(snapshot: OrderSnapshot) -> list[Advice]:
    with override("en"):
        return advice_on(look(snapshot, NOW))


def in_state(status: str, reason: str = "", **changes) -> SnapshotParcel:
    last = scan("2026-11-25 06:02", status, reason=reason)
    return parcel(status, last, reason=reason, **changes)


@pytest.mark.parametrize(
    ("held", "writes", "follows"),
    [
        (MOVING, None, None),
        (in_state("out_for_delivery"), None, None),
        (in_state("delivered"), None, None),
        (parcel("info_received"), None, None),
        (LATE, True, False),
        (parcel("in_transit", scan("2026-11-10 08:14")), True, False),
        (parcel("pending", shipped_at=at("2026-11-10 08:14")), True, False),
        (in_state("available_for_pickup"), False, True),
        (in_state("attempt_failed", "recipient_not_home"), False, True),
        (in_state("exception", "weather"), False, False),
        (in_state("exception", "lost"), True, False),
        (in_state("exception", "held_for_payment"), True, True),
        (in_state("returning", "unclaimed"), True, False),
        (in_state("returned"), True, False),
        (parcel("cancelled"), True, False),
        (in_state("unknown"), False, False),
        (parcel("pending", tracking_number="", shipped_at=at("2026-11-20 08:14")), None, None),
        (parcel("pending", tracking_number="", shipped_at=at("2026-11-10 08:14")), True, False),
    ],
)
def test_each_state_leads_somewhere(held: SnapshotParcel, writes, follows):
    if writes is None:
        assert told(order(held)) == []
        return
    (advice,) = told(order(held))
    assert advice.text
    assert advice.about == ()
    assert (advice.writes, bool(advice.url)) == (writes, follows)


def test_somebody_who_waited_long_is_not_asked_to_wait():
    (soon,) = told(order(LATE))
    (late,) = told(order(replace(MOVING, expected_date=date(2026, 11, 15))))
    assert "two working days" in soon.text
    assert "two working days" not in late.text


@pytest.mark.parametrize("status", ["attempt_failed", "exception", "unknown"])
def test_nobody_is_told_to_wait_for_what_nobody_has_seen_for_long(status: str):
    reason = "weather" if status == "exception" else ""
    seen, unseen = (
        parcel(status, scan(when, status, reason=reason), reason=reason)
        for when in ("2026-11-20 06:02", "2026-11-15 06:02")
    )
    (waits,), (asks,) = told(order(seen)), told(order(unseen))
    assert not waits.writes
    assert asks.writes
    assert "ask the carrier" in asks.text


def test_of_several_parcels_it_is_said_which_are_meant():
    held = in_state("exception", "lost")
    assert [one.about for one in told(order(MOVING, held))] == [(2,)]
    assert [one.about for one in told(order(held, MOVING, held))] == [(1, 3)]
    assert [one.about for one in told(order(held, in_state("returned")))] == [(1,), (2,)]


def test_two_parcels_to_collect_have_each_their_own_page():
    waiting = in_state("available_for_pickup")
    assert [bool(one.url) for one in told(order(waiting, MOVING))] == [True]
    assert [bool(one.url) for one in told(order(waiting, waiting))] == [False]


def test_an_address_that_is_none_becomes_no_button():
    hostile = in_state("available_for_pickup", tracking_url="javascript:alert(1)")
    assert [one.url for one in told(order(hostile))] == [""]


def test_after_cancelling_only_what_may_still_come_asks_for_anything():
    cancelled = at("2026-11-24 10:00")
    (advice,) = told(order(MOVING, cancelled_at=cancelled))
    assert advice.writes
    assert told(order(cancelled_at=cancelled)) == []
    assert told(order(in_state("returned"), cancelled_at=cancelled)) == []
