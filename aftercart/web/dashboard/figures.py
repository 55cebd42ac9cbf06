"""Numbers with their names, for `{% figures %}`: counts, moments, anything short."""

from datetime import datetime

import msgspec
from django.contrib.humanize.templatetags.humanize import intcomma

from aftercart.web.dashboard import moments


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One number.

    Attributes:
        note: what makes it exact, small under it.
        address: where that which it counts is listed.
        tone: `bad` or `waiting` where the number itself is bad news; `none` where there is none.
    """

    word: str
    value: str
    note: str = ""
    address: str = ""
    tone: str = ""


def counted(word: str, number: int, *, tone: str = "", address: str = "", note: str = "") -> Figure:
    """A count. Its tone and its address are there only where there is something."""
    return Figure(
        word=word,
        value=intcomma(number),
        note=note,
        tone=tone if number else "",
        address=address if number else "",
    )


def since(word: str, moment: datetime | None, never: str) -> Figure:
    """How long ago something was last, with the full moment on hover."""
    if moment is None:
        return Figure(word=word, value=never, tone="none")
    return Figure(word=word, value=moments.told(moment, moments.ago(moment)))
