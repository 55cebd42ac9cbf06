"""How fast a key may ask: a number of requests a minute, counted by each server for itself.

Counting together would cost every request a write. Where several servers run, a key has the pace
of each, which is as well: they share the work.
"""

import threading
import time
from collections.abc import Callable

import msgspec

REQUESTS, SECONDS = 1200, 60


class Spent(msgspec.Struct, frozen=True):
    """What a key has left of its requests, and the seconds until it has all of them again."""

    requests: int
    left: int
    seconds: int

    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers has them."""
        return {
            "RateLimit-Policy": f'"key";q={self.requests};w={SECONDS}',
            "RateLimit": f'"key";r={max(self.left, 0)};t={self.seconds}',
        }


class Pace:
    """Counts requests in windows of a minute."""

    def __init__(
        self, requests: int = REQUESTS, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.requests = requests
        self._now = now
        self._lock = threading.Lock()
        self._window = -1
        self._counts: dict[int, int] = {}

    def count(self, key: int) -> Spent:
        """Count one request; below zero is left where it was one too many."""
        window, gone = divmod(self._now(), SECONDS)
        with self._lock:
            if window != self._window:
                self._window, self._counts = int(window), {}
            self._counts[key] = self._counts.get(key, 0) + 1
            left = self.requests - self._counts[key]
            return Spent(self.requests, left, SECONDS - int(gone))
