"""What aggregators have in common that post to us and can be asked."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

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
from aftercart.connectors.reading import Text, decoder, text


class Label(msgspec.Struct):
    """What most call a delivery by."""

    event: Text | None = None


_label = decoder(Label)


class PostingCarrier:
    """A connector with webhooks: a subclass says which are genuine, and brings a `Tracker`."""

    system = ""
    label = ""
    family = "tracking"
    fields: tuple[Field, ...] = ()
    steps: tuple[str, ...] = ()
    puller: Puller | None = None
    tracker: Tracker | None = None

    def source(self, settings: Mapping[str, Any]) -> str:
        """Aggregators own no ids of ours: parcels are known by their numbers."""
        return self.system

    def is_genuine(self, request: WebhookRequest, credentials: Mapping[str, str]) -> bool:
        """Whether the request bears what only the sender and we know."""
        raise NotImplementedError

    def recognised(self, body: bytes) -> tuple[str, bytes]:
        """The topic, and what a delivery is known by over all its repetitions: else its body."""
        try:
            return text(_label(body).event, 80), body
        except ParseError:
            return "", body

    def receive(self, request: WebhookRequest, credentials: Mapping[str, str]) -> Verdict:
        """Genuine deliveries are accepted, each once."""
        if not self.is_genuine(request, credentials):
            return Refused(reason="the signature or secret is missing or wrong")
        topic, known_as = self.recognised(request.body)
        return Accepted(topic=topic, dedupe_key=hashlib.sha256(known_as).digest())
