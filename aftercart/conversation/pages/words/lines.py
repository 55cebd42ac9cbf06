"""The sentences under the answer."""

from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercart.conversation.pages import writing
from aftercart.conversation.pages.rules.views import Line, LineKind
from aftercart.conversation.pages.words.times import Times
from aftercart.delivery.shipments import words as shipment_words


def _carrier(line: Line) -> str:
    return line.carrier or _("the carrier")


def _estimate(words: Times, line: Line) -> str:
    carrier = {"carrier": _carrier(line)}
    if line.count > 1:
        return _("the days come from %(carrier)s and can still change.") % carrier
    if line.window is None:
        return _("the day comes from %(carrier)s and can still change.") % carrier
    if line.status == "out_for_delivery":
        return _("the hours come from %(carrier)s and can still change.") % carrier
    return _("the day and the hours come from %(carrier)s and can still change.") % carrier


def _how_delivered(words: Times, line: Line) -> str:
    how = _how(line)
    if line.clock:
        return _("%(how)s at %(time)s.") % {"how": how, "time": words.clock(line.clock)}
    return _("%(how)s.") % {"how": how}


def _how(line: Line) -> str:
    """What the carrier says of the hand-over, and no more than that."""
    if line.reason == "delivered_to_neighbour" and line.name:
        return _("left with a neighbour (%(name)s)") % {"name": line.name}
    if line.name:
        return _("signed for by %(name)s") % {"name": line.name}
    return {
        "collected_by_customer": _("collected"),
        "delivered_to_neighbour": _("left with a neighbour"),
        "delivered_to_safe_place": _("left in a safe place"),
        "signed_for": _("signed for"),
    }.get(line.reason, _("delivered"))


def _left_before_cancel(words: Times, line: Line) -> str:
    return ngettext(
        "%(count)d parcel had left before the order was cancelled.",
        "%(count)d parcels had left before the order was cancelled.",
        line.count,
    ) % {"count": line.count}


def _arrived(words: Times, line: Line) -> str:
    if line.count == line.total:
        return ngettext(
            "%(count)d parcel has arrived.", "%(count)d parcels have arrived.", line.count
        ) % {"count": line.count}
    return ngettext(
        "%(count)d of %(total)d parcels has arrived.",
        "%(count)d of %(total)d parcels have arrived.",
        line.count,
    ) % {"count": line.count, "total": line.total}


def _parcels(words: Times, line: Line) -> str:
    count = {"count": line.count}
    if line.status == "delivered" and line.count == 2:
        return _("both parcels have arrived.")
    if line.status == "delivered":
        return (
            ngettext("the parcel has arrived.", "all %(count)d parcels have arrived.", line.count)
            % count
        )
    return ngettext("in %(count)d parcel.", "in %(count)d parcels.", line.count) % count


def _refunded(words: Times, line: Line) -> str:
    amount = writing.amount(line.amount or Decimal(0), line.currency, words.locale)
    said = {"amount": amount, "day": words.on_day(line.day) if line.day else ""}
    if line.count > 1:
        return _("%(amount)s was refunded in all, the last part %(day)s.") % said
    return _("%(amount)s was refunded %(day)s.") % said


def _unshipped(words: Times, line: Line) -> str:
    return ngettext(
        "%(count)d item is still to be sent.", "%(count)d items are still to be sent.", line.count
    ) % {"count": line.count}


def _was_expected(words: Times, line: Line) -> str:
    day = words.on_day(line.day) if line.day else ""
    return _("it was expected %(day)s.") % {"day": day}


def _window_passed(words: Times, line: Line) -> str:
    hours = words.window(line.window) if line.window else ""
    return _("%(carrier)s had said %(hours)s; that time has passed.") % {
        "carrier": _carrier(line),
        "hours": hours,
    }


def _carrier_named(words: Times, line: Line) -> str:
    return _("%(carrier)s expects it %(day)s.") % {
        "carrier": _carrier(line),
        "day": words.on_day(line.day) if line.day else "",
    }


LINES: dict[LineKind, Callable[[Times, Line], str]] = {
    "arrived": _arrived,
    "carrier_named": _carrier_named,
    "carrier_writes": lambda words, line: (
        _("%(carrier)s writes: “%(text)s”") % {"carrier": _carrier(line), "text": line.name}
    ),
    "estimate": _estimate,
    "how_delivered": _how_delivered,
    "is_at": lambda words, line: _("it is in %(place)s.") % {"place": line.name},
    "left_before_cancel": _left_before_cancel,
    "longer_than_usual": lambda words, line: _("that is longer than usual."),
    "no_day": lambda words, line: (
        _("%(carrier)s has not named a day yet.") % {"carrier": _carrier(line)}
    ),
    "no_new_day": lambda words, line: (
        _("%(carrier)s has not named a new day.") % {"carrier": _carrier(line)}
    ),
    "no_news": lambda words, line: (
        _("%(carrier)s has no news of it yet.") % {"carrier": _carrier(line)}
    ),
    "no_news_yet": lambda words, line: (
        _("%(carrier)s has no news of it yet, which is usual in the first days.")
        % {"carrier": _carrier(line)}
    ),
    "no_report": lambda words, line: (
        _("%(carrier)s has not reported the delivery yet.") % {"carrier": _carrier(line)}
    ),
    "not_charged": lambda words, line: _("you were not charged."),
    "not_scanned": lambda words, line: (
        _("%(carrier)s knows of the parcel and has not scanned it yet.")
        % {"carrier": _carrier(line)}
    ),
    "paid_back": lambda words, line: _("your payment was refunded."),
    "parcels": _parcels,
    "refunded": _refunded,
    "status": lambda words, line: shipment_words.sentence(line.status, line.reason),
    "unshipped": _unshipped,
    "untracked": lambda words, line: _(
        "it travels without a tracking number, so we cannot show where it is."
    ),
    "waits_since": lambda words, line: (
        _("it has been there since %(day)s.") % {"day": words.day(line.day) if line.day else ""}
    ),
    "was_expected": _was_expected,
    "window_passed": _window_passed,
}
