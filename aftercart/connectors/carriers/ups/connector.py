"""UPS: tracking by asking, and by the messages of Track Alert."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import (
    Accepted,
    Field,
    Puller,
    Refused,
    Tracker,
    Verdict,
    WebhookRequest,
)
from aftercart.connectors.carriers.asked import SERVER
from aftercart.connectors.carriers.ups import parse
from aftercart.connectors.carriers.ups.client import Track

TOPIC = "tracking"


class Ups:
    """See the README beside this file for what is peculiar."""

    system = "ups"
    label = "UPS"
    family = "tracking"
    fields = (
        Field(
            name="client_id",
            label=_("Client ID"),
            help=_("On your app's page at developer.ups.com, under Credentials."),
        ),
        Field(name="client_secret", label=_("Client secret"), secret=True),
        Field(
            name="credential",
            label=_("Webhook credential"),
            help=_("We give it to UPS ourselves, with every parcel that it is to post news of."),
            secret=True,
            generated=True,
        ),
        Field(
            name="push",
            label=_("Track Alert"),
            help=_("Write no where UPS shall only be asked. Leave empty otherwise."),
            required=False,
            pattern="yes|no",
            placeholder="yes",
        ),
        SERVER,
    )
    steps = (
        _("At developer.ups.com, add an app for your UPS account."),
        _("Give the app the products Tracking and, to hear of scans within minutes, Track Alert."),
        _("Copy the app's client ID and client secret into this form."),
    )
    puller: Puller | None = None
    tracker: Tracker | None = Track()

    def source(self, settings: Mapping[str, Any]) -> str:
        """UPS owns no ids of ours: parcels are known by their numbers."""
        return self.system

    def receive(self, request: WebhookRequest, credentials: Mapping[str, str]) -> Verdict:
        """Track Alert sends the credential that we named when we subscribed, in a header."""
        expected = credentials.get("credential", "")
        if not expected:
            return Refused(reason="the connection has no credential to check the message with")
        given = request.headers.get("credential", "").strip()
        if not hmac.compare_digest(expected.encode(), given.encode()):
            return Refused(reason="the credential is missing or wrong")
        return Accepted(topic=TOPIC, dedupe_key=hashlib.sha256(request.body).digest())

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The facts in a message or a reply, see `parse.parse`."""
        return parse.parse(body)

    def sign(
        self, topic: str, body: bytes, credentials: Mapping[str, str], delivery_id: str
    ) -> dict[str, str]:
        """The headers with which Track Alert would post this body."""
        return {
            "Content-Type": "application/json",
            "User-Agent": "UPSPubSubTrackingService",
            "credential": credentials["credential"],
        }
