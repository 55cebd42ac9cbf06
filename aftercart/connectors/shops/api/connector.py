"""Our own way in: a shop, warehouse or script that posts signed webhooks or uses the REST API.

Webhooks are signed after Standard Webhooks 1.0 (spec/standard-webhooks.md of that project): the
headers `webhook-id`, `webhook-timestamp` and `webhook-signature`. What the body holds is named by
`webhook-topic`: `orders` or `tracking-events`.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
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
from aftercart.connectors.shops.api import payloads, scopes
from aftercart.core import clock

TOLERANCE_SECONDS = 300
SECRET_PREFIX = "whsec_"  # noqa: S105 - it marks what follows as a secret and is none
LONGEST_ID = 256

READERS: dict[str, Callable[[Mapping[str, str], bytes], list[Any]]] = {
    "orders": payloads.read_orders,
    "tracking-events": payloads.read_tracking_events,
}


class Api:
    """Signed webhooks of one's own, and the keys of the REST API."""

    system = "api"
    label = "Aftercart API"
    family = "own"
    fields: tuple[Field, ...] = (
        Field(
            name="namespace",
            label=_("Short name of the sender"),
            help=_("Only needed where several of your systems send orders with ids of their own."),
            placeholder=_("warehouse"),
            required=False,
            pattern="[a-z0-9-]{1,40}",
        ),
        Field(
            name="scopes",
            label=_("What it may do"),
            help=_("Choose what this system needs, so that a key that is lost opens no more."),
            required=False,
            choices=scopes.CHOICES,
        ),
        Field(
            name="api_key",
            label=_("API key"),
            help=_("Send it as a bearer token with every request to the API."),
            secret=True,
            generated=True,
            required=False,
            kind="api_key",
            pattern="[A-Za-z0-9]{40,200}",
        ),
        Field(
            name="secret",
            label=_("Signing secret"),
            help=_("Sign webhooks with it, as the Standard Webhooks specification says."),
            secret=True,
            generated=True,
            required=False,
            kind="whsec",
        ),
    )
    steps = (
        _("Keep the API key and the signing secret where your system keeps its secrets."),
        _("Send orders and tracking events to the API, with the key as a bearer token."),
        _("Or post them to the webhook address, signed with the secret."),
    )
    puller: Puller | None = None
    tracker: Tracker | None = None

    def source(self, settings: Mapping[str, Any]) -> str:
        """The owner of the external ids; a `namespace` keeps two senders of one store apart."""
        namespace = str(settings.get("namespace", ""))
        return f"api:{namespace}" if namespace else "api"

    def receive(self, request: WebhookRequest, credentials: Mapping[str, str]) -> Verdict:
        """Verify the signature and its age, then the topic."""
        headers = request.headers
        delivery_id = headers.get("webhook-id", "")
        timestamp = headers.get("webhook-timestamp", "")
        if not delivery_id or len(delivery_id) > LONGEST_ID or not timestamp.isdecimal():
            return Refused(reason="webhook-id and webhook-timestamp must be there.", status=400)
        if not _is_signed(request, credentials.get("secret", "")):
            return Refused(reason="The signature does not match.")
        if abs(clock.now().timestamp() - int(timestamp[:15])) > TOLERANCE_SECONDS:
            return Refused(reason="The signature is too old, or your clock is wrong.")
        topic = headers.get("webhook-topic", "")
        if topic not in READERS:
            known = " or ".join(READERS)
            return Refused(reason=f"The header webhook-topic must be {known}.", status=400)
        if not scopes.may(credentials.get("scopes", ""), scopes.BY_TOPIC[topic]):
            return Refused(reason=f"This connection may not send {topic}.", status=403)
        key = hashlib.sha256(delivery_id.encode()).digest()
        return Accepted(topic=topic, dedupe_key=key, headers={"webhook-timestamp": timestamp})

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The orders or the parcels' scans in the body.

        Raises:
            ParseError: the body cannot be read.
        """
        reader = READERS.get(topic)
        if reader is None:
            raise ParseError("webhook-topic", f"{topic!r} is not known")
        return reader(headers, body)

    def sign(
        self, topic: str, body: bytes, credentials: Mapping[str, str], delivery_id: str
    ) -> dict[str, str]:
        """The headers of a delivery that is sent now."""
        timestamp = str(int(clock.now().timestamp()))
        key = secret_bytes(credentials["secret"])
        return {
            "content-type": "application/json",
            "webhook-id": delivery_id,
            "webhook-timestamp": timestamp,
            "webhook-topic": topic,
            "webhook-signature": f"v1,{_signature(key, delivery_id, timestamp, body)}",
        }


def secret_bytes(secret: str) -> bytes:
    """The key in a `whsec_…` secret.

    Raises:
        ValueError: it is none.
    """
    try:
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("the secret is not base64") from error


def _is_signed(request: WebhookRequest, secret: str) -> bool:
    """Whether one of the signatures in the header is ours; a sender that rotates sends several."""
    if not secret:
        return False
    headers = request.headers
    expected = _signature(
        secret_bytes(secret), headers["webhook-id"], headers["webhook-timestamp"], request.body
    )
    given = headers.get("webhook-signature", "").encode("utf-8", "replace").split()
    wanted = f"v1,{expected}".encode()
    return any(hmac.compare_digest(signature, wanted) for signature in given[:10])


def _signature(key: bytes, delivery_id: str, timestamp: str, body: bytes) -> str:
    machine = hmac.new(key, f"{delivery_id}.{timestamp}.".encode(), hashlib.sha256)
    machine.update(body)
    return base64.b64encode(machine.digest()).decode()
