"""The edge's ear: forgets changed connections at once, and gets to know the stores' domains."""

import asyncio

import psycopg
import structlog

from aftercart.edge.connections import ConnectionCache
from aftercart.edge.hosts import Hosts
from aftercart.intake.channels import CONNECTIONS

LOOK_SECONDS = 30.0
RECONNECT_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Ear:
    """Listens to the database as long as the edge runs, and again whenever it has come back."""

    def __init__(self, address: str, connections: ConnectionCache, hosts: Hosts) -> None:
        self._address = address
        self._connections = connections
        self._hosts = hosts
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen."""
        self._task = asyncio.get_running_loop().create_task(self._keep_listening())

    async def close(self) -> None:
        """Listen no longer."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _keep_listening(self) -> None:
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                log.debug("ear.lost", error=type(error).__name__)
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._address, autocommit=True) as line:
            await line.execute(f"LISTEN {CONNECTIONS}")
            self._connections.forget("")  # what changed while nobody listened
            while True:
                rows = await line.execute("SELECT domain FROM core_store WHERE domain <> ''")
                self._hosts.know([row[0] for row in await rows.fetchall()])
                async for word in line.notifies(timeout=LOOK_SECONDS):
                    self._connections.forget(word.payload)
