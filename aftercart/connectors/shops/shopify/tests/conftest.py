from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from aftercart.connectors.base import Page
from aftercart.connectors.shops.shopify.pull import ShopifyPuller
from aftercart.core import clock
from tests.standins.shopify import Shop, running
from tests.standins.shopify_orders import START


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


@pytest.fixture
def pull(keys: dict[str, str], plain: dict[str, Any]) -> Callable[..., list[Page]]:
    """Pulls, as a connection's poll does."""

    def pulled(
        since: datetime = START - timedelta(days=1), cursor: dict[str, Any] | None = None
    ) -> list[Page]:
        with clock.moved_to(START + timedelta(days=3)):
            return list(ShopifyPuller().pull(keys, plain, since, cursor or {}))

    return pulled
