"""Odd jobs (imports, exports, digests): a thin door to PgQueuer, deferred with the data that asks.

Django's own connection carries the enqueue, so a job exists exactly if the transaction that asked
for it commits. The worker runs them: see `aftercart.intake.worker`.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string
from pgqueuer.db import SyncPsycopgDriver
from pgqueuer.queries import SyncQueries

Job = Callable[..., None]


def defer(name: str, *, after: timedelta = timedelta(0), once: str = "", **arguments: Any) -> None:
    """Ask for a job in the current transaction.

    Args:
        name: a key of the setting `JOBS`.
        after: how long to wait at least.
        once: while a job with this text waits or runs, a second one is not queued.
        arguments: what the job's function is called with; must be plain JSON.

    Raises:
        LookupError: no such job is registered.
    """
    if name not in settings.JOBS:
        raise LookupError(f"no job is called {name!r}")
    connection.ensure_connection()
    SyncQueries(SyncPsycopgDriver(connection.connection)).enqueue(
        name,
        msgspec.json.encode(arguments),
        execute_after=after,
        dedupe_key=once or None,
        on_conflict="skip",
    )


def registered() -> dict[str, Job]:
    """Every job by name."""
    return {name: import_string(path) for name, path in settings.JOBS.items()}
