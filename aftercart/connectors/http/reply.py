"""What comes back: read and unpacked within bounds."""

import zlib
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import msgspec
from django.utils.translation import gettext as _

from aftercart.connectors.http.errors import TooLarge, Unreadable
from aftercart.core import clock


class Reply(msgspec.Struct, frozen=True):
    """What came back, whatever its status. Header names are lower-case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether the status says success; a redirect is none, since it is not followed."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            Unreadable: it is none.
        """
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, RecursionError) as error:
            raise Unreadable(_("The answer is not JSON.")) from error


def retry_after(reply: Reply) -> float | None:
    """The seconds to wait that the reply names (RFC 9110, 10.2.3), at most a day; None if none."""
    text = reply.headers.get("retry-after", "").strip()
    try:
        seconds = float(text) if text[:1].isdigit() else _seconds_until(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), 86_400.0)


def _seconds_until(text: str) -> float:
    moment = parsedate_to_datetime(text)
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - clock.now()).total_seconds()


def read(response: httpx.Response, largest: int) -> bytes:
    """The body as it came.

    Raises:
        TooLarge: it is cut off there.
    """
    chunks, size = [], 0
    assert isinstance(response.stream, httpx.SyncByteStream)
    for chunk in response.stream:
        size += len(chunk)
        if size > largest:
            raise TooLarge(_("The answer is larger than %(limit)s bytes.") % {"limit": largest})
        chunks.append(chunk)
    return b"".join(chunks)


def unpacked(packed: bytes, encoding: str, largest: int) -> bytes:
    """The body without its compression, never bigger than `largest` however well it was packed.

    Raises:
        TooLarge: it would be.
        Unreadable: it is packed in another way than asked for, or broken.
    """
    if encoding.strip().lower() in {"", "identity"} or not packed:
        return packed
    if encoding.strip().lower() not in {"gzip", "x-gzip"}:
        raise Unreadable(_("The answer is compressed in a way that was not asked for."))
    machine = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        body = machine.decompress(packed, largest + 1)
    except zlib.error as error:
        raise Unreadable(_("The answer is damaged.")) from error
    if len(body) > largest:
        raise TooLarge(_("The answer is larger than %(limit)s bytes.") % {"limit": largest})
    if not machine.eof:
        raise Unreadable(_("The answer is damaged."))
    return body
