"""Connections that are made to checked addresses, kept, used again, and bounded in time."""

import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from typing import Any

import httpcore
import httpx

from aftercart.connectors.http.addresses import Address, permitted

CONNECT_SECONDS = 2.0
READ_SECONDS = 10.0
LARGEST_CONNECTIONS = 100


@dataclass(slots=True)
class Exchange:
    """One request under way: until when, and what became of it so far."""

    deadline: float
    is_repeatable: bool
    has_connected: bool = False
    has_heard: bool = False

    @property
    def may_begin_anew(self) -> bool:
        """Whether a request that failed met a kept connection which the other side had closed."""
        return self.is_repeatable and not self.has_connected and not self.has_heard


_exchange: ContextVar[Exchange] = ContextVar("exchange")


@contextmanager
def carrying(seconds: float, is_repeatable: bool) -> Iterator[Exchange]:
    """What this thread sends within the block belongs to one exchange of so many seconds."""
    exchange = Exchange(time.monotonic() + seconds, is_repeatable)
    token = _exchange.set(exchange)
    try:
        yield exchange
    finally:
        _exchange.reset(token)


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
def shared_transport() -> GuardedTransport:
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
        _exchange.get().has_connected = True
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in permitted(host, _resolve(host, port)):
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
        received = self.stream.read(max_bytes, _remaining(timeout))
        _exchange.get().has_heard |= bool(received)
        return received

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
    left = _exchange.get().deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the request's time is over")
    return left if timeout is None else min(timeout, left)


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
