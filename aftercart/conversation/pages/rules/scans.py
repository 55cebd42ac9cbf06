"""The scans of a parcel as a list of days, each time as the clock on the wall there showed it."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from itertools import groupby
from operator import itemgetter

from aftercart.conversation.pages.facts import SnapshotParcel, SnapshotScan
from aftercart.conversation.pages.rules.reading import Reading, local
from aftercart.conversation.pages.rules.views import ScanDay, ScanView, ScanZone

LARGEST_OFFSET = 18 * 60


def scan_days(parcel: SnapshotParcel, reading: Reading) -> tuple[ScanDay, ...]:
    """The parcel's scans by the day they had at their place, newest first."""
    older = (*parcel.scans[1:], None)
    shown = [_view(*pair, reading) for pair in zip(parcel.scans, older, strict=False)]
    return tuple(
        ScanDay(reading.plain_day(day), tuple(view for _, view in views))
        for day, views in groupby(shown, key=itemgetter(0))
    )


def _wall_clock(scan: SnapshotScan, reading: Reading) -> tuple[datetime, ScanZone]:
    if not scan.zone_known:
        return local(scan.occurred_at, UTC).replace(tzinfo=None), "unknown"
    at_destination = local(scan.occurred_at, reading.zone)
    place = zone_of(scan.utc_offset_minutes)
    if place is None:
        return at_destination, "destination"
    at_place = local(scan.occurred_at, place)
    same = at_place.utcoffset() == at_destination.utcoffset()
    return at_place, "destination" if same else "place"


def zone_of(minutes: int | None) -> tzinfo | None:
    """The zone of a place that is so many minutes east of UTC; None where nobody knows."""
    if minutes is None or abs(minutes) > LARGEST_OFFSET:
        return None
    return timezone(timedelta(minutes=minutes))


def _view(
    scan: SnapshotScan, older: SnapshotScan | None, reading: Reading
) -> tuple[date, ScanView]:
    moment, zone = _wall_clock(scan, reading)
    view = ScanView(
        clock=moment.time().replace(second=0, microsecond=0),
        zone=zone,
        moment=moment.isoformat(timespec="minutes"),
        status=scan.status,
        reason=scan.reason,
        text=scan.text,
        place=scan.place,
        is_news=older is None or (scan.status, scan.reason) != (older.status, older.reason),
    )
    return moment.date(), view
