"""From scans to a parcel's state, and from parcels to what an order says. Pure."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

import msgspec

from aftercart.delivery.shipments.facts import Reason, ScanFact, ShipmentStatus

# Of scans of the same second the one that is further along counts as the later.
RANK: dict[ShipmentStatus, int] = {
    "unknown": 0,
    "pending": 1,
    "info_received": 2,
    "cancelled": 3,
    "picked_up": 4,
    "in_transit": 5,
    "out_for_delivery": 6,
    "exception": 7,
    "attempt_failed": 8,
    "available_for_pickup": 9,
    "returning": 10,
    "delivered": 11,
    "returned": 12,
}
BEFORE_MOVING = ("pending", "info_received")
TAKES_BACK_DELIVERY = ("attempt_failed", "available_for_pickup")
TAKES_BACK_DELIVERY_BY_REASON = ("refused", "lost", "address_problem", "missorted")
DOUBTFUL_FOR = timedelta(hours=24)
MILESTONES: tuple[ShipmentStatus, ...] = (
    "picked_up",
    "in_transit",
    "out_for_delivery",
    "available_for_pickup",
    "attempt_failed",
    "delivered",
    "exception",
    "returning",
    "returned",
)
FINAL = ("delivered", "returned", "cancelled")
RECYCLED_AFTER = timedelta(days=30)
"""Scans this much older than the fulfillment are of an earlier parcel: carriers use numbers again
after some months, while a shop may note a fulfillment days after the carrier took the parcel."""


class Scan(msgspec.Struct, frozen=True):
    """What counts of a scan."""

    occurred_at: datetime
    status: ShipmentStatus
    reason: Reason = ""
    code: str = ""
    zone_known: bool = True


def merged(known: Scan, told: Scan) -> Scan:
    """What two tellings of one scan say together, whichever came first.

    A reason is worth more than none, a known zone more than a guess; the rest is a matter of form.
    """
    return Scan(
        occurred_at=min(known.occurred_at, told.occurred_at),
        status=known.status,
        reason=max(known.reason, told.reason),
        code=max(known.code, told.code),
        zone_known=known.zone_known or told.zone_known,
    )


class Reached(msgspec.Struct, frozen=True):
    """A milestone: when it was first reached, and why."""

    status: ShipmentStatus
    occurred_at: datetime
    reason: Reason


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What all scans of a parcel say together.

    Attributes:
        status_at: since when it has this status for this reason.
        first_attempt_at: when the carrier first stood at the door, with or without success.
        delivered_at: the delivery that still stands.
        told_at: when the latest scan that said anything occurred.
        reached: the milestones, in the order in which they were first reached.
    """

    status: ShipmentStatus = "pending"
    reason: Reason = ""
    code: str = ""
    status_at: datetime | None = None
    picked_up_at: datetime | None = None
    in_transit_at: datetime | None = None
    out_for_delivery_at: datetime | None = None
    first_attempt_at: datetime | None = None
    delivered_at: datetime | None = None
    last_scan_at: datetime | None = None
    told_at: datetime | None = None
    reached: tuple[Reached, ...] = ()


def fold(scans: Iterable[Scan], not_before: datetime | None = None) -> State:
    """The state that a parcel is in, from all its scans, in whatever order and however often told.

    Scans count by when they occurred; of the same moment, by `RANK`. The latest status stands, but:

    * `unknown` says nothing: it never replaces a status that is known.
    * `pending` and `info_received` say nothing once the parcel has moved: carriers announce it
      again when it changes hands. `picked_up` then only means that it moved on: `in_transit`.
    * `delivered` stands whatever is scanned later, except a return (`returning`, `returned`) or a
      correction by the carrier: a failed attempt, a pickup point, or an exception because it was
      refused, lost, missorted or wrongly addressed; a day later also `out_for_delivery`. Where the
      zone of either time is a guess, a correction counts only after a day.
    * A parcel on its way back stays `returning` wherever it is scanned, and `delivered` then means
      `returned`: it reached its sender.
    * `returned` stands.
    * Scans before `not_before` belong to an earlier parcel of the same number, and do not count.

    Source: how carriers behave, as the protocol reference has it: latest event by time with a
    tie-break by rank, `delivered` sticky except for a return or a correction, numbers recycled.
    """
    return _folded(_counted(scans, not_before))


