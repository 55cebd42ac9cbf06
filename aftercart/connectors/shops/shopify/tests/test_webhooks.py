"""Which deliveries are Shopify's, and how each is recognised."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from aftercart.connectors.base import Accepted, Refused, Verdict, WebhookRequest
from aftercart.connectors.shops.shopify.connector import Shopify, signature
from aftercart.core import clock
from tests.support.real_data import reference

SHOP = "acme.myshopify.com"
KEYS = {"shop": SHOP, "secret": "hush"}
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BODY = b'{"id": 1}'
SHOPIFY = Shopify()


def headers(body: bytes = BODY, secret: str = "hush", **changes: str | None) -> dict[str, str]:
    """Headers of the classic family, as the edge hands them on; None leaves one out."""
    with clock.moved_to(NOW):
        made = SHOPIFY.sign("orders/create", body, {**KEYS, "secret": secret}, "delivery-1")
    lower = {name.lower(): value for name, value in made.items()}
    changed = {name.replace("_", "-"): value for name, value in changes.items()}
    return {name: value for name, value in {**lower, **changed}.items() if value is not None}


def receive(given: dict[str, str], body: bytes = BODY, keys: dict[str, str] = KEYS) -> Verdict:
    with clock.moved_to(NOW):
        return SHOPIFY.receive(
            WebhookRequest(method="POST", path="/in/x", query="", headers=given, body=body), keys
        )


def test_the_signature_is_base64_of_the_hmac() -> None:
    # Worked out by hand with openssl dgst -sha256 -hmac hush -binary | base64.
    assert signature("hush", b'{"id":1}') == "VnKUjZsLuN5iZWjn5EntcBVCF9kMN43LglzCE1/GSeY="


def test_the_signature_agrees_with_the_reference() -> None:
    vectors = json.loads(reference("signature_vectors.json").read_text())
    vector = next(one for one in vectors if one["scheme"] == "shopify webhook")
    assert signature(vector["secret"], vector["body"].encode()) == vector["expected"]


def test_a_genuine_delivery_is_accepted() -> None:
    verdict = receive(headers())
    assert isinstance(verdict, Accepted)
    assert verdict.topic == "orders/create"
    assert verdict.headers["x-shopify-webhook-id"] == "delivery-1"
    assert verdict.headers["x-shopify-event-id"] == "delivery-1"
    assert verdict.headers["x-shopify-triggered-at"]
    expected = hashlib.sha256(b"acme.myshopify.com\0orders/create\0delivery-1").digest()
    assert verdict.dedupe_key == expected


def test_the_newer_headers_are_accepted_too() -> None:
    newer = {
        name.removeprefix("x-"): value
        for name, value in headers().items()
        if name.startswith("x-shopify-")
    }
    verdict = receive(newer)
    assert isinstance(verdict, Accepted)
    assert verdict == receive(headers())


@pytest.mark.parametrize(
    "changes",
    [
        {"x_shopify_hmac_sha256": None},
        {"x_shopify_hmac_sha256": ""},
        {"x_shopify_hmac_sha256": "AAAA"},
        {"x_shopify_hmac_sha256": "ungültig"},
        {"x_shopify_shop_domain": "other.myshopify.com"},
        {"x_shopify_shop_domain": None},
    ],
)
def test_a_forged_delivery_is_refused(changes: dict[str, Any]) -> None:
    verdict = receive(headers(**changes))
    assert isinstance(verdict, Refused)
    assert verdict.status == 401
    assert "hush" not in verdict.reason


def test_one_changed_byte_is_refused() -> None:
    assert isinstance(receive(headers(), b'{"id": 2}'), Refused)
    assert isinstance(receive(headers(), BODY + b" "), Refused)


def test_another_secret_is_refused() -> None:
    assert isinstance(receive(headers(secret="another")), Refused)


@pytest.mark.parametrize("keys", [{}, {"secret": ""}, {"shop": SHOP}])
def test_without_a_secret_everything_is_refused(keys: dict[str, str]) -> None:
    empty = base64.b64encode(hmac.digest(b"", BODY, "sha256")).decode()
    assert isinstance(receive(headers(x_shopify_hmac_sha256=empty), keys=keys), Refused)


def test_a_delivery_told_again_is_the_same() -> None:
    again = headers(x_shopify_triggered_at="2026-11-20T11:00:00Z")
    first, second = receive(headers()), receive(again)
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert first.dedupe_key == second.dedupe_key


@pytest.mark.parametrize(
    "changes",
    [{"x_shopify_webhook_id": "delivery-2"}, {"x_shopify_topic": "orders/updated"}],
)
def test_other_deliveries_are_others(changes: dict[str, Any]) -> None:
    first, second = receive(headers()), receive(headers(**changes))
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert first.dedupe_key != second.dedupe_key


def test_without_an_id_the_body_is_what_is_recognised() -> None:
    first = receive(headers(x_shopify_webhook_id=None))
    body = b'{"id": 3}'
    other = receive(headers(body, x_shopify_webhook_id=None), body)
    assert isinstance(first, Accepted)
    assert isinstance(other, Accepted)
    assert first.dedupe_key != other.dedupe_key
    assert receive(headers(x_shopify_webhook_id=None)) == first


def test_a_delivery_without_a_topic_is_refused() -> None:
    verdict = receive(headers(x_shopify_topic=None))
    assert isinstance(verdict, Refused)
    assert verdict.status == 400


def test_a_delivery_says_when_it_happened() -> None:
    verdict = receive(headers(x_shopify_triggered_at=None))
    assert isinstance(verdict, Accepted)
    assert verdict.headers["x-shopify-triggered-at"] == NOW.isoformat()


def test_the_source_is_the_shop() -> None:
    assert SHOPIFY.source({"shop": "Acme.MyShopify.com"}) == "shopify:acme.myshopify.com"
