"""What the tests of every connector may use."""

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aftercart.connectors.http.transport import shared_transport
from tests.standins.certificates import server_context, trusted_file


@pytest.fixture
def localhost_tls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> Iterator[ssl.SSLContext]:
    """A context for a server called localhost, whose certificate this process trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted_file(tmp_path)))
    settings.ALLOWED_PRIVATE_HOSTS = frozenset({"localhost", "127.0.0.1"})
    shared_transport.cache_clear()
    yield server_context(host="localhost")
    shared_transport.cache_clear()