class Told(msgspec.Struct, frozen=True):
    """What was told of a parcel so far: its milestones, and when the latest of it occurred."""

    milestones: frozenset[ShipmentStatus] = frozenset()
    told_at: datetime | None = None


def fold_in(
    known: Iterable[Scan], added: Iterable[Scan], not_before: datetime | None = None
) -> tuple[Told, State]:
    """What `known` scans have told, and the state that they and the `added` ones say together.

    One pass is enough where nothing that was added occurred before what is known, as it mostly is.
    """
    before, later = _counted(known, not_before), _counted(added, not_before)
    course = _Course()
    for scan in before:
        course.take(scan)
    told = course.told()
    if before and later and _order(later[0]) < _order(before[-1]):
        return told, _folded(sorted(before + later, key=_order))
    for scan in later:
        course.take(scan)
    return told, course.state()


def _counted(scans: Iterable[Scan], not_before: datetime | None) -> list[Scan]:
    return sorted(
        (scan for scan in scans if not_before is None or scan.occurred_at >= not_before),
        key=_order,
    )


def _folded(scans: Iterable[Scan]) -> State:
    course = _Course()
    for scan in scans:
        course.take(scan)
    return course.state()


def _order(scan: Scan) -> tuple[datetime, int, str, str, bool]:
    return scan.occurred_at, RANK[scan.status], scan.reason, scan.code, scan.zone_known


class _Course:
    """A parcel's way, scan by scan."""

    def __init__(self) -> None:
        self.status: ShipmentStatus | None = None
        self.latest: Scan | None = None
        self.since: datetime | None = None
        self.last_scan_at: datetime | None = None
        self.delivery: Scan | None = None
        self.is_going_back = False
        self.has_moved = False
        self.reached: dict[ShipmentStatus, Reached] = {}

    def take(self, scan: Scan) -> None:
        self.last_scan_at = scan.occurred_at
        status = self._meaning(scan)
        if status is None:
            return
        if self.latest is None or (status, scan.reason) != (self.status, self.latest.reason):
            self.since = scan.occurred_at
        self.status, self.latest = status, scan
        self.reached.setdefault(status, Reached(status, scan.occurred_at, scan.reason))
        if status == "delivered":
            self.delivery = scan
        elif status not in ("returning", "returned"):
            self.delivery = None
        self.is_going_back = self.is_going_back or status == "returning"
        self.has_moved = self.has_moved or RANK[status] >= RANK["picked_up"]

    def _meaning(self, scan: Scan) -> ShipmentStatus | None:
        """The status that a scan brings the parcel into; None where it says nothing."""
        status = scan.status
        if self.status == "returned":
            return None
        if self.status == "delivered":
            return status if self._takes_back_delivery(scan) else None
        if status == "unknown":
            return status if self.status in (None, "unknown") else None
        if self.has_moved and status in BEFORE_MOVING:
            return None
        if self.is_going_back:
            return _MEANING_GOING_BACK.get(status, "returning")
        if status == "picked_up" and self.has_moved and self.status != "picked_up":
            return "in_transit"
        return status

    def _takes_back_delivery(self, scan: Scan) -> bool:
        assert self.delivery is not None
        if scan.status in ("returning", "returned"):
            return True
        is_next_day = scan.occurred_at - self.delivery.occurred_at >= DOUBTFUL_FOR
        if scan.status == "out_for_delivery":
            return is_next_day
        if not is_next_day and not (scan.zone_known and self.delivery.zone_known):
            return False
        by_reason = scan.status == "exception" and scan.reason in TAKES_BACK_DELIVERY_BY_REASON
        return by_reason or scan.status in TAKES_BACK_DELIVERY

    def told(self) -> Told:
        return Told(frozenset(self.reached), self.latest.occurred_at if self.latest else None)

    def state(self) -> State:
        latest = self.latest
        if latest is None or self.status is None:
            return State(last_scan_at=self.last_scan_at)
        attempts = [self._first("attempt_failed"), self._first("delivered")]
        return State(
            status=self.status,
            reason=latest.reason,
            code=latest.code,
            status_at=self.since,
            picked_up_at=self._first("picked_up"),
            in_transit_at=self._first("in_transit"),
            out_for_delivery_at=self._first("out_for_delivery"),
            first_attempt_at=min((at for at in attempts if at), default=None),
            delivered_at=self.delivery.occurred_at if self.delivery else None,
            last_scan_at=self.last_scan_at,
            told_at=latest.occurred_at,
            reached=tuple(one for one in self.reached.values() if one.status in MILESTONES),
        )

    def _first(self, status: ShipmentStatus) -> datetime | None:
        reached = self.reached.get(status)
        return reached.occurred_at if reached else None


