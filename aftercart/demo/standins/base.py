"""What every stand-in has: a socket, tokens that end, limits with their headers, and faults.

A stand-in knows parcels as scripts in our words and tells them in its carrier's format, as far as
they have come by its own clock. It counts what it was asked, so that a test can show that no limit
was ever exceeded.
"""

import hashlib
import json
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from aftercart.connectors.base import Limit
from aftercart.delivery.shipments.facts import PlaceFact, Reason, ShipmentStatus

Clock = Callable[[], datetime]


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happens to a parcel. `at` is aware, in the zone of the place."""

    at: datetime
    status: ShipmentStatus
    reason: Reason = ""
    place: PlaceFact = PlaceFact()


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel and all that will happen to it, in order."""

    number: str
    moves: tuple[Move, ...]
    carrier: str = ""
    destination: PlaceFact = PlaceFact()
    service: str = ""
    signed_by: str = ""
    expected_date: str = ""

    def so_far(self, now: datetime) -> tuple[Move, ...]:
        """What has happened by now."""
        return tuple(move for move in self.moves if move.at <= now)


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Header names are lower-case; of a repeated parameter `query` holds every value."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    def parameter(self, name: str, otherwise: str = "") -> str:
        """The first value of a parameter."""
        return self.query.get(name, [otherwise])[0]

    def json(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """What is answered."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = {}


def as_json(content: Any, status: int = 200, **headers: str) -> Response:
    """An answer in JSON; underscores in header names become dashes."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(
        status=status,
        body=json.dumps(content).encode(),
        headers={"Content-Type": "application/json", **given},
    )


def as_xml(text: str, status: int = 200) -> Response:
    """An answer in XML."""
    return Response(status=status, body=text.encode(), headers={"Content-Type": "text/xml"})


class Seen(msgspec.Struct, frozen=True):
    """A request that arrived, by whose credentials, and how it was answered."""

    at: datetime
    key: str
    method: str
    path: str
    status: int


class StandIn:
    """A carrier's server. A subclass answers in `answer`, which runs in the server's threads.

    Faults are switched while it runs: `outage` answers 503 to everything, `silence` in seconds
    holds every answer back, `is_broken` cuts every body in half.
    """

    system = ""
    limits: tuple[Limit, ...] = ()
    token_seconds = 3600

    def __init__(
        self,
        scripts: Mapping[str, Script] | None = None,
        *,
        clock: Clock = lambda: datetime.now(UTC),
        limits: tuple[Limit, ...] | None = None,
    ) -> None:
        self.scripts: dict[str, Script] = dict(scripts or {})
        self.clock = clock
        self.limits = self.limits if limits is None else limits
        self.outage = False
        self.silence = 0.0
        self.is_broken = False
        self.seen: list[Seen] = []
        self.refused_by_limit = 0
        self.url = ""
        self._tokens: dict[str, datetime] = {}
        self._used: dict[tuple[str, Limit], deque[datetime]] = {}
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Response:
        """What the carrier would answer."""
        raise NotImplementedError

    def key_of(self, request: Request) -> str:
        """Whose limits a request counts against; a token request counts against none: ""."""
        given = request.headers.get("authorization", "")
        return hashlib.sha256(given.encode()).hexdigest()[:12] if given else "nobody"

    def limit_reached(self, request: Request, wait: timedelta) -> Response:
        """How the carrier says that its limit is reached."""
        return as_json({"error": "Too many requests"}, 429, Retry_After=str(_seconds(wait)))

    def unavailable(self) -> Response:
        """How the carrier answers when it is in trouble."""
        return Response(status=503, body=b"Service Unavailable", headers={"Retry-After": "30"})

    def issue_token(self) -> str:
        """A token that is good for `token_seconds` of the stand-in's clock."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._tokens[token] = self.clock() + timedelta(seconds=self.token_seconds)
        return token

    def is_token_good(self, request: Request) -> bool:
        """Whether the request bears a token that has not ended."""
        _, _, token = request.headers.get("authorization", "").partition(" ")
        with self._lock:
            ends_at = self._tokens.get(token)
        return ends_at is not None and self.clock() < ends_at

    def respond(self, request: Request) -> Response:
        """The answer, with faults and limits; it is noted in `seen`."""
        key = self.key_of(request)
        wait = self._wait(key) if key else None
        if self.silence:
            time.sleep(self.silence)
        if self.outage:
            response = self.unavailable()
        elif wait is not None:
            self.refused_by_limit += 1
            response = self.limit_reached(request, wait)
        else:
            response = self.answer(request)
        if self.is_broken:
            response = msgspec.structs.replace(
                response, body=response.body[: len(response.body) // 2]
            )
        self.seen.append(Seen(self.clock(), key, request.method, request.path, response.status))
        return response

    def _wait(self, key: str) -> timedelta | None:
        """Count the request; how long to wait instead where a limit is reached."""
        now = self.clock()
        with self._lock:
            waits = [wait for limit in self.limits if (wait := self._left(key, limit, now))]
            if waits:
                return max(waits)
            for limit in self.limits:
                self._used[key, limit].append(now)
        return None

    def _left(self, key: str, limit: Limit, now: datetime) -> timedelta | None:
        used = self._used.setdefault((key, limit), deque())
        begins = now - timedelta(seconds=limit.seconds)
        while used and used[0] <= begins:
            used.popleft()
        return used[0] - begins if len(used) >= limit.requests else None

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve on a free port of 127.0.0.1; yields the address."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield self.url
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _seconds(wait: timedelta) -> int:
    return max(1, int(wait.total_seconds() + 0.999))


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30
        wbufsize = -1  # head and body in one packet: else whoever asks waits for the second

        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            address = urlsplit(self.path)
            response = stand_in.respond(
                Request(
                    method=self.command,
                    path=address.path,
                    query=parse_qs(address.query, keep_blank_values=True),
                    headers={name.lower(): value for name, value in self.headers.items()},
                    body=self.rfile.read(length),
                )
            )
            self.send_response(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            self.wfile.write(response.body)

        do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815 - http.server's names

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - its name there
            """Nothing: what arrived is in `seen`."""

    return Handler
