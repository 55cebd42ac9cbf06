"""Recorded bodies of several API versions, where they are."""

import json
from pathlib import Path

from aftercart.commerce.catalog.facts import ProductFact
from aftercart.commerce.customers.facts import CustomerFact
from aftercart.commerce.orders.facts import FulfillmentFact, OrderFact
from aftercart.connectors.shops.shopify.parse import parse
from aftercart.connectors.tests.fuzzing import facts_or_error
from aftercart.delivery.shipments.facts import TrackingFact
from tests.support.real_data import real_data

HEADERS = {
    "x-shopify-triggered-at": "2026-11-05T09:00:00Z",
    "x-shopify-shop-domain": "acme.myshopify.com",
}
# The object that a file holds: the topic it is sent under, and the fact that must be in it. Refunds
# and edits of the samples move no money and name no lines, so that nothing is in them.
KINDS: dict[str, tuple[str, type | None]] = {
    "Order": ("orders/create", OrderFact),
    "OrderEdit": ("orders/edited", None),
    "Fulfillment": ("fulfillments/create", FulfillmentFact),
    "FulfillmentEvent": ("fulfillment_events/create", TrackingFact),
    "Refund": ("refunds/create", None),
    "Customer": ("customers/update", CustomerFact),
    "Product": ("products/update", ProductFact),
}
FIXTURES: dict[str, tuple[str, type]] = {
    "order.json": ("orders/updated", OrderFact),
    "orders.json": ("orders/updated", OrderFact),
    "fulfillment.json": ("fulfillments/update", FulfillmentFact),
    "fulfillment_event.json": ("fulfillment_events/create", TrackingFact),
    "customer.json": ("customers/create", CustomerFact),
    "customers_search.json": ("customers/create", CustomerFact),
    "product.json": ("products/create", ProductFact),
    "products.json": ("products/create", ProductFact),
}


def test_webhook_samples_of_every_version() -> None:
    seen: dict[str, int] = {}
    for path in sorted(real_data("shopify", "webhook_samples").glob("*.json")):
        topic, expected = KINDS.get(path.stem.partition("__")[2], ("", None))
        if not topic:
            continue
        found = parse(topic, HEADERS, path.read_bytes())
        assert [type(fact) for fact in found] == ([expected] if expected else []), path.name
        seen[topic] = seen.get(topic, 0) + 1
    assert len(seen) == len(KINDS)


def test_rest_fixtures() -> None:
    folder = real_data("shopify", "rest_fixtures")
    for name, (topic, expected) in FIXTURES.items():
        found = parse(topic, HEADERS, (folder / name).read_bytes())
        assert found, name
        assert {type(fact) for fact in found} == {expected}, name
    (refund,) = parse("refunds/create", HEADERS, (folder / "refund.json").read_bytes())
    assert refund.external_id == "509562969"


def test_every_file_under_every_topic_is_facts_or_an_error() -> None:
    for path in real_data("shopify").rglob("*.json"):
        for topic in ("orders/create", "fulfillments/update", "refunds/create", "products/update"):
            read_one(topic, path)


def read_one(topic: str, path: Path) -> None:
    facts_or_error(lambda: parse(topic, HEADERS, path.read_bytes()))


def test_the_sample_orders_say_what_their_files_say() -> None:
    for path in real_data("shopify", "webhook_samples").glob("*__Order.json"):
        body = json.loads(path.read_text())
        (fact,) = parse("orders/create", HEADERS, path.read_bytes())
        assert fact.number == body["name"]
        assert str(fact.total) == body["total_price"]
        assert fact.test is True
        assert fact.cancel_reason == body["cancel_reason"]
        assert len(fact.lines) == len(body["line_items"])
        assert fact.placed_at.isoformat() == body["created_at"]
