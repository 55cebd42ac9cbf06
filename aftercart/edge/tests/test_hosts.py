"""Which hosts are ours, and who is really asking."""

import pytest

from aftercart.edge.hosts import Hosts, settle_client


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        (b"track.example.com", True),
        (b"track.example.com:8443", True),
        (b"TRACK.example.COM", True),
        (b"shop.example", True),
        (b"127.0.0.1:8000", True),
        (b"localhost", True),
        (b"[::1]:8000", True),
        (b"evil.example", False),
        (b"track.example.com.evil.example", False),
        (b"evil.example:track.example.com", False),
        (b"track.example.com@evil.example", False),
        (b"[::2]", False),
        (b"", False),
        (None, False),
    ],
)
def test_hosts(host: bytes | None, ours: bool):
    hosts = Hosts("https://track.example.com")
    hosts.know(["Shop.Example.", ""])
    assert hosts.is_ours(host) is ours
    assert hosts.is_ours(host) is ours


def test_a_domain_that_a_store_gave_up_is_ours_no_longer():
    hosts = Hosts("http://localhost:8000")
    hosts.know(["shop.example"])
    assert hosts.is_ours(b"shop.example")
    hosts.know([])
    assert not hosts.is_ours(b"shop.example")


@pytest.mark.parametrize(
    ("proxies", "forwarded_for", "proto", "client", "scheme"),
    [
        (0, b"6.6.6.6", b"https", "10.0.0.1", "http"),
        (1, b"6.6.6.6, 203.0.113.9", b"https", "203.0.113.9", "https"),
        (2, b"6.6.6.6, 203.0.113.9, 10.0.0.2", b"https,http", "203.0.113.9", "https"),
        (1, b"", b"", "10.0.0.1", "http"),
        (2, b"203.0.113.9", b"http", "10.0.0.1", "http"),
        (1, b"203.0.113.9:1234", b"ftp", "203.0.113.9", "http"),
        (1, b"2001:db8::1", b"https", "2001:db8::1", "https"),
    ],
)
def test_only_trusted_proxies_say_who_asks(
    proxies: int, forwarded_for: bytes, proto: bytes, client: str, scheme: str
):
    scope = {"client": ("10.0.0.1", 1), "scheme": "http"}
    headers = {b"x-forwarded-for": forwarded_for, b"x-forwarded-proto": proto}
    settle_client(scope, headers, proxies)
    assert (scope["client"][0], scope["scheme"]) == (client, scheme)
