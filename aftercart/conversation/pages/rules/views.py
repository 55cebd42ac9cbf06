"""The plain data that a page is made of: everything said on it, before it is put into words."""

from datetime import datetime, time
from decimal import Decimal
from typing import Literal

import msgspec

from aftercart.conversation.pages.facts import SnapshotParcel
from aftercart.conversation.pages.rules.reading import Ago, Day
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

Tone = Literal["good", "moving", "waiting", "bad", "quiet"]

AnswerKind = Literal[
    "arriving",
    "arriving_between",
    "arriving_by",
    "attempted",
    "cancelled",
    "collect",
    "collected",
    "confirmed",
    "delivered",
    "late",
    "never_scanned",
    "no_day",
    "not_scanned",
    "nothing_left",
    "nothing_to_send",
    "out_since",
    "out_today",
    "packing",
    "parcel_cancelled",
    "part_arrived",
    "problem",
    "refunded",
    "returned",
    "returning",
    "silent",
    "unknown",
    "untracked",
]


class Window(msgspec.Struct, frozen=True):
    """A span of time within one day, in the destination's time; the beginning may be open."""

    begins: time | None
    ends: time


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the shopper came for, of one parcel or of the whole order.

    Attributes:
        status, reason: the parcel's, where its words are to be used.
        day, last_day: the day it is about; `last_day` ends a range.
        count, total: how many of how many parcels it is about; equal where it is all of them.
        is_part: whether something of the order is still in no parcel.
    """

    kind: AnswerKind
    tone: Tone
    status: ShipmentStatus = "unknown"
    reason: Reason = ""
    day: Day | None = None
    last_day: Day | None = None
    window: Window | None = None
    count: int = 1
    total: int = 1
    is_part: bool = False


LineKind = Literal[
    "arrived",
    "carrier_named",
    "carrier_writes",
    "estimate",
    "how_delivered",
    "is_at",
    "left_before_cancel",
    "longer_than_usual",
    "no_day",
    "no_new_day",
    "no_news",
    "no_news_yet",
    "no_report",
    "not_charged",
    "not_scanned",
    "paid_back",
    "parcels",
    "refunded",
    "status",
    "unshipped",
    "untracked",
    "waits_since",
    "was_expected",
    "window_passed",
]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence under the answer. `sure` is false for what nobody has confirmed.

    `name` is who signed, a place, or the carrier's own words, as the kind says.
    """

    kind: LineKind
    sure: bool
    carrier: str = ""
    status: ShipmentStatus = "unknown"
    reason: Reason = ""
    day: Day | None = None
    clock: time | None = None
    window: Window | None = None
    count: int = 0
    total: int = 0
    name: str = ""
    amount: Decimal | None = None
    currency: str = ""


class Freshness(msgspec.Struct, frozen=True, kw_only=True):
    """How old the news is: when the carrier last scanned the parcel, and when we last asked.

    `scanned_on` stands in for `scanned` where the scan's time zone is not known.
    """

    scanned: Ago | None = None
    scanned_on: Day | None = None
    scanned_at: datetime | None = None
    place: str = ""
    checked: Ago | None = None
    checked_at: datetime | None = None


StepKey = Literal[
    "attempted",
    "cancelled",
    "collect",
    "collected",
    "delivered",
    "moving",
    "ordered",
    "out",
    "packed",
    "packing",
    "problem",
    "returned",
    "returning",
    "shipped",
]
StepState = Literal["done", "current", "failed", "to_come"]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One station on the parcel's way. Only what has happened carries a day."""

    key: StepKey
    state: StepState
    day: Day | None = None


ScanZone = Literal["destination", "place", "unknown"]


class ScanView(msgspec.Struct, frozen=True, kw_only=True):
    """One scan with its time as the clock on the wall showed it.

    Attributes:
        moment: machine-readable; with its offset, or without one where nobody knows the zone.
        is_news: whether the status became another one with this scan.
    """

    clock: time
    zone: ScanZone
    moment: str
    status: ShipmentStatus
    reason: Reason
    text: str
    place: str
    is_news: bool


class ScanDay(msgspec.Struct, frozen=True):
    """The scans of one calendar day, newest first."""

    day: Day
    scans: tuple[ScanView, ...]


class ParcelView(msgspec.Struct, frozen=True, kw_only=True):
    """One parcel; `number` counts from 1. `is_long_overdue`: waiting longer helps nobody."""

    parcel: SnapshotParcel
    number: int
    answer: Answer
    lines: tuple[Line, ...]
    freshness: Freshness | None
    steps: tuple[Step, ...]
    scan_days: tuple[ScanDay, ...]
    is_long_overdue: bool = False


class PageView(msgspec.Struct, frozen=True, kw_only=True):
    """The whole page. Nothing on it changes before `true_until`; None means never."""

    answer: Answer
    lines: tuple[Line, ...]
    steps: tuple[Step, ...]
    parcels: tuple[ParcelView, ...]
    placed: Day
    refunded: tuple[Day, ...]
    true_until: datetime | None = None
