"""The sentences under a parcel's answer: what is sure, and what is not."""

import re
from collections.abc import Callable

from aftercart.conversation.pages.facts import SnapshotParcel, SnapshotScan
from aftercart.conversation.pages.rules.answers import BEFORE_MOVING, FINAL, day_at
from aftercart.conversation.pages.rules.arrival import Arrival, arrival_of
from aftercart.conversation.pages.rules.reading import Day, Reading, local
from aftercart.conversation.pages.rules.views import Answer, AnswerKind, Freshness, Line, LineKind

LONGEST_QUOTE = 200
WAITED_FOR: frozenset[AnswerKind] = frozenset({"attempted", "problem", "unknown"})
NOT_A_LETTER = re.compile(r"[\W\d_]+")

Lines = tuple[Line, ...]


def lines_for(parcel: SnapshotParcel, answer: Answer, reading: Reading) -> Lines:
    """The sentences under the parcel's answer, the surest first."""
    lines = _BY_KIND.get(answer.kind, _in_trouble)(parcel, answer, reading)
    if answer.kind in SLOWED and parcel.reason:
        return (_status_line(parcel), *lines)
    return lines


def freshness_of(parcel: SnapshotParcel, reading: Reading) -> Freshness | None:
    """How old the news of a parcel is; None where no more news is waited for."""
    is_announced = parcel.status in BEFORE_MOVING  # and nobody has scanned the parcel itself
    scanned_at = None if is_announced else parcel.last_scan_at
    checked_at = parcel.checked_at
    if parcel.status in FINAL or not (scanned_at or checked_at):
        return None
    newest = next((scan for scan in parcel.scans if scan.occurred_at == scanned_at), None)
    zone_known = newest is None or newest.zone_known
    scanned_on = day_at(parcel, scanned_at, reading) if scanned_at and not zone_known else None
    return Freshness(
        scanned=reading.ago(scanned_at) if scanned_at and zone_known else None,
        scanned_on=reading.day(scanned_on) if scanned_on else None,
        scanned_at=scanned_at if zone_known else None,
        place=newest.place if newest and scanned_at else "",
        checked=reading.ago(checked_at) if checked_at else None,
        checked_at=checked_at,
    )


def _arriving(parcel: SnapshotParcel, answer: Answer, reading: Reading) -> Lines:
    estimate = Line(
        kind="estimate",
        sure=False,
        carrier=parcel.carrier_name,
        window=answer.window,
        count=2 if answer.last_day else 1,
    )
    lines: list[Line] = []
    arrival = arrival_of(parcel, reading.zone)
    if parcel.last_scan_at is None or parcel.status in BEFORE_MOVING:
        lines.append(_not_scanned_line(parcel))
    if answer.kind == "arriving" and answer.window is None and arrival and arrival.window:
        lines.append(_window_passed(parcel, arrival))
    return (*lines, estimate)


def _window_passed(parcel: SnapshotParcel, arrival: Arrival) -> Line:
    return Line(kind="window_passed", sure=True, carrier=parcel.carrier_name, window=arrival.window)


def _no_day(parcel: SnapshotParcel, answer: Answer, reading: Reading) -> Lines:
    return (Line(kind="no_day", sure=False, carrier=parcel.carrier_name),)


def _late(parcel: SnapshotParcel, answer: Answer, reading: Reading) -> Lines:
    return (
        Line(kind="was_expected", sure=True, carrier=parcel.carrier_name, day=answer.day),
        Line(kind="no_new_day", sure=False, carrier=parcel.carrier_name),
    )


def _out_today(parcel: SnapshotParcel, answer: Answer, reading: Reading) -> Lines:
    if answer.window is None:
        arrival = arrival_of(parcel, reading.zone)
        had_hours = arrival and arrival.window and reading.is_today(arrival.last)
        return (_window_passed(parcel, arrival),) if arrival and had_hours else ()
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


def _silent(parcel: SnapshotParcel, answer: Answer, reading: Reading) -> Lines:
    no_day = Line(kind="no_day", sure=False, carrier=parcel.carrier_name)
    return (no_day,) if parcel.reason else (Line(kind="longer_than_usual", sure=True), no_day)


def _never_scanned(parcel: SnapshotParcel, answer: Answer, reading: Reading) -> Lines:
    arrival = arrival_of(parcel, reading.zone)
    expected = reading.day(arrival.last) if arrival else None
    return (
        _not_scanned_line(parcel, is_usual=False),
        Line(kind="was_expected", sure=True, carrier=parcel.carrier_name, day=expected)
        if expected
        else Line(kind="longer_than_usual", sure=True),
    )


