"""Bodies of Shopify, as the facts that `parse` makes of them."""

from typing import Any

from aftercart.commerce.orders.facts import FulfillmentFact, OrderFact
from aftercart.connectors.shops.shopify.parse import parse
from aftercart.connectors.shops.shopify.tests import samples

TRIGGERED = {"x-shopify-triggered-at": "2026-11-05T09:00:00.123456789Z"}


def read(topic: str, body: Any) -> list[Any]:
    return parse(topic, TRIGGERED, samples.encoded(body))


def order(**changes: Any) -> OrderFact:
    (fact,) = read("orders/updated", samples.order(**changes))
    assert isinstance(fact, OrderFact)
    return fact


def fulfillment(**changes: Any) -> FulfillmentFact:
    (fact,) = read("fulfillments/update", samples.fulfillment(**changes))
    assert isinstance(fact, FulfillmentFact)
    return fact
