"""What the page says, as tables: the parcel's state beside the answer it must give."""

from datetime import date, timedelta
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aftercart.conversation.pages.facts import OrderSnapshot, SnapshotRefund
from aftercart.conversation.pages.rules.page import fresh_until, look
from aftercart.conversation.pages.rules.reading import Ago, Day
from aftercart.conversation.pages.rules.views import Freshness
from aftercart.conversation.pages.tests.made import NOW, at, item, order, parcel, scan
from aftercart.delivery.shipments.facts import ShipmentStatus

THURSDAY, TUESDAY = date(2026, 11, 26), date(2026, 11, 24)


def said(snapshot: OrderSnapshot, now=NOW) -> tuple[str, ...]:
    """The answer in short: kind, day with its relation, window, count of total, part."""
    answer = look(snapshot, now).answer
    words: list[str] = [answer.kind]
    days = [day for day in (answer.day, answer.last_day) if day]
    words += [f"{day.date} {day.relation}".strip() for day in days]
    if answer.window:
        words.append(f"{answer.window.begins}-{answer.window.ends}")
    if answer.total > 1:
        words.append(f"{answer.count} of {answer.total}")
    if answer.is_part:
        words.append("part")
    return tuple(words)


def lines(snapshot: OrderSnapshot, now=NOW) -> tuple[str, ...]:
    return tuple(
        ("sure " if line.sure else "unsure ") + line.kind for line in look(snapshot, now).lines
    )


