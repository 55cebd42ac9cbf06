"""The mails about parcels that set out: sent, and first seen by the carrier."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercart.conversation.messages.rendering.focus import Focus, count_of
from aftercart.conversation.messages.rendering.letter import Letter
from aftercart.conversation.messages.rendering.letters.gifts import gift_words
from aftercart.conversation.messages.rendering.letters.parcels import about_parcels, is_tracked
from aftercart.conversation.messages.rendering.parts import (
    arriving,
    clipped,
    contents,
    day_in,
    hours,
    joined,
    order_name,
)

UNSEEN = frozenset({"pending", "info_received"})


def shipped(focus: Focus) -> Letter:
    """Parcels were handed over: what is in them, and what is still to come."""
    arrival, news = focus.arrival(), _waiting(focus) or _on_its_way(focus)
    headline = arriving(focus, arrival) if arrival else news
    carried = _carried(focus)
    if arrival and not _waiting(focus):
        carried = _on_its_way_with(focus)
    return about_parcels(
        focus,
        subject=_subject(focus, headline, news),
        preheader=contents(focus) or carried,
        headline=headline,
        answer=day_in(focus, arrival),
        lead=(joined(_first(focus), carried), _hours_line(focus), _rest(focus)),
        reached=1 if _waiting(focus) else 2,
    )


def _subject(focus: Focus, headline: str, news: str) -> str:
    """The date leads where there is one; a gift's mail never names the order."""
    if focus.for_gift:
        return f"{headline}: {gift_words(focus)}"
    said = {"answer": headline, "order": order_name(focus)}
    if headline == news:
        return _("%(answer)s: %(order)s") % said
    if focus.is_part:
        return _("%(answer)s: part of %(order)s") % said
    if _waiting(focus):
        return _("%(answer)s: %(order)s") % said
    return _("%(answer)s: %(order)s is on its way") % said


def _waiting(focus: Focus) -> str:
    """The news while only a label is made, in the words of the order's page; empty after that.

    A label is not a parcel: only the first scan proves that the carrier has it.
    """
    is_label = all(p.tracking_number and p.status in UNSEEN for p in focus.parcels)
    count = len(focus.parcels)
    if not is_label or not count:
        return ""
    if focus.for_gift:
        return _("A parcel is packed for you")
    if count > 1:
        return ngettext(
            "%(count)s parcel is packed and waiting for the carrier",
            "%(count)s parcels are packed and waiting for the carrier",
            count,
        ) % {"count": count}
    if focus.is_part:
        return _("Part of your order is packed and waiting for the carrier")
    return _("Packed and waiting for the carrier")


def _first(focus: Focus) -> str:
    """When the first of several parcels arrives."""
    first = focus.first_arrival()
    if first is None:
        return ""
    return _("The first is expected on %(day)s.") % {"day": focus.formats.day(first.last)}


def _on_its_way(focus: Focus) -> str:
    count = len(focus.parcels)
    if focus.for_gift:
        return _("A parcel is on its way to you")
    if count > 1:
        return ngettext(
            "%(count)s parcel is on its way", "%(count)s parcels are on their way", count
        ) % {"count": count}
    return _("Part of your order is on its way") if focus.is_part else _("Your order is on its way")


def _on_its_way_with(focus: Focus) -> str:
    """The same as a sentence, with the carrier where there is one."""
    count, carrier = len(focus.parcels), clipped(focus.carrier(), 60)
    named = {"count": count, "carrier": carrier}
    if focus.for_gift:
        text = _("It travels with %(carrier)s.") if carrier else ""
    elif count > 1 and carrier:
        text = ngettext(
            "%(count)s parcel is on its way with %(carrier)s.",
            "%(count)s parcels are on their way with %(carrier)s.",
            count,
        )
    elif count > 1:
        text = ngettext(
            "%(count)s parcel is on its way.", "%(count)s parcels are on their way.", count
        )
    elif focus.is_part and carrier:
        text = _("Part of your order is on its way with %(carrier)s.")
    elif focus.is_part:
        text = _("Part of your order is on its way.")
    elif carrier:
        text = _("Your order is on its way with %(carrier)s.")
    else:
        text = _("Your order is on its way.")
    return text % named


def _carried(focus: Focus) -> str:
    """Who carries it, where the headline says already that it is on its way."""
    carrier = clipped(focus.carrier(), 60)
    if not is_tracked(focus):
        return _("It travels without a tracking number, so nobody can follow it on the way.")
    travels = ngettext(
        "It travels with %(carrier)s.", "They travel with %(carrier)s.", len(focus.parcels)
    )
    said = travels % {"carrier": carrier} if carrier else ""
    return joined(said, _announced(focus))


def _announced(focus: Focus) -> str:
    if all(p.status in UNSEEN for p in focus.parcels):
        return _("The first scan can take a day to show.")
    return ""


def _hours_line(focus: Focus) -> str:
    """The carrier's hours as a sentence, where it named them."""
    window = hours(focus, focus.arrival())
    return _("The carrier expects to be there %(hours)s.") % {"hours": window} if window else ""


def _rest(focus: Focus) -> str:
    """That there is more to come, said at the top, since it is what people ask about."""
    count = count_of(focus.order.unshipped)
    if not count or focus.for_gift:
        return ""
    return ngettext(
        "%(count)s item is still to come, in a parcel of its own.",
        "%(count)s items are still to come, in a parcel of their own.",
        count,
    ) % {"count": count}


def in_transit(focus: Focus) -> Letter:
    """The carrier has it: the first proof that it moves."""
    arrival, news = focus.arrival(), _carrier_has(focus)
    headline = arriving(focus, arrival) if arrival else news
    seen = _last_seen(focus)
    return about_parcels(
        focus,
        subject=_subject(focus, headline, news),
        preheader=seen or contents(focus),
        headline=headline,
        answer=day_in(focus, arrival),
        lead=(
            joined(_first(focus), _has_sentence(focus) if arrival else "", seen),
            _hours_line(focus),
        ),
        reached=2,
    )


def _has_sentence(focus: Focus) -> str:
    carrier, count = clipped(focus.carrier(), 60), len(focus.parcels)
    if not carrier:
        return ngettext("Your parcel is moving.", "Your parcels are moving.", count)
    return ngettext("%(carrier)s has your parcel.", "%(carrier)s has your parcels.", count) % {
        "carrier": carrier
    }


def _carrier_has(focus: Focus) -> str:
    carrier = clipped(focus.carrier(), 60)
    if not carrier:
        return _("Your parcel is moving")
    return ngettext(
        "%(carrier)s has your parcel", "%(carrier)s has your parcels", len(focus.parcels)
    ) % {"carrier": carrier}


def _last_seen(focus: Focus) -> str:
    scan = focus.parcels[0].scans[0] if focus.parcels and focus.parcels[0].scans else None
    if scan is None or not scan.place or len(focus.parcels) > 1:
        return ""
    return _("It was last scanned in %(place)s on %(day)s.") % {
        "place": clipped(scan.place, 80),
        "day": focus.formats.day_of(scan.occurred_at),
    }
