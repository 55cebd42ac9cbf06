"""Which of a number's results are about one parcel, and which parcel is ours."""

from datetime import date

import pytest

from aftercart.connectors.carriers.reuse import ours, parcels

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
