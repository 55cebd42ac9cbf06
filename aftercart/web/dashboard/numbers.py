"""Numbers and the sentence each of them answers with; every one leads to its orders."""

from collections.abc import Mapping
from datetime import date
from math import sqrt
from urllib.parse import urlencode

import msgspec
from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from aftercart.web.dashboard.queries.home import DAYS, Days
from aftercart.web.dashboard.queries.orders import GROUPS
from aftercart.web.dashboard.statuses import look_of

ENOUGH = 20
"""Fewer orders than this make no percentage worth saying."""


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """A stop on the way with how many orders are there, and which they are.

    Attributes:
        share: how wide its circle is beside the widest, so that areas compare like numbers.
        place: `terminus` where the way ends, `apart` for what has left it.
    """

    word: str
    number: int
    icon: str
    tone: str
    address: str
    share: float
    place: str = ""


STOPS = ("not_shipped", "packed", "travelling", "out_for_delivery", "available_for_pickup")
LOOKS_LIKE = {
    "not_shipped": "",
    "packed": "info_received",
    "travelling": "in_transit",
    "attention": "exception",
}
"""Groups of statuses have the icon of the one that is most of them."""

WORDS = {
    "packed": gettext_lazy("Packed"),
    "travelling": gettext_lazy("Travelling"),
    "attention": gettext_lazy("Needs a look"),
}
PLACES = {"delivered": "terminus", "attention": "apart"}


def orders_headline(days: Days) -> str:
    """How many orders there were, and whether that is more than before."""
    many = ngettext(
        "%(count)s order in %(days)d days", "%(count)s orders in %(days)d days", days.total
    ) % {"count": intcomma(days.total), "days": DAYS}
    if days.before < ENOUGH:
        return many
    change = round((days.total - days.before) * 100 / days.before)
    if change == 0:
        return _("%(many)s, as many as in the %(days)d before") % {"many": many, "days": DAYS}
    compared = (
        _("%(many)s, %(percent)d %% more than in the %(days)d before")
        if change > 0
        else _("%(many)s, %(percent)d %% fewer than in the %(days)d before")
    )
    return compared % {"many": many, "percent": abs(change), "days": DAYS}


def route_headline(counts: Mapping[str, int]) -> str:
    """How many of the orders have arrived."""
    arrived = counts.get("delivered", 0)
    text = ngettext("%(count)s of them has arrived", "%(count)s of them have arrived", arrived)
    return text % {"count": intcomma(arrived)}


def route(counts: Mapping[str, int], first: date) -> list[Spot]:
    """Where the orders placed since a day are now, from not shipped to delivered."""
    names = (*STOPS, "delivered", "attention")
    numbers = {
        name: sum(counts.get(status, 0) for status in GROUPS.get(name, (name,))) for name in names
    }
    most = max(numbers.values()) or 1
    return [_spot(name, number, sqrt(number / most), first) for name, number in numbers.items()]


def _spot(name: str, number: int, share: float, first: date) -> Spot:
    look = look_of("delivery", LOOKS_LIKE.get(name, name))
    query = urlencode({"delivery": name, "first": f"{first}"})
    return Spot(
        word=str(WORDS.get(name, look.word)),
        number=number,
        icon=look.icon,
        tone=look.tone,
        address=f"{reverse('dashboard:orders')}?{query}",
        share=round(share, 3),
        place=PLACES.get(name, ""),
    )
