"""What the tests of every connector may use."""

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aftercart.connectors.http.transport import shared_transport
from tests.standins.certificates import certificate


@pytest.fixture
def localhost_tls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> Iterator[ssl.SSLContext]:
    """A context for a server called localhost, whose certificate this process trusts."""
    issued, key = certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(issued))
    settings.ALLOWED_PRIVATE_HOSTS = frozenset({"localhost", "127.0.0.1"})
    shared_transport.cache_clear()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issued, key)
    yield context
    shared_transport.cache_clear()
