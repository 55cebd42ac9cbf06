"""The guarded client against real sockets that redirect, trickle, bomb and lie."""

import gzip
import socket
import sys
import threading
import time
import tracemalloc
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

import pytest

from aftercart.connectors import http
from aftercart.connectors.tests.talking import answering, request_of, server
from aftercart.core import clock
from tests.support.live import free_port

LONGER = 20.0
"""Seconds that a bad server takes: far more than is waited for, on a busy machine too."""

_audited: list[tuple[str, tuple[Any, ...]]] = []
_auditing = threading.Event()


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if _auditing.is_set() and event in {"socket.getaddrinfo", "socket.connect"}:
        _audited.append((event, arguments))


sys.addaudithook(_audit)


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.3.4", "192.168.1.1", "127.0.0.1", "127.9.9.9", "0.0.0.0", "0.1.2.3",
        "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192", "168.63.129.16",
        "198.18.0.1", "203.0.113.5", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:169.254.169.254", "::7f00:1",
        "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "2002:7f00:1::1", "2001:0:1::1",
    ],
)  # fmt: skip
def test_addresses_that_lead_inside_are_not_public(address):
    assert not http.is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "100.128.0.1"])
def test_ordinary_addresses_are_public(address):
    assert http.is_public(ip_address(address))


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("http://example.com/", "https://"),
        ("http://localhost/", "https://"),
        ("https://example.com:22/", "Port 22"),
        ("https://user:secret-word@example.com/", "without them"),
        ("ftp://example.com/", "https://"),
        ("file:///etc/passwd", "https://"),
        ("example.com", "https://"),
        ("https:///path", "https://"),
        ("", "https://"),
        ("https://exa mple.com/", "web address"),
        ("https://[::1/", "web address"),
        ("https://localhost/", "private network"),
        ("https://10.1.2.3/", "private network"),
        ("https://169.254.169.254/latest/meta-data", "private network"),
        ("https://[::1]/", "private network"),
        ("https://[::ffff:127.0.0.1]/", "private network"),
        ("https://0x7f000001/", "private network"),
        ("https://2130706433/", "private network"),
        ("https://127.1/", "private network"),
    ],
)
def test_unusable_addresses_are_refused_for_good(url, part):
    with pytest.raises(http.AddressRefused, match=part) as caught:
        http.request("GET", url)
    assert caught.value.permanent
    assert "secret-word" not in str(caught.value)


def test_a_private_host_is_used_only_where_the_operator_listed_it(settings):
    with server(answering(body=b"{}")) as port:
        assert http.request("GET", f"http://127.0.0.1:{port}/").json() == {}
        settings.ALLOWED_PRIVATE_HOSTS = frozenset()
        with pytest.raises(http.AddressRefused):
            http.request("GET", f"http://127.0.0.1:{port}/")


def test_an_unknown_name_is_unreachable_and_not_permanent():
    with pytest.raises(http.Unreachable, match=r"no-such-shop\.invalid") as caught:
        http.request("GET", "https://no-such-shop.invalid/")
    assert not caught.value.permanent


def test_nobody_listens():
    with pytest.raises(http.Unreachable):
        http.request("GET", f"http://127.0.0.1:{free_port()}/")


def test_a_redirect_is_an_answer_and_is_not_followed():
    visited: list[bytes] = []
    with server(answering(body=b"inside", seen=visited)) as inside:

        def talk(caller: socket.socket) -> None:
            request_of(caller)
            caller.sendall(
                b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/\r\n"
                b"Content-Length: 0\r\n\r\n" % inside
            )

        with server(talk) as port:
            reply = http.request("GET", f"http://127.0.0.1:{port}/")
    assert (reply.status, reply.ok) == (302, False)
    assert reply.headers["location"] == f"http://127.0.0.1:{inside}/"
    assert visited == []


def test_a_silent_server_is_left_after_the_longest_silence():
    with server(lambda caller: time.sleep(LONGER)) as port:
        begun = time.monotonic()
        with pytest.raises(http.TooSlow):
            http.request("GET", f"http://127.0.0.1:{port}/", read_seconds=0.3)
    assert time.monotonic() - begun < LONGER / 2


@pytest.mark.parametrize("where", ["header", "body"])
def test_a_trickle_ends_at_the_total_time(where):
    def talk(caller: socket.socket) -> None:
        request_of(caller)
        caller.sendall(b"HTTP/1.1 200 OK\r\n")
        if where == "body":
            caller.sendall(b"Content-Length: 1000\r\n\r\n")
        for _ in range(int(LONGER / 0.05)):
            caller.sendall(b"x")
            time.sleep(0.05)

    with server(talk) as port:
        begun = time.monotonic()
        with pytest.raises(http.TooSlow):
            http.request("GET", f"http://127.0.0.1:{port}/", total_seconds=0.5)
    assert time.monotonic() - begun < LONGER / 2


