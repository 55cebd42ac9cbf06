"""A parcel's state does not depend on how its scans are told: doubled, shuffled, in pieces."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from hypothesis import strategies as st

from aftercart.delivery.shipments.facts import ScanFact, TrackingFact
from aftercart.delivery.shipments.rules import Scan, State, fingerprint, fold, merged

Read = Callable[[Sequence[Any]], Sequence[TrackingFact]]


def state_of(facts: Iterable[TrackingFact]) -> State:
    """The state that facts leave a parcel in, kept as it is stored: each scan once."""
    kept: dict[bytes, Scan] = {}
    for fact in facts:
        for scan in fact.scans:
            key, told = fingerprint(scan), _counted(scan)
            kept[key] = merged(kept[key], told) if key in kept else told
    return fold(kept.values())


def _counted(scan: ScanFact) -> Scan:
    return Scan(scan.occurred_at, scan.status, scan.reason, scan.code, scan.zone_known)


@st.composite
def told_badly(draw: Callable[..., Any], events: Sequence[Any]) -> list[list[Any]]:
    """Several tellings of all events: shuffled, some doubled, and first some of them alone."""
    several = draw(st.permutations([*events, *draw(st.lists(st.sampled_from(events), max_size=6))]))
    cut = draw(st.integers(0, len(several)))
    return [list(several[:cut]), list(several)]


def check_folds(tellings: Iterable[Sequence[Any]], events: Sequence[Any], read: Read) -> None:
    """Told badly, the events leave the parcel where they leave it when told well."""
    told = [fact for telling in tellings if telling for fact in read(telling)]
    assert state_of(told) == state_of(read(events))
