"""How late scans reach us: counted by steps, and read as a median and a 95th percentile. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import timedelta

MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880)
"""The upper end of each step; what is later counts in one more."""
STEPS = len(MINUTES) + 1


def step(lag: timedelta) -> int:
    """The step that a lag counts in; clocks differ, so that a negative one is none at all."""
    return bisect_left(MINUTES, max(lag.total_seconds(), 0) / 60)


def added(counts: Iterable[Sequence[int]]) -> tuple[int, ...]:
    """Several counts as one."""
    return tuple(map(sum, zip(*counts, strict=True))) or (0,) * STEPS


def percentile(counts: Sequence[int], share: float) -> timedelta | None:
    """The lag that so large a share of scans stays under, between the ends of its step.

    None where nothing was counted. The last step is open, so that its beginning is told.
    """
    total = sum(counts)
    if not total:
        return None
    wanted, below = share * total, 0
    for index, count in enumerate(counts):
        if count and below + count >= wanted:
            start = MINUTES[index - 1] if index else 0
            end = MINUTES[index] if index < len(MINUTES) else start
            return timedelta(minutes=start + (end - start) * (wanted - below) / count)
        below += count
    return timedelta(minutes=MINUTES[-1])
