"""The answer for one parcel: what is said largest.

Nothing is called coming that was due before today, and a date is always the carrier's own word.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime

from aftercart.conversation.pages.facts import SnapshotParcel
from aftercart.conversation.pages.rules.arrival import Arrival, arrival_of
from aftercart.conversation.pages.rules.reading import Reading
from aftercart.conversation.pages.rules.views import Answer, Tone, Window
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

SILENT_DAYS = 7
"""So long without a scan is more than a weekend and a holiday: a moving parcel may be stuck."""

UNTRACKED_DAYS = 14
"""So long a parcel without a number may travel before somebody should ask."""

UNSCANNED_DAYS = 5
"""So long after it was packed the carrier should have scanned it."""

OVERDUE_DAYS = 4
"""So long after its day a parcel is not merely late."""

BEFORE_MOVING: frozenset[ShipmentStatus] = frozenset({"pending", "info_received"})
FINAL: frozenset[ShipmentStatus] = frozenset({"delivered", "returned", "cancelled"})
# What holds a parcel up and needs nobody to do anything.
PASSES_BY_ITSELF: frozenset[Reason] = frozenset(
    {
        "awaiting_carrier",
        "carrier_delay",
        "customs_clearance",
        "missorted",
        "rescheduled",
        "security",
        "transport_problem",
        "weather",
    }
)


def day_at(parcel: SnapshotParcel, moment: datetime, reading: Reading) -> date:
    """The day of something that happened to the parcel, in the destination's zone.

    A scan whose zone nobody knows keeps the day that the carrier wrote.
    """
    if any(scan.occurred_at == moment and not scan.zone_known for scan in parcel.scans):
        return moment.astimezone(UTC).date()
    return reading.day_of(moment)


def answer_for(parcel: SnapshotParcel, reading: Reading) -> Answer:
    """What to say of one parcel."""
    return _BY_STATUS[parcel.status](parcel, reading)


def is_long_overdue(parcel: SnapshotParcel, answer: Answer, reading: Reading) -> bool:
    """Whether waiting longer is no good advice: its day is long over, or nobody has seen it."""
    if answer.kind in {"late", "out_since"}:
        return answer.day is not None and reading.is_days_after(answer.day.date, OVERDUE_DAYS)
    if answer.kind == "untracked":
        return answer.day is not None and reading.is_days_after(answer.day.date, UNTRACKED_DAYS)
    if answer.kind in {"attempted", "problem", "unknown"} and answer.tone != "bad":
        return _silent(parcel, reading) is not None
    return False


def _delivered(parcel: SnapshotParcel, reading: Reading) -> Answer:
    moment = parcel.delivered_at or parcel.status_at
    collected = parcel.reason == "collected_by_customer"
    return Answer(
        kind="collected" if collected else "delivered",
        tone="good",
        status=parcel.status,
        reason=parcel.reason,
        day=reading.day(day_at(parcel, moment, reading)) if moment else None,
    )


def _moving(parcel: SnapshotParcel, reading: Reading) -> Answer:
    arrival = arrival_of(parcel, reading.zone)
    if arrival is None:
        return _silent(parcel, reading) or Answer(
            kind="no_day", tone="moving", status=parcel.status
        )
    if reading.is_over(arrival.last):
        day = reading.day(arrival.last)
        return Answer(kind="late", tone="waiting", status=parcel.status, day=day)
    return _arriving(parcel, arrival, reading)


def _silent(parcel: SnapshotParcel, reading: Reading) -> Answer | None:
    """The answer where nobody has seen the parcel for long; None while there is news."""
    last = parcel.last_scan_at and day_at(parcel, parcel.last_scan_at, reading)
    if not last or not reading.is_days_after(last, SILENT_DAYS):
        return None
    return Answer(kind="silent", tone="waiting", status=parcel.status, day=reading.day(last))


def _arriving(parcel: SnapshotParcel, arrival: Arrival, reading: Reading) -> Answer:
    last = reading.day(arrival.last)
    if arrival.first == arrival.last:
        window = window_of(arrival, reading)
        return Answer(kind="arriving", tone="moving", status=parcel.status, day=last, window=window)
    if reading.has_begun(arrival.first):
        return Answer(kind="arriving_by", tone="moving", status=parcel.status, day=last)
    first = reading.day(arrival.first)
    return Answer(
        kind="arriving_between", tone="moving", status=parcel.status, day=first, last_day=last
    )


def window_of(arrival: Arrival, reading: Reading) -> Window | None:
    """The hours that the carrier has named, while they are not over."""
    if arrival.ends_at is None or reading.has_passed(arrival.ends_at):
        return None
    return arrival.window


def _out_for_delivery(parcel: SnapshotParcel, reading: Reading) -> Answer:
    since = day_at(parcel, parcel.status_at, reading) if parcel.status_at else None
    arrival = arrival_of(parcel, reading.zone)
    if since is None or not reading.is_over(since):
        is_today = arrival is not None and reading.is_today(arrival.last)
        window = window_of(arrival, reading) if arrival and is_today else None
        return Answer(kind="out_today", tone="moving", status=parcel.status, window=window)
    if arrival and not reading.is_over(arrival.last):
        return _arriving(parcel, arrival, reading)
    return Answer(kind="out_since", tone="waiting", status=parcel.status, day=reading.day(since))


def _not_moving_yet(parcel: SnapshotParcel, reading: Reading) -> Answer:
    shipped = reading.day_of(parcel.shipped_at) if parcel.shipped_at else None
    if not parcel.tracking_number:
        day = reading.day(shipped) if shipped else None
        return Answer(kind="untracked", tone="moving", status=parcel.status, day=day)
    arrival = arrival_of(parcel, reading.zone)
    if arrival and not reading.is_over(arrival.last):
        return _arriving(parcel, arrival, reading)
    if shipped and (arrival or reading.is_days_after(shipped, UNSCANNED_DAYS)):
        day = reading.day(shipped)
        return Answer(kind="never_scanned", tone="waiting", status=parcel.status, day=day)
    return Answer(kind="not_scanned", tone="moving", status=parcel.status)


def _collect(parcel: SnapshotParcel, reading: Reading) -> Answer:
    return Answer(kind="collect", tone="waiting", status=parcel.status, reason=parcel.reason)


def _attempted(parcel: SnapshotParcel, reading: Reading) -> Answer:
    return Answer(kind="attempted", tone="waiting", status=parcel.status, reason=parcel.reason)


def _problem(parcel: SnapshotParcel, reading: Reading) -> Answer:
    tone: Tone = "waiting" if parcel.reason in PASSES_BY_ITSELF else "bad"
    return Answer(kind="problem", tone=tone, status=parcel.status, reason=parcel.reason)


def _returning(parcel: SnapshotParcel, reading: Reading) -> Answer:
    return Answer(kind="returning", tone="bad", status=parcel.status, reason=parcel.reason)


def _returned(parcel: SnapshotParcel, reading: Reading) -> Answer:
    return Answer(kind="returned", tone="quiet", status=parcel.status, reason=parcel.reason)


def _cancelled(parcel: SnapshotParcel, reading: Reading) -> Answer:
    return Answer(kind="parcel_cancelled", tone="quiet", status=parcel.status)


def _unknown(parcel: SnapshotParcel, reading: Reading) -> Answer:
    return Answer(kind="unknown", tone="quiet", status=parcel.status, reason=parcel.reason)


_BY_STATUS: dict[ShipmentStatus, Callable[[SnapshotParcel, Reading], Answer]] = {
    "pending": _not_moving_yet,
    "info_received": _not_moving_yet,
    "picked_up": _moving,
    "in_transit": _moving,
    "out_for_delivery": _out_for_delivery,
    "available_for_pickup": _collect,
    "attempt_failed": _attempted,
    "delivered": _delivered,
    "exception": _problem,
    "returning": _returning,
    "returned": _returned,
    "cancelled": _cancelled,
    "unknown": _unknown,
}
