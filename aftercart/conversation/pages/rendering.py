"""From a snapshot to the bytes of its page."""

import gzip
import hashlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from django.utils.translation import get_language_bidi, gettext, override
from django.utils.translation import gettext as _
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from aftercart.conversation.pages import writing
from aftercart.conversation.pages.addresses import mail_address, picture_address, web_address
from aftercart.conversation.pages.advice import advice_on
from aftercart.conversation.pages.facts import OrderSnapshot, SnapshotBrand, SnapshotItem
from aftercart.conversation.pages.rules.lines import is_with_somebody_named
from aftercart.conversation.pages.rules.page import look
from aftercart.conversation.pages.rules.reading import Day
from aftercart.conversation.pages.rules.views import (
    Answer,
    AnswerKind,
    PageView,
    ScanDay,
    Step,
    StepKey,
)
from aftercart.conversation.pages.structured import structured_data
from aftercart.conversation.pages.stylesheet import sign, stylesheet
from aftercart.conversation.pages.words import Wording, sentence_case
from aftercart.delivery.shipments import words as shipment_words

LAYOUT = Path(__file__).parent / "layout"
INDENT = re.compile(r"\n\s*")
# So many scans are on a page, shared by its parcels; each has at least so many of its own.
MOST_SCANS, FEWEST_SCANS = 60, 5
# A new release's look reaches every page that somebody opens within this time.
LONGEST_FRESH = timedelta(days=1)

STEP_ICONS: dict[StepKey, str] = {
    "attempted": "alert",
    "cancelled": "cross",
    "collect": "pin",
    "collected": "check",
    "delivered": "home",
    "moving": "truck",
    "ordered": "check",
    "out": "truck",
    "packed": "box",
    "packing": "box",
    "problem": "alert",
    "returned": "back",
    "returning": "back",
    "shipped": "box",
}
ANSWER_ICONS: dict[AnswerKind, str] = {
    "arriving": "truck",
    "arriving_between": "truck",
    "arriving_by": "truck",
    "attempted": "warn",
    "cancelled": "cross",
    "collect": "pin",
    "collected": "check",
    "confirmed": "check",
    "delivered": "check",
    "late": "clock",
    "never_scanned": "clock",
    "no_day": "truck",
    "not_scanned": "box",
    "nothing_left": "cross",
    "nothing_to_send": "check",
    "out_since": "clock",
    "out_today": "truck",
    "packing": "box",
    "parcel_cancelled": "cross",
    "part_arrived": "check",
    "problem": "warn",
    "refunded": "back",
    "returned": "back",
    "returning": "back",
    "silent": "clock",
    "unknown": "clock",
    "untracked": "box",
}


class RenderedPage(msgspec.Struct, frozen=True):
    """The page as it is sent. It must not be sent any more from `fresh_until` on.

    `body` is gzip.
    """

    body: bytes
    etag: str
    fresh_until: datetime


class SplitScans(msgspec.Struct, frozen=True):
    """The scans that are shown at once, `count` older ones behind a button, and how many are left
    out after those."""

    newest: tuple[ScanDay, ...]
    older: tuple[ScanDay, ...]
    count: int
    left_out: int


class ShownRefund(msgspec.Struct, frozen=True):
    amount: str
    day: Day


def render_order(snapshot: OrderSnapshot, now: datetime) -> RenderedPage:
    """The tracking page of an order as it is at a moment."""
    view = look(snapshot, now)
    html = order_html(snapshot, view)
    body = gzip.compress(html.encode(), compresslevel=9, mtime=0)
    etag = hashlib.blake2b(html.encode(), digest_size=12).hexdigest()
    latest = now + LONGEST_FRESH
    return RenderedPage(body, etag, min(view.true_until or latest, latest))


def order_html(snapshot: OrderSnapshot, view: PageView) -> str:
    """The page's HTML, in the shopper's language and the writing of the destination's country."""
    language = writing.language_for(snapshot.locale)
    country = writing.country_of(snapshot.locale) or snapshot.shipping_country
    locale = writing.locale_for(language, country)
    with override(language):
        return render(
            "order.html",
            snapshot.brand,
            language,
            view=view,
            order=snapshot,
            words=Wording(locale),
            structured=structured_data(snapshot),
            advice=advice_on(view),
            if_missing=_if_missing(view),
            listed=_listed(snapshot, view),
            mail=_mail(snapshot),
            destination=_destination(snapshot, locale),
            total=_total(snapshot, locale),
            refunds=_refunds(snapshot, view, locale),
            zone_note=_zone_note(snapshot, view),
            lookup=f"/track/{snapshot.brand.store_slug}/",
        )