def test_a_huge_reply_is_cut_off_early():
    sent = []

    def talk(caller: socket.socket) -> None:
        request_of(caller)
        caller.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            caller.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
            sent.append(0x10000)

    with server(talk) as port, pytest.raises(http.TooLarge):
        http.request("GET", f"http://127.0.0.1:{port}/", largest_reply=1_000_000)
    assert sum(sent) < 40_000_000


def test_a_well_packed_bomb_is_not_unpacked():
    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < 100_000
    with server(answering(b"Content-Encoding: gzip", body=bomb)) as port:
        tracemalloc.start()
        with pytest.raises(http.TooLarge):
            http.request("GET", f"http://127.0.0.1:{port}/", largest_reply=1_000_000)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 10_000_000


def test_gzip_is_unpacked_and_other_packings_are_unreadable():
    packed = gzip.compress(b'{"a": 1}')
    with server(answering(b"Content-Encoding: gzip", body=packed)) as port:
        assert http.request("GET", f"http://127.0.0.1:{port}/").json() == {"a": 1}
    for line, body in [
        (b"Content-Encoding: br", b"x"),
        (b"Content-Encoding: gzip", b"not gzip"),
        (b"Content-Encoding: gzip", packed[:-9]),
    ]:
        with server(answering(line, body=body)) as port, pytest.raises(http.Unreadable):
            http.request("GET", f"http://127.0.0.1:{port}/")


def test_a_broken_answer_is_unreachable():
    babble = server(lambda caller: caller.sendall(b"hello\r\n\r\n"))
    with babble as port, pytest.raises(http.Unreachable):
        http.request("GET", f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("body", [b"<html>Bad gateway</html>", b"", b"[" * 100_000, b"\xff\xfe"])
def test_a_body_that_is_not_json_is_unreadable(body):
    with pytest.raises(http.Unreadable):
        http.Reply(200, {}, body).json()


def test_the_request_arrives_as_asked_and_no_cookie_comes_back():
    seen: list[bytes] = []
    with server(answering(b"Set-Cookie: a=1", body=b"{}", seen=seen)) as port:
        for _ in range(2):
            http.request(
                "POST",
                f"http://127.0.0.1:{port}/path?a=1",
                headers={"Authorization": "Basic abc"},
                parameters=[("status[]", "any one"), ("b", "&")],
                json={"name": "ü"},
            )
    assert len(seen) == 2
    for request in seen:
        assert request.startswith(b"POST /path?a=1&status%5B%5D=any+one&b=%26 HTTP/1.1\r\n")
        assert b"Authorization: Basic abc\r\n" in request
        assert b"Content-Type: application/json\r\n" in request
        assert b"cookie" not in request.lower()


def test_tls_keeps_the_name_and_connects_to_the_checked_number(localhost_tls):
    names: list[str] = []
    seen: list[bytes] = []
    localhost_tls.set_servername_callback(lambda _socket, name, _context: names.append(name))
    with server(answering(body=b"{}", seen=seen), localhost_tls) as port:
        _audited.clear()
        _auditing.set()
        assert http.request("GET", f"https://localhost:{port}/").ok
        _auditing.clear()
    assert names == ["localhost"]
    assert f"Host: localhost:{port}".encode() in seen[0]
    asked = [details for event, details in _audited if event == "socket.getaddrinfo"]
    assert [details[0] for details in asked].count("localhost") == 1
    connected = [details[1][0] for event, details in _audited if event == "socket.connect"]
    assert set(connected) <= {"127.0.0.1", "::1"}
    assert "127.0.0.1" in connected


def test_a_certificate_for_another_name_is_told_as_such(localhost_tls):
    secured = server(answering(body=b"{}"), localhost_tls)
    with secured as port, pytest.raises(http.Unreachable, match="certificate"):
        http.request("GET", f"https://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30", 30.0),
        ("2.5", 2.5),
        ("0", 0.0),
        ("99999999", 86_400.0),
        ("Sun, 22 Nov 2026 10:01:00 GMT", 60.0),
        ("Sun, 22 Nov 2026 09:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1e999", 86_400.0),
        ("nan", None),
    ],
)
def test_retry_after(text, seconds):
    with clock.moved_to(datetime(2026, 11, 22, 10, tzinfo=UTC)):
        assert http.retry_after(http.Reply(429, {"retry-after": text}, b"")) == seconds


def test_nothing_is_logged(caplog):
    caplog.set_level(0)
    with server(answering(body=b"{}")) as port:
        http.request(
            "GET",
            f"http://127.0.0.1:{port}/?consumer_secret=cs_hidden",
            headers={"Authorization": "Basic hidden-too"},
        )
    assert "hidden" not in caplog.text
