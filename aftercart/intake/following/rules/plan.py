"""When to ask after a parcel again. Pure.

Often where something is about to happen, rarely where nothing can, and never for ever: what has
arrived is asked after twice more, for corrections, and what stays silent for too long is stopped
with that reason, so that it is seen.
"""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

Stop = Literal[
    "",
    "final",
    "refused",
    "silent",
    "no_source",
    "no_number",
    "no_order",
    "recycled",
    "unreadable",
    "by_hand",
]
"""Why a parcel is no longer asked after; empty while it is."""

NEVER_MOVED: tuple[ShipmentStatus, ...] = ("pending", "info_received", "unknown")
FINAL: tuple[ShipmentStatus, ...] = ("delivered", "returned", "cancelled")

SOON = timedelta(minutes=2)
"""After this a parcel is asked after for the first time."""
MINUTES_30, HOUR, DAY = timedelta(minutes=30), timedelta(hours=1), timedelta(days=1)
CORRECTED_FOR = (DAY, 2 * DAY)
"""How long after its end a parcel is asked after again: a delivery may be taken back."""
SILENT_AFTER, UNMOVED_AFTER = 60 * DAY, 45 * DAY
NUMBER_DOUBTED_AFTER = 2 * DAY
ALARM_AFTER = 3 * DAY
"""A label often waits so long for its parcel; earlier nobody need look at its silence."""
SAFETY_NET, URGENT_SAFETY_NET = DAY, timedelta(hours=6)
SPREAD = 0.2
MOST_PUT_OFF = 2
"""A plan is put off at most by so many times its own gap where the quota does not suffice."""


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a parcel.

    Attributes:
        sent_at: when the merchant sent it.
        expected_at: the end of the time in which it is expected.
        pushed_until: until when its source tells news by itself.
        restarted_at: when somebody last asked for it to be followed again.
    """

    status: ShipmentStatus
    sent_at: datetime
    reason: Reason = ""
    status_at: datetime | None = None
    last_scan_at: datetime | None = None
    expected_at: datetime | None = None
    pushed_until: datetime | None = None
    restarted_at: datetime | None = None


class Next(msgspec.Struct, frozen=True):
    """Ask again `after` so long, or not at all: then `stop` says why."""

    after: timedelta | None
    stop: Stop = ""


def next_ask(parcel: Situation, now: datetime, behind: timedelta = timedelta(0)) -> Next:
    """When to ask after a parcel again that was just asked after, or just heard of.

    Args:
        behind: how late its source asks, since its quota does not suffice; what is not urgent then
            makes room for what is.
    """
    if parcel.status in FINAL:
        return _after_the_end(parcel, now)
    silence = silence_of(parcel, now)
    if _is_given_up(parcel, now, silence):
        return Next(None, "silent")
    gap = _gap(parcel, now, silence)
    urgent = is_urgent(parcel, now)
    if parcel.pushed_until is not None and parcel.pushed_until > now:
        return Next(_beside_pushes(gap, urgent, parcel.pushed_until - now))
    if not urgent and behind > timedelta(0):
        gap += min(10 * behind, MOST_PUT_OFF * gap)
    return Next(gap)


def first_ask(parcel: Situation, now: datetime) -> Next:
    """When to ask after a parcel for the first time, or after a pause: soon, unless it is over."""
    planned = next_ask(parcel, now)
    is_over = parcel.status in FINAL
    return planned if is_over else Next(SOON)


def silence_of(parcel: Situation, now: datetime) -> timedelta:
    """How long nothing was heard; of a parcel without a scan since it was sent."""
    return max(now - (parcel.last_scan_at or parcel.sent_at), timedelta(0))


def is_urgent(parcel: Situation, now: datetime) -> bool:
    """Whether a shopper may be waiting at the door for the next news."""
    if parcel.status == "out_for_delivery":
        return True
    is_near = parcel.expected_at is not None and abs(parcel.expected_at - now) <= DAY
    return is_near and parcel.status not in NEVER_MOVED


def is_number_doubted(parcel: Situation, now: datetime) -> bool:
    """Whether a parcel is silent for so long that its number may be another carrier's."""
    is_unheard = parcel.last_scan_at is None and parcel.status in ("pending", "unknown")
    return is_unheard and now - parcel.sent_at >= NUMBER_DOUBTED_AFTER


def spread(gap: timedelta, seed: int) -> timedelta:
    """Up to a fifth more, always the same for a parcel: what began together is asked apart."""
    return gap * (1 + SPREAD * (seed * 2654435761 % 2**32) / 2**32)


def _is_given_up(parcel: Situation, now: datetime, silence: timedelta) -> bool:
    if parcel.restarted_at is not None:
        silence = min(silence, now - parcel.restarted_at)
    return silence > (UNMOVED_AFTER if parcel.last_scan_at is None else SILENT_AFTER)


def _after_the_end(parcel: Situation, now: datetime) -> Next:
    ended_at = parcel.status_at or parcel.sent_at
    for later in CORRECTED_FOR:
        if now < ended_at + later:
            return Next(ended_at + later - now)
    return Next(None, "final")


def _beside_pushes(gap: timedelta, urgent: bool, remaining: timedelta) -> timedelta:
    """A slow safety net; and before the source stops telling, so that it is asked to go on."""
    net = max(gap, URGENT_SAFETY_NET if urgent else SAFETY_NET)
    return min(net, max((remaining - HOUR) / (1 + SPREAD), HOUR))


def _gap(parcel: Situation, now: datetime, silence: timedelta) -> timedelta:
    status = parcel.status
    if status == "out_for_delivery":
        return _out_for_delivery(parcel, now)
    if status in NEVER_MOVED:
        return _between(silence / 4, timedelta(hours=3), DAY)
    if is_urgent(parcel, now):
        return HOUR if now >= _expected(parcel) - timedelta(hours=12) else 2 * HOUR
    if status in ("exception", "attempt_failed"):
        least = 6 * HOUR if parcel.reason.startswith("customs") else 2 * HOUR
        return _between(silence / 4, least, timedelta(hours=12))
    if status in ("available_for_pickup", "returning"):
        return _between(silence / 4, 6 * HOUR, DAY)
    return _between(silence / 4, 4 * HOUR, DAY)


def _out_for_delivery(parcel: Situation, now: datetime) -> timedelta:
    """Every half hour of the day; a tour that does not end by the evening has forgotten it."""
    under_way = now - (parcel.status_at or now)
    if under_way < timedelta(hours=14):
        return MINUTES_30
    return 2 * HOUR if under_way < DAY else 4 * HOUR


def _expected(parcel: Situation) -> datetime:
    assert parcel.expected_at is not None
    return parcel.expected_at


def _between(wanted: timedelta, least: timedelta, most: timedelta) -> timedelta:
    return min(max(wanted, least), most)
