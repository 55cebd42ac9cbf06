"""Everything that a page says, in words."""

import re
from collections.abc import Sequence
from datetime import time

from babel.lists import format_list
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercart.conversation.pages.facts import SnapshotItem
from aftercart.conversation.pages.rules.views import Answer, Freshness, Line, ScanView, Step
from aftercart.conversation.pages.words.lines import LINES
from aftercart.conversation.pages.words.names import DAYLESS, HEADLINES, NAMES_ITS_DAY, SCANS, STEPS
from aftercart.conversation.pages.words.times import Times
from aftercart.delivery.shipments import words as shipment_words


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


# A time that ends in "p.m." at the end of a sentence.
DOUBLE_STOP = re.compile(r"(?<!\.)\.\.$")
NOT_A_LETTER = re.compile(r"[\W\d_]+")


def _bare(text: str) -> str:
    return NOT_A_LETTER.sub("", text).casefold()


class Wording(Times):
    """Words in the language that is active, with the dates and times of one country."""

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
        return DOUBLE_STOP.sub(".", sentence_case(LINES[line.kind](self, line)))

    def scanned(self, freshness: Freshness) -> str:
        """When and where the carrier last saw the parcel; empty where it has not seen it yet."""
        when = ""
        if freshness.scanned:
            when = self.ago(freshness.scanned)
        elif freshness.scanned_on:
            when = self.on_day(freshness.scanned_on)
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

    def parcels(self, numbers: Sequence[int]) -> str:
        """Which parcels something is about, as the beginning of a line."""
        named = format_list([str(number) for number in numbers], locale=self.locale)
        return ngettext("Parcel %(numbers)s:", "Parcels %(numbers)s:", len(numbers)) % {
            "numbers": named
        }

    def older_scans(self, count: int) -> str:
        return ngettext("Show %(count)d earlier scan", "Show %(count)d earlier scans", count) % {
            "count": count
        }

    def left_out(self, count: int) -> str:
        return ngettext(
            "%(count)d earlier scan is not shown.", "%(count)d earlier scans are not shown.", count
        ) % {"count": count}

    def step(self, step: Step) -> str:
        return STEPS[step.key]()

    def scan(self, scan: ScanView) -> str:
        """What a scan says, in our words."""
        if scan.reason:
            return shipment_words.headline(scan.status, scan.reason)
        return SCANS[scan.status]()

    def scan_text(self, scan: ScanView) -> str:
        """What the carrier wrote, where that is more than what we say ourselves."""
        return "" if _bare(scan.text) == _bare(self.scan(scan)) else scan.text

    @property
    def has_half_days(self) -> bool:
        """Whether times carry an AM or PM, and so need more room."""
        return len(self.clock(time(22, 30))) > 5

    def scan_clock(self, scan: ScanView) -> str:
        return self.clock(scan.clock)

    def scan_zone(self, scan: ScanView) -> str:
        """What must be known to read the time; empty where it is the destination's own."""
        return {"place": _("local time"), "unknown": _("zone not given")}.get(scan.zone, "")
