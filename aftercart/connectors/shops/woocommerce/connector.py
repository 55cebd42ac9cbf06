"""WooCommerce: webhooks in (verified, recognised, read) and the puller that asks."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import msgspec
from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import (
    Accepted,
    Acknowledged,
    Field,
    Puller,
    Refused,
    Tracker,
    Verdict,
    WebhookRequest,
)
from aftercart.connectors.shops.woocommerce import parse
from aftercart.connectors.shops.woocommerce.address import shop_name
from aftercart.connectors.shops.woocommerce.puller import WooCommercePuller
from aftercart.core import clock

PREFIX = "x-wc-webhook-"
PING = re.compile(rb"webhook_id=[0-9]{1,20}")
RESOURCES = {"order", "product", "customer"}
# What WordPress decodes before it signs: wp_specialchars_decode($secret, ENT_QUOTES).
ENTITY = re.compile(r"&(?:lt|gt|quot|amp|#0*(?:34|38|39|60|62)|#[xX]0*(?:22|26|27|3[cCeE]));")


class WooCommerce:
    """See the README beside this file for what is peculiar."""

    system = "woocommerce"
    label = "WooCommerce"
    family = "shop"
    fields = (
        Field(
            name="url",
            label=_("Store address"),
            help=_("The address of your WordPress site, with its folder if it has one."),
            kind="url",
            placeholder="https://shop.example.com",
        ),
        Field(
            name="consumer_key",
            label=_("Consumer key"),
            help=_("In WordPress under WooCommerce, Settings, Advanced, REST API."),
            secret=True,
            pattern=r"ck_[0-9a-zA-Z]+",
            placeholder="ck_…",
        ),
        Field(
            name="consumer_secret",
            label=_("Consumer secret"),
            help=_("Shown once beside the key."),
            secret=True,
            pattern=r"cs_[0-9a-zA-Z]+",
            placeholder="cs_…",
        ),
        Field(
            name="secret",
            label=_("Webhook secret"),
            help=_("Aftercart enters it in WooCommerce by itself."),
            secret=True,
            generated=True,
            required=False,
        ),
    )
    steps = (
        _("In WordPress open WooCommerce, Settings, Advanced, REST API and choose Add key."),
        _("Describe it as Aftercart, give it Read/Write permission and generate it."),
        _("Copy the consumer key and the consumer secret into this form."),
        _("Aftercart looks for changes every few minutes, and adds webhooks to be quicker."),
    )
    puller: Puller | None = WooCommercePuller()
    tracker: Tracker | None = None

    def source(self, settings: Mapping[str, Any]) -> str:
        """The owner of the external ids: the site, whether by http or https."""
        return f"woocommerce:{shop_name(str(settings.get('url', '')))}"[:160]

    def receive(self, request: WebhookRequest, credentials: Mapping[str, str]) -> Verdict:
        """WooCommerce's rules (class-wc-webhook.php): base64 HMAC-SHA256 over the raw body; the
        ping at a webhook's creation is unsigned and must be answered with 200."""
        is_signed = f"{PREFIX}signature" in request.headers
        if not is_signed and PING.fullmatch(request.body.strip()):
            return Acknowledged(reason="the ping of a new webhook")
        if not credentials.get("secret"):
            return Refused(reason="the connection has no secret to check the signature with")
        if not _is_signed(request, credentials["secret"]):
            return Refused(reason="the signature is missing or wrong")
        return _recognised(request)

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The facts in a delivery, see `parse.parse`."""
        return parse.parse(topic, headers, body)

    def sign(
        self, topic: str, body: bytes, credentials: Mapping[str, str], delivery_id: str
    ) -> dict[str, str]:
        """The headers with which WooCommerce would post this body now."""
        resource, _, event = topic.partition(".")
        return {
            "Content-Type": "application/json",
            "X-WC-Webhook-Source": f"{credentials.get('url', '').rstrip('/')}/",
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Resource": resource,
            "X-WC-Webhook-Event": event,
            "X-WC-Webhook-Signature": signature(credentials["secret"], body),
            "X-WC-Webhook-ID": "1",
            "X-WC-Webhook-Delivery-ID": delivery_id,
        }


def signature(secret: str, body: bytes) -> str:
    """Base64 of the HMAC-SHA256 of the body, under the secret as WordPress decodes it."""
    decoded = ENTITY.sub(lambda entity: unescape(entity[0]), secret)
    return base64.b64encode(hmac.digest(decoded.encode(), body, "sha256")).decode()


def _is_signed(request: WebhookRequest, secret: str) -> bool:
    given = request.headers.get(f"{PREFIX}signature", "").strip()
    return hmac.compare_digest(signature(secret, request.body).encode(), given.encode())


class _Outline(msgspec.Struct):
    id: Any = None
    date_modified_gmt: Any = None


def _recognised(request: WebhookRequest) -> Verdict:
    topic = request.headers.get(f"{PREFIX}topic", "").strip().lower()
    if not topic:
        return Refused(reason="the delivery names no topic", status=400)
    resource, _, event = topic.partition(".")
    if resource not in RESOURCES:
        return Acknowledged(reason="nothing here needs this topic")
    parts = [
        request.headers.get(f"{PREFIX}id", ""),
        resource,
        *_outline(request.body),
        hashlib.sha256(request.body).hexdigest(),
    ]
    if event == "deleted":
        # Its body is the id alone, and what was restored may be deleted again.
        parts.append(request.headers.get(f"{PREFIX}delivery-id", ""))
    return Accepted(
        topic=topic[:80],
        dedupe_key=hashlib.sha256("\0".join(parts).encode()).digest(),
        headers={parse.RECEIVED_HEADER: clock.now().isoformat()},
    )


def _outline(body: bytes) -> tuple[str, str]:
    """The resource's id and its last change. The delivery id is no event's: two deliveries of one
    webhook in the same second share it."""
    try:
        outline = msgspec.json.decode(body, type=_Outline)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return "", ""
    return str(outline.id), str(outline.date_modified_gmt)
