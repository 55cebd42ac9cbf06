"""The frame of a mail about parcels that go as they should."""

from django.utils.translation import gettext as _

from aftercart.conversation.messages.rendering import markup
from aftercart.conversation.messages.rendering.focus import Focus
from aftercart.conversation.messages.rendering.letter import Card, Letter
from aftercart.conversation.messages.rendering.letters.gifts import gift
from aftercart.conversation.messages.rendering.parts import (
    eyebrow,
    footer,
    help_lines,
    parcel_cards,
    progress,
    rest_cards,
    track_button,
)


def about_parcels(
    focus: Focus,
    *,
    subject: str,
    preheader: str,
    headline: str,
    lead: tuple[str, ...],
    reached: int | None,
    answer: str = "",
) -> Letter:
    """The letter; `reached` is the station that its progress shows, None to show none."""
    cards: tuple[Card, ...] = parcel_cards(focus)
    return gift(
        focus,
        Letter(
            subject=subject,
            preheader=preheader,
            eyebrow=eyebrow(focus),
            headline=headline,
            answer=answer,
            lead=tuple(text for text in lead if text),
            progress=None if reached is None else progress(reached),
            button=track_button(focus, "" if _moves(focus) else _see(focus)),
            cards=cards + (() if focus.for_gift else rest_cards(focus)),
            closing=help_lines(focus),
            footer=footer(focus),
            markup=markup.parcels(focus),
        ),
    )


def is_tracked(focus: Focus) -> bool:
    return any(parcel.tracking_number for parcel in focus.parcels)


def _see(focus: Focus) -> str:
    return _("See your parcel") if focus.for_gift else _("See your order")


def _moves(focus: Focus) -> bool:
    """Whether there is anything left to follow."""
    return is_tracked(focus) and any(p.status != "delivered" for p in focus.live)
