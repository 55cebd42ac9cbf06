"""Where the asking of a shop stands: its lease, its place, its next time; and first imports."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction

from aftercart.connectors.base import Page
from aftercart.core import clock, jobs, sql
from aftercart.core.due import LeaseLost
from aftercart.intake.actions import inbox
from aftercart.intake.models import ImportRun

SHOP_IMPORT = "shop"
State = ImportRun.State


def keep_page(
    store_id: int,
    connection_id: int,
    lease: UUID,
    until: datetime,
    page: Page,
    cursor: Mapping[str, Any],
) -> int:
    """Put a page into the inbox and remember the place after it; returns how many objects were new.

    Raises:
        LeaseLost: another worker asks this shop now.
    """
    with transaction.atomic():
        added = inbox.add(store_id, connection_id, page.objects)
        _update(
            store_id,
            connection_id,
            lease,
            "cursor = %s::jsonb, due_at = %s",
            [msgspec.json.encode(cursor).decode(), until],
        )
    return added


def finish_pull(
    store_id: int,
    connection_id: int,
    lease: UUID,
    *,
    started_at: datetime,
    cursor: Mapping[str, Any],
    due_at: datetime,
) -> None:
    """Everything that changed before `started_at` is in the inbox; the error, if any, is over.

    Raises:
        LeaseLost: another worker asks this shop now.
    """
    _update(
        store_id,
        connection_id,
        lease,
        "last_pull_at = %s, cursor = %s::jsonb, due_at = %s, lease = NULL, attempts = 0, "
        "error = '', error_at = NULL",
        [started_at, msgspec.json.encode(cursor).decode(), due_at],
    )


def put_off(store_id: int, connection_id: int, lease: UUID, due_at: datetime | None) -> None:
    """Ask again at `due_at`; None for not at all.

    Raises:
        LeaseLost: another worker asks this shop now.
    """
    _update(store_id, connection_id, lease, "due_at = %s, lease = NULL", [due_at])


def _update(
    store_id: int, connection_id: int, lease: UUID, changes: str, parameters: Sequence[Any]
) -> None:
    touched = sql.run(
        f"UPDATE intake_connection SET {changes} WHERE store_id = %s AND id = %s AND lease = %s",
        [*parameters, store_id, connection_id, lease],
    )
    if not touched:
        raise LeaseLost(f"connection {connection_id} is no longer ours")


def ask_soon(store_id: int, connection_id: int) -> None:
    """Ask the shop now for what changed since it was asked last."""
    sql.run(
        """
        UPDATE intake_connection SET due_at = %s, lease = NULL, attempts = 0
        WHERE store_id = %s AND id = %s AND state = 'active'
        """,
        [clock.now(), store_id, connection_id],
    )


def begin_import(store_id: int, connection_id: int) -> None:
    """Queue the first import of a shop, unless one is there already."""
    with transaction.atomic():
        sql.run("SELECT pg_advisory_xact_lock(%s)", [connection_id])
        runs = ImportRun.objects.filter(
            store_id=store_id, connection_id=connection_id, kind=SHOP_IMPORT
        )
        if runs.exclude(state__in=[State.FAILED, State.CANCELLED]).exists():
            return
        run = ImportRun.objects.create(
            store_id=store_id,
            connection_id=connection_id,
            kind=SHOP_IMPORT,
            created_at=clock.now(),
        )
        jobs.defer("import_shop", once=f"import_shop:{run.pk}", store_id=store_id, run_id=run.pk)


def advance_import(run: ImportRun, page: Page) -> None:
    """Put a page of a first import into the inbox, quietly, and remember the place after it."""
    with transaction.atomic():
        inbox.add(run.store_id, run.connection_id, page.objects, quiet=True)
        run.state = State.RUNNING
        run.done += len(page.objects)
        run.total = max(page.total or 0, run.done) if page.total is not None else run.total
        run.cursor = page.cursor
        run.save(update_fields=["state", "done", "total", "cursor"])


def finish_import(run: ImportRun, next_pull_at: datetime) -> None:
    """The import is over: from now on the shop is asked for what changed since it began."""
    with transaction.atomic():
        run.state, run.total, run.finished_at = State.DONE, run.done, clock.now()
        run.save(update_fields=["state", "total", "finished_at"])
        sql.run(
            """
            UPDATE intake_connection
            SET last_pull_at = %s, due_at = %s, error = '', error_at = NULL
            WHERE store_id = %s AND id = %s AND state = 'active'
            """,
            [run.created_at, next_pull_at, run.store_id, run.connection_id],
        )


def fail_import(run: ImportRun, message: str) -> None:
    """The import cannot go on; the connection says what to do."""
    run.state, run.error, run.finished_at = State.FAILED, message[:500], clock.now()
    run.save(update_fields=["state", "error", "finished_at"])
