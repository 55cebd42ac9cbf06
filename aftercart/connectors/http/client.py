"""Sending one request."""

import ssl
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import msgspec
from django.utils.translation import gettext as _

from aftercart.connectors.http import addresses
from aftercart.connectors.http.errors import AddressRefused, TooSlow, Unreachable
from aftercart.connectors.http.reply import Reply, read, unpacked
from aftercart.connectors.http.transport import (
    CONNECT_SECONDS,
    READ_SECONDS,
    Exchange,
    carrying,
    shared_transport,
)

TOTAL_SECONDS = 15.0
LARGEST_REPLY = 16 * 1024 * 1024
USER_AGENT = "Aftercart"

REPEATABLE = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}
"""Sent twice they do what they do once (RFC 9110, 9.2.2)."""


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    parameters: Sequence[tuple[str, str]] = (),
    content: bytes | None = None,
    json: Any = None,
    total_seconds: float = TOTAL_SECONDS,
    read_seconds: float | None = None,
    largest_reply: int = LARGEST_REPLY,
    is_repeatable: bool | None = None,
) -> Reply:
    """Send one request. Connections are kept and used again; nothing else is remembered.

    Args:
        parameters: added to the query of `url`, in this order.
        content: the body as it is; `json` is encoded instead, with its content type.
        total_seconds: for everything from the name to the last byte.
        read_seconds: the longest silence; None: READ_SECONDS.
        largest_reply: in bytes, packed as well as unpacked.
        is_repeatable: whether sending it twice does no harm; None: as the method promises.

    Raises:
        RequestFailed: no usable reply; the subclass says why. A reply of any status is no failure.
    """
    made = _made_request(method, url, headers or {}, parameters, content, json)
    addresses.check(made.url)
    silence = READ_SECONDS if read_seconds is None else read_seconds
    made.extensions["timeout"] = {
        "connect": CONNECT_SECONDS,
        "read": silence,
        "write": silence,
        "pool": 5.0,
    }
    if is_repeatable is None:
        is_repeatable = made.method in REPEATABLE
    with carrying(total_seconds, is_repeatable) as exchange:
        return _sent(made, exchange, largest_reply)


def _made_request(
    method: str,
    url: str,
    headers: Mapping[str, str],
    parameters: Sequence[tuple[str, str]],
    content: bytes | None,
    json: Any,
) -> httpx.Request:
    given = {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "gzip"}
    if json is not None:
        content = msgspec.json.encode(json)
        given["Content-Type"] = "application/json"
    try:
        target = httpx.URL(url)
        if parameters:
            target = target.copy_merge_params(list(parameters))
        return httpx.Request(method, target, headers={**given, **headers}, content=content)
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise AddressRefused(_("This is not a web address that can be used.")) from error


def _sent(made: httpx.Request, exchange: Exchange, largest_reply: int) -> Reply:
    host = {"host": made.url.host}
    try:
        response = _response(made, exchange)
        try:
            packed = read(response, largest_reply)
        finally:
            response.close()
    except httpx.TimeoutException as error:
        raise TooSlow(_("%(host)s did not answer in time.") % host) from error
    except httpx.TransportError as error:
        raise Unreachable(_unreachable(made.url.host, error)) from None
    return Reply(
        response.status_code,
        {name.lower(): value for name, value in response.headers.items()},
        unpacked(packed, response.headers.get("content-encoding", ""), largest_reply),
    )


def _response(made: httpx.Request, exchange: Exchange) -> httpx.Response:
    """The response, asked for once more where a kept connection was closed as we used it.

    A server may close a connection that lies idle at any moment, even while our request is on its
    way; whether it has read the request cannot be known.
    """
    try:
        return shared_transport().handle_request(made)
    except (httpx.NetworkError, httpx.RemoteProtocolError):
        if not exchange.may_begin_anew:
            raise
    return shared_transport().handle_request(made)


def _unreachable(host: str, error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _("The certificate of %(host)s cannot be trusted: %(why)s.") % {
                "host": host,
                "why": cause.verify_message,
            }
        cause = cause.__cause__ or cause.__context__
    return _("%(host)s cannot be reached.") % {"host": host}
