"""Bodies of WooCommerce, as the facts that `parse` makes of them."""

from datetime import UTC, datetime
from typing import Any

from aftercart.commerce.orders.facts import (
    FulfillmentFact,
    OrderFact,
)
from aftercart.connectors.shops.woocommerce.parse import parse
from aftercart.connectors.shops.woocommerce.tests.bodies import (
    encoded,
)

MODIFIED = datetime(2026, 11, 2, 8, tzinfo=UTC)
PLACED = datetime(2026, 11, 1, 12, tzinfo=UTC)


def read(body: Any, topic: str = "order.updated") -> list[Any]:
    return parse(topic, {}, encoded(body))


def read_order(body: Any) -> OrderFact:
    [fact] = read(body)
    assert isinstance(fact, OrderFact)
    return fact


def fulfillments(body: Any) -> tuple[FulfillmentFact, ...]:
    found = read_order(body).fulfillments
    assert found is not None
    return found
