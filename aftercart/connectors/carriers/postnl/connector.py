"""PostNL: asked with a customer's own API key."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import Field, Tracker
from aftercart.connectors.carriers.asked import SERVER, AskedCarrier
from aftercart.connectors.carriers.postnl import parse
from aftercart.connectors.carriers.postnl.client import LABEL, PostNlTracker


class PostNl(AskedCarrier):
    """See the README beside this file for what is peculiar."""

    system = "postnl"
    label = LABEL
    fields = (
        Field(
            name="api_key",
            label=_("API key"),
            help=_("Of your PostNL business account, for production."),
            secret=True,
        ),
        SERVER,
    )
    steps = (
        _("Sign in at Mijn PostNL with your business account and open API keys."),
        _("Ask for a key for the Shipping Status API and wait for PostNL's approval."),
        _("Copy the production key into this form."),
    )
    tracker: Tracker | None = PostNlTracker()

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The facts in a reply, see `parse.parse`."""
        return parse.parse(body)
