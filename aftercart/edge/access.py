"""One log line for every request: the path's template, never a token, an address or a name.

The lines have the form of all our logs, but are put together by hand and written a few times a
second: the usual way costs more than a webhook does.
"""

import asyncio
import logging
import sys
import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import TextIO

WRITE_SECONDS = 0.2
LOGGER = "aftercart.edge"

Answer = tuple[float, str, str, int, float, bytes]


class AccessLog:
    """Gathers lines and writes them together."""

    def __init__(self, log_format: str, stream: TextIO | None = None) -> None:
        self._is_json = log_format == "json"
        self._stream = stream or sys.stderr
        self._answers: list[Answer] = []
        self._is_planned = False
        self.is_wanted = logging.getLogger(LOGGER).isEnabledFor(logging.INFO)

    def note(self, method: str, route: str, status: int, seconds: float, request_id: bytes) -> None:
        """A request was answered."""
        self._answers.append((time.time(), method, route, status, seconds, request_id))
        if not self._is_planned:
            self._is_planned = True
            asyncio.get_running_loop().call_later(WRITE_SECONDS, self.write)

    def write(self) -> None:
        """Write what has gathered."""
        self._is_planned = False
        answers, self._answers = self._answers, []
        line = _json_line if self._is_json else _console_line
        if answers:
            self._stream.write("".join([line(*answer) for answer in answers]))
            self._stream.flush()


def _json_line(
    at: float, method: str, route: str, status: int, seconds: float, request_id: bytes
) -> str:
    # None of these can hold what JSON would have to escape: HTTP and our own code see to that.
    return (
        f'{{"method":"{method}","ms":{seconds * 1000:.1f},"request_id":"{request_id.decode()}",'
        f'"route":"{route}","status":{status},"event":"request","level":"info",'
        f'"logger":"{LOGGER}","timestamp":"{_moment(at)}"}}\n'
    )


def _console_line(
    at: float, method: str, route: str, status: int, seconds: float, request_id: bytes
) -> str:
    return (
        f"{_moment(at)} [info     ] request                        [{LOGGER}] method={method} "
        f"ms={seconds * 1000:.1f} request_id={request_id.decode()} route={route} status={status}\n"
    )


def _moment(at: float) -> str:
    return f"{_second(int(at))}.{int(at % 1 * 1_000_000):06d}Z"


@lru_cache(maxsize=8)
def _second(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")
