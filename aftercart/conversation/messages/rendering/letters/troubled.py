"""The mails that ask for something or bring bad news: collect it, a failed attempt, a problem.

Bad news says what happened, what is done about it, and what the reader can do.
"""

from django.utils.translation import gettext as _

from aftercart.conversation.messages.rendering import markup
from aftercart.conversation.messages.rendering.focus import Focus
from aftercart.conversation.messages.rendering.letter import Letter, Progress
from aftercart.conversation.messages.rendering.letters.gifts import gift, gift_words
from aftercart.conversation.messages.rendering.parts import (
    carrier_writes,
    clipped,
    eyebrow,
    footer,
    help_lines,
    joined,
    order_name,
    parcel_cards,
    progress,
    rest_cards,
    track_button,
)
from aftercart.conversation.pages.facts import SnapshotParcel
from aftercart.conversation.pages.rules.lines import carriers_words
from aftercart.delivery.shipments import words


def available_for_pickup(focus: Focus) -> Letter:
    """It waits somewhere: where, and what to bring."""
    place = _place(focus)
    where = _("It waits for you in %(place)s.") % {"place": place} if place else ""
    return _letter(
        focus,
        headline=_headline(focus),
        lead=(where or _sentence(focus), _written(focus), _next_step(focus)),
        progress=progress(3, pickup=True),
    )


def attempt_failed(focus: Focus) -> Letter:
    """Nobody took it in: why, and what now."""
    return _letter(
        focus,
        headline=_headline(focus),
        lead=(joined(_sentence(focus), _expected(focus)), _written(focus), _next_step(focus)),
        progress=None,
    )


def exception(focus: Focus) -> Letter:
    """Something is wrong with it."""
    return _letter(
        focus,
        headline=_headline(focus),
        lead=(joined(_sentence(focus), _expected(focus)), _written(focus), _next_step(focus)),
        progress=None,
    )


def _first(focus: Focus) -> SnapshotParcel | None:
    return focus.parcels[0] if focus.parcels else None


def _headline(focus: Focus) -> str:
    parcel = _first(focus)
    return words.headline(parcel.status, parcel.reason) if parcel else _("A problem with a parcel")


def _sentence(focus: Focus) -> str:
    parcel = _first(focus)
    return words.sentence(parcel.status, parcel.reason) if parcel else ""


def _written(focus: Focus) -> str:
    parcel = _first(focus)
    return carrier_writes(parcel, carriers_words(parcel)) if parcel else ""


def _expected(focus: Focus) -> str:
    """The day that the carrier names now, if it lies ahead."""
    parcel = _first(focus)
    arrival = focus.arrival([parcel]) if parcel else None
    if parcel is None or arrival is None:
        return ""
    # The day for which it was named has failed with it.
    if parcel.status_at and focus.formats.date_of(parcel.status_at) >= arrival.last:
        return ""
    return _("%(carrier)s expects it on %(day)s.") % {
        "carrier": clipped(parcel.carrier_name, 60) or _("The carrier"),
        "day": focus.formats.day(arrival.last),
    }


def _next_step(focus: Focus) -> str:
    parcel = _first(focus)
    return words.next_step(parcel.status, parcel.reason) if parcel else ""


def _place(focus: Focus) -> str:
    """Where the parcel was said to wait."""
    parcel = _first(focus)
    for scan in parcel.scans if parcel else ():
        if scan.status == "available_for_pickup":
            return clipped(scan.place, 80)
    return ""


def _letter(
    focus: Focus, *, headline: str, lead: tuple[str, ...], progress: Progress | None
) -> Letter:
    told = tuple(text for text in lead if text)
    what = gift_words(focus) if focus.for_gift else order_name(focus)
    return gift(
        focus,
        Letter(
            subject=_("%(news)s: %(what)s") % {"news": headline, "what": what},
            preheader=told[0] if told else "",
            eyebrow=eyebrow(focus),
            headline=headline,
            lead=told,
            progress=progress,
            button=track_button(focus),
            cards=parcel_cards(focus) + (() if focus.for_gift else rest_cards(focus)),
            closing=help_lines(focus),
            footer=footer(focus),
            markup=markup.parcels(focus),
        ),
    )
