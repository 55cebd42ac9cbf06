"""The one clock: everything that asks for the time asks here, so tests and the demo can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_moved_to: ContextVar[datetime | None] = ContextVar("moved_to", default=None)


def now() -> datetime:
    """The current moment, aware and in UTC, or the moment the clock was moved to."""
    return _moved_to.get() or datetime.now(UTC)


@contextmanager
def moved_to(moment: datetime) -> Iterator[None]:
    """Let the clock stand at `moment` (aware) inside the block.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("the clock needs an aware moment")
    token = _moved_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moved_to.reset(token)


def move_by(step: timedelta) -> None:
    """Move a clock that already stands still, inside `moved_to`."""
    standing = _moved_to.get()
    if standing is None:
        raise RuntimeError("only a clock that was moved_to a moment can be moved on")
    _moved_to.set(standing + step)
