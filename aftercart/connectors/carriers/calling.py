"""Calling a carrier: one request, its token, and failures told so that a merchant can mend them."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

import msgspec
from django.utils.translation import gettext as _

from aftercart.connectors import http
from aftercart.connectors.base import ConnectionFailed, ParseError
from aftercart.connectors.carriers import xml
from aftercart.connectors.reading import plain
from aftercart.core import clock

SLOWEST = 20.0
MARGIN = timedelta(minutes=2)
SHORTEST_LIFE, LONGEST_LIFE = timedelta(seconds=5), timedelta(hours=24)
MOST_KEPT = 5000
LONGEST_WORDS = 300


class Token(msgspec.Struct, frozen=True):
    """An access token and until when to use it."""

    value: str
    ends_at: datetime


_kept: dict[bytes, Token] = {}
_lock = Lock()


def call(
    label: str,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    parameters: Sequence[tuple[str, str]] = (),
    content: bytes | None = None,
    json: Any = None,
    readable: Collection[int] = (),
) -> http.Reply:
    """One request to a carrier; the reply, whatever its status is but 401, 403, 429 and 5xx.

    Args:
        label: the carrier's name for messages.
        readable: of those the statuses with which this carrier answers about a parcel.

    Raises:
        ConnectionFailed: nobody answered, the credentials are refused (permanent), or the carrier
            asks to wait (`retry_after`) or is in trouble.
    """
    try:
        reply = http.request(
            method,
            url,
            headers=headers,
            parameters=parameters,
            content=content,
            json=json,
            total_seconds=SLOWEST,
            read_seconds=SLOWEST,
        )
    except http.RequestFailed as failure:
        raise ConnectionFailed(failure.message, permanent=failure.permanent) from failure
    failure_told = None if reply.status in readable else failed(label, reply)
    if failure_told:
        raise failure_told
    return reply


def failed(label: str, reply: http.Reply) -> ConnectionFailed | None:
    """How a reply that says nothing about a parcel is shown at the connection."""
    name = {"carrier": label}
    if reply.status == 429:
        return ConnectionFailed(
            _("%(carrier)s asks us to wait: the limit of requests is reached.") % name,
            retry_after=http.retry_after(reply) or 60.0,
            is_throttled=True,
        )
    if reply.status in {401, 403}:
        return refused(label)
    if reply.status >= 500:
        return ConnectionFailed(
            _("%(carrier)s does not answer at the moment.") % name,
            retry_after=http.retry_after(reply),
        )
    return None


def with_token(
    label: str,
    address: str,
    credentials: Sequence[str],
    fetch: Callable[[], tuple[str, float]],
    use: Callable[[str], http.Reply],
) -> http.Reply:
    """What `use` answers with a token that is good; one that was refused is replaced once.

    Args:
        address: where the token is good, so that two servers never share one.
        credentials: what the token is kept under, as a hash.
        fetch: asks for a token; returns it and its life in seconds.
        use: makes the request; raises a permanent `ConnectionFailed` where the token is refused.

    Raises:
        ConnectionFailed: from `fetch` and `use`.
    """
    key = hashlib.sha256("\0".join((label, address, *credentials)).encode()).digest()
    held = _held(key)
    if held is None:
        return use(_fresh(key, fetch))
    try:
        return use(held)
    except ConnectionFailed as failure:
        if not failure.permanent:
            raise
        _forget(key, held)
        return use(_fresh(key, fetch))


def form_token(
    label: str, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> tuple[str, float]:
    """A token by OAuth 2.0 client credentials (RFC 6749, 4.4), and its life in seconds.

    Raises:
        ConnectionFailed: there is none; permanent where the credentials are wrong.
    """
    given = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
    reply = call(label, "POST", url, headers=given, content=urlencode(form).encode())
    if not reply.ok:
        raise refused(label)
    return read_token(label, reply)


def read_token(label: str, reply: http.Reply) -> tuple[str, float]:
    """`access_token` and `expires_in` of a reply; both are sent as text by some carriers.

    Raises:
        ConnectionFailed: the reply holds none.
    """
    try:
        answer = msgspec.json.decode(reply.body, type=dict)
        return str(answer["access_token"]), float(answer.get("expires_in") or 3600)
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        message = _("The answer of %(carrier)s to the sign-in cannot be read.")
        raise ConnectionFailed(message % {"carrier": label}) from error


def read_json(label: str, reply: http.Reply) -> dict[str, Any]:
    """The object in a reply.

    Raises:
        ConnectionFailed: the reply is broken, or something else.
    """
    try:
        found = msgspec.json.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = None
    if not isinstance(found, dict):
        message = _("The answer of %(carrier)s cannot be read.") % {"carrier": label}
        raise ConnectionFailed(message)
    return found


def read_xml(label: str, reply: http.Reply) -> Element:
    """The root of a reply in XML.

    Raises:
        ConnectionFailed: the reply is broken, or something else.
    """
    try:
        return xml.read(reply.body)
    except ParseError as error:
        message = _("The answer of %(carrier)s cannot be read.") % {"carrier": label}
        raise ConnectionFailed(message) from error


def stated(label: str, *words: Any) -> str:
    """What a carrier says in place of news: the first of its words that can be read at all."""
    readable = (plain(str(one), LONGEST_WORDS) for one in words if one)
    otherwise = _("%(carrier)s reports an error.") % {"carrier": label}
    return next((one for one in readable if one), otherwise)


def refused(label: str) -> ConnectionFailed:
    """The failure that only the merchant can mend: the credentials are wrong."""
    message = _("%(carrier)s does not accept the credentials. Enter them again.")
    return ConnectionFailed(message % {"carrier": label}, permanent=True)


def _held(key: bytes) -> str | None:
    with _lock:
        token = _kept.get(key)
    return token.value if token is not None and clock.now() < token.ends_at else None


def _fresh(key: bytes, fetch: Callable[[], tuple[str, float]]) -> str:
    value, seconds = fetch()
    life = min(max(timedelta(seconds=seconds) - MARGIN, SHORTEST_LIFE), LONGEST_LIFE)
    with _lock:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = Token(value, clock.now() + life)
    return value


def _forget(key: bytes, value: str) -> None:
    with _lock:
        held = _kept.get(key)
        if held is not None and held.value == value:
            del _kept[key]
