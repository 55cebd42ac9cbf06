"""What stands behind the edge: Django, as WSGI in a few threads.

The threads are few and precious, so none of them waits for a slow sender: a body is complete before
Django sees the request, in memory or, if it is large, in a temporary file.
"""

import asyncio
from collections.abc import Callable
from tempfile import SpooledTemporaryFile
from typing import Any

from a2wsgi import WSGIMiddleware

from aftercart.edge.asgi import Headers, Message, Receive, Request, Send
from aftercart.edge.bodies import Gone, TooLarge

THREADS = 4
LARGEST_UPLOAD = 110 * 1024 * 1024
"""Bytes; files of orders may have 100 MB."""
IN_MEMORY = 1024 * 1024
SLOWEST_SECONDS = 300.0
CHUNK = 256 * 1024

# What only a proxy may say has been settled by now; nobody else may say it, in any spelling. How
# the body travelled is over, too: some send it in chunks, without saying how long it will be.
HOP_HEADERS = frozenset(
    {b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-port"}
    | {b"x-forwarded-proto", b"x-real-ip", b"x-request-id", b"content-length", b"transfer-encoding"}
)


class Behind:
    """Passes requests on to a WSGI application."""

    def __init__(self, application: Callable[..., Any]) -> None:
        self._application = WSGIMiddleware(application, workers=THREADS)

    async def handle(self, request: Request, receive: Receive, send: Send) -> None:
        """Let Django answer.

        Raises:
            TooLarge, Gone: the body cannot be had.
        """
        scope = request.scope

        async def noting_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                request.status = message["status"]
            await send(message)

        with SpooledTemporaryFile(max_size=IN_MEMORY) as body:
            await _read_into(body, receive, request.headers.get(b"content-length"))
            scope["headers"] = _told_django(request, body.tell())
            await self._application(scope, _replay(body, receive), noting_send)  # type: ignore[arg-type]
        request.route = scope.get("aftercart.route", "") or "django"


def _told_django(request: Request, length: int) -> Headers:
    kept = [
        (name, value)
        for name, value in request.scope["headers"]
        if name not in HOP_HEADERS and b"_" not in name
    ]
    return [*kept, (b"x-request-id", request.id), (b"content-length", b"%d" % length)]


async def _read_into(
    body: "SpooledTemporaryFile[bytes]", receive: Receive, declared: bytes | None
) -> None:
    if declared is not None and declared.isdigit() and int(declared) > LARGEST_UPLOAD:
        raise TooLarge
    message = await receive()
    size = _add(body, message, 0)
    if not message.get("more_body", False):
        return
    try:
        async with asyncio.timeout(SLOWEST_SECONDS):
            while message.get("more_body", False):
                message = await receive()
                size = _add(body, message, size)
    except TimeoutError as error:
        raise Gone from error


def _add(body: "SpooledTemporaryFile[bytes]", message: Message, size: int) -> int:
    if message["type"] == "http.disconnect":
        raise Gone
    chunk: bytes = message.get("body", b"")
    body.write(chunk)
    if size + len(chunk) > LARGEST_UPLOAD:
        raise TooLarge
    return size + len(chunk)


def _replay(body: "SpooledTemporaryFile[bytes]", receive: Receive) -> Receive:
    size = body.tell()
    body.seek(0)

    async def replay() -> Message:
        chunk = body.read(CHUNK)
        if not chunk and size:
            return await receive()
        return {"type": "http.request", "body": chunk, "more_body": body.tell() < size}

    return replay