_MEANING_GOING_BACK: dict[ShipmentStatus, ShipmentStatus] = {
    "delivered": "returned",
    "returned": "returned",
    "exception": "exception",
    "cancelled": "cancelled",
}


def news(before: Told, after: State) -> list[tuple[Reached, bool]]:
    """The milestones to tell now that a parcel has come into a state.

    Each is told once in a parcel's life, and none that is older than what was told already. The
    second value says whether it is quiet: passed on the way to the present status, and overtaken
    by it before anybody could be told.
    """
    told = []
    for one in after.reached:
        is_present = one.status == after.status
        is_old = before.told_at is not None and one.occurred_at < before.told_at
        if one.status not in before.milestones and (is_present or not is_old):
            told.append((one, not is_present))
    return told


# What needs attention comes first, then what is closest to arriving, then what has ended.
ATTENTION: tuple[ShipmentStatus, ...] = (
    "exception",
    "attempt_failed",
    "available_for_pickup",
    "returning",
    "returned",
    "out_for_delivery",
    "in_transit",
    "picked_up",
    "info_received",
    "pending",
    "unknown",
)


def order_status(parcels: Collection[ShipmentStatus], *, is_all_sent: bool) -> str:
    """What an order's parcels say together; empty while there is none.

    One parcel that needs attention speaks for all. `delivered` is said only when every parcel is
    and nothing remains to be sent; until the rest is sent, such an order is `pending`. A cancelled
    parcel does not count unless there is no other.
    """
    present = set(parcels)
    for status in ATTENTION:
        if status in present:
            return status
    if "delivered" in present:
        return "delivered" if is_all_sent else "pending"
    return "cancelled" if "cancelled" in present else ""


def normalised(number: str) -> str:
    """A tracking number as we compare it: without blanks and dashes, in capitals.

    >>> normalised(" 1z 999-aa1 ")
    '1Z999AA1'
    """
    if number.isascii() and number.isalnum():
        return number.upper()[:LONGEST_NUMBER]
    plain = unicodedata.normalize("NFKC", number).upper()
    kept = (
        sign for sign in plain if unicodedata.category(sign)[0] not in "ZC" and sign not in _DASHES
    )
    return "".join(kept)[:LONGEST_NUMBER]


LONGEST_NUMBER = 100
SHORTEST_NUMBER = 4
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212_"


def is_number(number: str) -> bool:
    """Whether what a merchant entered can be a tracking number, not "n/a", "0" or "by hand".

    Such words must not be taken for a number: all orders under one number are in one parcel.
    """
    plain = normalised(number)
    return len(plain) >= SHORTEST_NUMBER and _COUNTING_DIGIT.search(plain) is not None


_COUNTING_DIGIT = re.compile(r"[^\D0]")


def reference_of_number(number: str) -> str:
    """How a parcel with a tracking number is known in its store."""
    return f"n:{normalised(number)}"


def references_of_earlier(number: str) -> tuple[str, str]:
    """The range, from and until, of how earlier parcels with the same number are known."""
    earlier = f"{reference_of_number(number)}{EARLIER}"
    return earlier, earlier + "\uffff"


EARLIER = "~"


def reference_of_fulfillment(fulfillment_id: int) -> str:
    """How a parcel without a number is known: by the fulfillment it carries."""
    return f"f:{fulfillment_id}"


_BETWEEN_WORDS = re.compile(r"[\W_]+")


def fingerprint(scan: ScanFact) -> bytes:
    """What makes two tellings of one scan the same row: 16 bytes.

    It covers when (to the second), the status, the carrier's code, and the city; where there is no
    code, the carrier's words take its place, without case and punctuation. Not the source, the
    reason, the rest of the place and the words beside a code: those are filled in or rephrased
    later by a carrier, or read better by a later release. One parcel's scans are compared only.
    """
    words = scan.code or _BETWEEN_WORDS.sub("", scan.text)
    city = scan.place.city.strip().casefold()
    parts = (str(int(scan.occurred_at.timestamp())), scan.status, words.casefold(), city)
    told = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(told, digest_size=16).digest()
