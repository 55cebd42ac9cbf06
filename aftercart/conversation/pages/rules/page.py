"""The whole page: the order's one answer, out of the answers of its parcels."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from aftercart.conversation.pages.facts import OrderSnapshot, SnapshotParcel, SnapshotRefund
from aftercart.conversation.pages.rules.answers import answer_for, is_long_overdue
from aftercart.conversation.pages.rules.lines import freshness_of, lines_for
from aftercart.conversation.pages.rules.progress import steps_of_order, steps_of_parcel
from aftercart.conversation.pages.rules.reading import Reading, zone_named
from aftercart.conversation.pages.rules.scans import scan_days, zone_of
from aftercart.conversation.pages.rules.views import (
    Answer,
    AnswerKind,
    Line,
    PageView,
    ParcelView,
    Step,
)

# Of several parcels the one that speaks for the order: first what asks something of the shopper,
# then what comes soonest, then what is wrong, then what is merely under way.
URGENCY: tuple[AnswerKind, ...] = (
    "collect",
    "attempted",
    "out_today",
    "arriving",
    "arriving_by",
    "arriving_between",
    "problem",
    "returning",
    "out_since",
    "late",
    "silent",
    "never_scanned",
    "no_day",
    "untracked",
    "not_scanned",
    "unknown",
    "returned",
    "parcel_cancelled",
)
DATED: frozenset[AnswerKind] = frozenset({"arriving", "arriving_by", "arriving_between"})
ARRIVED: frozenset[AnswerKind] = frozenset({"delivered", "collected"})
NOT_LEFT = frozenset({"pending", "info_received", "cancelled", "unknown"})
UNPAID = frozenset({"pending", "partially_paid", "voided"})


def look(snapshot: OrderSnapshot, now: datetime) -> PageView:
    """Everything the order's page says at a moment, and until when it stays true."""
    reading = Reading(now, zone_named(snapshot.time_zone))
    parcels = _parcels(snapshot, reading)
    answer, lines = _order_answer(snapshot, parcels, reading)
    view = PageView(
        answer=answer,
        lines=lines,
        steps=_steps(snapshot, answer, reading),
        parcels=parcels,
        placed=reading.plain_day(reading.day_of(snapshot.placed_at)),
        refunded=tuple(
            reading.plain_day(reading.day_of(refund.refunded_at)) for refund in snapshot.refunds
        ),
    )
    return msgspec.structs.replace(view, true_until=reading.true_until)


def _steps(snapshot: OrderSnapshot, answer: Answer, reading: Reading) -> tuple[Step, ...]:
    """The stations of the order itself, where its parcels do not show their own in its place."""
    if answer.kind not in {"cancelled", "confirmed", "packing"}:
        return ()
    return steps_of_order(snapshot, reading, is_packed=answer.kind == "packing")


def fresh_until(snapshot: OrderSnapshot, now: datetime) -> datetime | None:
    """The first moment at which a word on the page stops being true; None if none ever does."""
    return look(snapshot, now).true_until


def shown_parcels(snapshot: OrderSnapshot) -> tuple[SnapshotParcel, ...]:
    """The order's parcels without those whose label was cancelled, unless there is no other; of a
    cancelled order those that had left before."""
    if snapshot.cancelled_at:
        return tuple(parcel for parcel in snapshot.parcels if parcel.status not in NOT_LEFT)
    alive = tuple(parcel for parcel in snapshot.parcels if parcel.status != "cancelled")
    return alive if alive or snapshot.unshipped else snapshot.parcels


def look_at_parcel(parcel: SnapshotParcel, time_zone: str, now: datetime) -> ParcelView:
    """What is said of a parcel by itself, when nothing but its number is known.

    Days are those of the place of its last scan; of `time_zone` where that place's is not known.
    """
    last = zone_of(parcel.scans[0].utc_offset_minutes) if parcel.scans else None
    return _parcel(None, parcel, 1, Reading(now, last or zone_named(time_zone)))


def _parcels(snapshot: OrderSnapshot, reading: Reading) -> tuple[ParcelView, ...]:
    return tuple(
        _parcel(snapshot.placed_at, parcel, number, reading)
        for number, parcel in enumerate(shown_parcels(snapshot), start=1)
    )


def _parcel(
    placed_at: datetime | None, parcel: SnapshotParcel, number: int, reading: Reading
) -> ParcelView:
    answer = answer_for(parcel, reading)
    return ParcelView(
        parcel=parcel,
        number=number,
        answer=answer,
        lines=lines_for(parcel, answer, reading),
        freshness=freshness_of(parcel, reading),
        steps=steps_of_parcel(placed_at, parcel, reading),
        scan_days=scan_days(parcel, reading),
        is_long_overdue=is_long_overdue(parcel, answer, reading),
    )


def _order_answer(
    snapshot: OrderSnapshot, parcels: Sequence[ParcelView], reading: Reading
) -> tuple[Answer, tuple[Line, ...]]:
    refunds = refunded_lines(snapshot, reading)
    if snapshot.cancelled_at:
        answer, lines = _cancelled(snapshot, snapshot.cancelled_at, parcels, reading)
    elif not parcels:
        answer, lines = _without_parcels(snapshot, reading), ()
    elif len(parcels) == 1:
        answer, lines = _of_one(parcels[0], _unshipped(snapshot))
    else:
        answer, lines = _of_many(parcels, _unshipped(snapshot))
    return answer, tuple(sorted((*lines, *refunds), key=lambda line: not line.sure))


def _unshipped(snapshot: OrderSnapshot) -> tuple[Line, ...]:
    still_to_send = sum(item.quantity for item in snapshot.unshipped)
    return (Line(kind="unshipped", sure=True, count=still_to_send),) if still_to_send else ()


