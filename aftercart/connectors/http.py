"""The one way out: a guarded HTTP client for every address that a person or another system gave us.

It connects only to public addresses (OWASP ASVS 5.0 13.2.4; hosts that the operator lists in
ALLOWED_PRIVATE_HOSTS are exempt), speaks plain HTTP only to those hosts, follows no redirect, keeps
no cookie, and bounds time and size. A name is resolved once and the checked address is the one that
is connected to, so that a name which changes in between cannot lead us inside. Nothing here logs,
and no error names more than the host: addresses and headers hold secrets.
"""

import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import httpcore
import httpx
import msgspec
from django.conf import settings
from django.utils.translation import gettext as _

from aftercart.core import clock

CONNECT_SECONDS = 2.0
READ_SECONDS = 10.0
TOTAL_SECONDS = 15.0
LARGEST_REPLY = 16 * 1024 * 1024
LARGEST_CONNECTIONS = 100
PORTS = {443, 8443}
USER_AGENT = "Aftercart"

# Not marked as special by the standard library, and still ways into a network: NAT64 (RFC 6052,
# RFC 8215), 6to4, and the metadata services that two clouds keep on addresses outside link-local.
REFUSED_NETWORKS = tuple(
    ip_network(text)
    for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "192.0.0.0/24", "168.63.129.16/32")
)

Address = IPv4Address | IPv6Address

_deadline: ContextVar[float] = ContextVar("deadline")


class RequestFailed(Exception):
    """No usable reply. `message` is fit for the connection's page and names the host at most.

    `permanent`: trying again changes nothing until a person acts.
    """

    permanent = False

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class AddressRefused(RequestFailed):
    """The address may not be used: not public, not HTTPS, an odd port, or a password in it."""

    permanent = True


class Unreachable(RequestFailed):
    """The name is unknown, nobody listens, the certificate is wrong, or the line broke."""


class TooSlow(RequestFailed):
    """The reply took longer than it may."""


class TooLarge(RequestFailed):
    """The reply is bigger than it may be."""


class Unreadable(RequestFailed):
    """The reply is not what was asked for, such as a page of HTML in place of JSON."""


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


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    parameters: Sequence[tuple[str, str]] = (),
    content: bytes | None = None,
    json: Any = None,
    total_seconds: float = TOTAL_SECONDS,
    read_seconds: float = READ_SECONDS,
    largest_reply: int = LARGEST_REPLY,
) -> Reply:
    """Send one request. Connections are kept and used again; nothing else is remembered.

    Args:
        parameters: added to the query of `url`, in this order.
        content: the body as it is; `json` is encoded instead, with its content type.
        total_seconds: for everything from the name to the last byte.
        read_seconds: the longest silence.
        largest_reply: in bytes, packed as well as unpacked.

    Raises:
        RequestFailed: no usable reply; the subclass says why. A reply of any status is no failure.
    """
    made = _made_request(method, url, headers or {}, parameters, content, json)
    _check_address(made.url)
    made.extensions["timeout"] = {
        "connect": CONNECT_SECONDS,
        "read": read_seconds,
        "write": read_seconds,
        "pool": 5.0,
    }
    token = _deadline.set(time.monotonic() + total_seconds)
    try:
        return _sent(made, largest_reply)
    finally:
        _deadline.reset(token)


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


def is_private_host_allowed(host: str) -> bool:
    """Whether the operator listed this host, so that it may be private and speak plain HTTP."""
    return host.lower().strip("[]") in settings.ALLOWED_PRIVATE_HOSTS


def is_public(address: Address) -> bool:
    """Whether the address belongs to the open internet and leads nowhere else."""
    if isinstance(address, IPv6Address) and (address.ipv4_mapped or address.is_site_local):
        return False
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(address in network for network in REFUSED_NETWORKS)


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


