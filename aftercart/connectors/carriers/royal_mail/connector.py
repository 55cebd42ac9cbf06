"""Royal Mail: asked with a merchant's own app."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import Field, Tracker
from aftercart.connectors.carriers.asked import SERVER, AskedCarrier
from aftercart.connectors.carriers.royal_mail import parse
from aftercart.connectors.carriers.royal_mail.client import LABEL, RoyalMailTracker


class RoyalMail(AskedCarrier):
    """See the README beside this file for what is peculiar."""

    system = "royal_mail"
    label = LABEL
    fields = (
        Field(name="client_id", label=_("Client ID"), help=_("Royal Mail shows it at your app.")),
        Field(
            name="client_secret",
            label=_("Client secret"),
            help=_("Royal Mail shows it once, when the app is made."),
            secret=True,
        ),
        SERVER,
    )
    steps = (
        _("Sign in at developer.royalmail.net with your business account and make an app."),
        _("Subscribe it to the Tracking API (version 2) and wait for Royal Mail's approval."),
        _("Copy the client ID and secret into this form."),
    )
    tracker: Tracker | None = RoyalMailTracker()

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The facts in a reply, see `parse.parse`."""
        return parse.parse(body)