ONE_PARCEL = [
    ("packing", {}, ("packing",), ()),
    (
        "label only",
        {"status": "info_received"},
        ("not_scanned",),
        ("sure not_scanned",),
    ),
    (
        "label with a day",
        {"status": "info_received", "expected_date": THURSDAY},
        ("arriving", "2026-11-26 tomorrow"),
        ("sure not_scanned", "unsure estimate"),
    ),
    (
        "sent without a number",
        {"status": "pending", "tracking_number": ""},
        ("untracked", "2026-11-22"),
        ("unsure untracked",),
    ),
    ("no day named", {"scans": ["2026-11-24 08:14"]}, ("no_day",), ("unsure no_day",)),
    (
        "a day",
        {"scans": ["2026-11-24 08:14"], "expected_date": THURSDAY},
        ("arriving", "2026-11-26 tomorrow"),
        ("unsure estimate",),
    ),
    (
        "a far day",
        {"scans": ["2026-11-24 08:14"], "expected_date": date(2026, 12, 3)},
        ("arriving", "2026-12-03"),
        ("unsure estimate",),
    ),
    (
        "today, with its hours",
        {
            "scans": ["2026-11-24 08:14"],
            "expected_from": at("2026-11-25 10:00"),
            "expected_until": at("2026-11-25 13:00"),
        },
        ("arriving", "2026-11-25 today", "11:00:00-14:00:00"),
        ("unsure estimate",),
    ),
    (
        "today, the hours are over",
        {
            "scans": ["2026-11-24 08:14"],
            "expected_from": at("2026-11-25 06:00"),
            "expected_until": at("2026-11-25 09:00"),
        },
        ("arriving", "2026-11-25 today"),
        ("sure window_passed", "unsure estimate"),
    ),
    (
        "only until when",
        {"scans": ["2026-11-24 08:14"], "expected_until": at("2026-11-26 19:00")},
        ("arriving", "2026-11-26 tomorrow", "None-20:00:00"),
        ("unsure estimate",),
    ),
    (
        "only from when",
        {"scans": ["2026-11-24 08:14"], "expected_from": at("2026-11-26 09:00")},
        ("arriving", "2026-11-26 tomorrow"),
        ("unsure estimate",),
    ),
    (
        "until the end of a day is that day",
        {"scans": ["2026-11-24 08:14"], "expected_until": at("2026-11-26 22:59")},
        ("arriving", "2026-11-26 tomorrow"),
        ("unsure estimate",),
    ),
    (
        "until midnight is the day before",
        {
            "scans": ["2026-11-24 08:14"],
            "expected_from": at("2026-11-25 23:00"),
            "expected_until": at("2026-11-26 23:00"),
        },
        ("arriving", "2026-11-26 tomorrow"),
        ("unsure estimate",),
    ),
    (
        "days that lie ahead",
        {
            "scans": ["2026-11-24 08:14"],
            "expected_from": at("2026-11-26 09:00"),
            "expected_until": at("2026-11-28 19:00"),
        },
        ("arriving_between", "2026-11-26 tomorrow", "2026-11-28"),
        ("unsure estimate",),
    ),
    (
        "days that have begun",
        {
            "scans": ["2026-11-24 08:14"],
            "expected_from": at("2026-11-24 09:00"),
            "expected_until": at("2026-11-28 19:00"),
        },
        ("arriving_by", "2026-11-28"),
        ("unsure estimate",),
    ),
    (
        "a day that is over is not shown as coming",
        {"scans": ["2026-11-23 08:14"], "expected_date": TUESDAY},
        ("late", "2026-11-24 yesterday"),
        ("sure was_expected", "unsure no_new_day"),
    ),
    (
        "label, and the day is over",
        {"status": "pending", "expected_date": TUESDAY},
        ("not_scanned",),
        ("sure not_scanned",),
    ),
    (
        "out for delivery",
        {"status": "out_for_delivery", "scans": ["2026-11-25 06:02"]},
        ("out_today",),
        (),
    ),
    (
        "out for delivery, with hours",
        {
            "status": "out_for_delivery",
            "scans": ["2026-11-25 06:02"],
            "expected_from": at("2026-11-25 11:00"),
            "expected_until": at("2026-11-25 13:00"),
        },
        ("out_today", "12:00:00-14:00:00"),
        ("unsure estimate",),
    ),
    (
        "out for delivery since yesterday",
        {"status": "out_for_delivery", "scans": ["2026-11-24 06:02"], "expected_date": TUESDAY},
        ("out_since", "2026-11-24 yesterday"),
        ("unsure no_report",),
    ),
    (
        "loaded last night for today",
        {
            "status": "out_for_delivery",
            "scans": ["2026-11-24 22:40"],
            "expected_date": date(2026, 11, 25),
        },
        ("arriving", "2026-11-25 today"),
        ("unsure estimate",),
    ),
    (
        "to be collected",
        {"status": "available_for_pickup", "scans": ["2026-11-25 06:02"]},
        ("collect",),
        ("sure status",),
    ),
    (
        "attempt, tried again tomorrow",
        {
            "status": "attempt_failed",
            "scans": ["2026-11-25 06:02"],
            "expected_date": THURSDAY,
        },
        ("attempted",),
        ("sure status", "unsure carrier_named"),
    ),
    (
        "attempt on the day that was named",
        {"status": "attempt_failed", "scans": ["2026-11-24 06:02"], "expected_date": TUESDAY},
        ("attempted",),
        ("sure status",),
    ),
    (
        "exception",
        {"status": "exception", "reason": "weather", "scans": ["2026-11-25 06:02"]},
        ("problem",),
        ("sure status",),
    ),
    (
        "going back",
        {"status": "returning", "scans": ["2026-11-25 06:02"], "expected_date": THURSDAY},
        ("returning",),
        ("sure status",),
    ),
    (
        "came back",
        {"status": "returned", "scans": ["2026-11-25 06:02"]},
        ("returned",),
        ("sure status",),
    ),
    ("label cancelled", {"status": "cancelled"}, ("parcel_cancelled",), ("sure status",)),
    ("unknown", {"status": "unknown"}, ("unknown",), ("sure status",)),
    (
        "delivered",
        {"status": "delivered", "scans": ["2026-11-24 13:05"]},
        ("delivered", "2026-11-24 yesterday"),
        ("sure how_delivered",),
    ),
    (
        "delivered after midnight here",
        {"status": "delivered", "scans": ["2026-11-24 23:05"]},
        ("delivered", "2026-11-25 today"),
        ("sure how_delivered",),
    ),
    (
        "collected",
        {
            "status": "delivered",
            "reason": "collected_by_customer",
            "scans": ["2026-11-24 13:05"],
        },
        ("collected", "2026-11-24 yesterday"),
        ("sure how_delivered",),
    ),
]


