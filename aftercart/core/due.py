"""Claiming due work in batches: any number of workers on any number of machines.

A row that needs attention carries `due_at` under a partial index. A claim moves `due_at` to the end
of the lease and writes the lease's name, comparing with the value it saw (compare-and-set): of two
workers that see the same row only one gets it, on one Postgres or on many. A worker that dies
leaves a row that is due again when its lease runs out.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from aftercart.core import clock, sql

DEFAULT_LEASE = timedelta(seconds=60)
MOST_COUNTED = 1000
"""Attempts; a row that kills every worker must not outgrow its column, and so stop all the rest."""


class LeaseLost(Exception):
    """The work was claimed by another worker meanwhile; roll back what was done."""


def claim(
    table: str, columns: Sequence[str], *, limit: int, lease_for: timedelta = DEFAULT_LEASE
) -> tuple[UUID, list[dict[str, Any]]]:
    """Claim up to `limit` due rows, the longest due first.

    Returns:
        the lease, and the claimed rows with `id`, `store_id` and `columns`; `attempts` counts
        this one.
    """
    lease, now = uuid4(), clock.now()
    # IS NOT DISTINCT FROM, since rows often share a `due_at`: the planner would merge-join on an
    # equality of it, which is quadratic in the rows that are due at one moment.
    names = ", ".join(f"claimed.{name}" for name in ("id", "store_id", *columns))
    rows = sql.fetch(
        f"""
        WITH due AS (
          SELECT id, store_id, due_at AS seen FROM {table} WHERE due_at <= %(now)s
          ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        )
        UPDATE {table} AS claimed
        SET due_at = %(until)s, lease = %(lease)s,
          attempts = least(claimed.attempts + 1, {MOST_COUNTED})
        FROM due
        WHERE claimed.id = due.id AND claimed.store_id = due.store_id
          AND claimed.due_at IS NOT DISTINCT FROM due.seen
        RETURNING {names}
        """,
        {"now": now, "until": now + clock.lasting(lease_for), "lease": lease, "limit": limit},
    )
    return lease, rows


def settle(
    table: str, lease: UUID, done: Sequence[tuple[int, int]], next_due_at: datetime | None = None
) -> None:
    """Give claimed rows (`(store_id, id)`) back: finished, or due again at `next_due_at`.

    Call it in the transaction of the work itself.

    Raises:
        LeaseLost: some of the rows are no longer ours.
    """
    if not done:
        return
    touched = sql.run(
        f"""
        UPDATE {table} AS claimed SET due_at = %(next)s, lease = NULL
        FROM unnest(%(stores)s::bigint[], %(ids)s::bigint[]) AS mine(store_id, id)
        WHERE claimed.id = mine.id AND claimed.store_id = mine.store_id
          AND claimed.lease = %(lease)s
        """,
        {
            "next": next_due_at,
            "stores": [store_id for store_id, _ in done],
            "ids": [row_id for _, row_id in done],
            "lease": lease,
        },
    )
    if touched != len(set(done)):
        raise LeaseLost(f"{len(set(done)) - touched} rows of {table} are no longer ours")
