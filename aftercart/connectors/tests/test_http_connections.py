"""Connections are kept and used again; those that were closed meanwhile are replaced."""

import socket

import pytest

from aftercart.connectors import http
from aftercart.connectors.tests.talking import Talk, request_of, server


def test_a_connection_is_used_again():
    connections = []

    def talk(caller: socket.socket) -> None:
        connections.append(caller)
        while True:
            request_of(caller)
            caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with server(talk) as port:
        for _ in range(3):
            http.request("GET", f"http://127.0.0.1:{port}/")
    assert len(connections) == 1


def closing_at_the_second(seen: list[bytes]) -> Talk:
    """Keeps the first connection open, and closes it on the second request without a word."""
    kept: list[socket.socket] = []

    def talk(caller: socket.socket) -> None:
        kept.append(caller)
        for _ in range(2):
            seen.append(request_of(caller))
            if caller is kept[0] and len(seen) == 2:
                return
            caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    return talk


@pytest.mark.parametrize(
    ("method", "options"),
    [("GET", {}), ("PUT", {"json": {"a": 1}}), ("DELETE", {}), ("POST", {"is_repeatable": True})],
)
def test_a_kept_connection_that_was_closed_is_replaced_once(method, options):
    seen: list[bytes] = []
    with server(closing_at_the_second(seen)) as port:
        for _ in range(2):
            assert http.request(method, f"http://127.0.0.1:{port}/", **options).json() == {}
    assert [request.split()[0].decode() for request in seen] == [method] * 3


def test_what_may_not_be_done_twice_is_not_sent_twice():
    seen: list[bytes] = []
    with server(closing_at_the_second(seen)) as port:
        assert http.request("POST", f"http://127.0.0.1:{port}/", json={}).ok
        with pytest.raises(http.Unreachable):
            http.request("POST", f"http://127.0.0.1:{port}/", json={})
    assert len(seen) == 2


def test_a_new_connection_that_is_closed_is_not_tried_again():
    seen: list[bytes] = []
    silent = server(lambda caller: seen.append(request_of(caller)))
    with silent as port, pytest.raises(http.Unreachable):
        http.request("GET", f"http://127.0.0.1:{port}/")
    assert len(seen) == 1


def test_a_reply_that_breaks_off_on_a_kept_connection_is_not_asked_for_again():
    seen: list[bytes] = []

    def talk(caller: socket.socket) -> None:
        seen.append(request_of(caller))
        caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        seen.append(request_of(caller))
        caller.sendall(b"HTTP/1.1 200 OK\r\nContent-")

    with server(talk) as port:
        assert http.request("GET", f"http://127.0.0.1:{port}/").ok
        with pytest.raises(http.Unreachable):
            http.request("GET", f"http://127.0.0.1:{port}/")
    assert len(seen) == 2
