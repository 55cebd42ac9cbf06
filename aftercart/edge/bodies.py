"""Reading bodies with bounds: on one body, on all that are held at once, and on time."""

import asyncio

from aftercart.edge.asgi import Receive

LARGEST = 20 * 1024 * 1024
"""Bytes. Shopify sends orders of some megabytes; nothing legitimate comes near this."""
HELD_AT_ONCE = 128 * 1024 * 1024
SLOWEST_SECONDS = 60.0


class TooLarge(Exception):
    """The body is larger than it may be; the rest of it was not read."""


class TooMuch(Exception):
    """The bodies of all requests together take as much memory as they may."""


class Gone(Exception):
    """The sender went away, or is too slow, before the body was complete."""


class Bodies:
    """Reads bodies and keeps count of the memory they take."""

    def __init__(self, held_at_once: int = HELD_AT_ONCE) -> None:
        self.left = held_at_once

    async def read(self, receive: Receive, declared: bytes | None, largest: int = LARGEST) -> bytes:
        """The whole body; most come in one piece.

        Args:
            declared: the header `content-length`.

        Raises:
            TooLarge, TooMuch, Gone: see there.
        """
        length = int(declared) if declared is not None and declared.isdigit() else -1
        if length > largest:
            raise TooLarge
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        first: bytes = message.get("body", b"")
        # The server says that more follows until it has looked; the length spares the look.
        if len(first) == length:
            return first
        if not message.get("more_body", False):
            if len(first) > largest:
                raise TooLarge
            return first
        try:
            async with asyncio.timeout(SLOWEST_SECONDS):
                return await self._rest(receive, first, largest)
        except TimeoutError as error:
            raise Gone from error

    async def _rest(self, receive: Receive, first: bytes, largest: int) -> bytes:
        body = bytearray(first)
        counted = 0
        try:
            while True:
                counted = self._count(counted, len(body))
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                body += message.get("body", b"")
                if len(body) > largest:
                    raise TooLarge
                if not message.get("more_body", False):
                    return bytes(body)
        finally:
            self.left += counted

    def _count(self, before: int, now: int) -> int:
        self.left -= now - before
        if self.left < 0:
            self.left += now - before
            raise TooMuch
        return now
