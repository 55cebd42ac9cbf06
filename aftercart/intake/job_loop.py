"""The odd jobs, run by PgQueuer in a thread of its own; each job in a further thread.

A job that fails is tried again with growing delays. One that was cut short by the end of the worker
goes back into the queue at once; one whose worker was killed is taken up again when its heartbeat
is stale.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import msgspec
import psycopg
import structlog
from django.db import connection
from pgqueuer.adapters.drivers.psycopg import PsycopgDriver
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.models import Job as QueuedJob
from pgqueuer.queries import Queries

from aftercart.core import jobs
from aftercart.intake import stopping

AT_ONCE = 2
"""Jobs that run at the same time in one worker."""
MOST_ATTEMPTS = 8
FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=5), timedelta(minutes=10)
HEARTBEAT = timedelta(seconds=30)
RECONNECT_SECONDS = 2.0
LOOK_SECONDS = 0.2

log = structlog.get_logger(__name__)


class Driver(PsycopgDriver):
    """Asks over one connection and listens over another.

    PgQueuer's own driver does both over one, and while it listens, up to a second at a time, every
    question has to wait.
    """

    def __init__(self, line: psycopg.AsyncConnection, ear: psycopg.AsyncConnection) -> None:
        super().__init__(ear)
        self._asking = PsycopgDriver(line)

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        return await self._asking.fetch(query, *args)

    async def execute(self, query: str, *args: object) -> str:
        return await self._asking.execute(query, *args)

    async def __aexit__(self, *details: object) -> None:
        """Stop listening at once, and not when the second is over."""
        if self._entered == 1 and self._watcher is not None:
            self._watcher.cancel()
        await super().__aexit__(*details)


class JobGivenUp(Exception):
    """A job failed for the last time. What PgQueuer keeps of it is this, and not what it quoted."""


class JobLoop(threading.Thread):
    """Runs what `aftercart.core.jobs.defer` asked for, until the process ends."""

    def __init__(self) -> None:
        super().__init__(name="jobs", daemon=True)
        self.state: dict[str, Any] = {"handled": 0}
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="job")

    def run(self) -> None:
        asyncio.run(self._keep_running())

    async def _keep_running(self) -> None:
        troubled = False
        while not stopping.asked():
            try:
                await self._run_queue()
                troubled = False
            except Exception as error:  # noqa: BLE001 - the database went away; it is tried again
                if not troubled:
                    log.warning("jobs.interrupted", error=type(error).__name__)
                troubled = True
                self.state["error"] = type(error).__name__
                await _sleep(RECONNECT_SECONDS)

    async def _run_queue(self) -> None:
        async with await _connected() as line, await _connected() as ear:
            manager = QueueManager(Queries(Driver(line, ear)))
            for name, function in jobs.registered().items():
                manager.entrypoint(name)(self._entrypoint(name, function))
            self.state.pop("error", None)
            stop_watch = asyncio.create_task(_stop(manager))
            try:
                await manager.run(
                    batch_size=AT_ONCE,
                    max_concurrent_tasks=2 * AT_ONCE,
                    heartbeat_timeout=HEARTBEAT,
                    shutdown_on_listener_failure=True,
                )
            finally:
                stop_watch.cancel()

    def _entrypoint(self, name: str, function: jobs.Job) -> Callable[[QueuedJob], Awaitable[None]]:
        async def run(job: QueuedJob) -> None:
            arguments = msgspec.json.decode(job.payload or b"{}")
            loop = asyncio.get_running_loop()
            try:
                await loop.run_in_executor(self._threads, _run_job, function, arguments)
                self.state["handled"] += 1
            except stopping.Stopped:
                raise RetryRequested(timedelta(0), "the worker is ending") from None
            except RetryRequested:
                raise
            except Exception as error:
                log.exception("job.failed", job=name, attempt=job.attempts + 1)
                if job.attempts + 1 >= MOST_ATTEMPTS:
                    raise JobGivenUp(type(error).__name__) from None
                delay = min(FIRST_DELAY * 2**job.attempts, LONGEST_DELAY)
                raise RetryRequested(delay, type(error).__name__) from None

        return run


def _run_job(function: jobs.Job, arguments: dict[str, Any]) -> None:
    try:
        function(**arguments)
    finally:
        connection.close()


async def _connected() -> psycopg.AsyncConnection:
    made = await psycopg.AsyncConnection.connect(**_connection_parameters(), autocommit=True)
    role = connection.settings_dict["OPTIONS"].get("assume_role")
    if role:
        await made.execute("SELECT set_config('role', %s, false)", [role])
    return made


def _connection_parameters() -> dict[str, Any]:
    """Those of libpq; the rest is how Django wants its own connections to behave."""
    parameters = connection.get_connection_params()
    djangos = ("context", "cursor_factory", "prepare_threshold")
    return {name: value for name, value in parameters.items() if name not in djangos}


async def _stop(manager: QueueManager) -> None:
    while not stopping.asked():
        await asyncio.sleep(LOOK_SECONDS)
    manager.shutdown.set()


async def _sleep(seconds: float) -> None:
    """Sleep, but not into the end of the process."""
    for _ in range(int(seconds / LOOK_SECONDS)):
        if stopping.asked():
            return
        await asyncio.sleep(LOOK_SECONDS)
