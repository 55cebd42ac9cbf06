"""Karrio: any server of it, tracking by webhook and by asking."""

import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import Field, Tracker, WebhookRequest
from aftercart.connectors.carriers.karrio import parse
from aftercart.connectors.carriers.karrio.client import LABEL, Trackers
from aftercart.connectors.carriers.posting import PostingCarrier

SECRET, SIGNATURE = "x-event-id", "x-karrio-signature"


class Karrio(PostingCarrier):
    """See the README beside this file for what is peculiar."""

    system = "karrio"
    label = LABEL
    fields = (
        Field(
            name="server",
            label=_("Address"),
            help=_("Of your Karrio server's API."),
            kind="url",
            placeholder="https://api.karrio.example",
        ),
        Field(
            name="token",
            label=_("API key"),
            help=_("Karrio shows it under Developers, API keys."),
            secret=True,
        ),
        Field(
            name="secret",
            label=_("Webhook secret"),
            help=_("Karrio shows it once the webhook is made. Leave empty to ask alone."),
            secret=True,
            required=False,
        ),
    )
    steps = (
        _("In Karrio's dashboard, open Developers and then API keys."),
        _("Copy the address of your server and a key into this form."),
        _("To hear of scans at once, add this connection's address as a webhook there."),
        _("Choose its tracker events, and copy its secret into this form."),
    )
    tracker: Tracker | None = Trackers()

    def source(self, settings: Mapping[str, Any]) -> str:
        """Each server by itself: a store may have several."""
        host = urlsplit(str(settings.get("server") or "")).netloc.lower()
        return f"{self.system}:{host}"[:160]

    def is_genuine(self, request: WebhookRequest, credentials: Mapping[str, str]) -> bool:
        """The shared secret itself, or in later versions the HMAC over the body."""
        secret = credentials.get("secret", "").encode()
        if not secret:
            return False
        signed = request.headers.get(SIGNATURE, "").strip().lower().removeprefix("sha256=")
        if signed:
            return hmac.compare_digest(signature(secret, request.body).encode(), signed.encode())
        return hmac.compare_digest(secret, request.headers.get(SECRET, "").strip().encode())

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The facts in a webhook or a Tracker, see `parse.parse`."""
        return parse.parse(body)

    def sign(
        self, topic: str, body: bytes, credentials: Mapping[str, str], delivery_id: str
    ) -> dict[str, str]:
        """The headers with which a Karrio server would post this body."""
        return {"Content-Type": "application/json", "X-Event-Id": credentials["secret"]}


def signature(secret: bytes, body: bytes) -> str:
    """HMAC-SHA256 of the body in hex."""
    return hmac.digest(secret, body, "sha256").hex()