def _cancelled(
    snapshot: OrderSnapshot, moment: datetime, parcels: Sequence[ParcelView], reading: Reading
) -> tuple[Answer, tuple[Line, ...]]:
    day = reading.day(reading.day_of(moment))
    answer = Answer(kind="cancelled", tone="quiet", status="cancelled", day=day)
    left = Line(kind="left_before_cancel", sure=True, count=len(parcels))
    return answer, (left,) if parcels else ()


def refunded_lines(snapshot: OrderSnapshot, reading: Reading) -> tuple[Line, ...]:
    """What was given back, summed up by currency; a gift's page says nothing of money."""
    if snapshot.is_gift:
        return ()
    sums: dict[str, list[SnapshotRefund]] = {}
    for refund in snapshot.refunds:
        sums.setdefault(refund.currency, []).append(refund)
    lines = tuple(_refunded(refunds, reading) for refunds in sums.values())
    if lines or not snapshot.cancelled_at:
        return lines
    if snapshot.financial_status == "voided":
        return (Line(kind="not_charged", sure=True),)
    return (Line(kind="paid_back", sure=True),) if snapshot.financial_status == "refunded" else ()


def _refunded(refunds: Sequence[SnapshotRefund], reading: Reading) -> Line:
    last = max(refund.refunded_at for refund in refunds)
    return Line(
        kind="refunded",
        sure=True,
        day=reading.day(reading.day_of(last)),
        amount=sum((refund.amount for refund in refunds), Decimal(0)),
        currency=refunds[0].currency,
        count=len(refunds),
    )


def _without_parcels(snapshot: OrderSnapshot, reading: Reading) -> Answer:
    if not snapshot.items:
        return _without_items(snapshot)
    if not snapshot.unshipped:
        return Answer(kind="nothing_to_send", tone="good", status="pending")
    if snapshot.financial_status == "refunded":
        return _all_refunded(snapshot, reading)
    if snapshot.financial_status in UNPAID:
        return Answer(kind="confirmed", tone="moving", status="pending")
    return Answer(kind="packing", tone="moving", status="pending")


def _without_items(snapshot: OrderSnapshot) -> Answer:
    if not snapshot.items_known:
        return Answer(kind="confirmed", tone="moving", status="pending")
    return Answer(kind="nothing_left", tone="quiet", status="cancelled")


def _all_refunded(snapshot: OrderSnapshot, reading: Reading) -> Answer:
    if snapshot.is_gift:
        return Answer(kind="nothing_left", tone="quiet", status="cancelled")
    last = max((refund.refunded_at for refund in snapshot.refunds), default=None)
    day = reading.day(reading.day_of(last)) if last else None
    return Answer(kind="refunded", tone="quiet", status="cancelled", day=day)


def _of_one(only: ParcelView, unshipped: tuple[Line, ...]) -> tuple[Answer, tuple[Line, ...]]:
    if unshipped and only.answer.kind in ARRIVED:
        part = Answer(kind="part_arrived", tone="good", status="delivered", is_part=True)
        return part, (*only.lines, *unshipped)
    answer = msgspec.structs.replace(only.answer, is_part=bool(unshipped))
    return answer, (*only.lines, *unshipped)


def _of_many(
    parcels: Sequence[ParcelView], unshipped: tuple[Line, ...]
) -> tuple[Answer, tuple[Line, ...]]:
    """What is still under way speaks for the order; what has arrived is a sentence beside it."""
    answers = [parcel.answer for parcel in parcels]
    waited_for = [answer for answer in answers if answer.kind not in ARRIVED]
    arrived = Line(
        kind="arrived", sure=True, count=len(answers) - len(waited_for), total=len(answers)
    )
    if waited_for:
        leading = min(waited_for, key=_urgency)
        alike = [answer for answer in waited_for if _says(answer) == _says(leading)]
        answer = _speaking_for(leading, alike, len(answers))
        if arrived.count:
            return answer, (arrived, *unshipped)
        return _of_all(parcels, answer, unshipped)
    if unshipped:
        return Answer(kind="part_arrived", tone="good", status="delivered", is_part=True), (
            arrived,
            *unshipped,
        )
    return _of_all(parcels, _speaking_for(max(answers, key=_when), answers, len(answers)), ())


def _of_all(
    parcels: Sequence[ParcelView], answer: Answer, unshipped: tuple[Line, ...]
) -> tuple[Answer, tuple[Line, ...]]:
    """The lines beside an answer that may be true of all parcels."""
    if answer.count < answer.total:
        return answer, unshipped
    together = Line(kind="parcels", sure=True, count=answer.total, status=answer.status)
    answer = msgspec.structs.replace(answer, is_part=bool(unshipped))
    return answer, (together, *_true_of_all(parcels), *unshipped)


def _speaking_for(answer: Answer, alike: Sequence[Answer], total: int) -> Answer:
    one_window = len({other.window for other in alike}) == 1
    return msgspec.structs.replace(
        answer,
        count=len(alike),
        total=total,
        window=answer.window if one_window else None,
    )


def _urgency(answer: Answer) -> tuple[int, int]:
    """Parcels with a day compete by their day, whichever way the carrier worded it."""
    if answer.kind in DATED:
        return URGENCY.index("arriving"), _when(answer)
    return URGENCY.index(answer.kind), 0


def _when(answer: Answer) -> int:
    return answer.day.date.toordinal() if answer.day else 0


def _says(answer: Answer) -> tuple[object, ...]:
    return answer.kind, answer.reason, answer.day, answer.last_day


def _true_of_all(parcels: Sequence[ParcelView]) -> tuple[Line, ...]:
    return tuple(
        line for line in parcels[0].lines if all(line in view.lines for view in parcels[1:])
    )
