"""Putting a job into PgQueuer's table on Django's connection; see `aftercart.core.jobs`."""

from datetime import timedelta

from django.db import connection
from pgqueuer.ports.driver import SyncDriver
from pgqueuer.queries import SyncQueries
from psycopg import RawCursor
from psycopg.rows import dict_row


def enqueue(name: str, payload: bytes, after: timedelta, once: str) -> bool:
    """Queue a job in the current transaction; whether none with the text `once` was there."""
    made = SyncQueries(TransactionDriver()).enqueue(
        name,
        payload,
        execute_after=after,
        dedupe_key=once or None,
        on_conflict="skip",
    )
    return made != [None]


class TransactionDriver(SyncDriver):
    """Runs PgQueuer's statements on Django's connection, inside its transaction.

    PgQueuer's own driver insists on autocommit, which would lose the bond between data and job.
    """

    def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        connection.ensure_connection()
        cursor = RawCursor(connection.connection, row_factory=dict_row)
        return cursor.execute(query.encode(), args or None).fetchall()
