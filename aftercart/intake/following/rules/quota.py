"""How much a source may be asked, so that none of its limits is ever exceeded. Pure.

A limit holds over every window of its length, wherever it begins. Uses are counted in fifty pieces
of the window; each counts as if it had been made at the end of its piece, so that the count is
never too low. A request is counted before it is made, as late as it can possibly arrive, and
once it is answered as of the answer: what a worker that died had asked stays counted.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from aftercart.connectors.base import Limit

PIECES = 50
SPARE = 1

Uses = dict[str, list[tuple[float, int]]]
"""By limit: until when (in Unix time) a piece reaches, and how many requests fell into it."""


def key_of(limit: Limit) -> str:
    """The name of a limit among the uses."""
    return f"{limit.requests}/{limit.seconds}"


def limits_of(granted: Sequence[Limit], own: Iterable[Sequence[int]]) -> tuple[Limit, ...]:
    """The limits that hold: what a merchant has arranged, else what the source grants anyone."""
    arranged = tuple(Limit(requests, seconds) for requests, seconds in own)
    return arranged or tuple(granted)


def is_possible(limits: Iterable[Limit], cost: int) -> bool:
    """Whether as many requests as one asking may make fit into the limits at all."""
    return all(limit.requests >= cost for limit in limits)


def reserve_of(limits: Iterable[Limit], cost: int) -> int:
    """How many requests to count before an asking that is to make `cost` at most.

    One more, where a limit has room for it: a token that has ended early is refused, and the
    request is made again with another.
    """
    return min([cost + SPARE, *(limit.requests for limit in limits)])


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """What a source says itself: how many requests it still answers, until `resets_at`."""

    remaining: int | None = None
    resets_at: datetime | None = None

    def at(self, now: datetime) -> "Word":
        """As it counts now: nothing is known any more once it was to begin anew."""
        is_over = self.resets_at is not None and self.resets_at <= now
        return Word() if is_over else self

    def less(self, count: int) -> "Word":
        """After so many more requests."""
        if self.remaining is None:
            return self
        return Word(remaining=max(self.remaining - count, 0), resets_at=self.resets_at)


def free_at(uses: Uses, limits: Iterable[Limit], cost: int, now: datetime, word: Word) -> datetime:
    """From when on `cost` requests fit into all limits, which are at least as large."""
    moments = [_free_at(_of(uses, limit), limit, cost, now) for limit in limits]
    if word.remaining is not None and word.remaining < cost and word.resets_at is not None:
        moments.append(word.resets_at)
    return max(moments, default=now)


def takes(limits: Iterable[Limit], requests: int) -> timedelta:
    """How long so many requests take within all limits, in the long run."""
    longest = (requests * limit.seconds / limit.requests for limit in limits)
    return timedelta(seconds=max(longest, default=0))


def left(uses: Uses, limits: Iterable[Limit], now: datetime, word: Word) -> int | None:
    """How many requests may be made now; None where nothing limits them."""
    free = [
        limit.requests - sum(count for _, count in _counted(_of(uses, limit), limit, now))
        for limit in limits
    ]
    told = word.at(now).remaining
    free += [told] if told is not None else []
    return max(0, min(free)) if free else None


def noted(
    uses: Uses,
    limits: Iterable[Limit],
    count: int,
    at: datetime,
    now: datetime,
) -> Uses:
    """The uses with `count` more requests, made at `at` at the latest; what is over is left out."""
    return {
        key_of(limit): _with(_counted(_of(uses, limit), limit, now), limit, count, at)
        for limit in limits
    }


def _of(uses: Uses, limit: Limit) -> list[tuple[float, int]]:
    """What was counted for a limit; a new one begins with what the longest known one has."""
    if key_of(limit) in uses:
        return uses[key_of(limit)]
    return max(uses.values(), key=_reach, default=[])


def _with(
    told: list[tuple[float, int]], limit: Limit, count: int, at: datetime
) -> list[tuple[float, int]]:
    piece = limit.seconds / PIECES
    end = math.ceil(at.timestamp() / piece) * piece
    pieces = dict(told)
    if count:
        pieces[end] = pieces.get(end, 0) + count
    return sorted(pieces.items())


def _counted(
    told: Iterable[tuple[float, int]], limit: Limit, now: datetime
) -> list[tuple[float, int]]:
    begins = now.timestamp() - limit.seconds
    return [(end, int(count)) for end, count in told if end > begins]


def _free_at(told: Iterable[tuple[float, int]], limit: Limit, cost: int, now: datetime) -> datetime:
    counted = _counted(told, limit, now)
    used, moment = sum(count for _, count in counted), now
    for end, count in counted:
        if used + cost <= limit.requests:
            break
        used -= count
        moment = datetime.fromtimestamp(end, UTC) + timedelta(seconds=limit.seconds)
    return max(moment, now)


def _reach(told: Sequence[tuple[float, int]]) -> float:
    return told[-1][0] - told[0][0] if told else 0.0
