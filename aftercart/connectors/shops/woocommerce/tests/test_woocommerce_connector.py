"""Whether a delivery is genuine, and how it is recognised."""

import base64
import hashlib
import hmac

import pytest

from aftercart.connectors.base import Accepted, Acknowledged, Refused, WebhookRequest
from aftercart.connectors.registry import connector
from aftercart.connectors.shops.woocommerce.connector import WooCommerce, signature
from aftercart.connectors.shops.woocommerce.tests.bodies import encoded, order

SECRET = {"secret": "a1b2c3"}
WOO = WooCommerce()


def delivery(body: bytes, topic: str = "order.updated", **headers: str) -> WebhookRequest:
    signed = WOO.sign(topic, body, SECRET, "d1")
    lower = {name.lower(): value for name, value in signed.items()}
    return WebhookRequest(
        method="POST", path="/in/x", query="", headers={**lower, **headers}, body=body
    )


def key_of(request: WebhookRequest) -> bytes:
    verdict = WOO.receive(request, SECRET)
    assert isinstance(verdict, Accepted)
    assert len(verdict.dedupe_key) == 32
    return verdict.dedupe_key


def test_it_is_registered():
    assert isinstance(connector("woocommerce"), WooCommerce)


def test_a_signed_delivery_is_accepted():
    verdict = WOO.receive(delivery(encoded(order())), SECRET)
    assert isinstance(verdict, Accepted)
    assert verdict.topic == "order.updated"
    [fact] = WOO.parse(verdict.topic, verdict.headers, encoded(order()))
    assert fact.external_id == "810"


def test_the_signature_after_the_published_rule():
    # openssl: printf '{"id":1}' | openssl dgst -sha256 -hmac "secret" -binary | base64
    expected = "A971iWIMgT8Zj9A9eWfikrFj7wQ16/Qwcc4OlRl2PLc="
    assert signature("secret", b'{"id":1}') == expected


@pytest.mark.parametrize(
    ("entered", "used"),
    [("a&amp;b", "a&b"), ("a&lt;b&quot;", 'a<b"'), ("a&#039;b", "a'b"), ("a&amp;lt;b", "a&lt;b"),
     ("a&b", "a&b"), ("a&copy;b", "a&copy;b")],
)  # fmt: skip
def test_wordpress_decodes_the_secret_first(entered, used):
    expected = base64.b64encode(hmac.digest(used.encode(), b"x", "sha256")).decode()
    assert signature(entered, b"x") == expected


@pytest.mark.parametrize(
    "change",
    [
        {"x-wc-webhook-signature": ""},
        {"x-wc-webhook-signature": "AAAA"},
        {"x-wc-webhook-signature": "é"},
    ],
)
def test_a_wrong_signature_is_refused(change):
    verdict = WOO.receive(delivery(b'{"id": 1}', **change), SECRET)
    assert isinstance(verdict, Refused)
    assert verdict.status == 401


def test_a_changed_body_another_secret_or_none_is_refused():
    request = delivery(b'{"id": 1}')
    for credentials in ({"secret": "other"}, {"secret": ""}, {}):
        assert isinstance(WOO.receive(request, credentials), Refused)
    forged = WebhookRequest(
        method="POST", path="", query="", headers=request.headers, body=b'{"id": 2}'
    )
    assert isinstance(WOO.receive(forged, SECRET), Refused)


@pytest.mark.parametrize("body", [b"webhook_id=12", b"webhook_id=12\n"])
def test_the_unsigned_ping_is_acknowledged(body):
    request = WebhookRequest(method="POST", path="", query="", headers={}, body=body)
    assert isinstance(WOO.receive(request, SECRET), Acknowledged)


@pytest.mark.parametrize(
    "body", [b"webhook_id=", b"webhook_id=12&x=1", b"webhook_id=abc", b"", b'{"id": 1}']
)
def test_nothing_else_passes_unsigned(body):
    request = WebhookRequest(method="POST", path="", query="", headers={}, body=body)
    assert isinstance(WOO.receive(request, SECRET), Refused)


def test_two_events_with_one_delivery_id_are_two():
    first = delivery(encoded(order(id=1)), **{"x-wc-webhook-delivery-id": "same"})
    second = delivery(encoded(order(id=2)), **{"x-wc-webhook-delivery-id": "same"})
    assert key_of(first) != key_of(second)


def test_the_same_event_sent_again_is_one():
    body = encoded(order())
    assert key_of(delivery(body)) == key_of(
        delivery(body, **{"x-wc-webhook-delivery-id": "another"})
    )


def test_every_part_of_the_key_counts():
    body = encoded(order())
    keys = {
        key_of(delivery(body)),
        key_of(delivery(body, **{"x-wc-webhook-id": "2"})),
        key_of(delivery(encoded(order(date_modified_gmt="2026-11-02T08:00:01")))),
        key_of(delivery(encoded(order(total="1.00")))),
        key_of(delivery(body, "product.updated")),
    }
    assert len(keys) == 5
    assert key_of(delivery(body, "order.created")) == key_of(delivery(body, "order.updated"))


def test_deleted_twice_with_a_restoration_in_between_is_two():
    first = delivery(b'{"id": 1}', "order.deleted", **{"x-wc-webhook-delivery-id": "one"})
    second = delivery(b'{"id": 1}', "order.deleted", **{"x-wc-webhook-delivery-id": "two"})
    assert key_of(first) != key_of(second)


def test_a_body_that_is_no_json_is_kept_for_a_person_to_see():
    verdict = WOO.receive(delivery(b"<html>"), SECRET)
    assert isinstance(verdict, Accepted)


def test_topics():
    assert isinstance(WOO.receive(delivery(b"{}", "coupon.updated"), SECRET), Acknowledged)
    assert isinstance(WOO.receive(delivery(b"{}", "action.woo"), SECRET), Acknowledged)
    verdict = WOO.receive(delivery(b"{}", ""), SECRET)
    assert isinstance(verdict, Refused)
    assert verdict.status == 400


@pytest.mark.parametrize(
    ("entered", "source"),
    [
        ("https://Shop.example.com/", "woocommerce:shop.example.com"),
        ("shop.example.com", "woocommerce:shop.example.com"),
        ("http://shop.example.com", "woocommerce:shop.example.com"),
        ("https://example.com/store/", "woocommerce:example.com/store"),
        ("https://example.com/store/wp-json/wc/v3/", "woocommerce:example.com/store"),
        ("https://example.com/wp-admin/admin.php", "woocommerce:example.com"),
        ("https://example.com:8443/", "woocommerce:example.com:8443"),
        ("127.0.0.1:8150/shop", "woocommerce:127.0.0.1:8150/shop"),
    ],
)
def test_the_source_is_the_site_in_whatever_form(entered, source):
    assert WOO.source({"url": entered}) == source


def test_the_key_holds_no_secret():
    assert hashlib.sha256(b"").digest() != key_of(delivery(b"{}"))
