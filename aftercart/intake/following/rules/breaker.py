"""When to leave a source in peace that does not answer, and when to try it again. Pure."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

OPENS_AFTER = 3
"""Failures in a row. Each is a whole asking with the client's own patience."""
SHORT_WAIT = timedelta(seconds=5)
FIRST_TRIAL, LAST_TRIAL = timedelta(seconds=30), timedelta(minutes=30)


class Breaker(msgspec.Struct, frozen=True, kw_only=True):
    """Closed: the source is asked. Open: it is not, until `trial_at`. Half open: once, to see."""

    state: Literal["closed", "open", "half_open"] = "closed"
    failures: int = 0
    opened_at: datetime | None = None
    trial_at: datetime | None = None


def begun(breaker: Breaker) -> Breaker:
    """As it stands while a source is asked: an open one is tried."""
    if breaker.state == "closed":
        return breaker
    return msgspec.structs.replace(breaker, state="half_open")


def failed(breaker: Breaker, now: datetime, retry_after: float | None = None) -> Breaker:
    """After a failure; `trial_at` is when to ask again, whether it is open now or not yet."""
    failures = min(breaker.failures + 1, 1000)
    is_open = failures >= OPENS_AFTER
    wait = _wait(failures) if is_open else SHORT_WAIT * failures
    if retry_after is not None:
        wait = max(wait, timedelta(seconds=retry_after))
    return Breaker(
        state="open" if is_open else "closed",
        failures=failures,
        opened_at=(breaker.opened_at or now) if is_open else None,
        trial_at=now + wait,
    )


def _wait(failures: int) -> timedelta:
    longer: timedelta = FIRST_TRIAL * 2 ** min(failures - OPENS_AFTER, 10)
    return min(longer, LAST_TRIAL)
