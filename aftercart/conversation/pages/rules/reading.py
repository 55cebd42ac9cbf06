"""Reading a clock for one page, and remembering until when everything read from it stays true.

Every word that depends on the time is asked here, so the moment at which the first of them stops
being true is known without anybody having to think of it again.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

Relation = Literal["", "yesterday", "today", "tomorrow"]
Unit = Literal["now", "minutes", "hours", "days"]

DAYS_WITHOUT_YEAR = 180
ONE_DAY = timedelta(days=1)
STEPS: tuple[tuple[Unit, timedelta], ...] = (
    ("days", ONE_DAY),
    ("hours", timedelta(hours=1)),
    ("minutes", timedelta(minutes=1)),
)


class Day(msgspec.Struct, frozen=True):
    """A calendar day as it is to be named: by its relation if it has one, with its year if far."""

    date: date
    relation: Relation = ""
    with_year: bool = False


class Ago(msgspec.Struct, frozen=True):
    """How long ago something was, in whole units rounded down."""

    unit: Unit
    count: int = 0


class Reading:
    """The time at one place, for one page.

    `true_until` is the first moment at which an answer given so far would be another one; None
    while none of them ever changes.
    """

    def __init__(self, now: datetime, zone: tzinfo) -> None:
        self.zone = zone
        self.true_until: datetime | None = None
        self._now = now.astimezone(UTC)
        self._today = now.astimezone(zone).date()

    def day(self, named: date) -> Day:
        """How to name a day."""
        relation = self._relation(named)
        return Day(named, relation, self._is_far(named))

    def plain_day(self, named: date) -> Day:
        """How to name a day where "today" would not do: in a list, in another zone."""
        return Day(named, "", self._is_far(named))

    def is_today(self, named: date) -> bool:
        self._changes_at_start_of(named, _shifted(named, 1))
        return self._today == named

    def is_over(self, named: date) -> bool:
        """Whether the day lies wholly in the past."""
        self._changes_at_start_of(_shifted(named, 1))
        return self._today > named

    def has_begun(self, named: date) -> bool:
        self._changes_at_start_of(named)
        return self._today >= named

    def is_days_after(self, named: date, days: int) -> bool:
        """Whether so many days or more have gone by since the day."""
        return self.has_begun(_shifted(named, days))

    def has_passed(self, moment: datetime) -> bool:
        self._changes_at(moment)
        return self._now >= moment

    def ago(self, moment: datetime) -> Ago:
        """How long ago a moment was. What lies ahead (a clock that runs fast) is "now" too."""
        elapsed = self._now - moment
        for unit, size in STEPS:
            if elapsed >= size:
                count = elapsed // size
                self._changes_at(moment + min((count + 1) * size, _next_unit(unit)))
                return Ago(unit, count)
        self._changes_at(moment + STEPS[-1][1])
        return Ago("now")

    def day_of(self, moment: datetime) -> date:
        """The day of a moment at this place."""
        return local(moment, self.zone).date()

    def _relation(self, named: date) -> Relation:
        self._changes_at_start_of(*(_shifted(named, offset) for offset in (-1, 0, 1, 2)))
        relations: dict[timedelta, Relation] = {
            -ONE_DAY: "yesterday",
            timedelta(0): "today",
            ONE_DAY: "tomorrow",
        }
        return relations.get(named - self._today, "")

    def _is_far(self, named: date) -> bool:
        far = DAYS_WITHOUT_YEAR
        self._changes_at_start_of(_shifted(named, -far), _shifted(named, far + 1))
        return abs(named - self._today) > timedelta(days=far)

    def _changes_at_start_of(self, *days: date) -> None:
        for day in days:
            self._changes_at(datetime.combine(day, time.min, self.zone))

    def _changes_at(self, moment: datetime) -> None:
        moment = local(moment, UTC)
        if moment > self._now and (self.true_until is None or moment < self.true_until):
            self.true_until = moment


def _next_unit(unit: Unit) -> timedelta:
    sizes: dict[Unit, timedelta] = {"minutes": STEPS[1][1], "hours": STEPS[0][1]}
    return sizes.get(unit, timedelta.max)


def local(moment: datetime, zone: tzinfo) -> datetime:
    """The moment in a zone; unchanged where the calendar ends (hostile scans are of the year 1)."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def _shifted(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return day


def zone_named(name: str) -> ZoneInfo:
    """The zone of an IANA name; UTC where there is no such zone."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")
