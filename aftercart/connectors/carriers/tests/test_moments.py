"""Offsets as given, zones by place, and nothing guessed in silence."""

from datetime import UTC, date, datetime

import pytest

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers import moments
from aftercart.connectors.carriers.moments import When
from aftercart.delivery.shipments.facts import PlaceFact

NOWHERE = PlaceFact()


@pytest.mark.parametrize(
    ("said", "place", "expected"),
    [
        (
            "2026-11-02T10:15:00-05:00",
            NOWHERE,
            When(datetime(2026, 11, 2, 15, 15, tzinfo=UTC), True, -300),
        ),
        (
            "2026-11-02T10:15:00",
            PlaceFact(country="DE"),
            When(datetime(2026, 11, 2, 9, 15, tzinfo=UTC), True, 60),
        ),
        (
            "2026-07-02T10:15:00",
            PlaceFact(country="DE"),
            When(datetime(2026, 7, 2, 8, 15, tzinfo=UTC), True, 120),
        ),
        (
            "2026-11-02T10:15:00",
            PlaceFact(country="US", region="CA"),
            When(datetime(2026, 11, 2, 18, 15, tzinfo=UTC), True, -480),
        ),
        (
            "2026-11-02T10:15:00",
            PlaceFact(country="US", postcode="10001"),
            When(datetime(2026, 11, 2, 15, 15, tzinfo=UTC), True, -300),
        ),
        (
            "2026-11-02T10:15:00",
            PlaceFact(country="US", city="Springfield"),
            When(datetime(2026, 11, 2, 10, 15, tzinfo=UTC), False, None),
        ),
        (
            "2026-11-02T10:15:00",
            NOWHERE,
            When(datetime(2026, 11, 2, 10, 15, tzinfo=UTC), False, None),
        ),
    ],
)
def test_a_time_is_resolved_by_offset_then_by_place_and_else_marked(said, place, expected):
    assert moments.read(said, "at", place) == expected


def test_a_carrier_that_always_writes_one_zone_needs_no_place():
    when = moments.read_as("02/11/2026 10:15", "%d/%m/%Y %H:%M", "at", NOWHERE, "America/Sao_Paulo")
    assert when == When(datetime(2026, 11, 2, 13, 15, tzinfo=UTC), True, -180)


@pytest.mark.parametrize(
    "said",
    ["", "soon", "2026-02-30T00:00:00", "0001-01-01T00:00:00+23:59", "2026-11-02T10:15:00+20:00"],
)
def test_what_is_no_time_names_its_field(said):
    with pytest.raises(ParseError) as caught:
        moments.read(said, "events[3].date", NOWHERE)
    assert caught.value.field == "events[3].date"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2026-11-02T23:59:00Z", date(2026, 11, 2)),
        ("20261102", date(2026, 11, 2)),
        ("20261102T101500", date(2026, 11, 2)),
        ("0000-00-00", None),
        ("", None),
        (None, None),
        ("Monday", None),
    ],
)
def test_the_day_of_an_estimate(said, expected):
    assert moments.day(said) == expected
