"""Correios: asked with a merchant's own contract."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import Field, Tracker
from aftercart.connectors.carriers.asked import SERVER, AskedCarrier
from aftercart.connectors.carriers.correios import parse
from aftercart.connectors.carriers.correios.client import LABEL, CorreiosTracker


class Correios(AskedCarrier):
    """See the README beside this file for what is peculiar."""

    system = "correios"
    label = LABEL
    fields = (
        Field(name="user", label=_("User"), help=_("Of Meu Correios, with your contract.")),
        Field(
            name="access_code",
            label=_("API access code"),
            help=_("Made in Correios' API portal (CWS)."),
            secret=True,
        ),
        Field(
            name="posting_card",
            label=_("Posting card"),
            help=_("The number of the cartão de postagem, ten digits."),
            pattern=r"\d{8,12}",
        ),
        SERVER,
    )
    steps = (
        _("Sign in at cws.correios.com.br with the user of your contract."),
        _("Make an access code for the APIs, and see that Rastro (SRO) is among them."),
        _("Enter the user, the access code and the number of your posting card in this form."),
    )
    tracker: Tracker | None = CorreiosTracker()

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The facts in a reply, see `parse.parse`."""
        return parse.parse(body)
