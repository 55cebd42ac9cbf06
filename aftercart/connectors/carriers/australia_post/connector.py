"""Australia Post: asked with a merchant's own account."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import Field, Tracker
from aftercart.connectors.carriers.asked import SERVER, AskedCarrier
from aftercart.connectors.carriers.australia_post import parse
from aftercart.connectors.carriers.australia_post.client import LABEL, AustraliaPostTracker


class AustraliaPost(AskedCarrier):
    """See the README beside this file for what is peculiar."""

    system = "australia_post"
    label = LABEL
    fields = (
        Field(
            name="account_number",
            label=_("Account number"),
            help=_("Your Australia Post or StarTrack account, ten digits with leading zeros."),
            pattern=r"\d{5,10}",
        ),
        Field(name="api_key", label=_("API key")),
        Field(
            name="password",
            label=_("API password"),
            help=_("Australia Post shows both once the account may use the API."),
            secret=True,
        ),
        SERVER,
    )
    steps = (
        _("Register at developers.auspost.com.au for the Shipping and Tracking API."),
        _("Link your account to it and wait for Australia Post's approval."),
        _("Copy the API key and the password into this form."),
    )
    tracker: Tracker | None = AustraliaPostTracker()

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The facts in a reply, see `parse.parse`."""
        return parse.parse(body)
