"""Shopify: webhooks in (verified, recognised, read) and the puller that asks."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import (
    Accepted,
    Field,
    Puller,
    Refused,
    Tracker,
    Verdict,
    WebhookRequest,
)
from aftercart.connectors.shops.shopify import parse
from aftercart.connectors.shops.shopify.address import SHOP_PATTERN
from aftercart.connectors.shops.shopify.client import API_VERSION
from aftercart.connectors.shops.shopify.pull import ShopifyPuller
from aftercart.core import clock

KEPT = ("api-version", "webhook-id", "event-id", "triggered-at", "shop-domain")
PREFIXES = ("x-shopify-", "shopify-")


class Shopify:
    """See the README beside this file for what is peculiar."""

    system = "shopify"
    label = "Shopify"
    family = "shop"
    fields = (
        Field(
            name="shop",
            label=_("Shop domain"),
            help=_("The one that ends in .myshopify.com, not your own domain."),
            pattern=SHOP_PATTERN,
            placeholder="your-shop.myshopify.com",
        ),
        Field(
            name="client_id",
            label=_("Client ID"),
            help=_("In Shopify's Dev Dashboard, under your app's settings."),
        ),
        Field(
            name="secret",
            label=_("Client secret"),
            help=_("Beside the client ID. It also proves that webhooks are Shopify's."),
            secret=True,
        ),
    )
    steps = (
        _("Open Shopify's Dev Dashboard (dev.shopify.com) and create an app."),
        _(
            "Give its version the scopes read_orders, read_fulfillments, read_products and "
            "read_customers, and release it."
        ),
        _("Install the app on your store."),
        _("Copy the client ID and the client secret from the app's settings into this form."),
    )
    puller: Puller | None = ShopifyPuller()
    heard_while_paused = frozenset({"customers/data_request", "customers/redact", "shop/redact"})
    tracker: Tracker | None = None

    def source(self, settings: Mapping[str, Any]) -> str:
        """The owner of the external ids: the shop."""
        return f"shopify:{str(settings.get('shop', '')).strip().lower()}"

    def receive(self, request: WebhookRequest, credentials: Mapping[str, str]) -> Verdict:
        """Base64 HMAC-SHA256 over the raw body with the client secret (shopify.dev, "Verify webhook
        deliveries"). Whoever calls tries the secret before it as well: for an hour after a
        rotation it may still sign."""
        if not credentials.get("secret"):
            return Refused(reason="the connection has no secret to check the signature with")
        expected = signature(credentials["secret"], request.body)
        given = _header(request.headers, "hmac-sha256").strip()
        if not hmac.compare_digest(expected.encode(), given.encode()):
            return Refused(reason="the signature is missing or wrong")
        return _recognised(request, credentials)

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The facts in a delivery, see `parse.parse`."""
        return parse.parse(topic, headers, body)

    def sign(
        self, topic: str, body: bytes, credentials: Mapping[str, str], delivery_id: str
    ) -> dict[str, str]:
        """The headers with which Shopify would post this body now."""
        return {
            "Content-Type": "application/json",
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": signature(credentials["secret"], body),
            "X-Shopify-Shop-Domain": credentials.get("shop", ""),
            "X-Shopify-API-Version": API_VERSION,
            "X-Shopify-Webhook-Id": delivery_id,
            "X-Shopify-Event-Id": delivery_id,
            "X-Shopify-Triggered-At": clock.now().isoformat(),
        }


def signature(secret: str, body: bytes) -> str:
    """Base64 of the HMAC-SHA256 of the body."""
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def _recognised(request: WebhookRequest, credentials: Mapping[str, str]) -> Verdict:
    shop = _header(request.headers, "shop-domain").lower()
    ours = credentials.get("shop", "").lower()
    if ours and shop != ours:
        return Refused(reason="the delivery is another shop's")
    topic = _header(request.headers, "topic").lower()
    if not topic:
        return Refused(reason="the delivery names no topic", status=400)
    kept = {name: _header(request.headers, name) for name in KEPT}
    kept["triggered-at"] = kept["triggered-at"] or clock.now().isoformat()
    return Accepted(
        topic=topic[:80],
        dedupe_key=_dedupe_key(shop, topic, kept["webhook-id"], request.body),
        headers={f"x-shopify-{name}": value[:200] for name, value in kept.items() if value},
    )


def _dedupe_key(shop: str, topic: str, webhook_id: str, body: bytes) -> bytes:
    """(shop, topic, webhook id); the webhook id is the delivery's and stays over its retries."""
    delivery = webhook_id or hashlib.sha256(body).hexdigest()
    return hashlib.sha256(f"{shop}\0{topic}\0{delivery}".encode()).digest()


def _header(headers: Mapping[str, str], name: str) -> str:
    """A header of either family: `X-Shopify-Topic` of webhooks, `shopify-topic` of events."""
    for prefix in PREFIXES:
        value = headers.get(f"{prefix}{name}")
        if value:
            return value
    return ""
