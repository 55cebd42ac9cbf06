"""What load balancers, supervisors and Prometheus ask: is it alive, can it serve, how is it."""

import hmac

from starlette.requests import Request as StarletteRequest
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from aftercart.edge import backlog
from aftercart.edge.asgi import Request
from aftercart.edge.database import Line
from aftercart.edge.health import Readiness
from aftercart.edge.hosts import LOOPBACK, without_port
from aftercart.edge.metrics import Metrics, exposition

PATHS = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked for by machines that know us by number: answered under any host, and not logged."""


class ForMachines:
    """Answers at `PATHS`."""

    def __init__(self, metrics: Metrics, line: Line, token: str) -> None:
        """
        Args:
            token: opens `/metrics`; where it is empty, this machine alone may see them.
        """
        self.metrics = metrics
        self.line = line
        self.token = token
        self.readiness = Readiness(line)
        self.routes = [
            Route("/healthz", self._healthz),
            Route("/readyz", self._readyz),
            Route("/metrics", self._metrics),
        ]

    async def _healthz(self, request: StarletteRequest) -> Response:
        return self._own(request, PlainTextResponse("ok\n"))

    async def _readyz(self, request: StarletteRequest) -> Response:
        problem = await self.readiness.problem()
        content = {"ready": not problem, "problem": problem}
        return self._own(request, JSONResponse(content, 503 if problem else 200))

    async def _metrics(self, request: StarletteRequest) -> Response:
        if not self._may_see_metrics(request):
            return self._own(request, PlainTextResponse("Not found\n", 404))
        body = exposition(self.metrics, await backlog.gauges(self.line))
        kind = "text/plain; version=0.0.4; charset=utf-8"
        return self._own(request, Response(body, media_type=kind))

    def _own(self, request: StarletteRequest, response: Response) -> Response:
        """Note the answer, which nobody may keep."""
        ours: Request = request.scope["aftercart.request"]
        ours.route, ours.status = request.url.path, response.status_code
        response.headers["cache-control"] = "no-store"
        response.headers["x-request-id"] = ours.id.decode()
        return response

    def _may_see_metrics(self, request: StarletteRequest) -> bool:
        """Whoever has the token; where none is set, this machine, but not a proxy on it."""
        if self.token:
            given = request.headers.get("authorization", "").encode()
            return hmac.compare_digest(given, f"Bearer {self.token}".encode())
        client = request.client.host if request.client else ""
        is_here = client.startswith("127.") or client == "::1"
        asked_for = without_port(request.headers.get("host", "").lower())
        was_passed_on = bool({"forwarded", "x-forwarded-for"} & set(request.headers))
        return is_here and asked_for in LOOPBACK and not was_passed_on
