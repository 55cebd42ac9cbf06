"""Asking shops for what changed: polling where that is the primary way, reconciliation elsewhere.

Whatever webhooks missed is found here. What comes in goes through the inbox like any delivery.
"""

import random
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from aftercart.connectors.base import ConnectionFailed
from aftercart.core import clock, due
from aftercart.core.due import LeaseLost
from aftercart.intake import shops, stopping
from aftercart.intake.actions import pulls
from aftercart.intake.shops import Shop

TABLE = "intake_connection"
LEASE = timedelta(minutes=5)
OVERLAP = timedelta(minutes=10)
"""How far a pull reaches back behind the last one: clocks differ and shops commit late."""
FIRST_WINDOW = timedelta(days=1)
SUBSCRIBED_EVERY = timedelta(hours=20)
"""A shop drops webhooks that failed too often, so they are looked after every night."""
FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=30), timedelta(hours=1)

log = structlog.get_logger(__name__)


def run_batch() -> int:
    """Ask the shop that is due longest; returns 1, or 0 where none is due."""
    lease, rows = due.claim(TABLE, ("attempts",), limit=1, lease_for=LEASE)
    for row in rows:
        _ask(row["store_id"], row["id"], lease, row["attempts"])
    return len(rows)


def _ask(store_id: int, connection_id: int, lease: UUID, attempts: int) -> None:
    try:
        shop = shops.find(store_id, connection_id)
        if shop is None or shop.state != "active":
            pulls.put_off(store_id, connection_id, lease, None)
            return
        _pull(shop, lease)
    except ConnectionFailed as failure:
        log.warning("pull.failed", connection=connection_id, permanent=failure.permanent)
        shops.show_failure(store_id, connection_id, failure)
        if not failure.permanent:
            pulls.put_off(store_id, connection_id, lease, _later(failure, attempts))
    except stopping.Stopped:
        pulls.put_off(store_id, connection_id, lease, clock.now())
        raise
    except LeaseLost:
        log.warning("pull.lease_lost", connection=connection_id)


def _pull(shop: Shop, lease: UUID) -> None:
    """Everything that changed since the last pull; one cut short goes on where it stood."""
    started_at = _started_at(shop)
    cursor = dict(shop.cursor)
    if _is_subscription_due(shop):
        shop = shops.subscribe(shop)
        cursor["subscribed_at"] = clock.now().isoformat()
    since = (shop.last_pull_at or started_at - FIRST_WINDOW) - OVERLAP
    place = cursor.get("place") or {}
    for page in shop.puller.pull(shop.credentials, shop.settings, since, place):
        cursor |= {"place": page.cursor, "started_at": started_at.isoformat()}
        added = pulls.keep_page(
            shop.store_id, shop.connection_id, lease, clock.now() + LEASE, page, cursor
        )
        if added:
            log.info("pull.found", connection=shop.connection_id, objects=added)
        stopping.raise_if_asked()
    pulls.finish_pull(
        shop.store_id,
        shop.connection_id,
        lease,
        started_at=started_at,
        cursor={name: cursor[name] for name in ("subscribed_at",) if name in cursor},
        due_at=next_pull(shop),
    )


def next_pull(shop: Shop) -> datetime:
    """When to ask next, spread out so that many shops are not asked at once."""
    spread = random.uniform(0.9, 1.1)  # noqa: S311 - it spreads load
    return clock.now() + timedelta(seconds=shop.puller.every_seconds * spread)


def _started_at(shop: Shop) -> datetime:
    """When this pull began, also where it was cut short and is taken up again."""
    kept = shop.cursor.get("started_at")
    return datetime.fromisoformat(kept) if kept and shop.cursor.get("place") else clock.now()


def _is_subscription_due(shop: Shop) -> bool:
    last = shop.cursor.get("subscribed_at")
    return not last or clock.now() - datetime.fromisoformat(last) > SUBSCRIBED_EVERY


def _later(failure: ConnectionFailed, attempts: int) -> datetime:
    delay: timedelta = min(FIRST_DELAY * 2 ** min(attempts - 1, 10), LONGEST_DELAY)
    if failure.retry_after is not None:
        delay = max(delay, timedelta(seconds=failure.retry_after))
    spread: float = random.uniform(1.0, 1.2)  # noqa: S311 - it spreads load
    return clock.now() + delay * spread
