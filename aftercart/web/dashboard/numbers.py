"""Numbers and the sentence each of them answers with; every one leads to its orders."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

import msgspec
from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercart.web.dashboard.queries.home import DAYS, Days
from aftercart.web.dashboard.queries.orders import GROUPS
from aftercart.web.dashboard.statuses import look_of

ENOUGH = 20
"""Fewer orders than this make no percentage worth saying."""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A number with its name and its orders."""

    word: str
    number: int
    icon: str
    tone: str
    address: str


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


def figures(counts: Mapping[str, int], first: date) -> list[Figure]:
    """Where the orders of the last days are now."""
    under_way = sum(counts.get(status, 0) for status in GROUPS["under_way"])
    return [
        _figure(_("Under way"), "under_way", under_way, "in_transit", first),
        *(
            _figure(
                str(look_of("delivery", status).word), status, counts.get(status, 0), status, first
            )
            for status in ("out_for_delivery", "available_for_pickup", "delivered")
        ),
    ]


def _figure(word: str, delivery: str, number: int, looks_like: str, first: date) -> Figure:
    look = look_of("delivery", looks_like)
    query = urlencode({"delivery": delivery, "first": f"{first}"})
    return Figure(
        word=word,
        number=number,
        icon=look.icon,
        tone=look.tone,
        address=f"{reverse('dashboard:orders')}?{query}",
    )
