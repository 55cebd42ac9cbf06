"""When the mail server is away, nothing is tried for a while: one probe, then longer pauses.

What waits costs nothing and loses no attempt. Every process probes for itself.
"""

import random
from datetime import datetime, timedelta

from aftercart.core import clock

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=5)


class Pause:
    """Whether one way out may be tried now."""

    def __init__(self) -> None:
        self._until: datetime | None = None
        self._failures = 0

    def is_on(self) -> bool:
        return self._until is not None and clock.now() < self._until

    def begin(self, wait_seconds: float | None = None) -> None:
        """After a failure: pause twice as long as the last time, or as long as the server named."""
        doubled = FIRST_PAUSE * 2 ** min(self._failures, 10)
        pause = min(doubled, LONGEST_PAUSE) * random.uniform(0.75, 1.0)  # noqa: S311
        if wait_seconds is not None:
            pause = timedelta(seconds=wait_seconds)
        self._until = clock.now() + pause
        self._failures += 1

    def end(self) -> None:
        """After a success."""
        self._until, self._failures = None, 0


_pauses: dict[str, Pause] = {}


def pause_of(way_out: str) -> Pause:
    """The pause of a way out, by its name."""
    return _pauses.setdefault(way_out, Pause())


def forget() -> None:
    """Try everything again (tests)."""
    _pauses.clear()
