"""When a scan happened: the offset as given, else the zone of its place, else marked unknown."""

from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec
from babel.core import get_global

from aftercart.connectors.base import ParseError
from aftercart.connectors.reading import FIRST_YEAR, LAST_YEAR, in_range
from aftercart.core.time_zones import certain_time_zone
from aftercart.delivery.shipments.facts import PlaceFact

LARGEST_OFFSET = timedelta(hours=16)
QUARTER_OF_AN_HOUR = 15 * 60


class When(msgspec.Struct, frozen=True):
    """A moment as `ScanFact` keeps it; its fields are named as there."""

    occurred_at: datetime
    zone_known: bool
    utc_offset_minutes: int | None


def with_offset(at: datetime) -> When:
    """An aware moment whose offset is that of the place, as the carrier gave it.

    Raises:
        ValueError: no calendar or no parcel can mean it.
    """
    offset = at.utcoffset()
    if offset is None or abs(offset) > LARGEST_OFFSET:
        raise ValueError("has no offset that can be meant")
    return When(in_range(at).astimezone(UTC), True, round(offset.total_seconds() / 60))


def local(at: datetime, place: PlaceFact, zone: str = "") -> When:
    """A naive local time, in the `zone` that the carrier always writes, else in that of the place.

    Where neither says it, the time is read as UTC and marked as a guess.

    Raises:
        ValueError: no parcel can mean it.
    """
    name = zone or certain_time_zone(place.country, place.region, place.postcode)
    in_range(at)
    if not name:
        return When(at.replace(tzinfo=UTC), False, None)
    return with_offset(at.replace(tzinfo=ZoneInfo(name)))


def in_utc(at: datetime, offset_minutes: int | None = None) -> When:
    """A moment that the carrier gives in UTC, with the local offset where it is known beside it.

    Raises:
        ValueError: no parcel can mean it.
    """
    moment = in_range(at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    return When(moment, True, offset_minutes)


def read(text: str, field: str, place: PlaceFact, zone: str = "") -> When:
    """A time in ISO 8601, with an offset or without (`2026-11-02T10:15:00`, `20261102T101500`).

    A bare `Z` counts as an offset of zero: pass the text without it where a carrier lies.

    Raises:
        ParseError: it is no time.
    """
    try:
        at = datetime.fromisoformat(text.strip())
        return with_offset(at) if at.tzinfo else local(at, place, zone)
    except (ValueError, OverflowError) as error:
        raise ParseError(field, "Expected a date with time") from error


def read_as(text: str, form: str, field: str, place: PlaceFact, zone: str = "") -> When:
    """A local time in a form of `strptime` such as `%d/%m/%Y %H:%M:%S`.

    Raises:
        ParseError: it is written otherwise.
    """
    try:
        at = datetime.strptime(text.strip(), form)  # noqa: DTZ007 - the next line gives the zone
        return with_offset(at) if at.tzinfo else local(at, place, zone)
    except (ValueError, OverflowError) as error:
        raise ParseError(field, "Expected a date with time") from error


def day(text: str | None) -> date | None:
    """The day that a text begins with, `2026-11-02…` or `20261102…`; None where there is none."""
    if not text:
        return None
    said = text.strip()
    try:
        found = date.fromisoformat(said[:10] if "-" in said[:10] else said[:8])
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


@lru_cache(64)
def fixed_offset(minutes: int) -> timezone:
    """A zone by its distance from UTC."""
    return timezone(timedelta(minutes=minutes))


@lru_cache(256)
def offset_minutes(offset: str | None) -> int | None:
    """`-05:00`, `+0530` or `-7:00` in minutes; None where it is no offset.

    >>> offset_minutes("-7:00"), offset_minutes("")
    (-420, None)
    """
    said = (offset or "").strip()
    sign, digits = said[:1], said[1:].replace(":", "")
    if sign not in ("+", "-") or not digits.isdecimal() or not 3 <= len(digits) <= 4:
        return None
    minutes = int(digits[:-2]) * 60 + int(digits[-2:])
    return -minutes if sign == "-" else minutes


def difference_minutes(at: datetime, gmt: datetime, place: PlaceFact) -> int | None:
    """How far a naive local time is from Greenwich's, which a carrier gives beside it.

    None where the place's country has no such distance that day: some carriers' Greenwich times
    lie on the wrong side of the local one, or on the wrong day.
    """
    seconds = (at - gmt).total_seconds()
    if seconds % QUARTER_OF_AN_HOUR or abs(seconds) > LARGEST_OFFSET.total_seconds():
        return None
    minutes = round(seconds / 60)
    possible = _offsets(place.country, at.date())
    return minutes if not possible or minutes in possible else None


@lru_cache(1024)
def _offsets(country: str, day: date) -> frozenset[int]:
    """The distances from Greenwich that a country has on a day, in minutes."""
    noon = datetime(day.year, day.month, day.day, 12)  # noqa: DTZ001 - asked in each zone
    zones = (ZoneInfo(name) for name in get_global("territory_zones").get(country, ()))
    distances = (zone.utcoffset(noon) for zone in zones)
    return frozenset(round(one.total_seconds() / 60) for one in distances if one is not None)
