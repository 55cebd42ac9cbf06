"""EasyPost: tracking by webhook, and by asking where the merchant gives a key."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
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
from aftercart.connectors.carriers.asked import SERVER
from aftercart.connectors.carriers.easypost import parse, payload
from aftercart.connectors.carriers.easypost.client import LABEL, Trackers
from aftercart.connectors.reading import decoder, identifier, text
from aftercart.core import clock

PREFIX = "hmac-sha256-hex="
WINDOW = timedelta(minutes=5)

_label = decoder(payload.Label)


class EasyPost:
    """See the README beside this file for what is peculiar."""

    system = "easypost"
    label = LABEL
    family = "tracking"
    fields = (
        Field(
            name="secret",
            label=_("Webhook secret"),
            help=_("Enter it at EasyPost as the webhook's secret."),
            secret=True,
            generated=True,
        ),
        Field(
            name="signature",
            label=_("Signature version"),
            help=_("v2 also refuses deliveries that are replayed. Leave empty for v1."),
            required=False,
            pattern="v1|v2",
            placeholder="v1",
        ),
        Field(
            name="api_key",
            label=_("API key"),
            help=_("With it we also make trackers, ask after parcels and set up the webhook."),
            secret=True,
            required=False,
        ),
        SERVER,
    )
    steps = (
        _("In EasyPost's dashboard, open Account Settings and then Webhooks & Events."),
        _("Add a webhook with this connection's address, for the production environment."),
        _("Enter this connection's secret as the webhook secret, and save."),
        _("Or copy the production API key into this form: then all of this is done for you."),
    )
    puller: Puller | None = None
    tracker: Tracker | None = Trackers()

    def source(self, settings: Mapping[str, Any]) -> str:
        """EasyPost owns no ids of ours: parcels are known by their numbers."""
        return "easypost"

    def receive(self, request: WebhookRequest, credentials: Mapping[str, str]) -> Verdict:
        """HMAC-SHA256 over the raw body, in hex, with the secret in NFKD (easypost/util.py of
        EasyPost's Python library); with `signature` set to `v2`, the newer one against replays."""
        if not credentials.get("secret"):
            return Refused(reason="the connection has no secret to check the signature with")
        check = _is_signed_v2 if credentials.get("signature") == "v2" else _is_signed
        if not check(request, credentials["secret"]):
            return Refused(reason="the signature is missing or wrong")
        return _recognised(request.body)

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The facts in a delivery, see `parse.parse`."""
        return parse.parse(body)

    def sign(
        self, topic: str, body: bytes, credentials: Mapping[str, str], delivery_id: str
    ) -> dict[str, str]:
        """The headers with which EasyPost would post this body, which holds the delivery's id."""
        return {
            "Content-Type": "application/json",
            "X-Hmac-Signature": f"{PREFIX}{signature(credentials['secret'], body)}",
        }


def signature(secret: str, signed: bytes) -> str:
    """The HMAC-SHA256 in hex; the key is the secret in Unicode's NFKD form."""
    key = unicodedata.normalize("NFKD", secret).encode()
    return hmac.digest(key, signed, "sha256").hex()


def _is_signed(request: WebhookRequest, secret: str) -> bool:
    given = request.headers.get("x-hmac-signature", "").strip()
    return hmac.compare_digest(
        f"{PREFIX}{signature(secret, request.body)}".encode(), given.encode()
    )


def _is_signed_v2(request: WebhookRequest, secret: str) -> bool:
    """Over time, method, path and body; the time must be near and the path ours."""
    headers = request.headers
    sent_at, path = headers.get("x-timestamp", ""), headers.get("x-path", "")
    given = headers.get("x-hmac-signature-v2", "").strip().removeprefix(PREFIX)
    signed = f"{sent_at}{request.method}{path}".encode() + request.body
    if not hmac.compare_digest(signature(secret, signed).encode(), given.encode()):
        return False
    return path.partition("?")[0].endswith(request.path) and _is_near(sent_at)


def _is_near(sent_at: str) -> bool:
    try:
        if re.fullmatch(r"\d{9,12}", sent_at):
            moment = datetime.fromtimestamp(int(sent_at), UTC)
        else:
            moment = datetime.fromisoformat(sent_at)
        return abs(clock.now() - moment) <= WINDOW
    except (ValueError, TypeError, OverflowError):
        return False


def _recognised(body: bytes) -> Accepted:
    """An Event keeps its id over all its deliveries, though its list of addresses changes."""
    try:
        label = _label(body)
    except ParseError:
        label = payload.Label()
    is_event = label.object == "Event" and label.id is not None
    known_as = identifier(label.id).encode() if is_event else body
    return Accepted(
        topic=text(label.description, 80) if is_event else "",
        dedupe_key=hashlib.sha256(known_as).digest(),
    )
