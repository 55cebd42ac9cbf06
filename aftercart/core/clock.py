"""The one clock: everything that asks for the time asks here, so tests and the demo can move it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_moved: ContextVar[Callable[[], datetime] | None] = ContextVar("moved", default=None)


class _Standing:
    """A clock that stands still until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


class _Running:
    """A clock that runs `speed` times as fast as the machine's."""

    def __init__(self, first: datetime, speed: float) -> None:
        self.first = first
        self.speed = speed
        self.began = time.monotonic()

    def __call__(self) -> datetime:
        return self.first + timedelta(seconds=(time.monotonic() - self.began) * self.speed)


def now() -> datetime:
    """The current moment, aware and in UTC, or what the clock was moved to."""
    moved = _moved.get()
    return moved() if moved is not None else datetime.now(UTC)


@contextmanager
def moved_to(moment: datetime) -> Iterator[None]:
    """Let the clock stand at `moment` (aware) inside the block.

    Raises:
        ValueError: the moment has no time zone.
    """
    token = _moved.set(_Standing(_aware(moment)))
    try:
        yield
    finally:
        _moved.reset(token)


def move_by(step: timedelta) -> None:
    """Move a clock that already stands still, inside `moved_to`."""
    standing = _moved.get()
    if not isinstance(standing, _Standing):
        raise RuntimeError("only a clock that was moved_to a moment can be moved on")
    standing.moment += step


def lasting(span: timedelta) -> timedelta:
    """How far the clock goes on while the machine works for so long: as far, unless it runs fast.

    For leases, which say how long a worker may take and not what time it is.
    """
    return span * getattr(_moved.get(), "speed", 1.0)


@contextmanager
def running(start: datetime, speed: float) -> Iterator[Callable[[], datetime]]:
    """Let the clock run on from `start` (aware), `speed` times as fast, inside the block.

    Yields what tells its time, for threads that are not given this context.

    Raises:
        ValueError: the moment has no time zone.
    """
    clock = _Running(_aware(start), speed)
    token = _moved.set(clock)
    try:
        yield clock
    finally:
        _moved.reset(token)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("the clock needs an aware moment")
    return moment.astimezone(UTC)
