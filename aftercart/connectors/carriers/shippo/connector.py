"""Shippo: tracking by webhook and by asking, with the merchant's API token."""

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import Field, Tracker, WebhookRequest
from aftercart.connectors.carriers.asked import SERVER
from aftercart.connectors.carriers.posting import PostingCarrier
from aftercart.connectors.carriers.shippo import parse
from aftercart.connectors.carriers.shippo.client import LABEL, Tracks
from aftercart.core import clock

HEADER = "shippo-auth-signature"
WINDOW = timedelta(minutes=5)
SIGNATURE = re.compile(r"t=(?P<at>\d{9,12}),\s*v1=(?P<hash>[0-9a-fA-F]{64})")


class Shippo(PostingCarrier):
    """See the README beside this file for what is peculiar."""

    system = "shippo"
    label = LABEL
    fields = (
        Field(
            name="api_key",
            label=_("API token"),
            help=_("Shippo shows it under Settings, API. Take the live token."),
            secret=True,
        ),
        Field(
            name="secret",
            label=_("Webhook token"),
            help=_("Only if you add the webhook yourself: append ?token= and this to the address."),
            secret=True,
            generated=True,
        ),
        Field(
            name="signing_secret",
            label=_("Signing secret"),
            help=_("Only where Shippo has switched signed webhooks on for you."),
            secret=True,
            required=False,
        ),
        SERVER,
    )
    steps = (
        _("In Shippo, open Settings and then API."),
        _("Generate a live token and copy it into this form."),
        _("That is all: the webhook is added for you."),
    )
    tracker: Tracker | None = Tracks()

    def is_genuine(self, request: WebhookRequest, credentials: Mapping[str, str]) -> bool:
        """Signed where Shippo signs; else the address itself holds a token that only we know."""
        signing, token = credentials.get("signing_secret", ""), credentials.get("secret", "")
        header = request.headers.get(HEADER, "")
        if signing or header:
            return _is_signed(request.body, header, signing or token)
        given = parse_qs(request.query).get("token", [""])[0]
        return bool(token) and hmac.compare_digest(token.encode(), given.encode())

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The facts in an event or a Track, see `parse.parse`."""
        return parse.parse(body)

    def sign(
        self, topic: str, body: bytes, credentials: Mapping[str, str], delivery_id: str
    ) -> dict[str, str]:
        """The headers of a signed webhook; the token where Shippo does not sign is the key."""
        secret = credentials.get("signing_secret") or credentials["secret"]
        at = str(int(clock.now().timestamp()))
        return {
            "Content-Type": "application/json",
            "Shippo-Auth-Signature": f"t={at},v1={signature(secret, at, body)}",
        }


def signature(secret: str, at: str, body: bytes) -> str:
    """HMAC-SHA256 in hex over the time, a dot and the body."""
    return hmac.digest(secret.encode(), at.encode() + b"." + body, "sha256").hex()


def _is_signed(body: bytes, header: str, secret: str) -> bool:
    found = SIGNATURE.fullmatch(header.strip())
    if not secret or found is None:
        return False
    expected = signature(secret, found["at"], body)
    if not hmac.compare_digest(expected, found["hash"].lower()):
        return False
    return abs(clock.now() - datetime.fromtimestamp(int(found["at"]), UTC)) <= WINDOW
