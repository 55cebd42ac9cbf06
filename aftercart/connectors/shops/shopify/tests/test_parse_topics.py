"""Customers, products, privacy and the topics themselves."""

from datetime import UTC, datetime
from typing import Any

import pytest

from aftercart.commerce.catalog.facts import ProductFact
from aftercart.commerce.customers.facts import (
    CustomerFact,
    DisclosureFact,
    ErasureFact,
    ShopErasureFact,
)
from aftercart.commerce.orders.facts import OrderDeletionFact
from aftercart.connectors.base import DisconnectedFact, ParseError
from aftercart.connectors.shops.shopify.parse import SHOP_DOMAIN, TOPICS, parse
from aftercart.connectors.shops.shopify.tests import samples
from aftercart.delivery.shipments.facts import ScanRetractionFact

HEADERS = {
    "x-shopify-triggered-at": "2026-11-05T09:00:00Z",
    "x-shopify-shop-domain": "acme.myshopify.com",
}
TRIGGERED = datetime(2026, 11, 5, 9, tzinfo=UTC)


def read(topic: str, body: Any, headers: dict[str, str] = HEADERS) -> list[Any]:
    return parse(topic, headers, samples.encoded(body))


def test_a_customer() -> None:
    (fact,) = read("customers/update", samples.customer(locale="de"))
    assert isinstance(fact, CustomerFact)
    assert (fact.external_id, fact.email, fact.locale) == ("401", "ada@shopper.example", "de")
    assert fact.accepts_marketing is True


@pytest.mark.parametrize(
    ("changes", "accepts"),
    [
        ({"email_marketing_consent": {"state": "unsubscribed"}, "accepts_marketing": True}, False),
        ({"email_marketing_consent": {"state": "pending"}}, False),
        ({"email_marketing_consent": None, "accepts_marketing": True}, True),
        ({"email_marketing_consent": None, "accepts_marketing": False}, False),
        ({"email_marketing_consent": None}, None),
    ],
)
def test_consent_is_what_the_shop_says_or_unknown(changes: dict[str, Any], accepts: Any) -> None:
    (fact,) = read("customers/create", samples.customer(**changes))
    assert fact.accepts_marketing is accepts


def test_a_customer_may_be_withheld() -> None:
    nothing = dict.fromkeys(samples.customer())
    (fact,) = read("customers/update", {**nothing, "id": 401})
    assert fact == CustomerFact(external_id="401")


def test_a_product() -> None:
    (fact,) = read("products/update", samples.product())
    assert isinstance(fact, ProductFact)
    assert (fact.external_id, fact.title, fact.handle) == ("31", "Brass lantern", "brass-lantern")
    assert fact.url == "https://acme.myshopify.com/products/brass-lantern"
    assert fact.image_url == "https://cdn.example/lantern.png"
    assert not fact.deleted


def test_an_unpublished_product_has_no_page() -> None:
    (fact,) = read("products/update", samples.product(published_at=None))
    assert fact.url == ""


def test_a_products_picture_is_its_first() -> None:
    pictures = [{"src": None}, {"src": "//cdn.example/a.png"}]
    (fact,) = read("products/update", samples.product(image=None, images=pictures))
    assert fact.image_url == "https://cdn.example/a.png"


def test_deletions() -> None:
    (order,) = read("orders/delete", {"id": 5001})
    assert order == OrderDeletionFact(external_id="5001", deleted_at=TRIGGERED)
    (product,) = read("products/delete", {"id": 31})
    assert (product.external_id, product.deleted, product.updated_at) == ("31", True, TRIGGERED)


def test_a_deletion_says_when() -> None:
    with pytest.raises(ParseError):
        read("orders/delete", {"id": 5001}, headers={})


def test_an_event_that_was_deleted_is_taken_back() -> None:
    whole = samples.event()
    assert read("fulfillment_events/delete", whole) == [
        ScanRetractionFact(
            external_id=str(whole["id"]), fulfillment_external_id=str(whole["fulfillment_id"])
        )
    ]
    assert read("fulfillment_events/delete", {"id": 601}) == [ScanRetractionFact(external_id="601")]
    (told,) = read("fulfillment_events/create", whole)
    assert told.scans[0].external_id == str(whole["id"])
    with pytest.raises(ParseError):
        read("fulfillment_events/delete", {"fulfillment_id": 7})


