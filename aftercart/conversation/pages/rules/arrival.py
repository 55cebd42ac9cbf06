"""When the carrier says a parcel will arrive, as days and times of the destination."""

from datetime import date, datetime, time, timedelta, tzinfo

import msgspec

from aftercart.conversation.pages.facts import SnapshotParcel
from aftercart.conversation.pages.rules.reading import local
from aftercart.conversation.pages.rules.views import Window

LAST_MINUTE = time(23, 59)


class Arrival(msgspec.Struct, frozen=True):
    """The carrier's own estimate: a day or a range of days, and within one day perhaps a window.

    `ends_at` is the moment that ends the window.
    """

    first: date
    last: date
    window: Window | None = None
    ends_at: datetime | None = None


def arrival_of(parcel: SnapshotParcel, zone: tzinfo) -> Arrival | None:
    """What the carrier has named, the exact before the rough; None where it has named nothing."""
    if parcel.expected_until is None:
        rough = _rough_day(parcel, zone)
        return Arrival(rough, rough) if rough else None
    ends = local(parcel.expected_until, zone)
    begins = local(parcel.expected_from, zone) if parcel.expected_from else None
    if begins is None or begins >= ends:
        return _within_day(ends.date(), None, ends)
    last = _last_day(begins, ends)
    if begins.date() == last:
        return _within_day(last, begins, ends)
    return Arrival(begins.date(), last)


def _rough_day(parcel: SnapshotParcel, zone: tzinfo) -> date | None:
    if parcel.expected_from:
        return local(parcel.expected_from, zone).date()
    return parcel.expected_date


def _last_day(begins: datetime, ends: datetime) -> date:
    """A range that ends at midnight ends with the day before."""
    if ends.time() == time.min and ends.date() > begins.date():
        return ends.date() - timedelta(days=1)
    return ends.date()


def _within_day(day: date, begins: datetime | None, ends: datetime) -> Arrival:
    closing = ends.time().replace(second=0, microsecond=0)
    if closing == time.min or closing >= LAST_MINUTE:
        return Arrival(day, day)  # the whole day, which is no window
    opening = begins.time().replace(second=0, microsecond=0) if begins else time.min
    return Arrival(day, day, Window(None if opening == time.min else opening, closing), ends)
