"""Is it still true, when to try again, and what a provider's receipt changes. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from aftercart.conversation.messages.facts import Condition
from aftercart.conversation.pages.facts import OrderSnapshot, SnapshotParcel

FactWords = Mapping[str, tuple[str, ...]]

GIVE_UP_AFTER = timedelta(hours=48)
"""RFC 5321, 4.5.4.1 asks for four to five days; news of a parcel is worth nothing that late."""

RETRY_MINUTES = (1, 3, 10, 30, 60, 120, 240)

MISSING = "missing"
ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>@]+>?")

# A receipt only moves a message to a higher rank: doubled and shuffled receipts end the same.
RANKS = {
    "planned": 0,
    "sending": 0,
    "unknown": 1,
    "sent": 2,
    "deferred": 3,
    "delivered": 4,
    "failed": 5,
    "bounced": 6,
    "complained": 7,
    "skipped": 9,
}


def facts_about(snapshot: OrderSnapshot, thing: str) -> dict[str, tuple[str, ...]]:
    """What is so now about one thing of an order, as words under a name.

    `order.state` is `open`, `cancelled` or `deleted`. `parcel.status` has the status of each parcel
    that the thing (`shipment:7`, `fulfillment:3`, or `order:1` for all) is about, or `missing`.
    """
    statuses = tuple(sorted({parcel.status for parcel in parcels_of(snapshot, thing)}))
    return {
        "order.state": (_order_state(snapshot),),
        "parcel.status": statuses or (MISSING,),
    }


def _order_state(snapshot: OrderSnapshot) -> str:
    if snapshot.is_deleted:
        return "deleted"
    return "cancelled" if snapshot.cancelled_at else "open"


def parcels_of(snapshot: OrderSnapshot, thing: str) -> tuple[SnapshotParcel, ...]:
    """The parcels that a thing of the order is about."""
    kind, _, number = thing.partition(":")
    if kind == "shipment":
        return tuple(p for p in snapshot.parcels if str(p.shipment_id) == number)
    if kind == "fulfillment":
        return tuple(p for p in snapshot.parcels if number in map(str, p.fulfillment_ids))
    return snapshot.parcels if kind == "order" else ()


def holds(condition: Condition, facts: FactWords) -> bool:
    """Whether the fact is known and holds nothing but words of the condition."""
    words = facts.get(condition.fact, ())
    return bool(words) and set(words) <= set(condition.among)


def ending(conditions: Iterable[Condition], facts: FactWords) -> str:
    """The reason of the first condition that holds, or nothing."""
    return next((condition.reason for condition in conditions if holds(condition, facts)), "")


def still_true(
    snapshot: OrderSnapshot, things: Sequence[str], unless: Sequence[Condition]
) -> tuple[tuple[str, ...], str]:
    """The things that may still be told of, and where none is left, why not."""
    reasons = {
        thing: ending(unless, facts_about(snapshot, thing))
        for thing in things or [f"order:{snapshot.order_id}"]
    }
    left = tuple(thing for thing in things if not reasons[thing])
    return left, "" if not all(reasons.values()) else next(iter(reasons.values()))


def retry_at(now: datetime, planned_at: datetime, attempts: int, chance: float) -> datetime | None:
    """When to try again after the `attempts`-th failure, or None when it is time to give up.

    Args:
        chance: from 0 to 1; spreads the attempts by a quarter of the delay either way.
    """
    if now - planned_at >= GIVE_UP_AFTER:
        return None
    minutes = RETRY_MINUTES[min(max(attempts, 1), len(RETRY_MINUTES)) - 1]
    return now + timedelta(minutes=minutes) * (0.75 + 0.5 * chance)


def without_addresses(text: str) -> str:
    """A server's answer without the addresses in it: it goes into a log that forgets nobody."""
    return ADDRESS.sub("…", text)


def after_receipt(state: str, kind: str) -> str:
    """The state of a message after a receipt of `kind` (see `ReceiptKind`)."""
    if kind in {"opened", "clicked"}:
        # Machines open mail too, so an opening proves no more than that it was sent.
        return state if RANKS[state] >= RANKS["sent"] else "sent"
    return kind if RANKS[kind] > RANKS[state] else state
