"""When a UPS activity happened. Pure.

UPS gives the local date and time, and beside them Greenwich's with the offset (Track) or without
(Track Alert). Digits are not padded (`74700` is 07:47), and may hold colons.
"""

from datetime import datetime

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers import moments
from aftercart.connectors.carriers.moments import When
from aftercart.delivery.shipments.facts import PlaceFact


def when(
    local: datetime | None, gmt: datetime | None, offset: str | None, place: PlaceFact, field: str
) -> When:
    """The moment: by the offset as given, else by Greenwich's time, else by the zone of the place.

    Greenwich's time is used where the difference is one that the place's country has that day: in
    UPS's own examples it lies on the wrong side of the local one.

    Raises:
        ParseError: neither time is there, or no parcel can mean it.
    """
    if local is None and gmt is None:
        raise ParseError(field, "is missing")
    try:
        if local is None:
            assert gmt is not None
            return moments.in_utc(gmt)
        minutes = moments.offset_minutes(offset)
        if minutes is None and gmt is not None:
            minutes = moments.difference_minutes(local, gmt, place)
        if minutes is None:
            return moments.local(local, place)
        return moments.with_offset(local.replace(tzinfo=moments.fixed_offset(minutes)))
    except (ValueError, OverflowError) as error:
        raise ParseError(field, "Expected a date with time") from error


def clock(day: str | None, time: str | None, field: str) -> datetime | None:
    """`YYYYMMDD` with `HHMMSS`, of which leading zeros may lack; None without a day.

    Raises:
        ParseError: it is neither.
    """
    said = (day or "").strip()
    if not said:
        return None
    hours = (time or "").strip().replace(":", "").zfill(6)
    try:
        if len(said) != 8 or len(hours) != 6 or not (said + hours).isdecimal():
            raise ValueError("is written otherwise")
        return datetime(  # noqa: DTZ001 - a local time, whose zone comes from elsewhere
            int(said[:4]),
            int(said[4:6]),
            int(said[6:]),
            int(hours[:2]),
            int(hours[2:4]),
            int(hours[4:]),
        )
    except ValueError as error:
        raise ParseError(field, "Expected a date with time") from error
