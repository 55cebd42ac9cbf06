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
from pgqueuer.ports.driver import SyncDriver
from pgqueuer.queries import SyncQueries
from psycopg import RawCursor
from psycopg.rows import dict_row

Job = Callable[..., None]


class TransactionDriver(SyncDriver):
    """Runs PgQueuer's statements on Django's connection, inside its transaction.

    PgQueuer's own driver insists on autocommit, which would lose the bond between data and job.
    """

    def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        connection.ensure_connection()
        cursor = RawCursor(connection.connection, row_factory=dict_row)
        return cursor.execute(query.encode(), args or None).fetchall()


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
    made = SyncQueries(TransactionDriver()).enqueue(
        name,
        msgspec.json.encode(arguments),
        execute_after=after,
        dedupe_key=once or None,
        on_conflict="skip",
    )
    return made != [None]


def registered() -> dict[str, Job]:
    """Every job by name."""
    return {name: import_string(path) for name, path in settings.JOBS.items()}