@pytest.mark.parametrize(
    ("changes", "answer", "sentences"),
    [row[1:] for row in ONE_PARCEL],
    ids=[row[0] for row in ONE_PARCEL],
)
def test_one_parcel(changes, answer, sentences):
    if not changes:
        snapshot = order()
    else:
        given = dict(changes)
        status = given.pop("status", "in_transit")
        scans = [scan(when, status) for when in given.pop("scans", ())]
        snapshot = order(parcel(status, *scans, **given))
    assert said(snapshot) == answer
    assert lines(snapshot) == sentences


MOVING = parcel("in_transit", scan("2026-11-24 08:14"), expected_date=THURSDAY)
LATER = replace(MOVING, shipment_id=2, expected_date=date(2026, 11, 28))
UNDATED = replace(MOVING, shipment_id=3, expected_date=None)
ARRIVED = parcel("delivered", scan("2026-11-23 08:14", "delivered"))
ARRIVED_LATER = parcel("delivered", scan("2026-11-24 08:14", "delivered"), shipment_id=4)
OUT = parcel("out_for_delivery", scan("2026-11-25 06:02", "out_for_delivery"))
WAITING = parcel("available_for_pickup", scan("2026-11-25 06:02", "available_for_pickup"))
HELD = parcel("exception", scan("2026-11-25 06:02", "exception"), reason="customs_hold")
LABEL_GONE = parcel("cancelled", shipment_id=9)

MANY_PARCELS = [
    ("all together", [MOVING, MOVING], ("arriving", "2026-11-26 tomorrow", "2 of 2")),
    (
        "the first of several",
        [LATER, MOVING, UNDATED],
        ("arriving", "2026-11-26 tomorrow", "1 of 3"),
    ),
    ("nobody named a day", [UNDATED, UNDATED], ("no_day", "2 of 2")),
    ("one is out", [MOVING, OUT], ("out_today", "1 of 2")),
    ("one asks something", [OUT, WAITING, MOVING], ("collect", "1 of 3")),
    ("one in trouble, one coming", [HELD, MOVING], ("arriving", "2026-11-26 tomorrow", "1 of 2")),
    ("one in trouble, one undated", [HELD, UNDATED], ("problem", "1 of 2")),
    ("part has arrived", [ARRIVED, MOVING, LATER], ("part_arrived", "1 of 3")),
    ("all have arrived", [ARRIVED, ARRIVED_LATER], ("delivered", "2026-11-24 yesterday", "2 of 2")),
    ("a cancelled label does not count", [LABEL_GONE, MOVING], ("arriving", "2026-11-26 tomorrow")),
]


@pytest.mark.parametrize(
    ("parcels", "answer"), [row[1:] for row in MANY_PARCELS], ids=[row[0] for row in MANY_PARCELS]
)
def test_many_parcels(parcels, answer):
    assert said(order(*parcels)) == answer


def test_what_is_true_of_all_parcels_is_said_of_the_order():
    assert lines(order(MOVING, MOVING)) == ("sure parcels", "unsure estimate")
    assert lines(order(MOVING, replace(MOVING, carrier_name="GLS"))) == ("sure parcels",)
    assert lines(order(MOVING, LATER)) == ()


def test_what_is_in_no_parcel_yet_makes_every_answer_a_part():
    rest = (item("Wool socks", quantity=2),)
    assert said(order(MOVING, unshipped=rest)) == ("arriving", "2026-11-26 tomorrow", "part")
    assert said(order(ARRIVED, unshipped=rest)) == ("part_arrived", "part")
    assert said(order(MOVING, MOVING, unshipped=rest))[-2:] == ("2 of 2", "part")
    assert look(order(ARRIVED, unshipped=rest), NOW).lines[-1].count == 2


