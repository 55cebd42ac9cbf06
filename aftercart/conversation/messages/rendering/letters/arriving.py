"""The mails about parcels that are at the door: out for delivery, and there."""

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercart.conversation.messages.rendering.focus import Focus
from aftercart.conversation.messages.rendering.letter import Letter
from aftercart.conversation.messages.rendering.letters.gifts import gift_words
from aftercart.conversation.messages.rendering.letters.parcels import about_parcels
from aftercart.conversation.messages.rendering.parts import (
    carrier_writes,
    clipped,
    contents,
    hours,
    joined,
    order_name,
)
from aftercart.conversation.pages.facts import SnapshotParcel
from aftercart.conversation.pages.rules.lines import words_of_delivery
from aftercart.delivery.shipments import words


def out_for_delivery(focus: Focus) -> Letter:
    """Today is the day."""
    headline = _out_headline(focus)
    what = gift_words(focus) if focus.for_gift else order_name(focus)
    return about_parcels(
        focus,
        subject=_("%(answer)s: %(what)s") % {"answer": headline, "what": what},
        preheader=contents(focus),
        headline=headline,
        lead=(_out_with(focus),),
        reached=3,
    )


def _out_headline(focus: Focus) -> str:
    formats = focus.formats
    today = all(p.status_at is None or formats.is_today(p.status_at) for p in focus.parcels)
    window = hours(focus, focus.arrival())
    count, total = len(focus.parcels), len(focus.live)
    if not today:
        return _("Out for delivery")
    if count < total and not focus.for_gift:
        return ngettext(
            "Arriving today, %(count)s of %(total)s parcels",
            "Arriving today, %(count)s of %(total)s parcels",
            count,
        ) % {"count": count, "total": total}
    return _("Arriving today %(hours)s") % {"hours": window} if window else _("Arriving today")


def _out_with(focus: Focus) -> str:
    """Who brings it, and the date behind "today"; the hours where the headline has no room."""
    said = {
        "carrier": clipped(focus.carrier(), 60),
        "day": focus.formats.day(focus.formats.today),
    }
    count, window = len(focus.parcels), hours(focus, focus.arrival())
    if said["carrier"]:
        out = ngettext(
            "%(carrier)s is out to deliver it: %(day)s.",
            "%(carrier)s is out to deliver them: %(day)s.",
            count,
        )
    else:
        out = ngettext(
            "It is out for delivery: %(day)s.", "They are out for delivery: %(day)s.", count
        )
    has_room = count == len(focus.live) or focus.for_gift
    expected = _("The carrier expects to be there %(hours)s.") % {"hours": window}
    return joined(out % said, "" if has_room or not window else expected)


def delivered(focus: Focus) -> Letter:
    """It is there: when, where exactly, and what to do if it is not."""
    what = gift_words(focus) if focus.for_gift else order_name(focus)
    news, left = _delivered_news(focus), _where_left(focus)
    letter = about_parcels(
        focus,
        subject=_("%(news)s: %(what)s") % {"news": news, "what": what},
        preheader=left or contents(focus),
        headline=_delivered_headline(focus, news),
        answer=_delivered_day(focus, news),
        lead=(left, _rest_after(focus)),
        reached=None if _rest_after(focus) else 4,
    )
    not_there = _not_there(focus)
    closing = ((not_there,) if not_there else ()) + letter.closing
    return msgspec.structs.replace(letter, closing=closing)


def _delivered_news(focus: Focus) -> str:
    count, total = len(focus.parcels), len(focus.live)
    if all(p.reason == "collected_by_customer" for p in focus.parcels):
        return _("Collected")
    if count < total == 2 and not focus.for_gift and _all_there(focus):
        return _("Both parcels have arrived")
    if count < total and not focus.for_gift and _all_there(focus):
        return _("All %(total)s parcels have arrived") % {"total": total}
    if count < total and not focus.for_gift:
        return ngettext(
            "Delivered, %(count)s of %(total)s parcels",
            "Delivered, %(count)s of %(total)s parcels",
            count,
        ) % {"count": count, "total": total}
    return _("Delivered")


def _all_there(focus: Focus) -> bool:
    """Whether this news completes the order, of which other mails told parts before."""
    return not focus.order.unshipped and all(p.status == "delivered" for p in focus.live)


def _delivered_headline(focus: Focus, news: str) -> str:
    day = _delivered_day(focus, news)
    return _("%(news)s %(day)s") % {"news": news, "day": day} if day else news


def _delivered_day(focus: Focus, news: str) -> str:
    """The day on which the last of them arrived, where the headline has room for it."""
    moments = [p.delivered_at for p in focus.parcels if p.delivered_at]
    has_room = news in {_("Delivered"), _("Collected")}
    return focus.formats.day_of(max(moments)) if moments and has_room else ""


def _where_left(focus: Focus) -> str:
    """The carrier's word for where it was left, which is where people look."""
    if len(focus.parcels) != 1:
        return ""
    parcel = focus.parcels[0]
    if parcel.signed_by and parcel.reason != "delivered_to_neighbour":
        return _("Signed for by %(name)s.") % {"name": clipped(parcel.signed_by, 80)}
    written = carrier_writes(parcel, words_of_delivery(parcel))
    if not parcel.reason:
        return written
    # Who is named need not be looked for.
    next_step = "" if parcel.signed_by else words.next_step(parcel.status, parcel.reason)
    return joined(_how(parcel), written, next_step)


def _how(parcel: SnapshotParcel) -> str:
    if parcel.reason == "delivered_to_neighbour" and parcel.signed_by:
        name = clipped(parcel.signed_by, 80)
        return _("The carrier left the parcel with a neighbour, %(name)s.") % {"name": name}
    return words.sentence(parcel.status, parcel.reason)


def _rest_after(focus: Focus) -> str:
    waiting = [p for p in focus.others if p.status not in {"delivered", "returned"}]
    if focus.for_gift or not (waiting or focus.order.unshipped):
        return ""
    return _("The rest of your order is still to come.")


def _not_there(focus: Focus) -> str:
    if any(p.signed_by or p.reason == "collected_by_customer" for p in focus.parcels):
        return ""
    return _(
        "Not there? Look where parcels are left, and ask your neighbours. If nothing turns up by "
        "tomorrow, write to us and we look for it."
    )