def test_a_data_request() -> None:
    (fact,) = read("customers/data_request", samples.data_request())
    assert fact == DisclosureFact(
        request_id="9999",
        customer_external_id="401",
        email="ada@shopper.example",
        phone="+12075550123",
        order_external_ids=("5001", "5002"),
    )


def test_an_erasure() -> None:
    (fact,) = read("customers/redact", samples.redact())
    assert fact == ErasureFact(
        customer_external_id="401", email="ada@shopper.example", order_external_ids=("5001",)
    )


def test_an_erasure_may_hold_only_an_address() -> None:
    (fact,) = read("customers/redact", {"customer": {"email": "bo@shopper.example"}})
    assert fact == ErasureFact(email="bo@shopper.example")


@pytest.mark.parametrize("body", [{}, {"customer": None}, {"customer": {}}])
def test_an_erasure_of_nobody_is_an_error(body: Any) -> None:
    with pytest.raises(ParseError):
        read("customers/redact", body)


def test_the_end_of_the_connection() -> None:
    (fact,) = read("app/uninstalled", {"id": 1, "domain": "acme.myshopify.com"})
    assert isinstance(fact, DisconnectedFact)
    assert fact.reason


def test_a_shop_that_left_has_everybody_forgotten() -> None:
    ended, erasure = read("shop/redact", {"shop_id": 1, "shop_domain": "acme.myshopify.com"})
    assert isinstance(ended, DisconnectedFact)
    assert "erased" in ended.reason
    assert erasure == ShopErasureFact()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "shop_domain"),
        ({"shop_domain": ""}, "shop_domain"),
        ({"shop_domain": "other.myshopify.com"}, "shop_domain"),
        # Genuine bodies of other topics: whoever has one could send it under this name.
        (samples.redact(), "customer"),
        (samples.data_request(), "customer"),
        ({"shop_domain": "acme.myshopify.com", "orders_to_redact": [1]}, "customer"),
    ],
)
def test_what_is_no_demand_about_a_whole_shop_is_none(body: Any, field: str) -> None:
    with pytest.raises(ParseError) as refused:
        read("shop/redact", body, headers={SHOP_DOMAIN: "acme.myshopify.com"})
    assert refused.value.field == field


@pytest.mark.parametrize("topic", ["customers/redact", "customers/data_request"])
def test_a_demand_about_another_shops_customer_is_refused(topic: str) -> None:
    with pytest.raises(ParseError, match="another shop"):
        read(topic, samples.bodies()[topic], headers={SHOP_DOMAIN: "other.myshopify.com"})


@pytest.mark.parametrize(
    "topic",
    ["orders/edited", "customers/delete", "themes/publish", ""],
)
def test_topics_that_say_nothing_to_us(topic: str) -> None:
    assert read(topic, samples.bodies().get(topic, {"anything": [1]})) == []


@pytest.mark.parametrize("topic", sorted(samples.bodies().keys() & TOPICS.keys()))
def test_every_topic_is_read(topic: str) -> None:
    assert read(topic, samples.bodies()[topic])


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("orders/create", "order"),
        ("fulfillments/create", "fulfillment"),
        ("fulfillment_events/create", "fulfillment_event"),
        ("refunds/create", "refund"),
        ("customers/update", "customer"),
        ("products/update", "product"),
    ],
)
def test_objects_may_be_wrapped_or_listed(topic: str, name: str) -> None:
    body = samples.bodies()[topic]
    alone = read(topic, body)
    assert read(topic, {name: body}) == alone
    assert read(topic, {f"{name}s": [body, body]}) == alone * 2
    assert read(topic, [body, body]) == alone * 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"7",
        b'"text"',
        b"[7]",
        b"\xff\xfe",
        b'{"id": "\xff"}',
        b"[" * 100_000,
        b'{"id": 1, "x": ' + b"[" * 100_000,
        b'{"id": 1e999}',
    ],
    ids=range(11),
)
@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_garbage_is_an_error_or_nothing(topic: str, body: bytes) -> None:
    if topic == "app/uninstalled":
        assert parse(topic, HEADERS, body)
        return
    with pytest.raises(ParseError):
        parse(topic, HEADERS, body)
