"""The edge's lines to Postgres: each a connection of its own that heals by itself.

A pool would hand a connection round for every request. Here the requests of a moment share one
statement, so a few lines, each with one purpose, are enough, and nothing waits for another purpose.
"""

import asyncio
import os
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import psycopg
import structlog
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from aftercart.core.database.roles import EDGE
from aftercart.edge import arrays

CONNECT_SECONDS = 2
STATEMENT_SECONDS = 5.0
RETRY_SECONDS = 0.2
"""After a failed attempt nobody tries to connect for this long: a flood must not make it worse."""
LIMIT_EXCEEDED = "54"
"""The class of SQLSTATE that blames the statement, though it is an OperationalError."""

log = structlog.get_logger(__name__)


class Unavailable(Exception):
    """The database is away, or too slow to be of use. Trying again later may help."""


def edge_address(url: str) -> str:
    """The address under which the edge connects: as its role, which may do little."""
    given = conninfo_to_dict(url)
    options = f"{given.get('options') or ''} -c role={EDGE}".strip()
    return make_conninfo(
        url,
        options=options,
        application_name="aftercart edge",
        connect_timeout=CONNECT_SECONDS,
        keepalives_idle=20,
        keepalives_interval=5,
        keepalives_count=3,
    )


class Line:
    """One connection, one statement at a time, in autocommit."""

    def __init__(self, address: str, purpose: str) -> None:
        self.address = address
        self.purpose = purpose
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._lock = asyncio.Lock()
        self._closed_until = 0.0
        self._is_away = False

    async def fetch(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Run a statement that may be repeated without harm; returns its rows.

        A connection that was lost since it was used last is replaced without a word.

        Raises:
            Unavailable: the database is away, or did not answer in time.
            psycopg.Error: the statement cannot be run.
        """
        async with self._lock:
            is_fresh = self._connection is None
            try:
                return await self._run(statement, parameters)
            except (psycopg.OperationalError, psycopg.InterfaceError, TimeoutError) as error:
                await self._drop(error)
                if is_fresh or isinstance(error, TimeoutError):
                    raise Unavailable(type(error).__name__) from error
            try:
                return await self._run(statement, parameters)
            except (psycopg.OperationalError, psycopg.InterfaceError, TimeoutError) as error:
                await self._drop(error)
                raise Unavailable(type(error).__name__) from error

    async def close(self) -> None:
        """Let the connection go."""
        line, self._connection = self._connection, None
        if line is not None:
            await line.close()

    async def _run(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        line = self._connection
        if line is None:
            line = self._connection = await self._connect()
        task = asyncio.ensure_future(_answer(line, statement, parameters))
        await asyncio.wait([task], timeout=STATEMENT_SECONDS)
        if not task.done():
            # Cancelling would ask the server, which may be what hangs. This ends the wait at once.
            _hang_up(line)
            await asyncio.wait([task])
            if not task.cancelled():
                task.exception()
            raise TimeoutError
        return task.result()

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        if time.monotonic() < self._closed_until:
            raise Unavailable("recently away")
        try:
            async with asyncio.timeout(CONNECT_SECONDS + 1):
                line = await psycopg.AsyncConnection.connect(self.address, autocommit=True)
        except (psycopg.Error, TimeoutError) as error:
            self._closed_until = time.monotonic() + RETRY_SECONDS
            if not self._is_away:
                self._is_away = True
                log.warning("database.away", purpose=self.purpose, error=type(error).__name__)
            raise Unavailable(type(error).__name__) from error
        arrays.register(line)
        if self._is_away:
            self._is_away = False
            log.info("database.back", purpose=self.purpose)
        return line

    async def _drop(self, error: Exception) -> None:
        """Part with a connection that is of no more use.

        Raises:
            psycopg.Error: the connection is not to blame.
        """
        if str(getattr(error, "sqlstate", "") or "").startswith(LIMIT_EXCEEDED):
            raise error
        await self.close()
        if not self._is_away:
            self._is_away = True
            log.warning("database.away", purpose=self.purpose, error=type(error).__name__)


async def _answer(
    line: psycopg.AsyncConnection[Any], statement: str, parameters: Sequence[Any]
) -> list[Any]:
    cursor = await line.execute(statement, parameters, prepare=True, binary=True)
    return await cursor.fetchall() if cursor.description else []


def _hang_up(line: psycopg.AsyncConnection[Any]) -> None:
    with suppress(OSError), socket.socket(fileno=os.dup(line.fileno())) as end:
        end.shutdown(socket.SHUT_RDWR)
