"""Any script that a stand-in can tell, and what must come back of it."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from aftercart.connectors.tests.folding import state_of
from aftercart.delivery.shipments.facts import PlaceFact, TrackingFact
from aftercart.delivery.shipments.rules import Scan, State, fold
from aftercart.demo.standins.base import Move, Script

Place = tuple[PlaceFact, float]


class Watch:
    """A clock that a test moves by hand, also for the threads of a stand-in."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@st.composite
def any_script(
    draw: Callable[..., Any],
    number: str,
    said: Collection[tuple[str, str]],
    places: Sequence[Place],
    begins: datetime,
) -> Script:
    """Up to eight moves of the statuses and reasons in `said`, in any order, at any of the places.

    Args:
        places: each with its distance from Greenwich in hours.
    """
    at, moves = begins, []
    for status, reason in draw(st.lists(st.sampled_from(sorted(said)), min_size=1, max_size=8)):
        at += timedelta(seconds=draw(st.integers(60, 200_000)))
        place, hours = draw(st.sampled_from(places))
        local = at.astimezone(timezone(timedelta(hours=hours)))
        moves.append(Move(at=local, status=status, reason=reason, place=place))
    return Script(number=number, moves=tuple(moves), destination=places[0][0])


def check_comes_back(facts: Iterable[TrackingFact], script: Script) -> None:
    """The facts leave the parcel where the script leaves it, and by the same way."""
    told = fold(Scan(move.at, move.status, move.reason) for move in script.moves)
    assert _essence(state_of(facts)) == _essence(told)


def check_scans(fact: TrackingFact, script: Script) -> None:
    """Each move is one scan, newest first, at its moment and place."""
    for scan, move in zip(fact.scans, reversed(script.moves), strict=True):
        assert (scan.occurred_at, scan.place, scan.zone_known) == (move.at, move.place, True)


def _essence(state: State) -> tuple[Any, ...]:
    reached = [(one.status, one.occurred_at, one.reason) for one in state.reached]
    return state.status, state.reason, state.status_at, state.delivered_at, reached
