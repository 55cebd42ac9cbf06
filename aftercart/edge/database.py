"""The edge's lines to Postgres: each a connection of its own that heals by itself.

A pool would hand a connection round for every request. Here the requests of a moment share one
statement, so a few lines, each with one purpose, are enough, and none waits for another's purpose.

A line speaks through psycopg's `pq` layer: prepared statements, values in binary, and one
callback of the event loop for what comes back. psycopg's cursors take five times the processor
time for the same.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import msgspec
import psycopg
import structlog
from psycopg import errors, pq
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from aftercart.core.database.roles import EDGE
from aftercart.edge.values import Read

CONNECT_SECONDS = 2
STATEMENT_SECONDS = 3.0
"""How long a statement may take. A sender such as Shopify waits for five seconds altogether."""
RETRY_SECONDS = 0.2
"""After a failed attempt nobody tries to connect for this long: a flood must not make it worse."""
LIMIT_EXCEEDED = "54"
"""The class of SQLSTATE that blames the statement, though it is an OperationalError."""
BINARY = 1

log = structlog.get_logger(__name__)

Row = tuple[Any, ...]


class Unavailable(Exception):
    """The database is away, or too slow to be of use. Trying again later may help."""


class Statement(msgspec.Struct, frozen=True):
    """A statement that is prepared once on each line.

    Attributes:
        name: under which it is prepared.
        text: with `$1`, `$2`, … for its parameters.
        takes: the types of the parameters, which are given in binary.
        gives: how each column is read from binary.
    """

    name: str
    text: str
    takes: tuple[int, ...] = ()
    gives: tuple[Read, ...] = ()


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
    """One connection, one statement at a time, each a transaction of its own."""

    def __init__(self, address: str, purpose: str, seconds: float = STATEMENT_SECONDS) -> None:
        """
        Args:
            seconds: how long a statement may take.
        """
        self.address = address
        self.purpose = purpose
        self.seconds = seconds
        self._wire: Wire | None = None
        self._lock = asyncio.Lock()
        self._closed_until = 0.0
        self._is_away = False

    async def fetch(self, statement: Statement, parameters: Sequence[bytes] = ()) -> list[Row]:
        """Run a statement that may be repeated without harm; returns its rows.

        A connection that was lost since it was used last is replaced without a word.

        Raises:
            Unavailable: the database is away, or did not answer in time.
            psycopg.Error: the statement cannot be run.
        """
        async with self._lock:
            is_fresh = self._wire is None
            try:
                return await self._run(statement, parameters)
            except (psycopg.OperationalError, TimeoutError) as error:
                self._drop(error)
                if is_fresh or isinstance(error, TimeoutError):
                    raise Unavailable(type(error).__name__) from error
            try:
                return await self._run(statement, parameters)
            except (psycopg.OperationalError, TimeoutError) as error:
                self._drop(error)
                raise Unavailable(type(error).__name__) from error

    def close(self) -> None:
        """Let the connection go."""
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.close()

    async def _run(self, statement: Statement, parameters: Sequence[bytes]) -> list[Row]:
        if self._wire is None:
            self._wire = await self._connect()
        try:
            return await self._wire.run(statement, parameters, self.seconds)
        except asyncio.CancelledError:
            # The server goes on all the same; its answer must not meet the next question.
            self.close()
            raise

    async def _connect(self) -> "Wire":
        if time.monotonic() < self._closed_until:
            raise Unavailable("recently away")
        try:
            async with asyncio.timeout(CONNECT_SECONDS + 1):
                made = await psycopg.AsyncConnection.connect(self.address, autocommit=True)
        except (psycopg.Error, TimeoutError) as error:
            self._closed_until = time.monotonic() + RETRY_SECONDS
            self._note_away(error)
            raise Unavailable(type(error).__name__) from error
        if self._is_away:
            self._is_away = False
            log.info("database.back", purpose=self.purpose)
        return Wire(made)

    def _drop(self, error: Exception) -> None:
        """Part with a connection that is of no more use.

        Raises:
            psycopg.Error: the connection is not to blame.
        """
        if str(getattr(error, "sqlstate", "") or "").startswith(LIMIT_EXCEEDED):
            raise error
        self.close()
        self._note_away(error)

    def _note_away(self, error: Exception) -> None:
        if not self._is_away:
            self._is_away = True
            log.warning("database.away", purpose=self.purpose, error=type(error).__name__)


class Wire:
    """A connection that the event loop watches. One exchange at a time."""

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self._connection = connection  # it closes when it is collected
        self._pg = connection.pgconn
        self._pg.nonblocking = 1
        self._socket = self._pg.socket
        self._prepared: set[str] = set()
        self._answer: asyncio.Future[pq.abc.PGresult] | None = None
        self._result: pq.abc.PGresult | None = None
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._readable)

    async def run(
        self,
        statement: Statement,
        parameters: Sequence[bytes],
        seconds: float = STATEMENT_SECONDS,
    ) -> list[Row]:
        """Run a statement, which is prepared first if need be.

        Raises:
            psycopg.Error: the statement failed, or the connection is lost.
            TimeoutError: there was no answer in time; the connection is of no more use.
        """
        name = statement.name.encode()
        if statement.name not in self._prepared:
            self._pg.send_prepare(name, statement.text.encode(), statement.takes)
            await self._exchange(seconds)
            self._prepared.add(statement.name)
        formats = [BINARY] * len(parameters)
        self._pg.send_query_prepared(name, parameters, formats, BINARY)
        return _rows(await self._exchange(seconds), statement.gives)

    def close(self) -> None:
        """Hang up; whoever waits for an answer gets none."""
        if self._socket >= 0:
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
            self._socket = -1
            self._pg.finish()
        self._fail(psycopg.OperationalError("the connection is closed"))

    async def _exchange(self, seconds: float) -> pq.abc.PGresult:
        """Wait until everything that was sent is answered."""
        self._answer = self._loop.create_future()
        self._result = None
        if self._pg.flush():
            self._loop.add_writer(self._socket, self._writable)
        deadline = self._loop.call_later(seconds, self._fail, TimeoutError())
        try:
            result = await self._answer
        finally:
            deadline.cancel()
            self._answer = None
        if result.status not in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
            raise errors.error_from_result(result)
        return result

    def _writable(self) -> None:
        try:
            if not self._pg.flush():
                self._loop.remove_writer(self._socket)
        except psycopg.OperationalError as error:
            self._lost(error)

    def _readable(self) -> None:
        try:
            self._pg.consume_input()
            while not self._pg.is_busy():
                result = self._pg.get_result()
                if result is None:
                    self._answered()
                    return
                self._result = result
        except psycopg.OperationalError as error:
            self._lost(error)

    def _answered(self) -> None:
        if self._answer is not None and not self._answer.done() and self._result is not None:
            self._answer.set_result(self._result)

    def _lost(self, error: psycopg.OperationalError) -> None:
        """The server is gone; the next one who uses the line is told."""
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        self._fail(error)

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)


def _rows(result: pq.abc.PGresult, gives: Sequence[Read]) -> list[Row]:
    value, rows = result.get_value, range(result.ntuples)
    columns = [[read(value(row, column)) for row in rows] for column, read in enumerate(gives)]
    return list(zip(*columns, strict=True))
