"""Until when the page is true."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aftercart.conversation.pages.facts import OrderSnapshot
from aftercart.conversation.pages.rules.page import fresh_until, look
from aftercart.conversation.pages.rules.reading import Day, zone_named
from aftercart.conversation.pages.rules.views import Answer
from aftercart.conversation.pages.tests.made import NOW, at, order, parcel, scan
from aftercart.conversation.pages.tests.strategies import moments, orders_of_any_kind

MOVING = parcel("in_transit", scan("2026-11-24 08:14"), expected_date=date(2026, 11, 26))


def test_a_page_that_says_nothing_of_time_stays_true():
    delivered_long_ago = parcel("delivered", scan("2025-01-10 08:14", "delivered"))
    snapshot = order(delivered_long_ago, placed_at=at("2025-01-05 12:00"))
    shipped = replace(delivered_long_ago, shipped_at=at("2025-01-06 12:00"))
    assert fresh_until(replace(snapshot, parcels=(shipped,)), NOW) is None
    day = look(replace(snapshot, parcels=(shipped,)), NOW).answer.day
    assert day == Day(date(2025, 1, 10), "", with_year=True)


def test_tomorrow_becomes_today_at_the_destinations_midnight():
    assert fresh_until(order(replace(MOVING, checked_at=None, last_scan_at=None)), NOW) == at(
        "2026-11-25 23:00"
    )


def without_freshness(status: str, when: str, **changes) -> OrderSnapshot:
    """An order whose page says nothing of how old its news is."""
    held = parcel(status, scan(when, status), **changes)
    return order(replace(held, checked_at=None, last_scan_at=None))


UNTIL = [
    ("today becomes yesterday", ("delivered", "2026-11-25 08:00"), {}, "2026-11-25 23:00"),
    ("yesterday becomes a date", ("delivered", "2026-11-24 08:00"), {}, "2026-11-25 23:00"),
    ("a date gets its year", ("delivered", "2026-11-20 08:00"), {}, "2027-05-19 22:00"),
    ("out today is no more", ("out_for_delivery", "2026-11-25 06:00"), {}, "2026-11-25 23:00"),
    (
        "a day is over",
        ("in_transit", "2026-11-24 06:00"),
        {"expected_date": date(2026, 11, 25)},
        "2026-11-25 23:00",
    ),
    (
        "a date becomes tomorrow",
        ("in_transit", "2026-11-24 06:00"),
        {"expected_date": date(2026, 11, 28)},
        "2026-11-26 23:00",
    ),
    (
        "the hours are over",
        ("in_transit", "2026-11-24 06:00"),
        {"expected_until": at("2026-11-25 13:00")},
        "2026-11-25 13:00",
    ),
    (
        "the hours of a delivery are over",
        ("out_for_delivery", "2026-11-25 06:00"),
        {"expected_until": at("2026-11-25 13:00")},
        "2026-11-25 13:00",
    ),
]


@pytest.mark.parametrize(
    ("state", "changes", "until"), [row[1:] for row in UNTIL], ids=[row[0] for row in UNTIL]
)
def test_the_page_is_fresh_until(state, changes, until):
    snapshot = without_freshness(*state, **changes)
    far_past = replace(snapshot, placed_at=at("2024-01-01 12:00"))
    shipped = replace(far_past.parcels[0], shipped_at=at("2024-01-02 12:00"))
    assert fresh_until(replace(far_past, parcels=(shipped,)), NOW) == at(until)


def test_hostile_times_do_not_break_the_page():
    for year in ("0001-01-01 00:00", "9999-12-31 23:59"):
        snapshot = order(
            parcel("delivered", scan(year, "delivered", utc_offset_minutes=-1439)),
            time_zone="No/Such",
        )
        assert look(snapshot, NOW).answer.kind == "delivered"


@settings(max_examples=300, deadline=None)
@given(orders_of_any_kind, moments, st.floats(0, 1))
def test_nothing_on_the_page_changes_before_it_says_so(snapshot, now, share):
    view = look(snapshot, now)
    until = view.true_until or now + timedelta(days=900)
    assert until > now
    later = min(now + (until - now) * share, until - timedelta(microseconds=1))
    assert replace(look(snapshot, later), true_until=None) == replace(view, true_until=None)


@settings(max_examples=400, deadline=None)
@given(orders_of_any_kind, moments)
def test_no_sentence_contradicts_another(snapshot, now):
    view = look(snapshot, now)
    today = now.astimezone(zone_named(snapshot.time_zone)).date()
    told = [(view.answer, view.lines), *((held.answer, held.lines) for held in view.parcels)]
    for answer, lines in told:
        assert not is_promised_too_late(answer, today)
        said = {line.kind for line in lines}
        assert not (said & {"estimate", "carrier_named"} and said & {"no_day", "no_new_day"})
    for held in view.parcels:
        if {line.kind for line in held.lines} & {"not_scanned", "no_news", "no_news_yet"}:
            assert held.freshness is None or held.freshness.scanned_at is None
        states = [step.state for step in held.steps]
        assert states == sorted(states, key=["done", "current", "failed", "to_come"].index)
    is_over = view.answer.kind in {"cancelled", "refunded", "nothing_left"}
    assert not is_over or all(step.state != "to_come" for step in view.steps)
    assert view.answer.count <= view.answer.total
    assert not snapshot.is_gift or "refunded" not in {line.kind for line in view.lines}


def is_promised_too_late(answer: Answer, today: date) -> bool:
    """Whether a day is named as coming that is over."""
    last = answer.last_day or answer.day
    return answer.kind.startswith("arriving") and last is not None and last.date < today
