"""What the rules decided, in words: gettext for the sentences, CLDR for days and times."""

from collections.abc import Callable, Sequence
from datetime import time
from decimal import Decimal

from babel import Locale
from babel.dates import format_interval
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercart.conversation.pages import writing
from aftercart.conversation.pages.facts import SnapshotItem
from aftercart.conversation.pages.rules.reading import Ago, Day
from aftercart.conversation.pages.rules.views import (
    Answer,
    AnswerKind,
    Freshness,
    Line,
    LineKind,
    ScanView,
    Step,
    StepKey,
    Window,
)
from aftercart.delivery.shipments import words as shipment_words
from aftercart.delivery.shipments.facts import ShipmentStatus


def sentence_case(text: str) -> str:
    """The text with its first letter as a sentence begins."""
    return text[:1].upper() + text[1:]


def _unbroken(day: str) -> str:
    """A day for large letters: it breaks behind its weekday only, a range behind its dash."""
    if "–" in day:
        before, dash, after = day.partition("–")
        return before.replace(" ", "\xa0") + dash + " " + after.strip().replace(" ", "\xa0")
    if "," not in day:
        return day
    weekday, space, rest = day.partition(" ")
    return weekday + space + rest.replace(" ", "\xa0")


class Wording:
    """Words in the language that is active, with the dates and times of one country."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale

    def date(self, day: Day) -> str:
        """The whole day: "Thursday, 26 November"."""
        return writing.full_date(day.date, self.locale, with_year=day.with_year)

    def short_date(self, day: Day) -> str:
        """The day for narrow places: "26 Nov"."""
        return writing.short_date(day.date, self.locale, with_year=day.with_year)

    def day(self, day: Day) -> str:
        """The day by its relation to today where it has one: "tomorrow"."""
        relations = {
            "yesterday": _("yesterday"),
            "today": _("today"),
            "tomorrow": _("tomorrow"),
        }
        return relations.get(day.relation) or self.date(day)

    def days(self, first: Day, last: Day) -> str:
        """A range of days: "Thu 26 – Sat 28 Nov"."""
        skeleton = "yMMMEd" if first.with_year or last.with_year else "MMMEd"
        return str(format_interval(first.date, last.date, skeleton, locale=self.locale))

    def clock(self, moment: time) -> str:
        return writing.clock(moment, self.locale)

    def window(self, window: Window) -> str:
        if window.begins is None:
            return _("by %(end)s") % {"end": self.clock(window.ends)}
        return _("between %(begin)s and %(end)s") % {
            "begin": self.clock(window.begins),
            "end": self.clock(window.ends),
        }

    def ago(self, ago: Ago) -> str:
        count = {"count": ago.count}
        if ago.unit == "minutes":
            return ngettext("%(count)d minute ago", "%(count)d minutes ago", ago.count) % count
        if ago.unit == "hours":
            return ngettext("%(count)d hour ago", "%(count)d hours ago", ago.count) % count
        if ago.unit == "days":
            return ngettext("%(count)d day ago", "%(count)d days ago", ago.count) % count
        return _("just now")

    # The answer

    def headline(self, answer: Answer) -> str:
        """The answer in one line of plain text, for titles and lists."""
        return self._headline(answer).replace("{day}", self._named_day(answer))

    def marked_headline(self, answer: Answer) -> SafeString:
        """The answer with what matters most of it in `<em>`: its day, or all of it."""
        before, has_day, after = self._headline(answer).partition("{day}")
        if not has_day:
            return format_html("<em>{}</em>", before)
        return format_html("{}<em>{}</em>{}", before, _unbroken(self._named_day(answer)), after)

    def extent(self, answer: Answer) -> str:
        """How much of the order the answer is about; empty where it is all of it."""
        if answer.count < answer.total:
            return ngettext(
                "%(count)d of %(total)d parcel", "%(count)d of %(total)d parcels", answer.total
            ) % {"count": answer.count, "total": answer.total}
        if answer.is_part and answer.kind != "part_arrived":
            return _("part of your order")
        return ""

    def detail(self, answer: Answer) -> str:
        """What makes the headline exact: the date behind "tomorrow", the hours."""
        parts = []
        is_one_day = answer.kind in NAMES_ITS_DAY and answer.last_day is None
        if answer.day and answer.day.relation and is_one_day:
            parts.append(self.date(answer.day))
        if answer.window:
            parts.append(self.window(answer.window))
        return sentence_case(", ".join(parts))

    def _headline(self, answer: Answer) -> str:
        if answer.kind in HEADLINES and (answer.day or answer.kind not in NAMES_ITS_DAY):
            return HEADLINES[answer.kind]()
        if answer.kind in DAYLESS:
            return DAYLESS[answer.kind]()
        return shipment_words.headline(answer.status, answer.reason)

    def _named_day(self, answer: Answer) -> str:
        if answer.kind == "out_today":
            return _("arriving today")
        if answer.day and answer.last_day:
            return self.days(answer.day, answer.last_day)
        return self.day(answer.day) if answer.day else ""

    # The sentences under it

    def line(self, line: Line) -> str:
        return sentence_case(LINES[line.kind](self, line))

    def scanned(self, freshness: Freshness) -> str:
        """When and where the carrier last saw the parcel; empty where it has not seen it yet."""
        when = ""
        if freshness.scanned:
            when = self.ago(freshness.scanned)
        elif freshness.scanned_on:
            when = self.day(freshness.scanned_on)
        if not when:
            return ""
        if freshness.place:
            return _("last scan %(when)s in %(place)s") % {"when": when, "place": freshness.place}
        return _("last scan %(when)s") % {"when": when}

    def checked(self, freshness: Freshness) -> str:
        if freshness.checked is None:
            return ""
        return _("Checked %(ago)s") % {"ago": self.ago(freshness.checked)}

    # Stations, scans and items

    def items(self, items: Sequence[SnapshotItem]) -> str:
        """How many pieces they are."""
        count = sum(item.quantity for item in items)
        return ngettext("%(count)d item", "%(count)d items", count) % {"count": count}

    def older_scans(self, count: int) -> str:
        return ngettext("Show %(count)d earlier scan", "Show %(count)d earlier scans", count) % {
            "count": count
        }

    def step(self, step: Step) -> str:
        return STEPS[step.key]()

    def scan(self, scan: ScanView) -> str:
        """What a scan says, in our words."""
        if scan.reason:
            return shipment_words.headline(scan.status, scan.reason)
        return SCANS[scan.status]()

    @property
    def has_half_days(self) -> bool:
        """Whether times carry an AM or PM, and so need more room."""
        return len(self.clock(time(22, 30))) > 5

    def scan_clock(self, scan: ScanView) -> str:
        return self.clock(scan.clock)

    def scan_zone(self, scan: ScanView) -> str:
        """What must be known to read the time; empty where it is the destination's own."""
        return {"place": _("local time"), "unknown": _("zone not given")}.get(scan.zone, "")


