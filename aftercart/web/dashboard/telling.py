"""An order in the words of its own page, for the team: the same answer by the same rules."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aftercart.conversation.pages import writing
from aftercart.conversation.pages.facts import OrderSnapshot, SnapshotItem, SnapshotParcel
from aftercart.conversation.pages.rules.page import look
from aftercart.conversation.pages.rules.views import Answer, ParcelView, ScanDay, Step
from aftercart.conversation.pages.words import Wording
from aftercart.core import clock


class Station(msgspec.Struct, frozen=True, kw_only=True):
    """One stop on the way; `state` is done, current, failed or to_come."""

    word: str
    state: str
    day: str = ""


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """One scan with the time on the wall where it took place."""

    day: str
    clock: str
    zone: str
    moment: str
    words: str
    text: str
    place: str


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """One parcel, told."""

    parcel: SnapshotParcel
    number: int
    headline: SafeString
    tone: str
    said: str
    freshness: list[str]
    stations: list[Station]
    scans: list[Scan]
    items: tuple[SnapshotItem, ...]
    checked_at: datetime | None


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """A whole order, told: the answer, what makes it exact, and its parcels."""

    headline: SafeString
    tone: str
    said: str
    stations: list[Station]
    parcels: list[Parcel]


def story(snapshot: OrderSnapshot) -> Story:
    """What the shopper's page says now, in the language of whoever looks."""
    words = Wording(writing.locale_for(get_language() or "en", ""))
    page = look(snapshot, clock.now())
    return Story(
        headline=_headline(words, page.answer),
        tone=page.answer.tone,
        said=_said(
            _extent(words, page.answer), words.detail(page.answer), *map(words.line, page.lines)
        ),
        stations=_stations(words, page.steps),
        parcels=[_parcel(words, view) for view in page.parcels],
    )


def _headline(words: Wording, answer: Answer) -> SafeString:
    """The page speaks to the shopper; here the team is not told what "we" do."""
    for_the_team = {
        "packing": _("Not shipped yet"),
        "nothing_to_send": _("Nothing has to be shipped"),
        "part_arrived": _("Part of the order has arrived"),
    }
    ours = for_the_team.get(answer.kind)
    return format_html("<em>{}</em>", ours) if ours else words.marked_headline(answer)


def _extent(words: Wording, answer: Answer) -> str:
    return _("Part of the order") if answer.is_part else words.extent(answer)


def _said(*texts: str) -> str:
    """The texts as sentences, one after another."""
    ended = (text if text.endswith((".", "?", "。")) else f"{text}." for text in texts if text)
    return " ".join(ended)


def _stations(words: Wording, steps: Sequence[Step]) -> list[Station]:
    return [
        Station(
            word=words.step(step),
            state=step.state,
            day=words.short_date(step.day) if step.day else "",
        )
        for step in steps
    ]


def _parcel(words: Wording, view: ParcelView) -> Parcel:
    freshness = view.freshness
    news = [words.scanned(freshness), words.checked(freshness)] if freshness else []
    return Parcel(
        parcel=view.parcel,
        number=view.number,
        headline=_headline(words, view.answer),
        tone=view.answer.tone,
        said=_said(words.detail(view.answer), *map(words.line, view.lines)),
        freshness=[part for part in news if part],
        stations=_stations(words, view.steps),
        scans=[scan for day in view.scan_days for scan in _scans(words, day)],
        items=view.parcel.items,
        checked_at=freshness.checked_at if freshness else None,
    )


def _scans(words: Wording, day: ScanDay) -> list[Scan]:
    return [
        Scan(
            day=words.short_date(day.day),
            clock=words.scan_clock(scan),
            zone=words.scan_zone(scan),
            moment=scan.moment,
            words=words.scan(scan),
            text=scan.text,
            place=scan.place,
        )
        for scan in day.scans
    ]
