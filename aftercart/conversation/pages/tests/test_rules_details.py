"""Stations, scans and freshness: what is told of a parcel beside its answer."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from aftercart.conversation.pages.facts import OrderSnapshot
from aftercart.conversation.pages.rules.page import look
from aftercart.conversation.pages.rules.reading import Ago, Day
from aftercart.conversation.pages.rules.views import Freshness
from aftercart.conversation.pages.tests.made import NOW, order, parcel, scan

UNDATED = parcel("in_transit", scan("2026-11-24 08:14"))
ARRIVED = parcel("delivered", scan("2026-11-23 08:14", "delivered"))

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
    view = look(snapshot, NOW)
    assert view.answer.day == Day(date(2026, 11, 24), "yesterday")
    assert view.lines == ()


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