def _check_address(url: httpx.URL) -> None:
    if url.userinfo:
        raise AddressRefused(_("The address holds a user name or password. Enter it without them."))
    if "%" in url.host:
        raise AddressRefused(_("This is not a web address that can be used."))
    if not url.host or url.scheme not in {"http", "https"}:
        raise AddressRefused(_("The address must begin with https://"))
    if is_private_host_allowed(url.host):
        return
    if url.scheme == "http":
        raise AddressRefused(
            _("%(host)s is asked for without encryption. Use an address that begins with https://")
            % {"host": url.host}
        )
    if url.port is not None and url.port not in PORTS:
        raise AddressRefused(
            _("Port %(port)s is not allowed. Use 443 or 8443.") % {"port": url.port}
        )


def _sent(made: httpx.Request, largest_reply: int) -> Reply:
    host = {"host": made.url.host}
    try:
        response = _transport().handle_request(made)
        try:
            packed = _read(response, largest_reply)
        finally:
            response.close()
    except httpx.TimeoutException as error:
        raise TooSlow(_("%(host)s did not answer in time.") % host) from error
    except httpx.TransportError as error:
        raise Unreachable(_unreachable(made.url.host, error)) from None
    return Reply(
        response.status_code,
        {name.lower(): value for name, value in response.headers.items()},
        _unpacked(packed, response.headers.get("content-encoding", ""), largest_reply),
    )


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


def _read(response: httpx.Response, largest: int) -> bytes:
    chunks, size = [], 0
    assert isinstance(response.stream, httpx.SyncByteStream)
    for chunk in response.stream:
        size += len(chunk)
        if size > largest:
            raise TooLarge(_("The answer is larger than %(limit)s bytes.") % {"limit": largest})
        chunks.append(chunk)
    return b"".join(chunks)


def _unpacked(packed: bytes, encoding: str, largest: int) -> bytes:
    """The body without its compression, never bigger than `largest` however well it was packed."""
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


class GuardedTransport(httpx.HTTPTransport):
    """httpx over connections that `GuardedBackend` makes."""

    def __init__(self) -> None:
        super().__init__()
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=LARGEST_CONNECTIONS,
            max_keepalive_connections=20,
            keepalive_expiry=15.0,
            network_backend=GuardedBackend(),
        )


@cache
def _transport() -> GuardedTransport:
    return GuardedTransport()


class GuardedBackend(httpcore.SyncBackend):
    """Resolves a name once, and connects to one of its permitted addresses, by number.

    The TLS server name and the Host header stay the name's, since httpcore takes both from the URL.
    """

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in _permitted(host, _resolve(host, port)):
            try:
                stream = super().connect_tcp(
                    str(address), port, _remaining(timeout), local_address, socket_options
                )
                return BoundedStream(stream)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class BoundedStream(httpcore.NetworkStream):
    """A connection whose every wait ends at the request's deadline: a trickle cannot hold us."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self.stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, _remaining(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, _remaining(timeout))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        bounded = _remaining(READ_SECONDS if timeout is None else timeout)
        return BoundedStream(self.stream.start_tls(ssl_context, server_hostname, bounded))

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


def _remaining(timeout: float | None) -> float:
    """The time that is left of `timeout` and of the request."""
    left = _deadline.get() - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the request's time is over")
    return left if timeout is None else min(timeout, left)


def _permitted(host: str, addresses: Sequence[Address]) -> list[Address]:
    if is_private_host_allowed(host):
        return list(addresses)
    permitted = [address for address in addresses if is_public(address)]
    if addresses and not permitted:
        raise AddressRefused(
            _(
                "%(host)s is an address inside a private network, which is not allowed. Whoever "
                "runs this server can allow it with ALLOWED_PRIVATE_HOSTS."
            )
            % {"host": host}
        )
    return permitted


def _resolve(host: str, port: int) -> list[Address]:
    """The addresses of a name, IPv4 first, in at most a connect's time.

    The system's resolver cannot be told to hurry, so a thread of its own asks it.
    """
    found: list[Address] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(ip_address(answer[4][0]) for answer in answers)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(_remaining(CONNECT_SECONDS * 2))
    if thread.is_alive():
        raise httpcore.ConnectTimeout(f"{host} could not be resolved in time")
    return sorted(set(found), key=lambda address: (address.version, int(address)))
