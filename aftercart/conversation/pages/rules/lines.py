"""The sentences under a parcel's answer: what is sure, and what is not."""

from collections.abc import Callable

from aftercart.conversation.pages.facts import SnapshotParcel
from aftercart.conversation.pages.rules.answers import FINAL, day_at
from aftercart.conversation.pages.rules.arrival import arrival_of
from aftercart.conversation.pages.rules.reading import Reading, local
from aftercart.conversation.pages.rules.views import Answer, AnswerKind, Freshness, Line

Lines = tuple[Line, ...]


def lines_for(parcel: SnapshotParcel, answer: Answer, reading: Reading) -> Lines:
    """The sentences under the parcel's answer, the surest first."""
    lines = _BY_KIND.get(answer.kind, _in_trouble)(parcel, answer, reading)
    if answer.kind in SLOWED and parcel.reason:
        return (_status_line(parcel), *lines)
    return lines


def freshness_of(parcel: SnapshotParcel, reading: Reading) -> Freshness | None:
    """How old the news of a parcel is; None where no more news is waited for."""
    scanned_at, checked_at = parcel.last_scan_at, parcel.checked_at
    if parcel.status in FINAL or not (scanned_at or checked_at):
        return None
    newest = next((scan for scan in parcel.scans if scan.occurred_at == scanned_at), None)
    zone_known = newest is None or newest.zone_known
    scanned_on = day_at(parcel, scanned_at, reading) if scanned_at and not zone_known else None
    return Freshness(
        scanned=reading.ago(scanned_at) if scanned_at and zone_known else None,
        scanned_on=reading.day(scanned_on) if scanned_on else None,
        scanned_at=scanned_at if zone_known else None,
        place=newest.place if newest else "",
        checked=reading.ago(checked_at) if checked_at else None,
        checked_at=checked_at,
    )


def _arriving(parcel: SnapshotParcel, answer: Answer, reading: Reading) -> Lines:
    estimate = Line(kind="estimate", sure=False, carrier=parcel.carrier_name, window=answer.window)
    lines = [estimate]
    arrival = arrival_of(parcel, reading.zone)
    if answer.kind == "arriving" and answer.window is None and arrival and arrival.window:
        passed = Line(
            kind="window_passed", sure=True, carrier=parcel.carrier_name, window=arrival.window
        )
        lines.insert(0, passed)
    if parcel.last_scan_at is None:
        lines.insert(0, _not_scanned_line(parcel))
    return tuple(lines)


def _no_day(parcel: SnapshotParcel, answer: Answer, reading: Reading) -> Lines:
    return (Line(kind="no_day", sure=False, carrier=parcel.carrier_name),)


def _late(parcel: SnapshotParcel, answer: Answer, reading: Reading) -> Lines:
    return (
        Line(kind="was_expected", sure=True, carrier=parcel.carrier_name, day=answer.day),
        Line(kind="no_new_day", sure=False, carrier=parcel.carrier_name),
    )


def _out_today(parcel: SnapshotParcel, answer: Answer, reading: Reading) -> Lines:
    if answer.window is None:
        return ()
    estimate = Line(
        kind="estimate",
        sure=False,
        carrier=parcel.carrier_name,
        status=parcel.status,
        window=answer.window,
    )
    return (estimate,)


def _out_since(parcel: SnapshotParcel, answer: Answer, reading: Reading) -> Lines:
    return (Line(kind="no_report", sure=False, carrier=parcel.carrier_name),)


def _not_scanned(parcel: SnapshotParcel, answer: Answer, reading: Reading) -> Lines:
    return (_not_scanned_line(parcel),)


def _not_scanned_line(parcel: SnapshotParcel) -> Line:
    return Line(kind="not_scanned", sure=True, carrier=parcel.carrier_name, status=parcel.status)


def _untracked(parcel: SnapshotParcel, answer: Answer, reading: Reading) -> Lines:
    return (Line(kind="untracked", sure=False),)


def _delivered(parcel: SnapshotParcel, answer: Answer, reading: Reading) -> Lines:
    """The time of day only where its zone is known: a wrong hour reads like a wrong delivery."""
    moment = parcel.delivered_at or parcel.status_at
    scans = [scan for scan in parcel.scans if scan.occurred_at == moment]
    clock = None
    if moment and all(scan.zone_known for scan in scans):
        clock = local(moment, reading.zone).time().replace(second=0, microsecond=0)
    line = Line(
        kind="how_delivered", sure=True, reason=parcel.reason, clock=clock, name=parcel.signed_by
    )
    return (line,) if clock or parcel.reason or parcel.signed_by else ()


def _in_trouble(parcel: SnapshotParcel, answer: Answer, reading: Reading) -> Lines:
    lines = [_status_line(parcel)]
    arrival = arrival_of(parcel, reading.zone)
    is_waited_for = answer.kind in {"attempted", "problem", "unknown"}
    if is_waited_for and arrival and not reading.is_over(arrival.last):
        day = reading.day(arrival.last)
        lines.append(Line(kind="carrier_named", sure=False, carrier=parcel.carrier_name, day=day))
    return tuple(lines)


def _status_line(parcel: SnapshotParcel) -> Line:
    return Line(kind="status", sure=True, status=parcel.status, reason=parcel.reason)


# A parcel that moves may still have something to tell: the weather, customs.
SLOWED: frozenset[AnswerKind] = frozenset(
    {"arriving", "arriving_between", "arriving_by", "late", "no_day", "out_since", "out_today"}
)

_BY_KIND: dict[AnswerKind, Callable[[SnapshotParcel, Answer, Reading], Lines]] = {
    "arriving": _arriving,
    "arriving_between": _arriving,
    "arriving_by": _arriving,
    "no_day": _no_day,
    "late": _late,
    "out_today": _out_today,
    "out_since": _out_since,
    "not_scanned": _not_scanned,
    "untracked": _untracked,
    "delivered": _delivered,
    "collected": _delivered,
}
