"""Showing at a connection that its deliveries are refused: mostly a secret is wrong."""

import asyncio
import time

import psycopg
import structlog
from django.utils.translation import gettext as _

from aftercart.core import clock
from aftercart.edge.connections import Known
from aftercart.edge.database import Line, Statement, Unavailable
from aftercart.edge.values import INT8, TEXT, TIMESTAMPTZ, bigint, moment

AT_MOST_EVERY = 60.0
REMEMBERED = 1000
LONGEST_ERROR = 500

NOTE = Statement(
    "note_refusal",
    """
UPDATE intake_connection SET error = $1, error_at = $2
WHERE store_id = $3 AND id = $4 AND state = 'active'
""",
    takes=(TEXT, TIMESTAMPTZ, INT8, INT8),
)

log = structlog.get_logger(__name__)


class RefusalNotes:
    """Writes at most one note a minute for each connection; whoever forges cannot keep us busy."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._noted: dict[int, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def note(self, known: Known, reason: str) -> None:
        """A delivery was refused; say so at its connection, by and by."""
        now = time.monotonic()
        if now - self._noted.get(known.connection_id, -AT_MOST_EVERY) < AT_MOST_EVERY:
            return
        if len(self._noted) >= REMEMBERED:
            self._noted.clear()
        self._noted[known.connection_id] = now
        task = asyncio.get_running_loop().create_task(self._write(known, reason))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _write(self, known: Known, reason: str) -> None:
        message = _(
            "A delivery was refused (%(reason)s). Check that the secret is the same on both sides."
        ) % {"reason": reason.rstrip(".")}
        try:
            await self._line.fetch(
                NOTE,
                [
                    message[:LONGEST_ERROR].encode(),
                    moment(clock.now()),
                    bigint(known.store_id),
                    bigint(known.connection_id),
                ],
            )
        except (Unavailable, psycopg.Error) as error:
            log.warning("refusal.not_noted", error=type(error).__name__)
