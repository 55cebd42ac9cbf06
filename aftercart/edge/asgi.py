"""Plain ASGI: what a request and an answer are here, without a framework on the hot paths."""

import itertools
import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

NOT_MODIFIED = 304
GIVEN_ID = re.compile(rb"[A-Za-z0-9-]{8,64}")
_counter = itertools.count()
_process = secrets.token_hex(8).encode()


class Request:
    """What a handler needs of a request. Names are lower-case; of doubles the last counts."""

    __slots__ = ("headers", "id", "route", "scope", "status")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        given = self.headers.get(b"x-request-id")
        self.id: bytes = given if given and GIVEN_ID.fullmatch(given) else new_id()
        self.route = ""
        self.status = 0

    async def respond(self, send: Send, status: int, headers: Headers, body: bytes) -> None:
        """Answer in one piece. A HEAD gets the same headers and no body."""
        if status != NOT_MODIFIED:  # whose length would be that of the page (RFC 9110, 8.6)
            headers = [*headers, (b"content-length", b"%d" % len(body))]
        await self.respond_with(send, status, headers, body)

    async def respond_with(self, send: Send, status: int, headers: Headers, body: bytes) -> None:
        """Answer in one piece, with headers that are complete but for the request's id."""
        self.status = status
        headers = [*headers, (b"x-request-id", self.id)]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if self.scope["method"] == "HEAD":
            body = b""
        await send({"type": "http.response.body", "body": body})

    async def refuse(
        self, send: Send, status: int, title: str, detail: str, headers: Headers | None = None
    ) -> None:
        """Answer with a problem (RFC 9457)."""
        problem = {
            "type": "about:blank",
            "title": title,
            "status": status,
            "detail": detail,
            "request_id": self.id.decode(),
        }
        body = msgspec.json.encode(problem)
        given = headers or []
        await self.respond(send, status, [*PROBLEM_HEADERS, *given], body)


PROBLEM_HEADERS: Headers = [
    (b"content-type", b"application/problem+json"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]


def new_id() -> bytes:
    """A request id: unique over processes, without asking the system for randomness every time."""
    return b"%s%08x" % (_process, next(_counter))