NAMES_ITS_DAY: frozenset[AnswerKind] = frozenset(
    {
        "arriving",
        "arriving_between",
        "arriving_by",
        "cancelled",
        "collected",
        "delivered",
        "out_since",
        "untracked",
    }
)

HEADLINES: dict[AnswerKind, Callable[[], str]] = {
    "arriving": lambda: _("Arriving {day}"),
    "arriving_between": lambda: _("Arriving {day}"),
    "arriving_by": lambda: _("Arriving by {day}"),
    "cancelled": lambda: _("Cancelled {day}"),
    "collect": lambda: _("Ready to collect"),
    "collected": lambda: _("Collected {day}"),
    "delivered": lambda: _("Delivered {day}"),
    "late": lambda: _("On its way, later than expected"),
    "no_day": lambda: _("On its way"),
    "not_scanned": lambda: _("Packed and waiting for the carrier"),
    "nothing_left": lambda: _("There is nothing left on this order"),
    "nothing_to_send": lambda: _("Your order is confirmed"),
    "out_since": lambda: _("Out for delivery since {day}"),
    "out_today": lambda: _("Out for delivery: {day}"),
    "packing": lambda: _("We are packing your order"),
    "part_arrived": lambda: _("Part of your order has arrived"),
    "untracked": lambda: _("Sent {day}"),
}

# What is said where the day is not known.
DAYLESS: dict[AnswerKind, Callable[[], str]] = {
    "collected": lambda: _("Collected"),
    "delivered": lambda: _("Delivered"),
    "untracked": lambda: _("Sent"),
}


def _carrier(line: Line) -> str:
    return line.carrier or _("the carrier")


def _estimate(words: Wording, line: Line) -> str:
    carrier = {"carrier": _carrier(line)}
    if line.window is None:
        return _("the day comes from %(carrier)s and can still change.") % carrier
    if line.status == "out_for_delivery":
        return _("the hours come from %(carrier)s and can still change.") % carrier
    return _("the day and the hours come from %(carrier)s and can still change.") % carrier


def _how_delivered(words: Wording, line: Line) -> str:
    how = {
        "collected_by_customer": _("collected"),
        "delivered_to_neighbour": _("left with a neighbour"),
        "delivered_to_safe_place": _("left in a safe place"),
        "signed_for": _("signed for"),
    }.get(line.reason, _("handed over"))
    if line.name:
        how = _("signed for by %(name)s") % {"name": line.name}
    if line.clock:
        return _("%(how)s at %(time)s.") % {"how": how, "time": words.clock(line.clock)}
    return _("%(how)s.") % {"how": how}