def carriers_words(parcel: SnapshotParcel) -> str:
    """What the carrier wrote when the parcel came to stand as it does: where it lies, or why.

    Nothing where that is no more than the status itself.
    """
    scan = _telling_scan(parcel)
    text = scan.text if scan else ""
    is_bare = NOT_A_LETTER.sub("", text).casefold() == parcel.status.replace("_", "")
    short = text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1].rstrip() + "…"
    return "" if is_bare else short


def is_with_somebody_named(parcel: SnapshotParcel) -> bool:
    """Whether a neighbour has it whose name the carrier tells."""
    return parcel.reason == "delivered_to_neighbour" and bool(parcel.signed_by)


def words_of_delivery(parcel: SnapshotParcel) -> str:
    """The carrier's words where nothing else says who has the parcel, or where exactly it is."""
    is_open = parcel.reason in {"", "delivered_to_safe_place"} and not parcel.signed_by
    return carriers_words(parcel) if is_open else ""


def _writes(parcel: SnapshotParcel, text: str) -> Lines:
    line = Line(kind="carrier_writes", sure=True, carrier=parcel.carrier_name, name=text)
    return (line,) if text else ()


def _telling_scan(parcel: SnapshotParcel) -> SnapshotScan | None:
    same = (one for one in parcel.scans if one.status == parcel.status)
    return next(same, None)


def _collect(parcel: SnapshotParcel, answer: Answer, reading: Reading) -> Lines:
    """Where it waits: in the carrier's own words if it wrote any, and the town."""
    scan = _telling_scan(parcel)
    lines = [_status_line(parcel), *_writes(parcel, carriers_words(parcel))]
    if scan and scan.place and scan != parcel.scans[0]:  # else the last scan says so
        lines.append(Line(kind="is_at", sure=True, name=scan.place))
    since = day_at(parcel, parcel.status_at, reading) if parcel.status_at else None
    if since and not reading.is_today(since):
        lines.append(Line(kind="waits_since", sure=True, day=reading.day(since)))
    return tuple(lines)


def _not_scanned_line(parcel: SnapshotParcel, *, is_usual: bool = True) -> Line:
    unannounced: LineKind = "no_news_yet" if is_usual else "no_news"
    kind = unannounced if parcel.status == "pending" else "not_scanned"
    return Line(kind=kind, sure=True, carrier=parcel.carrier_name)


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
    told = (line,) if clock or parcel.reason or parcel.signed_by else ()
    return (*told, *_writes(parcel, words_of_delivery(parcel)))


def _in_trouble(parcel: SnapshotParcel, answer: Answer, reading: Reading) -> Lines:
    lines = [_status_line(parcel), *_writes(parcel, carriers_words(parcel))]
    day = _named_since(parcel, reading) if answer.kind in WAITED_FOR else None
    if day:
        lines.append(Line(kind="carrier_named", sure=False, carrier=parcel.carrier_name, day=day))
    return tuple(lines)


def _named_since(parcel: SnapshotParcel, reading: Reading) -> Day | None:
    """The day that the carrier names, unless that was for what has just failed."""
    arrival = arrival_of(parcel, reading.zone)
    if arrival is None or reading.is_over(arrival.last):
        return None
    failed = day_at(parcel, parcel.status_at, reading) if parcel.status_at else None
    return reading.day(arrival.last) if failed is None or failed < arrival.last else None


def _status_line(parcel: SnapshotParcel) -> Line:
    return Line(kind="status", sure=True, status=parcel.status, reason=parcel.reason)


# A parcel that moves may still have something to tell: the weather, customs.
SLOWED: frozenset[AnswerKind] = frozenset(
    {
        "arriving",
        "arriving_between",
        "arriving_by",
        "late",
        "no_day",
        "out_since",
        "out_today",
        "silent",
    }
)

_BY_KIND: dict[AnswerKind, Callable[[SnapshotParcel, Answer, Reading], Lines]] = {
    "arriving": _arriving,
    "arriving_between": _arriving,
    "arriving_by": _arriving,
    "no_day": _no_day,
    "late": _late,
    "silent": _silent,
    "never_scanned": _never_scanned,
    "collect": _collect,
    "out_today": _out_today,
    "out_since": _out_since,
    "not_scanned": _not_scanned,
    "untracked": _untracked,
    "delivered": _delivered,
    "collected": _delivered,
}
