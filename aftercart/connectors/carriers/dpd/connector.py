"""DPD: asked with a customer's own DELIS user."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from aftercart.connectors.base import Field, Tracker
from aftercart.connectors.carriers.asked import SERVER, AskedCarrier
from aftercart.connectors.carriers.dpd import parse
from aftercart.connectors.carriers.dpd.client import LABEL, DpdTracker


class Dpd(AskedCarrier):
    """See the README beside this file for what is peculiar."""

    system = "dpd"
    label = LABEL
    fields = (
        Field(
            name="delis_id",
            label=_("DELIS ID"),
            help=_("The user that DPD gave you for its web services."),
        ),
        Field(name="password", label=_("Password"), help=_("Of the DELIS user."), secret=True),
        SERVER,
    )
    steps = (
        _("Ask your contact at DPD for access to the web services (DELIS user and password)."),
        _("Enter both in this form. For another country's DPD, enter its server too."),
    )
    tracker: Tracker | None = DpdTracker()

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The facts in a reply, see `parse.parse`."""
        return parse.parse(body)
