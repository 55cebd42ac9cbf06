"""DHL: asked with a merchant's own key for the unified shipment tracking."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import Field, Tracker
from aftercart.connectors.carriers.asked import SERVER, AskedCarrier
from aftercart.connectors.carriers.dhl import parse
from aftercart.connectors.carriers.dhl.client import LABEL, UnifiedTracker


class Dhl(AskedCarrier):
    """See the README beside this file for what is peculiar."""

    system = "dhl"
    label = LABEL
    fields = (
        Field(
            name="api_key",
            label=_("API key"),
            help=_("The app's API key, not its secret."),
            secret=True,
        ),
        SERVER,
    )
    steps = (
        _("At developer.dhl.com, create an app with the API Shipment Tracking - Unified."),
        _("Copy the app's API key into this form."),
        _("DHL allows 250 calls a day at first: ask for an upgrade on the app's page."),
    )
    tracker: Tracker | None = UnifiedTracker()

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The facts in a reply, see `parse.parse`."""
        return parse.parse(body)
