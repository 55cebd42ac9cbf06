"""One log line for every request: the path's template, never a token, an address or a name.

The lines have the form of all our logs, but are put together by hand and written a few times a
second: the usual way costs more than a webhook does.
"""

import asyncio
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

import msgspec

WRITE_SECONDS = 0.2
MOST_LINES = 500
LOGGER = "aftercart.edge"

encode = msgspec.json.Encoder().encode


class AccessLog:
    """Gathers lines and writes them together."""

    def __init__(self, log_format: str, stream: TextIO | None = None) -> None:
        self._is_json = log_format == "json"
        self._stream = stream or sys.stderr
        self._lines: list[str] = []
        self._is_planned = False

    def is_wanted(self) -> bool:
        """Whether the level asks for such lines."""
        return logging.getLogger(LOGGER).isEnabledFor(logging.INFO)

    def note(self, method: str, route: str, status: int, seconds: float, request_id: str) -> None:
        """A request was answered."""
        at = datetime.now(UTC).isoformat()[:26] + "Z"
        milliseconds = round(seconds * 1000, 1)
        if self._is_json:
            line = encode(
                {
                    "event": "request",
                    "level": "info",
                    "logger": LOGGER,
                    "timestamp": at,
                    "method": method,
                    "route": route,
                    "status": status,
                    "ms": milliseconds,
                    "request_id": request_id,
                }
            ).decode()
        else:
            line = (
                f"{at} [info     ] request                        [{LOGGER}] method={method} "
                f"ms={milliseconds} request_id={request_id} route={route} status={status}"
            )
        self._lines.append(line)
        if len(self._lines) >= MOST_LINES:
            self.write()
        elif not self._is_planned:
            self._is_planned = True
            asyncio.get_running_loop().call_later(WRITE_SECONDS, self.write)

    def write(self) -> None:
        """Write what has gathered."""
        self._is_planned = False
        lines, self._lines = self._lines, []
        if lines:
            self._stream.write("\n".join(lines) + "\n")
            self._stream.flush()
