"""What goes wrong with carriers now and then: codes nobody knows, and two who disagree. Pure.

The codes are made up; no carrier sends them.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from aftercart.delivery.shipments.facts import ScanFact, TrackingFact

UNKNOWN = {
    "gls": ("TRANSP.FERRY", "The parcel is waiting for the next ferry.", 4),
    "ups": ("Q7", "Package transferred to bicycle courier", 3),
    "canada_post": ("0997", "Item sorted by hand, label hard to read", 2),
}
"""By carrier: a code, its words, and on how many parcels it appears."""
DISPUTED = "fedex"
SOON_AFTER = timedelta(minutes=20)


def unknown_codes(waiting: Sequence[TrackingFact]) -> Iterator[TrackingFact]:
    """Scans without a meaning, of parcels that are on their way."""
    for carrier, (code, text, count) in UNKNOWN.items():
        for fact in _moving(waiting, carrier)[:count]:
            yield _then(fact, status="unknown", reason="", code=code, text=text)


def contradiction(waiting: Sequence[TrackingFact]) -> Iterator[TrackingFact]:
    """What the shop says of a parcel of which its carrier says something else."""
    for fact in _moving(waiting, DISPUTED)[:1]:
        text = "Ready for collection at the parcel shop"
        yield _then(fact, status="available_for_pickup", reason="", code="", text=text)


def silent_longest(waiting: Sequence[TrackingFact]) -> list[TrackingFact]:
    """Parcels by how long nothing was heard of them, the longest first."""
    return sorted(waiting, key=_heard_at)


def _moving(waiting: Sequence[TrackingFact], carrier: str) -> list[TrackingFact]:
    """Parcels on their way, those that moved last first."""
    found = [
        fact
        for fact in waiting
        if fact.carrier == carrier and fact.scans[-1].status == "in_transit"
    ]
    return sorted(found, key=_heard_at, reverse=True)


def _heard_at(fact: TrackingFact) -> datetime:
    return fact.scans[-1].occurred_at


def _then(fact: TrackingFact, **changes: object) -> TrackingFact:
    latest: ScanFact = fact.scans[-1]
    scan = msgspec.structs.replace(latest, occurred_at=latest.occurred_at + SOON_AFTER, **changes)
    return msgspec.structs.replace(fact, scans=(scan,))
