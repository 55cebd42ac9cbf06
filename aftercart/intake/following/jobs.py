"""Going over all parcels of a store: when it gets its first source, another, or one less."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from aftercart.core import jobs, sql
from aftercart.delivery.shipments import queries as shipments
from aftercart.intake import stopping
from aftercart.intake.following import sources
from aftercart.intake.following.actions import feeds, polls
from aftercart.intake.following.handlers import follow_store as ask_for_store

BITE = 500
FINAL_FOR, STOPPED_FOR = timedelta(days=30), timedelta(days=180)

log = structlog.get_logger(__name__)


def follow_store(store_id: int, past: str = "") -> None:
    """Follow every parcel that is under way, in bites; what is cut short goes on where it was."""
    while True:
        bite = shipments.under_way(store_id, past, BITE)
        with transaction.atomic():
            polls.follow([(store_id, shipment_id) for _, shipment_id in bite], is_news=False)
        if len(bite) < BITE:
            return
        past = bite[-1][0]
        if stopping.asked():
            jobs.defer("follow_store", store_id=store_id, past=past)
            return


def keep_house(now: datetime) -> None:
    """Ask connections that nobody asks yet, and forget parcels that stopped long ago.

    Raises:
        aftercart.intake.stopping.Stopped: the worker is ending; the next run does the rest.
    """
    for row in feeds.missing(sources.asked_systems()):
        if not sources.is_source(row["store_id"], row["id"]):
            continue
        with transaction.atomic():
            feeds.open_for(row["store_id"], row["id"])
            ask_for_store(row["store_id"])
    for store_id in sources.stores():
        _forget(store_id, "stopped = 'final'", now - FINAL_FOR)
        _forget(store_id, "stopped NOT IN ('final', 'by_hand')", now - STOPPED_FOR)


def _forget(store_id: int, condition: str, before: datetime) -> None:
    gone, total = BITE, 0
    while gone == BITE:
        gone = sql.run(
            f"""
            DELETE FROM {polls.TABLE} AS poll USING (
              SELECT store_id, id FROM {polls.TABLE}
              WHERE store_id = %s AND stopped_at < %s AND {condition}
              ORDER BY stopped, stopped_at LIMIT {BITE}
            ) AS old
            WHERE poll.store_id = old.store_id AND poll.id = old.id
            """,
            [store_id, before],
        )
        total += gone
        stopping.raise_if_asked()
    if total:
        log.info("house.cleaned", what="polls", rows=total)