def test_orders_without_a_parcel():
    assert said(order(unshipped=())) == ("nothing_to_send",)
    assert said(order(items=(), unshipped=())) == ("nothing_left",)


def test_cancelled_orders():
    cancelled = at("2026-11-24 10:00")
    assert said(order(cancelled_at=cancelled)) == ("cancelled", "2026-11-24 yesterday")
    assert lines(order(MOVING, LABEL_GONE, cancelled_at=cancelled)) == ("sure left_before_cancel",)
    assert [step.key for step in look(order(cancelled_at=cancelled), NOW).steps] == [
        "ordered",
        "cancelled",
    ]


STEPS = [
    ("pending", [], "ordered packed* moving out delivered"),
    ("info_received", [], "ordered packed* moving out delivered"),
    ("picked_up", ["picked_up"], "ordered shipped moving* out delivered"),
    ("in_transit", ["in_transit"], "ordered shipped moving* out delivered"),
    ("out_for_delivery", ["out_for_delivery"], "ordered shipped moving out* delivered"),
    ("available_for_pickup", ["available_for_pickup"], "ordered shipped moving collect* collected"),
    ("attempt_failed", ["attempt_failed"], "ordered shipped moving attempted! delivered"),
    ("exception", ["exception"], "ordered shipped moving problem! delivered"),
    ("returning", ["returning"], "ordered shipped moving returning! returned"),
    ("returned", ["returned"], "ordered shipped moving returning returned!"),
    ("cancelled", [], "ordered shipped cancelled!"),
    ("unknown", [], "ordered shipped* moving out delivered"),
    ("delivered", ["delivered"], "ordered shipped moving out delivered"),
    (
        "delivered",
        ["delivered", "available_for_pickup"],
        "ordered shipped moving collect collected",
    ),
]


@pytest.mark.parametrize(("status", "scans", "route"), STEPS)
def test_steps(status, scans, route):
    snapshot = order(parcel(status, *(scan("2026-11-24 08:14", name) for name in scans)))
    steps = look(snapshot, NOW).parcels[0].steps
    marks = {"current": "*", "failed": "!"}
    assert " ".join(step.key + marks.get(step.state, "") for step in steps) == route
    reached = [step.state for step in steps if step.state != "to_come"]
    assert "done" in reached
    assert all(step.day is None for step in steps if step.state == "to_come")


def test_a_parcel_without_a_number_has_no_stations_that_nobody_will_see():
    snapshot = order(parcel("pending", tracking_number=""))
    steps = look(snapshot, NOW).parcels[0].steps
    assert [step.key for step in steps] == ["ordered", "shipped", "delivered"]


def test_scans_show_the_clock_on_the_wall_of_their_place():
    snapshot = order(
        parcel(
            "in_transit",
            scan("2026-11-24 23:30", utc_offset_minutes=60),
            scan("2026-11-24 02:10", utc_offset_minutes=480, place="Shenzhen, CN"),
            scan("2026-11-23 20:00", utc_offset_minutes=None),
            scan("2026-11-23 08:00", utc_offset_minutes=None, zone_known=False),
        )
    )
    shown = [
        (str(day.day.date), str(view.clock), view.zone, view.moment)
        for day in look(snapshot, NOW).parcels[0].scan_days
        for view in day.scans
    ]
    assert shown == [
        ("2026-11-25", "00:30:00", "destination", "2026-11-25T00:30+01:00"),
        ("2026-11-24", "10:10:00", "place", "2026-11-24T10:10+08:00"),
        ("2026-11-23", "21:00:00", "destination", "2026-11-23T21:00+01:00"),
        ("2026-11-23", "08:00:00", "unknown", "2026-11-23T08:00"),
    ]


