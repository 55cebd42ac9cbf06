"""What becomes of the asking after a parcel when something happens to it. Pure."""

from datetime import datetime, timedelta

import msgspec

from aftercart.intake.following.rules import plan
from aftercart.intake.following.rules.plan import Next, Situation, Stop

STAYS_STOPPED: tuple[Stop, ...] = ("by_hand", "refused", "unreadable")
"""Until somebody restarts it, or the parcel turns out to be another carrier's."""


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel as its room knows it.

    Attributes:
        has_number: whether it has a number that a carrier may know.
        has_order: whether an order travels in it.
        is_current: whether its number is its own, and not a later parcel's.
    """

    carrier: str
    situation: Situation
    has_number: bool = True
    has_order: bool = True
    is_current: bool = True


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """How it was asked after so far.

    Attributes:
        carrier: whom the asking is meant for; another than the parcel's while one is tried.
        tried: carriers that did not know the number.
    """

    carrier: str
    stopped: Stop = ""
    tried: tuple[str, ...] = ()


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to ask, and when: `next` says so, or why not at all."""

    carrier: str
    tried: tuple[str, ...]
    next: Next


def decide(
    parcel: Parcel, kept: Kept | None, *, has_source: bool, behind: timedelta, now: datetime
) -> Decision | None:
    """How to go on with a parcel of which something was heard; None: it is not followed at all.

    Args:
        kept: None where nobody asked after it before.
        has_source: whether the carrier that `carrier_of` gives can be asked.
    """
    carrier, tried = carrier_of(parcel, kept)
    after = _next(parcel, kept, carrier, has_source, behind, now)
    if kept is None and after.stop and after.stop != "no_source":
        return None
    return Decision(carrier=carrier, tried=tried, next=after)


def carrier_of(parcel: Parcel, kept: Kept | None) -> tuple[str, tuple[str, ...]]:
    """Whom to ask, and who did not know the number: the parcel's carrier, unless another is tried.

    A trial ends when the parcel is scanned, or known to be of a carrier that was not asked yet.
    """
    if kept is None or not kept.tried:
        return parcel.carrier, ()
    if parcel.carrier not in kept.tried:
        return parcel.carrier, ()
    is_heard = parcel.situation.last_scan_at is not None
    return (parcel.carrier if is_heard else kept.carrier), kept.tried


def _next(
    parcel: Parcel,
    kept: Kept | None,
    carrier: str,
    has_source: bool,
    behind: timedelta,
    now: datetime,
) -> Next:
    if not parcel.has_number:
        return Next(None, "no_number")
    if not parcel.is_current:
        return Next(None, "recycled")
    if not parcel.has_order:
        return Next(None, "no_order")
    if kept is not None and kept.stopped in STAYS_STOPPED and _is_same(kept, carrier):
        return Next(None, kept.stopped)
    if not has_source:
        return Next(None, "no_source")
    if kept is None or kept.stopped:
        return plan.first_ask(parcel.situation, now)
    return plan.next_ask(parcel.situation, now, behind)


def _is_same(kept: Kept, carrier: str) -> bool:
    return kept.stopped == "by_hand" or kept.carrier == carrier
