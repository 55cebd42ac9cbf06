"""The stations of a parcel: which are behind it, where it is, what is still to come."""

from datetime import datetime

from aftercart.conversation.pages.facts import OrderSnapshot, SnapshotParcel
from aftercart.conversation.pages.rules.answers import day_at
from aftercart.conversation.pages.rules.reading import Day, Reading
from aftercart.conversation.pages.rules.views import Step, StepKey, StepState
from aftercart.delivery.shipments.facts import ShipmentStatus

NORMAL: tuple[StepKey, ...] = ("ordered", "shipped", "moving", "out", "delivered")
PACKED: tuple[StepKey, ...] = ("ordered", "packed", "moving", "out", "delivered")
UNTRACKED: tuple[StepKey, ...] = ("ordered", "shipped", "delivered")
PICKUP: tuple[StepKey, ...] = ("ordered", "shipped", "moving", "collect", "collected")
ATTEMPTED: tuple[StepKey, ...] = ("ordered", "shipped", "moving", "attempted", "delivered")
PROBLEM: tuple[StepKey, ...] = ("ordered", "shipped", "moving", "problem", "delivered")
RETURN: tuple[StepKey, ...] = ("ordered", "shipped", "moving", "returning", "returned")
STOPPED: tuple[StepKey, ...] = ("ordered", "shipped", "cancelled")

# The route a parcel is on, the station it is at, and whether it went wrong there.
POSITION: dict[ShipmentStatus, tuple[tuple[StepKey, ...], StepKey, bool]] = {
    "pending": (PACKED, "packed", False),
    "info_received": (PACKED, "packed", False),
    "unknown": (NORMAL, "shipped", False),
    "picked_up": (NORMAL, "moving", False),
    "in_transit": (NORMAL, "moving", False),
    "out_for_delivery": (NORMAL, "out", False),
    "delivered": (NORMAL, "delivered", False),
    "available_for_pickup": (PICKUP, "collect", False),
    "attempt_failed": (ATTEMPTED, "attempted", True),
    "exception": (PROBLEM, "problem", True),
    "returning": (RETURN, "returning", True),
    "returned": (RETURN, "returned", True),
    "cancelled": (STOPPED, "cancelled", True),
}
LAST: frozenset[StepKey] = frozenset({"delivered", "collected"})

SCANS_OF_STEP: dict[StepKey, tuple[ShipmentStatus, ...]] = {
    "moving": ("picked_up", "in_transit"),
    "out": ("out_for_delivery",),
    "collect": ("available_for_pickup",),
    "attempted": ("attempt_failed",),
    "problem": ("exception",),
    "returning": ("returning",),
    "returned": ("returned",),
    "cancelled": ("cancelled",),
    "delivered": ("delivered",),
    "collected": ("delivered",),
}


def steps_of_parcel(
    placed_at: datetime | None, parcel: SnapshotParcel, reading: Reading
) -> tuple[Step, ...]:
    """The parcel's stations in their order; without an order there is no station "ordered"."""
    route, at, went_wrong = _position(parcel)
    place = route.index(at)
    return tuple(
        _step(key, _state(index, place, at, went_wrong=went_wrong), placed_at, parcel, reading)
        for index, key in enumerate(route)
        if placed_at or key != "ordered"
    )


def steps_of_order(
    snapshot: OrderSnapshot, reading: Reading, *, is_packed: bool
) -> tuple[Step, ...]:
    """The stations of an order that has no parcel yet, or never will.

    Args:
        is_packed: whether it is on the packing table; an order that is not paid may not be.
    """
    placed = reading.plain_day(reading.day_of(snapshot.placed_at))
    if snapshot.cancelled_at:
        day = reading.plain_day(reading.day_of(snapshot.cancelled_at))
        return (
            Step(key="ordered", state="done", day=placed),
            Step(key="cancelled", state="failed", day=day),
        )
    ordered = Step(key="ordered", state="done" if is_packed else "current", day=placed)
    if not snapshot.unshipped:
        return ()
    to_come: tuple[StepKey, ...] = ("moving", "out", "delivered")
    return (
        ordered,
        Step(key="packing", state="current" if is_packed else "to_come"),
        *(Step(key=key, state="to_come") for key in to_come),
    )


def _position(parcel: SnapshotParcel) -> tuple[tuple[StepKey, ...], StepKey, bool]:
    if parcel.status == "delivered" and _was_collected(parcel):
        return PICKUP, "collected", False
    if parcel.status in {"pending", "unknown"} and not parcel.tracking_number:
        return UNTRACKED, "shipped", False
    return POSITION[parcel.status]


def _was_collected(parcel: SnapshotParcel) -> bool:
    return parcel.reason == "collected_by_customer" or any(
        scan.status == "available_for_pickup" for scan in parcel.scans
    )


def _state(index: int, place: int, at: StepKey, *, went_wrong: bool) -> StepState:
    if index < place or (index == place and at in LAST):
        return "done"
    if index > place:
        return "to_come"
    return "failed" if went_wrong else "current"


def _step(
    key: StepKey,
    state: StepState,
    placed_at: datetime | None,
    parcel: SnapshotParcel,
    reading: Reading,
) -> Step:
    if state == "to_come":
        return Step(key=key, state=state)
    return Step(key=key, state=state, day=_day_of_step(key, placed_at, parcel, reading))


def _day_of_step(
    key: StepKey, placed_at: datetime | None, parcel: SnapshotParcel, reading: Reading
) -> Day | None:
    if key == "ordered":
        return reading.plain_day(reading.day_of(placed_at)) if placed_at else None
    if key in {"packed", "shipped"}:
        shipped = parcel.shipped_at
        return reading.plain_day(reading.day_of(shipped)) if shipped else None
    wanted = SCANS_OF_STEP.get(key, ())
    moments = [scan.occurred_at for scan in parcel.scans if scan.status in wanted]
    if not moments:
        return None
    first_or_last = max(moments) if key in {"attempted", "problem"} else min(moments)
    return reading.plain_day(day_at(parcel, first_or_last, reading))
