"""17TRACK: tracking by notifications and by asking, with one security key for both."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import Field, Tracker, WebhookRequest
from aftercart.connectors.carriers.asked import SERVER
from aftercart.connectors.carriers.posting import PostingCarrier
from aftercart.connectors.carriers.seventeentrack import parse
from aftercart.connectors.carriers.seventeentrack.client import LABEL, Numbers


class SeventeenTrack(PostingCarrier):
    """See the README beside this file for what is peculiar."""

    system = "17track"
    label = LABEL
    fields = (
        Field(
            name="api_key",
            label=_("Security key"),
            help=_("17TRACK shows it under Settings, Security."),
            secret=True,
        ),
        Field(
            name="push",
            label=_("Webhook"),
            help=_("Write yes once you have entered this connection's address at 17TRACK."),
            required=False,
            pattern="yes|no",
            placeholder="no",
        ),
        SERVER,
    )
    steps = (
        _("Sign in at api.17track.net and open Settings."),
        _("Copy the security key into this form."),
        _("To hear of scans at once, enter this connection's address as the webhook there."),
    )
    tracker: Tracker | None = Numbers()

    def is_genuine(self, request: WebhookRequest, credentials: Mapping[str, str]) -> bool:
        """The hash over the body and the key, in the header `sign`."""
        secret = credentials.get("api_key", "")
        given = request.headers.get("sign", "").strip().lower()
        return bool(secret) and hmac.compare_digest(
            signature(secret, request.body).encode(), given.encode()
        )

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The facts in a notification or an answer, see `parse.parse`."""
        return parse.parse(body)

    def sign(
        self, topic: str, body: bytes, credentials: Mapping[str, str], delivery_id: str
    ) -> dict[str, str]:
        """The headers with which 17TRACK would post this body."""
        return {
            "Content-Type": "application/json",
            "sign": signature(credentials["api_key"], body),
        }


def signature(secret: str, body: bytes) -> str:
    """SHA-256 in hex over the body, a slash and the key."""
    return hashlib.sha256(body + b"/" + secret.encode()).hexdigest()
