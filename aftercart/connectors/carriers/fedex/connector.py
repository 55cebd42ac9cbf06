"""FedEx: asked with a merchant's own key for the Track API."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import Field, Tracker
from aftercart.connectors.carriers.asked import SERVER, AskedCarrier
from aftercart.connectors.carriers.fedex import parse
from aftercart.connectors.carriers.fedex.client import LABEL, FedExTracker


class FedEx(AskedCarrier):
    """See the README beside this file for what is peculiar."""

    system = "fedex"
    label = LABEL
    fields = (
        Field(name="client_id", label=_("API key"), help=_("FedEx shows it in your project.")),
        Field(
            name="client_secret",
            label=_("Secret key"),
            help=_("FedEx shows it once, when the project is made."),
            secret=True,
        ),
        SERVER,
    )
    steps = (
        _("Sign in at developer.fedex.com and make a project for tracking, apart from others."),
        _("Add the Basic Integrated Visibility (Track) API, and move the project to production."),
        _("Copy the production API key and secret key into this form."),
    )
    tracker: Tracker | None = FedExTracker()

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The facts in a reply, see `parse.parse`."""
        return parse.parse(body)