def _left_before_cancel(words: Wording, line: Line) -> str:
    return ngettext(
        "%(count)d parcel had left before the order was cancelled.",
        "%(count)d parcels had left before the order was cancelled.",
        line.count,
    ) % {"count": line.count}


def _not_scanned(words: Wording, line: Line) -> str:
    if line.status == "pending":
        return _("%(carrier)s has no news of it yet, which is usual in the first days.") % {
            "carrier": _carrier(line)
        }
    return _("%(carrier)s knows of the parcel and has not scanned it yet.") % {
        "carrier": _carrier(line)
    }


def _parcels(words: Wording, line: Line) -> str:
    count = {"count": line.count}
    if line.status == "delivered":
        return (
            ngettext("the parcel has arrived.", "all %(count)d parcels have arrived.", line.count)
            % count
        )
    return ngettext("in %(count)d parcel.", "in %(count)d parcels.", line.count) % count


def _refunded(words: Wording, line: Line) -> str:
    amount = writing.amount(line.amount or Decimal(0), line.currency, words.locale)
    day = words.day(line.day) if line.day else ""
    return _("%(amount)s was refunded %(day)s.") % {"amount": amount, "day": day}


def _unshipped(words: Wording, line: Line) -> str:
    return ngettext(
        "%(count)d item is still to be sent.", "%(count)d items are still to be sent.", line.count
    ) % {"count": line.count}


def _was_expected(words: Wording, line: Line) -> str:
    day = words.day(line.day) if line.day else ""
    return _("it was expected %(day)s.") % {"day": day}


def _window_passed(words: Wording, line: Line) -> str:
    hours = words.window(line.window) if line.window else ""
    return _("%(carrier)s had named %(hours)s, which has passed.") % {
        "carrier": _carrier(line),
        "hours": hours,
    }


def _carrier_named(words: Wording, line: Line) -> str:
    return _("%(carrier)s now expects it %(day)s.") % {
        "carrier": _carrier(line),
        "day": words.day(line.day) if line.day else "",
    }


LINES: dict[LineKind, Callable[[Wording, Line], str]] = {
    "carrier_named": _carrier_named,
    "estimate": _estimate,
    "how_delivered": _how_delivered,
    "left_before_cancel": _left_before_cancel,
    "no_day": lambda words, line: (
        _("%(carrier)s has not named a day yet.") % {"carrier": _carrier(line)}
    ),
    "no_new_day": lambda words, line: (
        _("%(carrier)s has not named a new day.") % {"carrier": _carrier(line)}
    ),
    "no_report": lambda words, line: (
        _("%(carrier)s has not reported the delivery yet.") % {"carrier": _carrier(line)}
    ),
    "not_scanned": _not_scanned,
    "parcels": _parcels,
    "refunded": _refunded,
    "status": lambda words, line: shipment_words.sentence(line.status, line.reason),
    "unshipped": _unshipped,
    "untracked": lambda words, line: _(
        "it travels without a tracking number, so we cannot show where it is."
    ),
    "was_expected": _was_expected,
    "window_passed": _window_passed,
}

STEPS: dict[StepKey, Callable[[], str]] = {
    "attempted": lambda: _("Delivery attempted"),
    "cancelled": lambda: _("Cancelled"),
    "collect": lambda: _("Ready to collect"),
    "collected": lambda: _("Collected"),
    "delivered": lambda: _("Delivered"),
    "moving": lambda: _("On its way"),
    "ordered": lambda: _("Ordered"),
    "out": lambda: _("Out for delivery"),
    "packed": lambda: _("Packed"),
    "packing": lambda: _("Packing"),
    "problem": lambda: _("Held up"),
    "returned": lambda: _("Returned"),
    "returning": lambda: _("Going back"),
    "shipped": lambda: _("Sent"),
}

SCANS: dict[ShipmentStatus, Callable[[], str]] = {
    "attempt_failed": lambda: _("Delivery attempted"),
    "available_for_pickup": lambda: _("Ready to collect"),
    "cancelled": lambda: _("Cancelled"),
    "delivered": lambda: _("Delivered"),
    "exception": lambda: _("Held up"),
    "in_transit": lambda: _("On its way"),
    "info_received": lambda: _("Announced to the carrier"),
    "out_for_delivery": lambda: _("Out for delivery"),
    "pending": lambda: _("Announced to the carrier"),
    "picked_up": lambda: _("Picked up by the carrier"),
    "returned": lambda: _("Returned to the sender"),
    "returning": lambda: _("On its way back to the sender"),
    "unknown": lambda: _("Update from the carrier"),
}
