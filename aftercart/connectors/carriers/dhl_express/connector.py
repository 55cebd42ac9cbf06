"""DHL Express: asked with a merchant's own access to the MyDHL API."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import Field, Tracker
from aftercart.connectors.carriers.asked import SERVER, AskedCarrier
from aftercart.connectors.carriers.dhl_express import parse
from aftercart.connectors.carriers.dhl_express.client import LABEL, MyDhlTracker


class DhlExpress(AskedCarrier):
    """See the README beside this file for what is peculiar."""

    system = "dhl_express"
    label = LABEL
    fields = (
        Field(
            name="username",
            label=_("API key"),
            help=_("The user name that DHL Express sent you for the MyDHL API."),
        ),
        Field(name="password", label=_("API secret"), help=_("The password to it."), secret=True),
        SERVER,
    )
    steps = (
        _("At developer.dhl.com, ask for access to DHL Express – MyDHL API."),
        _("DHL Express sends you an API key and a secret for production."),
        _("Copy both into this form."),
    )
    tracker: Tracker | None = MyDhlTracker()

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The facts in a reply, see `parse.parse`."""
        return parse.parse(body)
