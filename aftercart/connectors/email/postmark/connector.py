"""Postmark: what became of mails, by webhook."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import (
    Accepted,
    Acknowledged,
    Field,
    ParseError,
    Puller,
    Refused,
    Tracker,
    Verdict,
    WebhookRequest,
)
from aftercart.connectors.email.machines import is_machine
from aftercart.connectors.email.mime import REFERENCE
from aftercart.connectors.email.postmark import payload
from aftercart.connectors.reading import decoder, identifier, moment, required, text
from aftercart.conversation.messages.facts import ReceiptFact, ReceiptKind

USER = "aftercart"
LONGEST_DETAIL = 300

# https://postmarkapp.com/developer/api/bounce-api#bounce-types: what became of the mail, and
# whether the address is no good for ever. What is not here says nothing about the mail.
BOUNCES: dict[str, tuple[ReceiptKind, bool]] = {
    "HardBounce": ("bounced", True),
    "BadEmailAddress": ("bounced", True),
    "ManuallyDeactivated": ("bounced", True),
    "SoftBounce": ("bounced", False),
    "Blocked": ("bounced", False),
    "VirusNotification": ("bounced", False),
    "DMARCPolicy": ("bounced", False),
    "Unknown": ("bounced", False),
    "Transient": ("deferred", False),
    "DnsError": ("deferred", False),
    "SpamNotification": ("complained", False),
    "SpamComplaint": ("complained", False),
    "SMTPApiError": ("failed", False),
    "TemplateRenderingFailed": ("failed", False),
}
SUPPRESSIONS: dict[str, ReceiptKind] = {"HardBounce": "bounced", "SpamComplaint": "complained"}
OTHERS: dict[str, ReceiptKind] = {
    "Delivery": "delivered",
    "SpamComplaint": "complained",
    "Open": "opened",
    "Click": "clicked",
}

_event = decoder(payload.Event)


class Postmark:
    """Postmark signs nothing: the address is unguessable, and a password goes with it."""

    system = "postmark"
    label = "Postmark"
    family = "email"
    fields = (
        Field(
            name="password",
            label=_("Webhook password"),
            help=_("Enter it at Postmark with the user name aftercart."),
            secret=True,
            generated=True,
        ),
    )
    steps = (
        _("In Postmark, open your server, its message stream, and then Webhooks."),
        _("Add a webhook with this connection's address."),
        _("Under Basic auth credentials, enter the user name aftercart and this password."),
        _("Choose Delivery, Bounce and Spam complaint, and Open if you like, and save."),
    )
    puller: Puller | None = None
    tracker: Tracker | None = None

    def source(self, settings: Mapping[str, Any]) -> str:
        """Postmark owns no ids of ours: messages are known by what we gave them."""
        return "postmark"

    def receive(self, request: WebhookRequest, credentials: Mapping[str, str]) -> Verdict:
        """Check the password (HTTP Basic, RFC 7617), and recognise the delivery."""
        if not credentials.get("password"):
            return Refused(reason="the connection has no password to check")
        expected = _authorization(credentials["password"])
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(expected.encode(), given.encode()):
            return Refused(reason="the user name or password is missing or wrong")
        try:
            event = _event(request.body)
        except ParseError as error:
            return Refused(reason=str(error), status=400)
        if not identifier(event.message_id):
            return Acknowledged(reason="it is about no message")
        return Accepted(topic=text(event.record_type, 80), dedupe_key=_key(event))

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The receipt in a delivery, if it is one.

        Raises:
            ParseError: the body cannot be read.
        """
        event = _event(body)
        found = _kind(event)
        if found is None:
            return []
        kind, permanent = found
        occurred_at = moment(event.bounced_at or event.delivered_at or event.received_at)
        occurred_at = occurred_at or moment(event.changed_at)
        return [
            ReceiptFact(
                provider_id=required(identifier(event.message_id), "MessageID"),
                reference=text((event.metadata or {}).get(REFERENCE), 60),
                kind=kind,
                recipient=text(event.email or event.recipient, 254),
                permanent=permanent,
                machine=kind in {"opened", "clicked"} and is_machine(event.user_agent or ""),
                detail=text(event.details or event.description, LONGEST_DETAIL),
                occurred_at=required(occurred_at, "a date"),
            )
        ]

    def sign(
        self, topic: str, body: bytes, credentials: Mapping[str, str], delivery_id: str
    ) -> dict[str, str]:
        """The headers with which Postmark would post this body, which holds the delivery's id."""
        return {
            "Content-Type": "application/json",
            "Authorization": _authorization(credentials["password"]),
        }


def _authorization(password: str) -> str:
    return "Basic " + base64.b64encode(f"{USER}:{password}".encode()).decode()


def _key(event: payload.Event) -> bytes:
    """Opens and deliveries have no id of their own, and differ by their moment."""
    at = moment(event.received_at or event.delivered_at or event.changed_at)
    parts = (
        identifier(event.message_id),
        text(event.record_type, 80),
        identifier(event.id),
        at.isoformat() if at else "",
    )
    return hashlib.sha256("|".join(parts).encode()).digest()


def _kind(event: payload.Event) -> tuple[ReceiptKind, bool] | None:
    """What the event says of the mail, and whether the address is no good for ever."""
    record = event.record_type or ""
    if record == "Bounce":
        return BOUNCES.get(event.type or "")
    if record == "SubscriptionChange":
        kind = SUPPRESSIONS.get(event.suppression_reason or "")
        return (kind, True) if kind and event.suppress_sending else None
    other = OTHERS.get(record)
    return (other, False) if other else None
