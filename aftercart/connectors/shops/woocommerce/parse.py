"""From a delivery's topic and body to facts."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from aftercart.commerce.orders.facts import OrderDeletionFact
from aftercart.connectors.base import ParseError
from aftercart.connectors.reading import aware, identifier, required
from aftercart.connectors.shops.woocommerce import payload
from aftercart.connectors.shops.woocommerce.catalog import (
    customer_facts,
    deleted_product,
    product_facts,
)
from aftercart.connectors.shops.woocommerce.orders import order_facts

RECEIVED_HEADER = "received-at"

read_order = payload.reader(payload.Order)
read_product = payload.reader(payload.Product)
read_customer = payload.reader(payload.Customer)
read_deleted = payload.reader(payload.Deleted)

STATES: dict[str, Callable[[bytes], list[Any]]] = {
    "order": lambda body: list(order_facts(read_order(body))),
    "product": lambda body: list(product_facts(read_product(body))),
    "customer": lambda body: list(customer_facts(read_customer(body))),
}
STATE_EVENTS = {"created", "updated", "restored"}


def parse(topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
    """The facts in a delivery. Created, updated and restored all carry the whole current state.

    A customer who deletes their account asks for nothing about their orders: that is ignored.

    Raises:
        ParseError: the body cannot be read; it names the field.
    """
    resource, _, event = topic.partition(".")
    if event in STATE_EVENTS and resource in STATES:
        return STATES[resource](body)
    if topic == "order.deleted":
        external_id = identifier(required(read_deleted(body).id, "id"))
        return [OrderDeletionFact(external_id=external_id, deleted_at=_received_at(headers))]
    if topic == "product.deleted":
        return list(deleted_product(read_deleted(body), _received_at(headers)))
    return []


def _received_at(headers: Mapping[str, str]) -> datetime:
    """When we got it: WooCommerce says no time for what is gone."""
    try:
        return aware(headers.get(RECEIVED_HEADER, ""))
    except (ValueError, OverflowError) as error:
        raise ParseError(RECEIVED_HEADER, "is missing") from error
