"""What the page says when things do not go their usual way: silence, money back, cancelling."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from aftercart.conversation.pages.facts import SnapshotParcel, SnapshotRefund
from aftercart.conversation.pages.rules.page import fresh_until, look, shown_parcels
from aftercart.conversation.pages.tests.made import NOW, at, order, parcel, scan
from aftercart.conversation.pages.tests.test_rules_page import lines, said

CANCELLED = at("2026-11-24 10:00")
MOVING = parcel("in_transit", scan("2026-11-24 08:14"), expected_date=date(2026, 11, 26))
LABEL = parcel("info_received", scan("2026-11-22 15:30", "info_received"))
ARRIVED = parcel("delivered", scan("2026-11-23 08:14", "delivered"))


def refund(amount: str, when: str = "2026-11-24 10:00", currency: str = "EUR") -> SnapshotRefund:
    return SnapshotRefund(amount=Decimal(amount), currency=currency, refunded_at=at(when))


# Silence


@pytest.mark.parametrize(
    ("last_scan", "kind"),
    [
        ("2026-11-18 23:30", "no_day"),
        ("2026-11-18 22:30", "silent"),
        ("2026-08-01 09:00", "silent"),
    ],
)
def test_a_week_without_a_scan_is_said(last_scan: str, kind: str):
    """By the days of the destination: half past eleven in London is the next day in Berlin."""
    view = look(order(parcel("in_transit", scan(last_scan))), NOW)
    assert view.answer.kind == kind
    assert view.answer.tone == ("waiting" if kind == "silent" else "moving")


def test_what_is_said_of_a_silent_parcel():
    silent = parcel("in_transit", scan("2026-11-16 08:14"))
    assert said(order(silent)) == ("silent", "2026-11-16")
    assert lines(order(silent)) == ("sure longer_than_usual", "unsure no_day")
    in_customs = replace(silent, reason="customs_clearance")
    assert lines(order(in_customs)) == ("sure status", "unsure no_day")


def test_a_day_that_lies_ahead_is_worth_more_than_silence():
    silent = parcel("in_transit", scan("2026-11-10 08:14"), expected_date=date(2026, 12, 1))
    assert said(order(silent)) == ("arriving", "2026-12-01")


@pytest.mark.parametrize(
    ("shipped", "kind"),
    [("2026-11-21 15:00", "not_scanned"), ("2026-11-20 15:00", "never_scanned")],
)
@pytest.mark.parametrize("status", ["pending", "info_received"])
def test_a_parcel_that_nobody_scans_for_days_is_not_called_usual(status, shipped, kind):
    unseen = parcel(status, shipped_at=at(shipped))
    assert said(order(unseen))[0] == kind
    usual = {"pending": "no_news_yet", "info_received": "not_scanned"}
    unusual = {"pending": "no_news", "info_received": "not_scanned"}
    if kind == "not_scanned":
        assert lines(order(unseen)) == (f"sure {usual[status]}",)
    else:
        assert lines(order(unseen)) == (f"sure {unusual[status]}", "sure longer_than_usual")


def test_being_announced_is_no_scan():
    """Else the page would say "last scan" beside "has not scanned it yet"."""
    (view,) = look(order(LABEL), NOW).parcels
    assert view.freshness is not None
    assert (view.freshness.scanned, view.freshness.scanned_at, view.freshness.place) == (
        None,
        None,
        "",
    )
    assert view.freshness.checked is not None
    (view,) = look(order(replace(LABEL, checked_at=None)), NOW).parcels
    assert view.freshness is None


@pytest.mark.parametrize(("expected", "long"), [("2026-11-22", False), ("2026-11-21", True)])
def test_after_days_a_late_parcel_is_not_merely_late(expected: str, long: bool):
    late = replace(MOVING, expected_date=date.fromisoformat(expected))
    (view,) = look(order(late), NOW).parcels
    assert view.answer.kind == "late"
    assert view.is_long_overdue is long


def test_hours_that_passed_are_not_dropped_in_silence():
    out = parcel(
        "out_for_delivery",
        scan("2026-11-25 06:02", "out_for_delivery"),
        expected_from=at("2026-11-25 07:00"),
        expected_until=at("2026-11-25 09:00"),
    )
    assert lines(order(out)) == ("sure window_passed",)
    assert lines(order(out), NOW - timedelta(hours=1)) == ("unsure estimate",)


# Where it waits


def test_a_parcel_to_collect_says_where_in_the_carriers_words_and_since_when():
    waits = scan("2026-11-23 16:00", "available_for_pickup", text="Packstation 112", place="Berlin")
    later = scan("2026-11-24 09:00", "unknown", place="Leipzig")
    waiting = parcel("available_for_pickup", waits)
    assert lines(order(waiting)) == ("sure status", "sure carrier_writes", "sure waits_since")
    (view,) = look(order(waiting), NOW).parcels
    assert view.lines[1].name == "Packstation 112"
    waiting = parcel("available_for_pickup", later, replace(waits, text=""))
    assert "sure is_at" in lines(order(waiting))


def test_a_carrier_that_writes_much_is_quoted_in_part():
    long = scan("2026-11-25 06:02", "attempt_failed", text="words " * 100)
    (view,) = look(order(parcel("attempt_failed", long)), NOW).parcels
    assert len(view.lines[1].name) <= 200
    assert view.lines[1].name.endswith("…")


# Money


def test_refunds_are_summed_up_by_currency():
    refunds = (refund("12.50", "2026-11-20 10:00"), refund("7.50"), refund("3.00", currency="USD"))
    view = look(order(ARRIVED, refunds=refunds), NOW)
    told = [(line.amount, line.currency, line.count) for line in view.lines[1:]]
    assert told == [(Decimal("20.00"), "EUR", 2), (Decimal("3.00"), "USD", 1)]
    assert view.lines[1].day is not None
    assert view.lines[1].day.relation == "yesterday"


def test_a_gifts_page_says_nothing_of_money():
    gift = order(ARRIVED, refunds=(refund("7.50"),), is_gift=True)
    assert lines(gift) == ("sure how_delivered",)
    paid_back = order(financial_status="refunded", refunds=(refund("98.00"),), is_gift=True)
    assert said(paid_back) == ("nothing_left",)
    cancelled = order(cancelled_at=CANCELLED, financial_status="voided", is_gift=True)
    assert lines(cancelled) == ()


def test_an_order_that_was_paid_back_is_not_being_packed():
    paid_back = order(financial_status="refunded", refunds=(refund("98.00"),))
    assert said(paid_back) == ("refunded", "2026-11-24 yesterday")
    assert lines(paid_back) == ("sure refunded",)
    assert look(paid_back, NOW).steps == ()
    assert said(order(financial_status="refunded")) == ("refunded",)
    assert said(order(MOVING, financial_status="refunded"))[0] == "arriving"


@pytest.mark.parametrize(
    ("status", "kind", "states"),
    [
        ("paid", "packing", ["done", "current"]),
        ("authorized", "packing", ["done", "current"]),
        ("unknown", "packing", ["done", "current"]),
        ("pending", "confirmed", ["current", "to_come"]),
        ("voided", "confirmed", ["current", "to_come"]),
    ],
)
def test_what_is_not_paid_is_not_called_packed(status: str, kind: str, states: list[str]):
    view = look(order(financial_status=status), NOW)
    assert view.answer.kind == kind
    assert [step.state for step in view.steps[:2]] == states


# Cancelling


def test_a_cancelled_order_shows_what_had_left_and_nothing_that_will_come():
    assert said(order(cancelled_at=CANCELLED)) == ("cancelled", "2026-11-24 yesterday")
    gone = order(MOVING, LABEL, parcel("cancelled", shipment_id=9), cancelled_at=CANCELLED)
    assert [one.status for one in shown_parcels(gone)] == ["in_transit"]
    assert lines(gone) == ("sure left_before_cancel",)
    for snapshot in (gone, order(LABEL, cancelled_at=CANCELLED), order(cancelled_at=CANCELLED)):
        assert [step.key for step in look(snapshot, NOW).steps] == ["ordered", "cancelled"]
    assert look(order(LABEL, cancelled_at=CANCELLED), NOW).parcels == ()


@pytest.mark.parametrize(
    ("status", "refunds", "said_of_money"),
    [
        ("refunded", (refund("98.00"),), ("sure refunded",)),
        ("refunded", (), ("sure paid_back",)),
        ("voided", (), ("sure not_charged",)),
        ("paid", (), ()),
    ],
)
def test_a_cancelled_order_says_what_is_known_of_the_money(status, refunds, said_of_money):
    snapshot = order(cancelled_at=CANCELLED, financial_status=status, refunds=refunds)
    assert lines(snapshot) == said_of_money


UNTIL = {
    "a week without a scan": parcel("in_transit", scan("2026-11-18 23:30"), checked_at=None),
    "days without a first scan": parcel(
        "pending", shipped_at=at("2026-11-21 15:00"), checked_at=None
    ),
    "late becomes long overdue": replace(
        MOVING, expected_date=date(2026, 11, 22), last_scan_at=None, checked_at=None
    ),
    "the day of collecting becomes yesterday": replace(
        parcel("available_for_pickup", scan("2026-11-25 06:00", "available_for_pickup")),
        last_scan_at=None,
        checked_at=None,
    ),
}


@pytest.mark.parametrize("held", UNTIL.values(), ids=UNTIL.keys())
def test_what_a_day_changes_is_true_until_the_destinations_midnight(held: SnapshotParcel):
    assert fresh_until(order(held), NOW) == at("2026-11-25 23:00")
    before, after = (look(order(held), NOW + timedelta(hours=hours)) for hours in (13, 14))
    assert replace(before, true_until=None) != replace(after, true_until=None)
