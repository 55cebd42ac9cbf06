"""USPS: tracking by asking."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import Field, Tracker
from aftercart.connectors.carriers.asked import SERVER, AskedCarrier
from aftercart.connectors.carriers.usps import parse
from aftercart.connectors.carriers.usps.client import Tracking


class Usps(AskedCarrier):
    """See the README beside this file for what is peculiar."""

    system = "usps"
    label = "USPS"
    fields = (
        Field(
            name="client_id",
            label=_("Consumer key"),
            help=_("On your app's page at developers.usps.com, under Credentials."),
        ),
        Field(name="client_secret", label=_("Consumer secret"), secret=True),
        SERVER,
    )
    steps = (
        _("At developers.usps.com, sign in with your business account and add an app."),
        _("Copy the app's consumer key and consumer secret into this form."),
        _(
            "USPS answers 60 requests an hour at first. Ask USPS for more under its API support "
            "where you follow more than a few hundred parcels."
        ),
    )
    tracker: Tracker | None = Tracking()

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The facts in a reply, see `parse.parse`."""
        return parse.parse(body)
