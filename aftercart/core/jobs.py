"""Odd jobs (imports, exports, digests): a thin door to PgQueuer, deferred with the data that asks.

Django's own connection carries the enqueue, so a job exists exactly if the transaction that asked
for it commits. The worker runs them: see `aftercart.intake.worker`.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.utils.module_loading import import_string

Job = Callable[..., None]


AGAIN = ":again"
PAUSE = timedelta(seconds=5)


def defer(
    name: str,
    *,
    after: timedelta = timedelta(0),
    once: str = "",
    again: bool = False,
    **arguments: Any,
) -> None:
    """Ask for a job in the current transaction.

    Args:
        name: a key of the setting `JOBS`.
        after: how long to wait at least.
        once: while a job with this text waits or runs, a second one is not queued.
        again: the one that runs may have read what has changed since, so queue one more after it.
        arguments: what the job's function is called with; must be plain JSON.

    Raises:
        LookupError: no such job is registered.
    """
    if name not in settings.JOBS:
        raise LookupError(f"no job is called {name!r}")
    if not _enqueue(name, arguments, after, once) and again:
        _enqueue(name, arguments, after + PAUSE, once + AGAIN)


def _enqueue(name: str, arguments: dict[str, Any], after: timedelta, once: str) -> bool:
    """Whether it was queued, and none with the same text was there."""
    # PgQueuer takes a third of a second to load, and most commands ask for no job.
    from aftercart.core.enqueueing import enqueue

    return enqueue(name, msgspec.json.encode(arguments), after, once)


def registered() -> dict[str, Job]:
    """Every job by name."""
    return {name: import_string(path) for name, path in settings.JOBS.items()}
