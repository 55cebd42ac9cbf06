"""Forgetting what is no longer needed, in small bites that lock nobody out."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils.module_loading import import_string

from aftercart.conversation.pages import actions as pages
from aftercart.core import cache, sql
from aftercart.core.models import Store
from aftercart.intake import importing, stopping
from aftercart.intake.actions import beats
from aftercart.intake.following import jobs as following

BITE = 1000
REPLIES_FOR = timedelta(hours=24)
UPLOADS_FOR = timedelta(days=30)
JOBS_FOR = timedelta(days=30)

OLD = {
    "deliveries": (
        "intake_inboxentry",
        "received_at",
        "state IN ('done', 'ignored')",
        timedelta(days=30),
    ),
    "parked": ("intake_inboxentry", "received_at", "state = 'parked'", timedelta(days=90)),
    "replies": ("intake_apireply", "created_at", "true", REPLIES_FOR),
    "counts": ("intake_deliveryhour", "hour", "true", timedelta(days=90)),
}
"""What is deleted: from which table, by which moment, if what holds, after how long."""

log = structlog.get_logger(__name__)


def run(now: datetime) -> None:
    """Delete or empty everything whose time is over at `now`.

    Raises:
        aftercart.intake.stopping.Stopped: the worker is ending; the next run does the rest.
    """
    for what, (table, column, condition, kept_for) in OLD.items():
        gone = _all(_older(table, column, condition), now - kept_for)
        if gone:
            log.info("house.cleaned", what=what, rows=gone)
    _empty_uploads(now - UPLOADS_FOR)
    sql.run("DELETE FROM pgqueuer_log WHERE created < %s", [now - JOBS_FOR])
    importing.forget_old(now)
    following.keep_house(now)
    Session.objects.filter(expire_date__lt=now).delete()
    cache.forget_expired()
    beats.forget_the_dead()
    _seal_anew()
    for store_id in Store.objects.values_list("pk", flat=True):
        pages.forget_old_counts(store_id)


def _seal_anew() -> None:
    for path in settings.SEALED:
        resealed = import_string(path)()
        if resealed:
            log.info("house.resealed", by=path, rows=resealed)


def _older(table: str, column: str, condition: str) -> str:
    return f"""
        DELETE FROM {table} AS gone USING (
          SELECT store_id, id FROM {table} WHERE {condition} AND {column} < %s
          ORDER BY {column} LIMIT {BITE}
        ) AS old
        WHERE gone.store_id = old.store_id AND gone.id = old.id
    """


def _all(statement: str, before: datetime) -> int:
    total = 0
    while True:
        gone = sql.run(statement, [before])
        total += gone
        stopping.raise_if_asked()
        if gone < BITE:
            return total


def _empty_uploads(before: datetime) -> None:
    """An uploaded file is not kept longer than its import needs it."""
    sql.run(
        "UPDATE intake_importrun SET content = NULL WHERE content IS NOT NULL AND finished_at < %s",
        [before],
    )
