from collections.abc import Iterator
from typing import Any

import pytest

from tests.standins.shopify import Shop, running


@pytest.fixture
def shop(settings: Any) -> Iterator[Shop]:
    """A stand-in shop that the puller asks in place of Shopify's own servers."""
    with running(Shop()) as standing:
        settings.SHOPIFY_ADDRESS = standing.url
        settings.ALLOWED_PRIVATE_HOSTS = frozenset({"127.0.0.1"})
        yield standing


@pytest.fixture
def keys(shop: Shop) -> dict[str, str]:
    """The sealed credentials of the connection."""
    return {"secret": shop.secret}


@pytest.fixture
def plain(shop: Shop) -> dict[str, Any]:
    """The connection's plain settings."""
    return {"shop": shop.domain, "client_id": shop.client_id}
