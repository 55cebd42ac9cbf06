"""The edge on a real socket: the server that production uses, in a thread of the test."""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator

import pytest
import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from aftercart.config.supervision.port import answers
from aftercart.edge.app import Edge, Options
from aftercart.edge.django import Django
from tests.support.live import free_port, wait_for
from tests.support.shops import Sender, open_store

LONGEST_START = 30.0


class RunningEdge:
    """An edge that answers at `url` until it is closed."""

    def __init__(self, **options: object) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        defaults = {"database_url": os.environ["DATABASE_URL"], "public_url": self.url}
        self.options = Options(**{**defaults, **options})  # type: ignore[arg-type]
        self.edge: Edge
        self._thread = threading.Thread(target=lambda: uvloop.run(self._serve()), daemon=True)
        self._thread.start()
        wait_for(self._listens, LONGEST_START, "the start of the edge", pause=0.005)

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.edge = Edge(self.options, Django())
        self.server = Server(
            self.edge,
            address="127.0.0.1",
            port=self.port,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,
            websockets=False,
            log_enabled=False,
        )
        await self.server.serve()

    def _listens(self) -> bool:
        return answers("127.0.0.1", self.port, "/healthz")

    def close(self) -> None:
        """Stop, letting what is under way end."""
        self.loop.call_soon_threadsafe(self.server.stop)
        self._thread.join(LONGEST_START)
        assert not self._thread.is_alive()


StartEdge = Callable[..., RunningEdge]


@pytest.fixture
def start_edge(transactional_db: None) -> Iterator[StartEdge]:
    """A function that starts an edge with options of one's own."""
    running: list[RunningEdge] = []

    def start(**options: object) -> RunningEdge:
        running.append(RunningEdge(**options))
        return running[-1]

    yield start
    for edge in running:
        edge.close()


@pytest.fixture
def edge(start_edge: StartEdge) -> RunningEdge:
    """An edge, running."""
    return start_edge()


@pytest.fixture
def sender(transactional_db: None) -> Sender:
    """A store's API connection, and whoever posts to it."""
    return open_store("acme")
