"""AfterShip: tracking by webhook, and by asking where the merchant gives a key."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import (
    Accepted,
    Field,
    ParseError,
    Puller,
    Refused,
    Tracker,
    Verdict,
    WebhookRequest,
)
from aftercart.connectors.carriers.aftership import parse, payload
from aftercart.connectors.carriers.aftership.client import LABEL, Trackings
from aftercart.connectors.carriers.asked import SERVER
from aftercart.connectors.reading import decoder, identifier, text

SIGNATURE = "aftership-hmac-sha256"

_label = decoder(payload.Label)


class AfterShip:
    """See the README beside this file for what is peculiar."""

    system = "aftership"
    label = LABEL
    family = "tracking"
    fields = (
        Field(
            name="secret",
            label=_("Webhook secret"),
            help=_("AfterShip shows it under Settings, Webhooks."),
            secret=True,
        ),
        Field(
            name="api_key",
            label=_("API key"),
            help=_("With it we also tell AfterShip of your parcels, and ask after them."),
            secret=True,
            required=False,
        ),
        SERVER,
    )
    steps = (
        _("In AfterShip Tracking, open Settings and then Webhooks."),
        _("Copy the webhook secret that AfterShip shows into this form."),
        _("If AfterShip does not know your parcels yet, make an API key and copy it too."),
        _("Connect, and add the address that you get here as a webhook there, for all statuses."),
    )
    puller: Puller | None = None
    tracker: Tracker | None = Trackings()

    def source(self, settings: Mapping[str, Any]) -> str:
        """AfterShip owns no ids of ours: parcels are known by their numbers."""
        return "aftership"

    def receive(self, request: WebhookRequest, credentials: Mapping[str, str]) -> Verdict:
        """Base64 HMAC-SHA256 over the raw body (aftership.com/docs, "Webhook specifications")."""
        if not credentials.get("secret"):
            return Refused(reason="the connection has no secret to check the signature with")
        expected = signature(credentials["secret"], request.body)
        given = request.headers.get(SIGNATURE, "").strip()
        if not hmac.compare_digest(expected.encode(), given.encode()):
            return Refused(reason="the signature is missing or wrong")
        return _recognised(request.body)

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The facts in a delivery, see `parse.parse`."""
        return parse.parse(body)

    def sign(
        self, topic: str, body: bytes, credentials: Mapping[str, str], delivery_id: str
    ) -> dict[str, str]:
        """The headers with which AfterShip would post this body, which holds the delivery's id."""
        return {
            "Content-Type": "application/json",
            SIGNATURE: signature(credentials["secret"], body),
        }


def signature(secret: str, body: bytes) -> str:
    """Base64 of the HMAC-SHA256 of the body."""
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def _recognised(body: bytes) -> Accepted:
    """An event keeps its id over all its deliveries."""
    try:
        label = _label(body)
    except ParseError:
        label = payload.Label()
    known_as = identifier(label.event_id).encode() or body
    return Accepted(topic=text(label.event, 80), dedupe_key=hashlib.sha256(known_as).digest())
