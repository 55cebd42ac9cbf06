"""Which of a number's results are about one parcel, and which parcel is ours."""

from datetime import date

import pytest

from aftercart.connectors.carriers.fedex.reuse import ours, parcels, shipping_day

JANUARY, ANEW, MARCH, YEAR_AFTER = (
    date(2026, 1, 10),
    date(2026, 1, 12),
    date(2026, 3, 20),
    date(2027, 1, 10),
)


def own(day: date) -> date:
    return day


def test_results_near_each_other_are_one_parcel():
    assert parcels([YEAR_AFTER, ANEW, JANUARY], own) == [[JANUARY, ANEW], [YEAR_AFTER]]


def test_results_without_a_day_stand_alone():
    days = {"undated": None, "dated": JANUARY, "also undated": None}
    found = parcels(list(days), lambda name: days[name])
    assert found == [["undated"], ["also undated"], ["dated"]]


@pytest.mark.parametrize(
    ("shipped_on", "expected"),
    [
        (None, [YEAR_AFTER]),
        (date(2026, 1, 11), [JANUARY, ANEW]),
        (date(2026, 3, 19), [MARCH]),
        (date(2027, 1, 5), [YEAR_AFTER]),
        (date(2025, 6, 1), []),
        (date(2027, 6, 1), []),
    ],
)
def test_ours_is_the_first_that_was_shipped_then(shipped_on, expected):
    assert ours([YEAR_AFTER, MARCH, ANEW, JANUARY], own, shipped_on) == expected


def test_nothing_is_nobodys():
    assert ours([], own, None) == []


def test_the_shipping_day():
    scans = ["2026-01-12T08:00:00-05:00", "2026-01-11T23:00:00-05:00"]
    assert shipping_day([("SHIP", "2026-01-10T00:00:00-06:00")], scans) == JANUARY
    assert shipping_day([("ACTUAL_DELIVERY", "2026-01-14")], scans) == date(2026, 1, 11)
    assert shipping_day([], ["soon"]) is None
