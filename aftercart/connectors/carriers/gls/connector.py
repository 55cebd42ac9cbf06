"""GLS: asked with a merchant's own app at GLS's developer portal."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import Field, Tracker
from aftercart.connectors.carriers.asked import SERVER, AskedCarrier
from aftercart.connectors.carriers.gls import parse
from aftercart.connectors.carriers.gls.client import LABEL, GlsTracker


class Gls(AskedCarrier):
    """See the README beside this file for what is peculiar."""

    system = "gls"
    label = LABEL
    fields = (
        Field(name="client_id", label=_("API key"), help=_("GLS shows it at your app.")),
        Field(
            name="client_secret",
            label=_("API secret"),
            help=_("GLS shows it beside the key."),
            secret=True,
        ),
        SERVER,
    )
    steps = (
        _("Sign in at dev-portal.gls-group.net and make an app."),
        _("Add the Track and Trace API to it and wait until GLS has approved it."),
        _("Copy the app's API key and secret into this form."),
    )
    tracker: Tracker | None = GlsTracker()

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The facts in a reply, see `parse.parse`."""
        return parse.parse(body)