def render(name: str, brand: SnapshotBrand, language: str, **context: Any) -> str:
    """A template of ours as one HTML text; the language must be active."""
    html = template(name).render(
        brand=brand,
        language=language,
        direction="rtl" if get_language_bidi() else "ltr",
        css=stylesheet(brand.accent, brand.background),
        sign=sign(brand.accent, brand.background),
        **context,
    )
    return INDENT.sub("\n", html).lstrip()


@cache
def template(name: str) -> Template:
    """A template, compiled once for the life of the process."""
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(LAYOUT),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals["_"] = gettext
    environment.filters |= {
        "answer_icon": lambda answer: ANSWER_ICONS[_kind(answer)],
        "capitalised": sentence_case,
        "machine_time": machine_time,
        "picture_address": picture_address,
        "split_scans": split_scans,
        "step_icon": step_icon,
        "web_address": web_address,
    }
    return environment


def _kind(answer: Answer) -> AnswerKind:
    return answer.kind


def step_icon(step: Step) -> str:
    """What is behind the parcel is ticked off; where it is, and what is to come, have their own."""
    return "check" if step.state == "done" and step.key != "cancelled" else STEP_ICONS[step.key]


def machine_time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def split_scans(days: Sequence[ScanDay], newest: int, parcels: int = 1) -> SplitScans:
    """The newest scans, and the older ones; one that would be hidden alone is shown at once.

    Args:
        parcels: how many parcels share the page.
    """
    known = sum(len(day.scans) for day in days)
    total = min(known, max(MOST_SCANS // parcels, FEWEST_SCANS))
    shown = total if total <= newest + 1 else newest
    older = _between(days, shown, total)
    return SplitScans(_between(days, 0, shown), older, total - shown, known - total)


def _between(days: Sequence[ScanDay], start: int, end: int) -> tuple[ScanDay, ...]:
    parts, place = [], 0
    for day in days:
        scans = day.scans[max(start - place, 0) : max(end - place, 0)]
        place += len(day.scans)
        if scans:
            parts.append(ScanDay(day.day, scans))
    return tuple(parts)


def _if_missing(view: PageView) -> str:
    """What to do when the carrier says that it came and it is not there."""
    if view.answer.kind not in {"delivered", "collected"}:
        return ""
    if all(is_with_somebody_named(parcel.parcel) for parcel in view.parcels):
        return _("If it is not there, please contact us.")
    return shipment_words.next_step(view.answer.status, view.answer.reason)


def _listed(snapshot: OrderSnapshot, view: PageView) -> Sequence[SnapshotItem]:
    """The order's items where the parcels do not show them all."""
    if view.parcels and all(parcel.parcel.items for parcel in view.parcels):
        return ()
    return snapshot.items


def _mail(snapshot: OrderSnapshot) -> str:
    subject = _("Order %(number)s") % {"number": snapshot.number}
    return mail_address(snapshot.brand.contact_email, subject)


def _destination(snapshot: OrderSnapshot, locale: Any) -> str:
    """The city, its region and the country, in the reader's language; never the street."""
    code = snapshot.shipping_country.upper()
    country = locale.territories.get(code, snapshot.shipping_country)
    parts = (snapshot.shipping_city, snapshot.shipping_region, country)
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _total(snapshot: OrderSnapshot, locale: Any) -> str:
    if snapshot.is_gift:
        return ""
    if snapshot.shown_currency and snapshot.shown_total is not None:
        return writing.amount(snapshot.shown_total, snapshot.shown_currency, locale)
    return writing.amount(snapshot.total, snapshot.currency, locale)


def _refunds(snapshot: OrderSnapshot, view: PageView, locale: Any) -> list[ShownRefund]:
    if snapshot.is_gift:
        return []
    return [
        ShownRefund(writing.amount(refund.amount, refund.currency, locale), day)
        for refund, day in zip(snapshot.refunds, view.refunded, strict=True)
    ]


def _zone_note(snapshot: OrderSnapshot, view: PageView) -> str:
    """Whose clock the times are by; nothing where there is no time to read."""
    if not any(parcel.scan_days for parcel in view.parcels):
        return ""
    place = snapshot.time_zone.rpartition("/")[2].replace("_", " ")
    if snapshot.time_zone_known:
        return _("Times are local to %(place)s unless it says otherwise.") % {"place": place}
    return _(
        "We do not know the time zone of the destination. Times are local to %(place)s, "
        "unless it says otherwise."
    ) % {"place": place}
