"""When a carrier itself expects a parcel, as exactly as it says and no more.

Carriers write a mere day as a moment at midnight, often with an offset that means nothing, and
leave the offset out where they mean the clock at the destination.
"""

from datetime import date, datetime, time

import msgspec

from aftercart.connectors.carriers import moments
from aftercart.connectors.reading import text
from aftercart.delivery.shipments.facts import PlaceFact


class Expected(msgspec.Struct, frozen=True):
    """Fields as `TrackingFact` has them."""

    expected_from: datetime | None = None
    expected_until: datetime | None = None
    expected_date: date | None = None


def window(begins: str | None, ends: str | None, destination: PlaceFact) -> Expected:
    """From and until, where the carrier gives times of day; else the last day that it names."""
    first, last = _moment(begins, destination), _moment(ends, destination)
    if first is None and last is None:
        return Expected(expected_date=moments.day(text(ends, 40)) or moments.day(text(begins, 40)))
    if first is not None and last is not None and first > last:
        first = None
    return Expected(expected_from=first, expected_until=last, expected_date=_day(begins, ends))


def until(ends: str | None, destination: PlaceFact) -> Expected:
    """A moment by which the parcel is to come, or a mere day."""
    return window(None, ends, destination)


def _day(begins: str | None, ends: str | None) -> date | None:
    return moments.day(text(ends, 40)) or moments.day(text(begins, 40))


def _moment(said: str | None, destination: PlaceFact) -> datetime | None:
    """Aware; None where only a day is said, or where the clock that is meant is not known."""
    try:
        at = datetime.fromisoformat(text(said, 40).replace(" ", "T", 1).replace(" ", ""))
        if at.time() == time(0):
            return None
        when = moments.with_offset(at) if at.tzinfo else moments.local(at, destination)
    except (ValueError, OverflowError):
        return None
    return when.occurred_at if when.zone_known else None