def test_an_unknown_zone_keeps_the_day_the_carrier_wrote_and_names_no_hour():
    unclear = scan("2026-11-24 23:30", "delivered", zone_known=False, utc_offset_minutes=None)
    snapshot = order(parcel("delivered", unclear))
    assert said(snapshot) == ("delivered", "2026-11-24 yesterday")
    assert lines(snapshot) == ()


def freshness_of(snapshot: OrderSnapshot) -> Freshness:
    freshness = look(snapshot, NOW).parcels[0].freshness
    assert freshness is not None
    return freshness


def test_freshness_says_when_it_was_asked_and_when_it_was_scanned():
    freshness = freshness_of(order(parcel("in_transit", scan("2026-11-23 08:14"))))
    assert freshness.checked == Ago("minutes", 12)
    assert freshness.scanned == Ago("days", 2)
    assert freshness.place == "Leipzig, DE"
    unclear = scan("2026-11-23 08:14", zone_known=False)
    freshness = freshness_of(order(parcel("in_transit", unclear)))
    assert freshness.scanned is None
    assert freshness.scanned_on == Day(date(2026, 11, 23))
    assert look(order(ARRIVED), NOW).parcels[0].freshness is None


AGO = [
    (-300, "now", 0),
    (0, "now", 0),
    (59, "now", 0),
    (60, "minutes", 1),
    (3599, "minutes", 59),
    (3600, "hours", 1),
    (86399, "hours", 23),
    (86400, "days", 1),
    (10 * 86400, "days", 10),
]


@pytest.mark.parametrize(("seconds", "unit", "count"), AGO)
def test_ago(seconds, unit, count):
    checked = NOW - timedelta(seconds=seconds)
    snapshot = order(replace(UNDATED, checked_at=checked))
    assert freshness_of(snapshot).checked == Ago(unit, count)


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


moments = st.datetimes(
    min_value=at("2026-11-22 00:00").replace(tzinfo=None),
    max_value=at("2026-11-28 00:00").replace(tzinfo=None),
).map(lambda moment: at(str(moment)[:16]))
statuses = st.sampled_from(get_args(ShipmentStatus))
scans_of_any_kind = st.lists(
    st.builds(
        lambda when, status, known, offset: scan(
            str(when)[:16], status, zone_known=known, utc_offset_minutes=offset
        ),
        moments,
        statuses,
        st.booleans(),
        st.sampled_from([None, 0, 60, -300, 480]),
    ),
    max_size=3,
).map(lambda scans: sorted(scans, key=lambda one: one.occurred_at, reverse=True))
parcels_of_any_kind = st.builds(
    lambda status, scans, begins, ends, day, checked, number: parcel(
        status,
        *scans,
        expected_from=begins,
        expected_until=ends,
        expected_date=day,
        checked_at=checked,
        tracking_number=number,
    ),
    statuses,
    scans_of_any_kind,
    st.none() | moments,
    st.none() | moments,
    st.none() | st.dates(date(2026, 11, 22), date(2026, 11, 29)),
    st.none() | moments,
    st.sampled_from(["", "1Z999AA10123456784"]),
)
orders_of_any_kind = st.builds(
    lambda parcels, zone, cancelled, rest, placed: order(
        *parcels,
        time_zone=zone,
        cancelled_at=cancelled,
        placed_at=placed,
        unshipped=(item(),) * rest,
        refunds=(SnapshotRefund(amount=Decimal(1), currency="EUR", refunded_at=placed),),
    ),
    st.lists(parcels_of_any_kind, max_size=3),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Beirut", ""]),
    st.none() | moments,
    st.integers(0, 1),
    moments | st.just(at("2026-05-29 12:00")),
)


@settings(max_examples=300, deadline=None)
@given(orders_of_any_kind, moments, st.floats(0, 1))
def test_nothing_on_the_page_changes_before_it_says_so(snapshot, now, share):
    view = look(snapshot, now)
    until = view.true_until or now + timedelta(days=900)
    assert until > now
    later = min(now + (until - now) * share, until - timedelta(microseconds=1))
    assert replace(look(snapshot, later), true_until=None) == replace(view, true_until=None)
