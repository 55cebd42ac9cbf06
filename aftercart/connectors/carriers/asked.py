"""What carriers have in common that are asked and never post to us."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import Field, Puller, Refused, Tracker, Verdict, WebhookRequest

SERVER = Field(
    name="server",
    label=_("Server"),
    help=_("Only for the carrier's test system: its address. Leave empty otherwise."),
    required=False,
    placeholder="https://",
)


class AskedCarrier:
    """A connector without webhooks: a subclass names itself and brings a `Tracker` and `parse`."""

    system = ""
    label = ""
    family = "tracking"
    fields: tuple[Field, ...] = ()
    steps: tuple[str, ...] = ()
    puller: Puller | None = None
    tracker: Tracker | None = None

    def source(self, settings: Mapping[str, Any]) -> str:
        """Carriers own no ids of ours: parcels are known by their numbers."""
        return self.system

    def receive(self, request: WebhookRequest, credentials: Mapping[str, str]) -> Verdict:
        """Nothing that is posted here is genuine."""
        return Refused(reason="this carrier is asked and does not post", status=404)

    def sign(
        self, topic: str, body: bytes, credentials: Mapping[str, str], delivery_id: str
    ) -> dict[str, str]:
        """There is nothing to sign."""
        return {"Content-Type": "application/json"}


def server(settings: Mapping[str, Any], usual: str) -> str:
    """The address to ask, without a slash at its end."""
    return str(settings.get("server") or usual).rstrip("/")


def entered(name: str, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> str:
    """What a merchant entered under a name, whether it is kept as a secret or not."""
    return str(credentials.get(name) or settings.get(name) or "").strip()
