"""Amazon's signing certificates, fetched when one is first named and kept for a day.

A stranger who knows a connection's address could name certificates without end. So only one host is
ever asked, what could not be had is not asked for again for a minute, and all fetches together are
limited.
"""

import threading
from collections import deque
from datetime import datetime, timedelta

import msgspec
from django.utils.translation import gettext as _

from aftercart.connectors import http
from aftercart.connectors.base import ConnectionFailed
from aftercart.core import clock

KEPT = timedelta(days=1)
FAILURE_KEPT = timedelta(minutes=1)
MOST_KEPT = 50
MOST_FETCHES, FETCHES_WITHIN = 10, timedelta(minutes=1)
FETCH_SECONDS = 5.0
LARGEST = 64 * 1024


class Known(msgspec.Struct, frozen=True):
    """A certificate in PEM, or why there is none."""

    pem: bytes
    problem: str
    until: datetime


_known: dict[str, Known] = {}
_fetches: deque[datetime] = deque()
_one_at_a_time = threading.Lock()


def certificate(url: str) -> bytes:
    """The certificate at an address that was checked before.

    Raises:
        ConnectionFailed: it cannot be had now; later perhaps.
    """
    with _one_at_a_time:
        known = _known.get(url)
        if known is None or known.until < clock.now():
            known = _fetch(url)
            if len(_known) >= MOST_KEPT:
                _known.clear()
            _known[url] = known
    if known.problem:
        raise ConnectionFailed(known.problem, retry_after=FAILURE_KEPT.total_seconds())
    return known.pem


def forget() -> None:
    """Know no certificate (tests)."""
    _known.clear()
    _fetches.clear()


def _fetch(url: str) -> Known:
    now = clock.now()
    while _fetches and _fetches[0] < now - FETCHES_WITHIN:
        _fetches.popleft()
    if len(_fetches) >= MOST_FETCHES:
        problem = _("Too many different signing certificates were named in a short time.")
        raise ConnectionFailed(problem, retry_after=FETCHES_WITHIN.total_seconds())
    _fetches.append(now)
    try:
        reply = http.request("GET", url, total_seconds=FETCH_SECONDS, largest_reply=LARGEST)
    except http.RequestFailed as failure:
        return Known(b"", failure.message, now + FAILURE_KEPT)
    if not reply.ok:
        problem = _("Amazon's signing certificate cannot be fetched (status %(status)s).")
        return Known(b"", problem % {"status": reply.status}, now + FAILURE_KEPT)
    return Known(reply.body, "", now + KEPT)
