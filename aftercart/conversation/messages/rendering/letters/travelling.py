"""The mails about parcels that go as they should: sent, moving, out for delivery, there."""

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercart.conversation.messages.rendering import markup
from aftercart.conversation.messages.rendering.focus import Focus, count_of
from aftercart.conversation.messages.rendering.letter import Card, Letter
from aftercart.conversation.messages.rendering.letters.gifts import gift, gift_words
from aftercart.conversation.messages.rendering.parts import (
    arriving,
    clipped,
    eyebrow,
    footer,
    help_lines,
    hours,
    order_name,
    parcel_cards,
    progress,
    rest_cards,
    track_button,
)
from aftercart.delivery.shipments import words


def shipped(focus: Focus) -> Letter:
    """Parcels were handed over: what is in them, and what is still to come."""
    arrival, news = focus.arrival(), _on_its_way(focus)
    headline = arriving(focus, arrival) if arrival else news
    carried = _carried(focus)
    if arrival:
        carried = _joined(_on_its_way_with(focus), _announced(focus))
    return _letter(
        focus,
        subject=_subject(focus, headline, news),
        preheader=_contents(focus),
        headline=headline,
        lead=(carried, _hours_line(focus), _rest(focus)),
        reached=2,
    )


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _subject(focus: Focus, headline: str, news: str) -> str:
    """The date leads where there is one; a gift's mail never names the order."""
    if focus.for_gift:
        return gift_words(focus) if headline == news else f"{headline}: {gift_words(focus)}"
    if headline == news:
        return _("%(news)s: %(order)s") % {"news": news, "order": order_name(focus)}
    return _("%(answer)s: %(order)s is on its way") % {
        "answer": headline,
        "order": order_name(focus),
    }


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
    if not _is_tracked(focus):
        return _("It travels without a tracking number, so nobody can follow it on the way.")
    travels = ngettext(
        "It travels with %(carrier)s.", "They travel with %(carrier)s.", len(focus.parcels)
    )
    said = travels % {"carrier": carrier} if carrier else ""
    return _joined(said, _announced(focus))


def _announced(focus: Focus) -> str:
    """A label is not a parcel: only the first scan proves that the carrier has it."""
    if all(p.status in {"pending", "info_received"} for p in focus.parcels):
        return _("The first scan can take a day to show.")
    return ""


def _contents(focus: Focus) -> str:
    """What is inside, for the line beside the subject."""
    titles = [item.title for parcel in focus.parcels for item in parcel.items]
    first = clipped(titles[0], 60) if titles else ""
    more = len(set(titles)) - 1
    if not first:
        return _carried(focus)
    if more <= 0:
        return _("Inside: %(item)s") % {"item": first}
    return ngettext(
        "Inside: %(item)s and %(count)s more", "Inside: %(item)s and %(count)s more", more
    ) % {"item": first, "count": more}


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
    return _letter(
        focus,
        subject=_subject(focus, headline, news),
        preheader=seen or _contents(focus),
        headline=headline,
        lead=(_joined(_has_sentence(focus) if arrival else "", seen), _hours_line(focus)),
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


def out_for_delivery(focus: Focus) -> Letter:
    """Today is the day."""
    formats = focus.formats
    today = all(p.status_at is None or formats.is_today(p.status_at) for p in focus.parcels)
    window = hours(focus, focus.arrival())
    headline = _("Arriving today") if today else _("Out for delivery")
    if today and window:
        headline = _("Arriving today %(hours)s") % {"hours": window}
    day = formats.day(formats.today)
    carrier = clipped(focus.carrier(), 60)
    lead = (
        _("%(carrier)s is out to deliver it: %(day)s.") % {"carrier": carrier, "day": day}
        if carrier
        else _("It is out for delivery: %(day)s.") % {"day": day}
    )
    what = gift_words(focus) if focus.for_gift else order_name(focus)
    return _letter(
        focus,
        subject=_("%(answer)s: %(what)s") % {"answer": headline, "what": what},
        preheader=_contents(focus),
        headline=headline,
        lead=(lead,),
        reached=3,
    )


def delivered(focus: Focus) -> Letter:
    """It is there: when, where exactly, and what to do if it is not."""
    what = gift_words(focus) if focus.for_gift else order_name(focus)
    news, left = _delivered_news(focus), _where_left(focus)
    letter = _letter(
        focus,
        subject=_("%(news)s: %(what)s") % {"news": news, "what": what},
        preheader=left or _contents(focus),
        headline=_delivered_headline(focus, news),
        lead=(left, _rest_after(focus)),
        reached=4,
    )
    not_there = _not_there(focus)
    closing = ((not_there,) if not_there else ()) + letter.closing
    return msgspec.structs.replace(letter, closing=closing)


def _delivered_news(focus: Focus) -> str:
    count, total = len(focus.parcels), len(focus.live)
    if all(p.reason == "collected_by_customer" for p in focus.parcels):
        return _("Collected")
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
    moments = [p.delivered_at for p in focus.parcels if p.delivered_at]
    if not moments or news not in {_("Delivered"), _("Collected")}:
        return news
    return _("%(news)s %(day)s") % {"news": news, "day": focus.formats.day_of(max(moments))}


def _where_left(focus: Focus) -> str:
    """The carrier's word for where it was left, which is where people look."""
    if len(focus.parcels) != 1:
        return ""
    parcel = focus.parcels[0]
    if parcel.signed_by:
        return _("Signed for by %(name)s.") % {"name": clipped(parcel.signed_by, 80)}
    if not parcel.reason:
        return ""
    return _joined(
        words.sentence(parcel.status, parcel.reason), words.next_step(parcel.status, parcel.reason)
    )


def _rest_after(focus: Focus) -> str:
    waiting = [p for p in focus.others if p.status not in {"delivered", "returned"}]
    if focus.for_gift or not (waiting or focus.order.unshipped):
        return ""
    return _("The rest of your order is still to come.")


def _not_there(focus: Focus) -> str:
    if any(p.signed_by or p.reason == "collected_by_customer" for p in focus.parcels):
        return ""
    return _(
        "Not there? Look where parcels are left, and ask your neighbours. If it does not turn up "
        "by tomorrow, write to us and we look for it."
    )


def _letter(
    focus: Focus,
    *,
    subject: str,
    preheader: str,
    headline: str,
    lead: tuple[str, ...],
    reached: int,
) -> Letter:
    cards: tuple[Card, ...] = parcel_cards(focus)
    return gift(
        focus,
        Letter(
            subject=subject,
            preheader=preheader,
            eyebrow=eyebrow(focus),
            headline=headline,
            lead=tuple(text for text in lead if text),
            progress=progress(reached),
            button=track_button(focus, "" if _moves(focus) else _("See your order")),
            cards=cards + (() if focus.for_gift else rest_cards(focus)),
            closing=help_lines(focus),
            footer=footer(focus),
            markup=markup.parcels(focus),
        ),
    )


def _is_tracked(focus: Focus) -> bool:
    return any(parcel.tracking_number for parcel in focus.parcels)


def _moves(focus: Focus) -> bool:
    """Whether there is anything left to follow."""
    return _is_tracked(focus) and any(p.status != "delivered" for p in focus.live)
