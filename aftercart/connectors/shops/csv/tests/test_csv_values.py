"""Cells to values."""

import contextlib
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.connectors.shops.csv.columns import recognised
from aftercart.connectors.shops.csv.reading import Record
from aftercart.connectors.shops.csv.tests.files import manner
from aftercart.connectors.shops.csv.values import CellError, Cells, decimal_sign

MEANINGS = {
    "number": "Order Number",
    "placed_at": "Order Date",
    "total": "Total",
    "item_quantity": "quantity",
    "item_ships": "item_requires_shipping",
    "tracking_url": "tracking_url",
}
LAYOUT = recognised([*MEANINGS.values()], "orders")


def cells(**changes: Any) -> Cells:
    """A row with these cells, read in this manner."""
    row = [changes.pop(meaning, "") for meaning in MEANINGS]
    return Cells([Record(7, row)], LAYOUT, manner(**changes))


@pytest.mark.parametrize(
    ("text", "decimal", "amount"),
    [
        ("12.50", ".", "12.50"),
        ("1,299.00", ".", "1299.00"),
        ("1,299", ".", "1299"),
        ("$ 1 299.5", ".", "1299.5"),
        ("-3", ".", "-3"),
        (".5", ".", "0.5"),
        ("12,50", ",", "12.50"),
        ("1.299,00", ",", "1299.00"),
        ("€ 1 299,00", ",", "1299.00"),
        ("EUR 7", ",", "7"),
        ("1'299.00", ".", "1299.00"),
        ("0.123456", ".", "0.1235"),
    ],
)
def test_amounts(text, decimal, amount):
    assert cells(total=text, decimal=decimal).amount("total") == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "decimal"),
    [
        ("12,50", "."), ("1.2.3", "."), ("abc", "."), ("-", "."), ("1e5", "."), ("12.50", ","),
        ("9" * 30, "."), ("NaN", "."), ("1,29,9", "."), ("--1", "."),
    ],
)  # fmt: skip
def test_what_is_no_amount(text, decimal):
    with pytest.raises(CellError) as caught:
        cells(total=text, decimal=decimal).amount("total")
    assert (caught.value.line, caught.value.column) == (7, "Total")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31", datetime(2026, 1, 30, 23, tzinfo=UTC)),
        ("2026-01-31 14:05", datetime(2026, 1, 31, 13, 5, tzinfo=UTC)),
        ("2026-07-31 14:05:09", datetime(2026, 7, 31, 12, 5, 9, tzinfo=UTC)),
        ("2026-01-31T14:05:09Z", datetime(2026, 1, 31, 14, 5, 9, tzinfo=UTC)),
        ("2026-01-31T14:05:09.123+01:00", datetime(2026, 1, 31, 13, 5, 9, tzinfo=UTC)),
        ("2025-12-06 10:37:33 -0500", datetime(2025, 12, 6, 15, 37, 33, tzinfo=UTC)),
        ("2026-01-31 14:05:09 UTC", datetime(2026, 1, 31, 14, 5, 9, tzinfo=UTC)),
        ("31.01.2026", datetime(2026, 1, 30, 23, tzinfo=UTC)),
        ("31.1.26 14:05", datetime(2026, 1, 31, 13, 5, tzinfo=UTC)),
        ("20260131", datetime(2026, 1, 30, 23, tzinfo=UTC)),
        ("2026/01/31", datetime(2026, 1, 30, 23, tzinfo=UTC)),
    ],
)
def test_moments(text, expected):
    assert cells(placed_at=text).moment("placed_at") == expected


@pytest.mark.parametrize(
    ("text", "date_format", "expected"),
    [
        ("03/04/2026", "day_first", date(2026, 4, 3)),
        ("03/04/2026", "month_first", date(2026, 3, 4)),
        ("3/4/26 2:30 pm", "month_first", date(2026, 3, 4)),
        ("31-01-2026", "day_first", date(2026, 1, 31)),
    ],
)
def test_dates_with_slashes_need_a_word(text, date_format, expected):
    assert cells(placed_at=text, date_format=date_format).day("placed_at") == expected
    with pytest.raises(CellError, match="which part is the day"):
        cells(placed_at=text).moment("placed_at")


def test_clocks_with_twelve_hours():
    for text, hour in (("12:00 AM", 0), ("12:30 pm", 12), ("1:00 PM", 13), ("11:59 am", 11)):
        at = cells(placed_at=f"2026-01-31 {text}", time_zone=ZoneInfo("UTC")).moment("placed_at")
        assert at is not None
        assert at.hour == hour


@pytest.mark.parametrize(
    "text",
    [
        "yesterday", "31/31/2026", "2026-02-30", "2026-01-31 25:00", "0001-01-01",
        "2026-01-31 13:00 PM", "1767225600", "99999-01-01", "٢٠٢٦-٠١-٠١",
    ],
)  # fmt: skip
def test_what_is_no_moment(text):
    with pytest.raises(CellError):
        cells(placed_at=text, date_format="day_first").moment("placed_at")


def test_an_assumed_zone_is_noticed():
    row = cells(placed_at="2026-01-31T10:00+01:00")
    row.moment("placed_at")
    assert not row.manner.assumed_zone
    row = cells(placed_at="2026-01-31T10:00")
    row.moment("placed_at")
    assert row.manner.assumed_zone


@pytest.mark.parametrize(
    ("text", "count"), [("2", 2), ("2.0", 2), ("3,00", 3), ("", None), ("0", 0)]
)
def test_counts(text, count):
    assert cells(item_quantity=text).count("item_quantity") == count


@pytest.mark.parametrize("text", ["-1", "2.5", "two", "10000000", "٢"])
def test_what_is_no_count(text):
    with pytest.raises(CellError, match="whole number"):
        cells(item_quantity=text).count("item_quantity")


@pytest.mark.parametrize(("text", "said"), [("TRUE", True), ("no", False), ("1", True), ("", None)])
def test_yes_and_no(text, said):
    assert cells(item_ships=text).yes("item_ships") is said


def test_what_is_neither():
    with pytest.raises(CellError, match="yes or no"):
        cells(item_ships="maybe").yes("item_ships")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x", "not an address"])
def test_other_addresses(url):
    with pytest.raises(CellError, match="https"):
        cells(tracking_url=url).web_address("tracking_url")


@pytest.mark.parametrize(
    ("amounts", "sign"),
    [
        (["12.50", "3"], "."), (["12,50"], ","), (["1.299,00"], ","), (["1,299"], "."),
        (["1299", "", "5,5"], ","), ([], "."),
    ],
)  # fmt: skip
def test_how_decimals_are_written_is_told_by_the_rows(amounts, sign):
    records = [Record(n, ["1", "2026-01-01", amount]) for n, amount in enumerate(amounts, 2)]
    assert decimal_sign(LAYOUT, records, ("total",)) == sign


@given(st.text(max_size=30))
def test_nothing_but_a_cell_error_ever_comes_out(text):
    row = cells(**dict.fromkeys(MEANINGS, text))
    for read in (
        row.moment,
        row.amount,
        row.count,
        row.yes,
        row.web_address,
        row.currency,
        row.day,
    ):
        for meaning in MEANINGS:
            with contextlib.suppress(CellError):
                read(meaning)
