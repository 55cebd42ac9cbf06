"""Canada Post: asked with a merchant's own API key."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import Field, Tracker
from aftercart.connectors.carriers.asked import SERVER, AskedCarrier
from aftercart.connectors.carriers.canada_post import parse
from aftercart.connectors.carriers.canada_post.client import LABEL, CanadaPostTracker


class CanadaPost(AskedCarrier):
    """See the README beside this file for what is peculiar."""

    system = "canada_post"
    label = LABEL
    fields = (
        Field(
            name="username",
            label=_("API user name"),
            help=_("The first half of the production key, before the colon."),
        ),
        Field(
            name="password",
            label=_("API password"),
            help=_("The second half of the production key, after the colon."),
            secret=True,
        ),
        SERVER,
    )
    steps = (
        _("Sign in at canadapost.ca with your business account and join the Developer Program."),
        _("Open your API keys and copy the production key into this form, in its two halves."),
    )
    tracker: Tracker | None = CanadaPostTracker()

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The facts in a reply, see `parse.parse`."""
        return parse.parse(body)
