"""What several sources say of one parcel, and whether they contradict each other. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from aftercart.delivery.shipments.facts import Reason, ShipmentStatus
from aftercart.delivery.shipments.rules import Scan, fold

BEHIND = timedelta(hours=6)
"""A source whose latest news are older than another's by more has merely not heard it yet."""


class Said(msgspec.Struct, frozen=True):
    """What one source says of a parcel, and as of when."""

    source: str
    status: ShipmentStatus
    reason: Reason
    told_at: datetime


def disagreement(scans: Mapping[str, Iterable[Scan]]) -> tuple[Said, ...]:
    """What the sources of a parcel say, the latest first; empty where they agree.

    Only sources count that know a status and are not `BEHIND`.
    """
    said = sorted(_said(scans), key=lambda one: (one.told_at, one.source), reverse=True)
    present = tuple(one for one in said if said[0].told_at - one.told_at <= BEHIND)
    return present if len({one.status for one in present}) > 1 else ()


def _said(scans: Mapping[str, Iterable[Scan]]) -> Iterable[Said]:
    for source, of in scans.items():
        state = fold(of)
        if state.told_at is not None and state.status != "unknown":
            yield Said(source, state.status, state.reason, state.told_at)
