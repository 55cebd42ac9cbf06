"""Rows to scans of parcels: a row for each scan. Pure."""

import re
from collections.abc import Sequence
from datetime import tzinfo
from typing import cast, get_args

from aftercart.connectors.shops.csv.columns import Layout
from aftercart.connectors.shops.csv.reading import Record
from aftercart.connectors.shops.csv.understanding import Understood
from aftercart.connectors.shops.csv.values import Cells, Manner, shown_moment
from aftercart.delivery.shipments.facts import (
    PlaceFact,
    Reason,
    ScanFact,
    ShipmentStatus,
    TrackingFact,
)

SHOWN = ("tracking", "scans", "status", "text", "place")

STATUSES = frozenset(get_args(ShipmentStatus))
REASONS = frozenset(get_args(Reason))
WORDS: dict[str, ShipmentStatus] = {
    "pre_transit": "info_received",
    "label_created": "info_received",
    "information_received": "info_received",
    "accepted": "picked_up",
    "collected": "picked_up",
    "transit": "in_transit",
    "on_its_way": "in_transit",
    "shipped": "in_transit",
    "in_delivery": "out_for_delivery",
    "ready_for_pickup": "available_for_pickup",
    "ready_for_collection": "available_for_pickup",
    "failed_attempt": "attempt_failed",
    "delivery_attempted": "attempt_failed",
    "delivery_failed": "attempt_failed",
    "failure": "exception",
    "return_to_sender": "returning",
    "canceled": "cancelled",
}
"""Common words beside our own; any other is `unknown` and kept as it is."""


def parcel(group: Sequence[Record], layout: Layout, manner: Manner) -> Understood:
    """The scans of one parcel.

    Raises:
        CellError: a row cannot be read.
    """
    rows = [Cells([record], layout, manner) for record in group]
    fact = TrackingFact(
        number=rows[0].required("tracking_number", 100),
        carrier=next(filter(None, (row.text("carrier", 100) for row in rows)), ""),
        scans=tuple(_scan(row) for row in rows),
        expected_date=next(
            (day for row in reversed(rows) if (day := row.day("expected_date"))), None
        ),
        updated_at=manner.read_at,
    )
    return Understood(lines=tuple(record.line for record in group), facts=(fact,))


def _scan(row: Cells) -> ScanFact:
    row.required("occurred_at", 60)
    occurred_at = row.moment("occurred_at")
    assert occurred_at is not None
    said = row.text("status", 60)
    status = _status(said)
    if status is None:
        row.manner.unknown_statuses.add(said)
    offset = occurred_at.astimezone(row.manner.time_zone).utcoffset()
    return ScanFact(
        occurred_at=occurred_at,
        status=status or "unknown",
        reason=_reason(row),
        utc_offset_minutes=int(offset.total_seconds() // 60) if offset is not None else None,
        code=row.text("code", 60) or (said if status is None else ""),
        text=row.text("text", 1000) or (said if status is None else ""),
        place=PlaceFact(
            city=row.text("city", 120),
            region=row.text("region", 120),
            postcode=row.text("postcode", 20).removeprefix("'"),
            country=row.country("country"),
        ),
    )


def _status(said: str) -> ShipmentStatus | None:
    """Our word for it; None where there is none."""
    word = re.sub(r"[^a-z]+", "_", said.lower()).strip("_")
    if word in STATUSES:
        return cast("ShipmentStatus", word)
    return WORDS.get(word)


def _reason(row: Cells) -> Reason:
    word = re.sub(r"[^a-z]+", "_", row.text("reason", 60).lower()).strip("_")
    return cast("Reason", word) if word in REASONS else ""


def show(fact: TrackingFact, zone: tzinfo) -> tuple[str, ...]:
    """The parcel as a row of the columns `SHOWN`, for a person to check."""
    last = max(fact.scans, key=lambda scan: scan.occurred_at)
    return (
        " ".join(filter(None, (fact.carrier, fact.number))),
        str(len(fact.scans)),
        f"{last.status} {shown_moment(last.occurred_at, zone)}",
        last.text,
        ", ".join(filter(None, (last.place.city, last.place.country))),
    )
