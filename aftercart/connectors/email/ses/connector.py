"""Amazon SES: what became of mails, by notifications of Amazon SNS.

The signature is checked by the worker and not at the edge, because its certificate has to be
fetched first: see the decision record on SNS signatures.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import (
    Accepted,
    ConfirmationFact,
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
from aftercart.connectors.email.ses import certificates, payload, signature
from aftercart.connectors.reading import decoder, identifier, moment, required, text
from aftercart.conversation.messages.facts import ReceiptFact, ReceiptKind

TYPES = frozenset({"Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"})
LONGEST_DETAIL = 300
METADATA_HEADER = "x-metadata"
"""Where django-anymail puts our own id; SES repeats a mail's headers in its events."""

_envelope = decoder(payload.Envelope)
_event = decoder(payload.Event)


class AmazonSes:
    """One SNS topic that tells what SES did."""

    system = "ses"
    label = "Amazon SES"
    family = "email"
    fields = (
        Field(
            name="topic_arn",
            label=_("ARN of the SNS topic"),
            help=_("It looks like arn:aws:sns:eu-west-1:123456789012:mail-events."),
            placeholder="arn:aws:sns:eu-west-1:123456789012:mail-events",
            pattern=signature.TOPIC.pattern,
        ),
    )
    steps = (
        _("In Amazon SNS, make a standard topic, copy its ARN into this form, and connect."),
        _("Add an HTTPS subscription with the address that you get here; it confirms itself."),
        _(
            "In Amazon SES, add an event destination of the type SNS for this topic, with "
            "deliveries, bounces, complaints, rejects and delays, and include original headers."
        ),
    )
    puller: Puller | None = None
    tracker: Tracker | None = None

    def source(self, settings: Mapping[str, Any]) -> str:
        """The topic."""
        return f"ses:{str(settings.get('topic_arn', ''))[:150]}"

    def receive(self, request: WebhookRequest, credentials: Mapping[str, str]) -> Verdict:
        """Check all but the signature: the form, the topic, and where the certificate is from."""
        try:
            envelope = _envelope(request.body)
        except ParseError as error:
            return Refused(reason=str(error), status=400)
        topic_arn, kind = envelope.topic_arn or "", envelope.type or ""
        if kind not in TYPES or not envelope.signature or not identifier(envelope.message_id):
            return Refused(reason="this is no message of Amazon SNS", status=400)
        if not topic_arn or topic_arn != credentials.get("topic_arn"):
            return Refused(reason="this is not the topic of the connection")
        if not signature.is_certificate_address(envelope.signing_cert_url or "", topic_arn):
            return Refused(reason="the signing certificate is not Amazon's")
        key = hashlib.sha256(identifier(envelope.message_id).encode()).digest()
        return Accepted(topic=kind, dedupe_key=key)

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The receipts in a notification, once its signature is found good.

        Raises:
            ParseError: it is forged, or cannot be read.
            ConnectionFailed: the certificate cannot be had now.
        """
        envelope = _envelope(body)
        _check_signature(envelope)
        if envelope.type == "SubscriptionConfirmation":
            return [ConfirmationFact(url=required(envelope.subscribe_url, "SubscribeURL")[:])]
        if envelope.type != "Notification":
            return []
        return _receipts(_event((envelope.message or "").encode()))

    def sign(
        self, topic: str, body: bytes, credentials: Mapping[str, str], delivery_id: str
    ) -> dict[str, str]:
        """The headers with which SNS would post this body, which holds its signature."""
        envelope = _envelope(body)
        return {
            "Content-Type": "text/plain; charset=UTF-8",
            "x-amz-sns-message-type": topic or str(envelope.type or ""),
            "x-amz-sns-message-id": identifier(envelope.message_id),
            "x-amz-sns-topic-arn": str(envelope.topic_arn or ""),
        }


def _check_signature(envelope: payload.Envelope) -> None:
    url = envelope.signing_cert_url or ""
    if not signature.is_certificate_address(url, envelope.topic_arn or ""):
        raise ParseError("SigningCertURL", "is not Amazon's")
    try:
        signature.verify(envelope, certificates.certificate(url))
    except signature.Forged as error:
        raise ParseError("Signature", str(error)) from error


def _receipts(event: payload.Event) -> list[Any]:
    kind = event.event_type or event.notification_type or ""
    found = READERS.get(kind)
    if found is None or event.mail is None:
        return []
    receipt, outcome = found(event)
    at = moment(outcome.timestamp) or moment(event.mail.timestamp)
    return [
        ReceiptFact(
            provider_id=required(identifier(event.mail.message_id), "mail.messageId"),
            reference=_reference(event.mail),
            kind=receipt,
            recipient=recipient,
            permanent=receipt == "bounced" and outcome.bounce_type == "Permanent",
            machine=receipt in {"opened", "clicked"} and is_machine(outcome.user_agent or ""),
            detail=detail,
            occurred_at=_required_moment(at),
        )
        for recipient, detail in _recipients(outcome)
    ]


def _required_moment(at: datetime | None) -> datetime:
    return required(at, "timestamp")


def _outcome(
    kind: ReceiptKind, outcome: payload.Outcome | None
) -> tuple[ReceiptKind, payload.Outcome]:
    return kind, outcome or payload.Outcome()


READERS = {
    "Bounce": lambda event: _outcome("bounced", event.bounce),
    "Complaint": lambda event: _outcome("complained", event.complaint),
    "Delivery": lambda event: _outcome("delivered", event.delivery),
    "DeliveryDelay": lambda event: _outcome("deferred", event.delivery_delay),
    "Open": lambda event: _outcome("opened", event.open),
    "Click": lambda event: _outcome("clicked", event.click),
    "Reject": lambda event: _outcome("failed", event.reject),
    "Rendering Failure": lambda event: _outcome("failed", event.failure),
}


def _recipients(outcome: payload.Outcome) -> list[tuple[str, str]]:
    """Each address with what its server said; one without an address where none is named."""
    said = (
        outcome.smtp_response
        or outcome.reason
        or outcome.error_message
        or outcome.delay_type
        or outcome.complaint_feedback_type
        or outcome.bounce_sub_type
    )
    named = outcome.bounced_recipients or outcome.complained_recipients
    named = named or outcome.delayed_recipients or []
    found = [
        (text(one.email_address, 254), text(one.diagnostic_code or said, LONGEST_DETAIL))
        for one in named
    ]
    found += [(text(one, 254), text(said, LONGEST_DETAIL)) for one in outcome.recipients or []]
    return found or [("", text(said, LONGEST_DETAIL))]


def _reference(mail: payload.Mail) -> str:
    for header in mail.headers or []:
        if (header.name or "").lower() == METADATA_HEADER:
            try:
                known = msgspec.json.decode(text(header.value, 4000), type=dict[str, Any])
            except msgspec.DecodeError:
                return ""
            return text(str(known.get(REFERENCE, "")), 60)
    return ""
