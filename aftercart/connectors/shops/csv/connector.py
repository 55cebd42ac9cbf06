"""Files as a connection: where what was imported by hand is at home."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import (
    Field,
    ParseError,
    Puller,
    Refused,
    Tracker,
    Verdict,
    WebhookRequest,
)


class Csv:
    """Uploaded files. Each store has one such connection, made with its first import.

    Files are read by `aftercart.intake.importing`; nothing is delivered to this connection.
    """

    system = "csv"
    label = "CSV"
    family = "own"
    fields: tuple[Field, ...] = ()
    steps = (
        _("Export your orders, shipments or tracking events as CSV."),
        _("Upload the file under Imports, look at the preview, and start the import."),
    )
    puller: Puller | None = None
    tracker: Tracker | None = None

    def source(self, settings: Mapping[str, Any]) -> str:
        """The owner of the external ids: the store's files."""
        return "csv"

    def receive(self, request: WebhookRequest, credentials: Mapping[str, str]) -> Verdict:
        """Files are uploaded by members, never posted by strangers."""
        return Refused(reason="files are uploaded, not posted", status=404)

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """
        Raises:
            ParseError: always, since nothing can have been delivered.
        """
        raise ParseError("topic", "files are imported, not delivered")

    def sign(
        self, topic: str, body: bytes, credentials: Mapping[str, str], delivery_id: str
    ) -> dict[str, str]:
        """Nothing is delivered, so nothing is signed."""
        return {}
