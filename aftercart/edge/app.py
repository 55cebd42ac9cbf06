"""The one port: webhooks in and tracking pages out by themselves, everything else by Django behind.

The two hot paths are plain ASGI. What machines ask is answered by Starlette, the rest by Django.
"""

import asyncio
import gc
import time
from collections.abc import Callable
from itertools import chain
from typing import Any

import msgspec
import structlog
from starlette.applications import Starlette

from aftercart.edge import machines, notices, pages, webhooks
from aftercart.edge.access import AccessLog
from aftercart.edge.asgi import Headers, Receive, Request, Scope, Send
from aftercart.edge.behind import Behind
from aftercart.edge.bodies import Bodies, Gone, TooLarge
from aftercart.edge.connections import ConnectionCache
from aftercart.edge.database import STATEMENT_SECONDS, Line, edge_address
from aftercart.edge.hosts import Hosts, settle_client
from aftercart.edge.inbox import InboxWriter
from aftercart.edge.listening import Ear
from aftercart.edge.machines import ForMachines
from aftercart.edge.metrics import Metrics
from aftercart.edge.pages import Pages
from aftercart.edge.refusals import RefusalNotes
from aftercart.edge.rendering import Renderer
from aftercart.edge.webhooks import Webhooks

FOR_PROGRAMS = ("/api/", webhooks.PREFIX)
CLOSE: Headers = [(b"connection", b"close")]
SLOW_END_SECONDS = 10.0
LINES = {
    "webhooks": (2, STATEMENT_SECONDS),
    "large webhooks": (1, 15.0),
    "others": (1, STATEMENT_SECONDS),
    "pages": (3, STATEMENT_SECONDS),
    "page bodies": (1, STATEMENT_SECONDS),
}
"""Connections to the database by purpose, made when they are needed first: how many, and how many
seconds a statement may take."""

GARBAGE_THRESHOLDS = (10_000, 20, 20)

log = structlog.get_logger(__name__)


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What the edge is told by the settings.

    `trusted_proxies` is how many proxies stand in front of us; `metrics_token`, where it is not
    empty, opens `/metrics` to others than this machine.
    """

    database_url: str
    public_url: str
    metrics_token: str = ""
    trusted_proxies: int = 0
    log_format: str = "console"


class Edge:
    """The ASGI application."""

    def __init__(self, options: Options, django: Callable[..., Any]) -> None:
        self.options = options
        self.metrics = Metrics()
        self.access = AccessLog(options.log_format)
        self.hosts = Hosts(options.public_url)
        self.behind = Behind(django)
        self.renderer = Renderer()
        address = edge_address(options.database_url)
        self.lines = _lines(address)
        self.others = self.lines["others"][0]
        self.connections = ConnectionCache(self.others)
        self.ear = Ear(address, self.connections, self.hosts)
        self.writer = InboxWriter(
            self.lines["webhooks"], self.lines["large webhooks"], self.metrics.note_batch
        )
        self.metrics.waiting = lambda: self.writer.waiting
        self.webhooks = Webhooks(
            self.connections,
            self.writer,
            Bodies(),
            self.metrics.note_webhook,
            RefusalNotes(self.others).note,
        )
        self.pages = Pages(
            self.lines["pages"],
            self.lines["page bodies"][0],
            self.renderer.render,
            self.metrics.note_render,
            options.public_url,
        )
        for_machines = ForMachines(self.metrics, self.others, options.metrics_token)
        self.for_machines = Starlette(routes=for_machines.routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._other(scope, receive, send)
            return
        started = time.perf_counter()
        request = Request(scope)
        try:
            if not self.hosts.is_ours(request.headers.get(b"host")):
                await self._turn_away(request, receive, send)
            elif scope["path"].startswith(pages.PREFIX):
                await self.pages.handle(request, send)
            elif scope["path"].startswith(webhooks.PREFIX):
                await self.webhooks.handle(request, receive, send)
            else:
                await self._pass_on(request, receive, send)
        except Exception:
            log.exception("request.failed", route=request.route, request_id=request.id.decode())
            if not request.status:
                await request.refuse(send, 500, "Server error", "Something went wrong here.")
        finally:
            seconds = time.perf_counter() - started
            self.metrics.note_request(request.route, request.status, seconds)
            if self.access.is_wanted and request.route not in machines.PATHS:
                method = scope["method"]
                self.access.note(method, request.route, request.status, seconds, request.id)

    async def _turn_away(self, request: Request, receive: Receive, send: Send) -> None:
        """Under a foreign host only machines that ask how we do are answered."""
        if request.scope["path"] in machines.PATHS:
            await self._pass_on(request, receive, send)
            return
        request.route = "unknown host"
        if request.scope["path"].startswith(FOR_PROGRAMS):
            detail = "This host is not set up here; use the one of PUBLIC_URL."
            await request.refuse(send, 421, "Misdirected request", detail)
        else:
            await request.respond(send, 421, notices.HTML, notices.unknown_host())

    async def _other(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _pass_on(self, request: Request, receive: Receive, send: Send) -> None:
        settle_client(request.scope, request.headers, self.options.trusted_proxies)
        if request.scope["path"] in machines.PATHS:
            request.scope["aftercart.request"] = request
            await self.for_machines(request.scope, receive, send)
        else:
            await self._ask_django(request, receive, send)

    async def _ask_django(self, request: Request, receive: Receive, send: Send) -> None:
        try:
            await self.behind.handle(request, receive, send)
        except TooLarge:
            request.route = "django"
            detail = "The upload is larger than 110 MB."
            await request.refuse(send, 413, "Content too large", detail, CLOSE)
        except Gone:
            request.route = "django"
            await request.refuse(send, 408, "Request timeout", "The body did not arrive.", CLOSE)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start with the server, and end with it: what was taken in is stored first."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.ear.start()
                gc.collect()
                # What is loaded now stays, and need not be looked through again; and requests leave
                # few cycles behind, so that looking less often spares every one of them.
                gc.freeze()
                gc.set_threshold(*GARBAGE_THRESHOLDS)
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._end()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _end(self) -> None:
        try:
            async with asyncio.timeout(SLOW_END_SECONDS):
                await self.writer.finish()
                await self.ear.close()
                for line in chain.from_iterable(self.lines.values()):
                    line.close()
        except TimeoutError:
            log.warning("edge.cut_short")
        self.access.write()


def _lines(address: str) -> dict[str, list[Line]]:
    return {
        purpose: [Line(address, purpose, seconds) for _ in range(count)]
        for purpose, (count, seconds) in LINES.items()
    }
