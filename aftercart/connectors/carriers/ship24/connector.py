"""Ship24: tracking by webhook and by asking, with the merchant's API key."""

import hmac
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import Field, ParseError, Tracker, WebhookRequest
from aftercart.connectors.carriers.asked import SERVER
from aftercart.connectors.carriers.posting import PostingCarrier
from aftercart.connectors.carriers.ship24 import parse, payload
from aftercart.connectors.carriers.ship24.client import LABEL, Trackers
from aftercart.connectors.reading import decoder, text

TOPIC = "tracking"

_label = decoder(payload.Label)


class Ship24(PostingCarrier):
    """See the README beside this file for what is peculiar."""

    system = "ship24"
    label = LABEL
    fields = (
        Field(
            name="api_key",
            label=_("API key"),
            help=_("Ship24 shows it under Integrations, API keys."),
            secret=True,
        ),
        Field(
            name="secret",
            label=_("Webhook secret"),
            help=_("Ship24 shows it beside the webhook's address. Leave empty to ask alone."),
            secret=True,
            required=False,
        ),
        SERVER,
    )
    steps = (
        _("In Ship24's dashboard, open Integrations and then API keys."),
        _("Copy the key into this form."),
        _("To hear of scans at once, enter this connection's address under Webhook there."),
        _("Copy the webhook's secret into this form."),
    )
    tracker: Tracker | None = Trackers()

    def is_genuine(self, request: WebhookRequest, credentials: Mapping[str, str]) -> bool:
        """The webhook's secret as a bearer token."""
        secret = credentials.get("secret", "")
        scheme, _space, given = request.headers.get("authorization", "").partition(" ")
        is_bearer = scheme.lower() == "bearer"
        return (
            bool(secret)
            and is_bearer
            and hmac.compare_digest(secret.encode(), given.strip().encode())
        )

    def recognised(self, body: bytes) -> tuple[str, bytes]:
        """The ids of the messages, which are the same over all deliveries."""
        try:
            messages = _label(body).trackings or []
        except ParseError:
            return "", body
        ids = [text(one.metadata.message_id, 120) for one in messages if one.metadata]
        is_known = bool(ids) and all(ids) and len(ids) == len(messages)
        return TOPIC, "\0".join(ids).encode() if is_known else body

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The facts in a webhook or an answer, see `parse.parse`."""
        return parse.parse(body)

    def sign(
        self, topic: str, body: bytes, credentials: Mapping[str, str], delivery_id: str
    ) -> dict[str, str]:
        """The headers with which Ship24 would post this body."""
        return {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {credentials['secret']}",
        }
