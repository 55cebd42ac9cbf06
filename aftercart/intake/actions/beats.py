"""What workers say about themselves."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from aftercart.core import clock, sql

FORGOTTEN_AFTER = timedelta(days=1)


def beat(name: str, started_at: datetime, state: dict[str, Any]) -> None:
    """Say that the worker is alive, and how its work goes."""
    sql.run(
        """
        INSERT INTO intake_workerbeat AS stored (name, started_at, seen_at, state)
        VALUES (%s, %s, %s, %s::jsonb)
        ON CONFLICT (name) DO UPDATE SET started_at = excluded.started_at,
          seen_at = excluded.seen_at, state = excluded.state
        """,
        [name, started_at, clock.now(), msgspec.json.encode(state).decode()],
    )


def leave(name: str) -> None:
    """The worker ended as it should."""
    sql.run("DELETE FROM intake_workerbeat WHERE name = %s", [name])


def forget_the_dead() -> None:
    """Workers that were not heard of for a day."""
    sql.run("DELETE FROM intake_workerbeat WHERE seen_at < %s", [clock.now() - FORGOTTEN_AFTER])
