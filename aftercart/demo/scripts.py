"""The demo's story as carriers know it: each parcel that is under way, with its moves. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from aftercart.core.time_zones import certain_time_zone
from aftercart.delivery.shipments.facts import ScanFact, TrackingFact
from aftercart.demo.script import Moment
from aftercart.demo.standins.base import Move, Script

OVER = frozenset({"delivered", "returned", "cancelled"})


def under_way(moments: Iterable[Moment], at: datetime) -> set[str]:
    """The numbers of the parcels that had not arrived at a moment, later ones too."""
    last: dict[str, tuple[datetime, str]] = {}
    for moment in moments:
        if isinstance(moment.fact, TrackingFact):
            last[moment.fact.number] = (moment.at, moment.fact.scans[-1].status)
    return {number for number, (told, status) in last.items() if told > at or status not in OVER}


def move(scan: ScanFact, at: datetime | None = None) -> Move:
    """A scan as something that happens, at its own moment or another, by the clock of its place."""
    zone = certain_time_zone(scan.place.country, scan.place.region)
    here = ZoneInfo(zone) if zone else scan.occurred_at.tzinfo
    moment = (at or scan.occurred_at).astimezone(here)
    return Move(at=moment, status=scan.status, reason=scan.reason, place=scan.place)


def scripts(
    moments: Sequence[Moment], until: datetime, told_at: Sequence[datetime] = (), told: int = 0
) -> list[Script]:
    """What carriers know by `until`, and of the news after it that were told later.

    Args:
        told_at: when the last of them were told; `told` is how many there were in all.
    """
    wanted = under_way(moments, until)
    past = [(moment, None) for moment in moments if moment.at <= until]
    later = [moment for moment in moments if moment.at > until]
    known_from = told - len(told_at)
    found: dict[str, Script] = {}
    for moment, at in [*past, *zip(later[known_from:told], told_at, strict=True)]:
        fact = moment.fact
        if isinstance(fact, TrackingFact) and fact.number in wanted:
            before = found.get(fact.number) or _script(fact)
            moves = (*before.moves, move(fact.scans[-1], at))
            found[fact.number] = msgspec.structs.replace(
                before, moves=moves, signed_by=fact.signed_by
            )
    for moment in later:
        if isinstance(moment.fact, TrackingFact):
            found.setdefault(moment.fact.number, _script(moment.fact))
    return list(found.values())


def _script(fact: TrackingFact) -> Script:
    return Script(
        number=fact.number,
        carrier=fact.carrier,
        moves=(),
        expected_date=fact.expected_date.isoformat() if fact.expected_date else "",
    )
