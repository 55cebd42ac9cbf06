"""What aggregators have in common: a key, requests that are counted, their own names of carriers.

They follow a parcel from the day on which they are told of it, so asking also registers it.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from aftercart.connectors import http
from aftercart.connectors.base import Answer, Asked, ConnectionFailed, Heard
from aftercart.connectors.carriers.calling import call
from aftercart.core import clock

PUSHED_FOR = timedelta(days=3)
"""How long it counts that a source posts by itself; each asking renews it."""
LOOKED_UP_FOR = timedelta(hours=1)
MOST_KEPT = 5000


class Line:
    """Requests with one key to one server, counted, with what the server says is left.

    Attributes:
        requests: how many were made.
        remaining: how many more the source answers until `resets_at`, where it says so.
    """

    def __init__(self, label: str, address: str, headers: Mapping[str, str]) -> None:
        self.label = label
        self.address = address
        self.headers = headers
        self.requests = 0
        self.remaining: int | None = None
        self.resets_at: datetime | None = None

    def send(self, method: str, path: str, **request: Any) -> http.Reply:
        """One request, see `calling.call`."""
        self.requests += 1
        url = f"{self.address}{path}"
        reply = call(self.label, method, url, headers=self.headers, **request)
        self._note_limit(reply)
        return reply

    def answer(self, heard: Sequence[Heard]) -> Answer:
        """What was heard, and what it took."""
        return Answer(
            heard=tuple(heard),
            requests=self.requests,
            remaining=self.remaining,
            resets_at=self.resets_at,
        )

    def in_turn(self, parcels: Sequence[Asked], ask: Callable[[Asked], Heard]) -> Answer:
        """Each parcel after the other. A failure in between keeps what was heard so far.

        Raises:
            ConnectionFailed: nothing was heard at all.
        """
        heard: list[Heard] = []
        for parcel in parcels:
            try:
                heard.append(ask(parcel))
            except ConnectionFailed as failure:
                if not heard:
                    raise
                if failure.retry_after is not None:
                    self.remaining = 0
                    self.resets_at = clock.now() + timedelta(seconds=failure.retry_after)
                break
        return self.answer(heard)

    def _note_limit(self, reply: http.Reply) -> None:
        """`X-RateLimit-*`, or `RateLimit-*` as the IETF has it (a draft since 2019)."""
        for prefix in ("x-ratelimit-", "ratelimit-"):
            left = reply.headers.get(f"{prefix}remaining", "").strip()
            if left.isdecimal() and len(left) < 10:
                self.remaining = int(left)
                self.resets_at = _reset(reply.headers.get(f"{prefix}reset", ""))


def _reset(said: str) -> datetime | None:
    """In seconds from now, or as a Unix time."""
    text = said.strip()
    if not text.isdecimal() or len(text) > 10:
        return None
    seconds = int(text)
    if seconds > 1_000_000_000:
        return datetime.fromtimestamp(seconds, UTC)
    return clock.now() + timedelta(seconds=min(seconds, 86_400))


def key(label: str, credentials: Mapping[str, str], name: str = "api_key") -> str:
    """The merchant's key.

    Raises:
        ConnectionFailed: there is none, so that the source posts to us and cannot be asked.
    """
    found = str(credentials.get(name) or "").strip()
    if not found:
        message = _("%(carrier)s can only be asked with an API key. Enter one.")
        raise ConnectionFailed(message % {"carrier": label})
    return found


class Names:
    """An aggregator's names of carriers, by our slugs."""

    def __init__(self, theirs: Mapping[str, str], also: Mapping[str, str] | None = None) -> None:
        """
        Args:
            also: further names of theirs, by what we call that carrier.
        """
        self._theirs = dict(theirs)
        self._ours = {code.casefold(): slug for slug, code in theirs.items()}
        for code, slug in (also or {}).items():
            self._ours.setdefault(code.casefold(), slug)

    @property
    def slugs(self) -> frozenset[str]:
        """The carriers of which we know their name."""
        return frozenset(self._theirs)

    def theirs(self, slug: str) -> str:
        """Their name; empty where we do not know it, so that they find the carrier themselves."""
        return self._theirs.get(slug, "")

    def ours(self, code: str) -> str:
        """Our slug, or their own name where we know none for it."""
        return self._ours.get(code.casefold(), code)


def stable(found: Mapping[str, Any], without: Collection[str] = ()) -> bytes:
    """JSON that is the same as long as its meaning is: in order, without what always changes."""
    kept = {name: value for name, value in found.items() if name not in without}
    return msgspec.json.encode(kept, order="sorted")


_looked_up: dict[bytes, tuple[bool, datetime]] = {}
_lock = Lock()


def is_told(line: Line, secret: str, address: str, look: Callable[[], bool]) -> bool:
    """Whether a source posts to our address. What `look` finds is believed for an hour.

    A source that refuses the question is only asked after parcels.
    """
    if not address.startswith("https://"):
        return False
    known_as = hashlib.sha256(f"{line.address}\0{secret}\0{address}".encode()).digest()
    now = clock.now()
    with _lock:
        found, until = _looked_up.get(known_as, (False, now))
    if now < until:
        return found
    try:
        found = look()
    except ConnectionFailed:
        found = False
    with _lock:
        if len(_looked_up) >= MOST_KEPT:
            _looked_up.clear()
        _looked_up[known_as] = found, now + LOOKED_UP_FOR
    return found


def pushed(heard: Sequence[Heard]) -> list[Heard]:
    """The same, of a source that posts news of all parcels it knows."""
    until = clock.now() + PUSHED_FOR
    return [
        one if one.is_refused or not one.memo else msgspec.structs.replace(one, pushed_until=until)
        for one in heard
    ]
