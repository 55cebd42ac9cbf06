"""The odd jobs of intake: connecting a shop, its first import, confirming, keeping house.

Each may be cut short at any point and run again.
"""

from datetime import timedelta
from typing import Any

import structlog

from aftercart.connectors import http
from aftercart.connectors.base import ConnectionFailed
from aftercart.core import clock, jobs
from aftercart.intake import housekeeping, pulling, shops, stopping
from aftercart.intake.actions import connections, pulls
from aftercart.intake.actions.endings import is_confirmation_address
from aftercart.intake.models import ImportRun
from aftercart.intake.shops import Shop

FIRST_IMPORT = timedelta(days=60)
RETRY_DELAY = timedelta(minutes=1)
LONGEST_RETRY_DELAY = timedelta(hours=1)

log = structlog.get_logger(__name__)


def connect_shop(store_id: int, connection_id: int, attempt: int = 0) -> None:
    """Try a shop's credentials, make its webhooks, and queue its first import or its next pull."""
    try:
        shop = shops.find(store_id, connection_id)
        if shop is None or shop.state == "paused":
            return
        _identify(shop)
        shops.subscribe(shop)
        connections.mend(store_id, connection_id)
    except ConnectionFailed as failure:
        shops.show_failure(store_id, connection_id, failure)
        if not failure.permanent:
            _try_again(failure, "connect_shop", attempt, store_id, connection_id=connection_id)
        return
    if shop.last_pull_at is None:
        pulls.begin_import(store_id, connection_id)
    else:
        pulls.ask_soon(store_id, connection_id)


def _identify(shop: Shop) -> None:
    identity = shop.puller.identify(shop.credentials, shop.settings)
    known = {"shop_name": identity.name, "shop_url": identity.url}
    connections.remember_settings(
        shop.store_id, shop.connection_id, {name: text for name, text in known.items() if text}
    )


def import_shop(store_id: int, run_id: int, attempt: int = 0) -> None:
    """A shop's first import: its last 60 days into the inbox, quietly, page by page."""
    run = ImportRun.objects.filter(store_id=store_id, pk=run_id).first()
    if run is None or run.state not in (ImportRun.State.WAITING, ImportRun.State.RUNNING):
        return
    try:
        shop = shops.find(store_id, run.connection_id)
        if shop is None:
            pulls.fail_import(run, "The connection was removed.")
            return
        since = run.created_at - FIRST_IMPORT
        for page in shop.puller.pull(shop.credentials, shop.settings, since, run.cursor):
            pulls.advance_import(run, page)
            stopping.raise_if_asked()
    except ConnectionFailed as failure:
        shops.show_failure(store_id, run.connection_id, failure)
        if failure.permanent:
            pulls.fail_import(run, failure.message)
        else:
            _try_again(failure, "import_shop", attempt, store_id, run_id=run_id)
        return
    pulls.finish_import(run, pulling.next_pull(shop))


def _try_again(
    failure: ConnectionFailed, job: str, attempt: int, store_id: int, **arguments: Any
) -> None:
    delay = min(RETRY_DELAY * 2**attempt, LONGEST_RETRY_DELAY)
    if failure.retry_after is not None:
        delay = max(delay, timedelta(seconds=failure.retry_after))
    jobs.defer(job, after=delay, store_id=store_id, attempt=min(attempt + 1, 10), **arguments)


def confirm_subscription(store_id: int, source: str, url: str) -> None:
    """Fetch the address that confirms a subscription to Amazon SNS; no other is ever fetched.

    Raises:
        aftercart.connectors.http.RequestFailed: it did not answer; the job is tried again.
    """
    if not is_confirmation_address(url):
        log.warning("subscription.foreign_address", store=store_id)
        return
    reply = http.request("GET", url)
    log.info("subscription.confirmed", store=store_id, source=source, status=reply.status)
    if not reply.ok:
        raise http.Unreadable(f"SNS answered with status {reply.status}.")


def keep_house() -> None:
    """Forget what is no longer needed: old deliveries, replies, sessions, lost beats."""
    housekeeping.run(clock.now())
