"""What the Carriers page shows: who brings parcels, who is asked, and what is unclear."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec

from aftercart.core import clock
from aftercart.delivery.shipments import queries as shipments
from aftercart.delivery.shipments.carriers import shown_name
from aftercart.delivery.shipments.queries import CarrierFigures, CodeView
from aftercart.intake.following import queries as following
from aftercart.intake.following import words
from aftercart.intake.following.queries import CarrierView, FeedView

DAYS = 30
NOBODY = "none"
"""In an address: the parcels whose carrier nobody knows."""
TROUBLING = ("refused", "silent", "no_source", "unreadable", "by_hand", "recycled")
"""Why parcels are no longer asked after though they have not arrived."""


class CarrierRow(msgspec.Struct, frozen=True, kw_only=True):
    """A carrier of the store. `asked_by` is empty where no source can be used now; `is_paused` says
    that all who know it are paused."""

    slug: str
    name: str
    followed: int
    due: int
    asked_by: str
    is_paused: bool
    scans: int
    unknown: int
    median_lag: timedelta | None
    late_lag: timedelta | None


class StoppedRow(msgspec.Struct, frozen=True, kw_only=True):
    """How many parcels are no longer asked after for a reason."""

    reason: str
    why: str
    count: int


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on the page."""

    feeds: Sequence[FeedView]
    carriers: Sequence[CarrierRow]
    codes: Sequence[CodeView]
    stopped: Sequence[StoppedRow]


def overview(store_id: int) -> Overview:
    """How the store's carriers and sources do."""
    feeds = following.feeds(store_id)
    counts = following.stopped_by_reason(store_id)
    return Overview(
        feeds=feeds,
        carriers=_carriers(store_id, feeds),
        codes=[one for one in shipments.codes(store_id) if not one.status],
        stopped=[
            StoppedRow(reason=reason, why=words.told(reason), count=counts[reason])  # type: ignore[arg-type]
            for reason in TROUBLING
            if counts.get(reason)
        ],
    )


def carrier(store_id: int, slug: str) -> CarrierRow | None:
    """One carrier; None where the store knows nothing of it."""
    rows = _carriers(store_id, following.feeds(store_id))
    return next((row for row in rows if row.slug == slug), None)


def told_by(store_id: int, carrier: str) -> list[CarrierFigures]:
    """What each source told of a carrier's parcels lately."""
    figures = shipments.carrier_figures(store_id, _since())
    return [one for one in figures if one.carrier == carrier]


def _carriers(store_id: int, feeds: Sequence[FeedView]) -> list[CarrierRow]:
    """Those that are followed, and those of which something was told lately."""
    known = {feed.connection_id: feed for feed in feeds}
    followed = {view.carrier: view for view in following.carriers(store_id)}
    totals = shipments.carrier_totals(store_id, _since())
    slugs = [*followed, *(slug for slug in totals if slug not in followed)]
    return [_row(slug, followed.get(slug), totals.get(slug), known) for slug in slugs]


def _row(
    slug: str,
    view: CarrierView | None,
    total: CarrierFigures | None,
    known: Mapping[int, FeedView],
) -> CarrierRow:
    asked_by = known.get(view.asked_by) if view and view.asked_by else None
    states = {known[one].state for one in view.sources if one in known} if view else set()
    return CarrierRow(
        slug=slug,
        name=shown_name(slug, slug),
        followed=view.followed if view else 0,
        due=view.due if view else 0,
        asked_by=asked_by.name if asked_by else "",
        is_paused=states == {"paused"},
        scans=total.scans if total else 0,
        unknown=total.unknown if total else 0,
        median_lag=total.median_lag if total else None,
        late_lag=total.late_lag if total else None,
    )


def _since() -> date:
    return clock.now().date() - timedelta(days=DAYS)
