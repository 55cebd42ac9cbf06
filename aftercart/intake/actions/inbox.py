"""Writing to the inbox: adding what was fetched, settling what was worked on."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from aftercart.connectors.base import Pulled
from aftercart.core import clock, sql
from aftercart.core.due import LeaseLost
from aftercart.intake import channels

State = Literal["pending", "done", "ignored", "waiting", "parked"]
LONGEST_ERROR = 1000
LONGEST_TOPIC = 80
ASKED = "asked"
"""The topic of what a source said when it was asked after a parcel."""
NOTED_AT_MOST_EVERY = timedelta(seconds=5)


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How the work on one entry ended.

    Attributes:
        due_at: when it is tried again, None for never.
        is_emptied: what was delivered may not be kept.
        is_counted: that it ended so is new.
    """

    store_id: int
    connection_id: int
    id: int
    received_at: datetime
    state: State
    error: str = ""
    due_at: datetime | None = None
    is_emptied: bool = False
    is_counted: bool = True


OUTCOME_COLUMNS = {
    "store_id": "bigint",
    "id": "bigint",
    "state": "text",
    "error": "text",
    "due_at": "timestamptz",
}


def add(
    store_id: int, connection_id: int, objects: Sequence[Pulled], *, quiet: bool = False
) -> int:
    """Put fetched objects into the inbox, each once; returns how many were new.

    Args:
        quiet: their events reach no one by message: an import.
    """
    now = clock.now()
    columns = {
        "store_id": "bigint",
        "connection_id": "bigint",
        "dedupe_key": "bytea",
        "topic": "text",
        "body": "bytea",
        "quiet": "boolean",
        "received_at": "timestamptz",
        "due_at": "timestamptz",
    }
    rows = {
        pulled.dedupe_key: {
            "store_id": store_id,
            "connection_id": connection_id,
            "dedupe_key": sql.bytea(pulled.dedupe_key),
            "topic": pulled.topic[:LONGEST_TOPIC],
            "body": sql.bytea(pulled.body),
            "quiet": quiet,
            "received_at": now,
            "due_at": now,
        }
        for pulled in objects
    }
    added = sql.insert(
        "intake_inboxentry",
        columns,
        list(rows.values()),
        conflict=("store_id", "connection_id", "dedupe_key"),
        returning=("id",),
    )
    channels.tell(channels.INBOX)
    return len(added)


def settle(lease: UUID, outcomes: Sequence[Outcome]) -> None:
    """Write how the work on claimed entries ended, in the transaction of the work itself.

    Raises:
        LeaseLost: another worker has some of the entries now.
    """
    if not outcomes:
        return
    source, encoded = sql.recordset(
        OUTCOME_COLUMNS,
        [
            {
                "store_id": outcome.store_id,
                "id": outcome.id,
                "state": outcome.state,
                "error": outcome.error[:LONGEST_ERROR],
                "due_at": outcome.due_at,
            }
            for outcome in outcomes
        ],
    )
    touched = sql.run(
        f"""
        UPDATE intake_inboxentry AS entry
        SET state = given.state, error = given.error, due_at = given.due_at, lease = NULL,
          settled_at = CASE WHEN given.due_at IS NULL THEN %s::timestamptz END,
          attempts = CASE given.state WHEN 'pending' THEN attempts ELSE 0 END
        FROM {source}
        WHERE entry.id = given.id AND entry.store_id = given.store_id AND entry.lease = %s
        """,
        [clock.now(), encoded, lease],
    )
    if touched != len(outcomes):
        raise LeaseLost(f"{len(outcomes) - touched} inbox entries are no longer ours")
    _empty([outcome for outcome in outcomes if outcome.is_emptied])


def _empty(outcomes: Sequence[Outcome]) -> None:
    if not outcomes:
        return
    sql.run(
        """
        UPDATE intake_inboxentry AS entry SET body = '', headers = '{}'
        FROM unnest(%s::bigint[], %s::bigint[]) AS gone(store_id, id)
        WHERE entry.id = gone.id AND entry.store_id = gone.store_id
        """,
        sql.pairs([(outcome.store_id, outcome.id) for outcome in outcomes]),
    )


def give_back(lease: UUID, ids: Sequence[tuple[int, int]], due_at: datetime) -> None:
    """Let others have claimed entries (`(store_id, id)`) again, as if they had not been claimed."""
    if not ids:
        return
    sql.run(
        """
        UPDATE intake_inboxentry AS entry
        SET due_at = %s, lease = NULL, attempts = greatest(attempts - 1, 0)
        FROM unnest(%s::bigint[], %s::bigint[]) AS mine(store_id, id)
        WHERE entry.id = mine.id AND entry.store_id = mine.store_id AND entry.lease = %s
        """,
        [due_at, [store_id for store_id, _ in ids], [entry_id for _, entry_id in ids], lease],
    )


def note_deliveries(outcomes: Iterable[Outcome]) -> None:
    """Count what was settled by connection and hour, and note the last delivery of each."""
    counts: dict[tuple[int, int, datetime], dict[str, int]] = {}
    latest: dict[tuple[int, int], datetime] = {}
    for outcome in outcomes:
        connection = (outcome.store_id, outcome.connection_id)
        latest[connection] = max(outcome.received_at, latest.get(connection, outcome.received_at))
        if outcome.is_counted and outcome.state in ("done", "ignored", "parked"):
            hour = outcome.received_at.replace(minute=0, second=0, microsecond=0)
            counted = counts.setdefault((*connection, hour), {"done": 0, "ignored": 0, "parked": 0})
            counted[outcome.state] += 1
    _add_counts(counts)
    _note_latest(latest)


def _add_counts(counts: dict[tuple[int, int, datetime], dict[str, int]]) -> None:
    if not counts:
        return
    columns = {"store_id": "bigint", "connection_id": "bigint", "hour": "timestamptz"}
    columns |= {"done": "int", "ignored": "int", "parked": "int"}
    source, encoded = sql.recordset(
        columns,
        [
            {"store_id": store_id, "connection_id": connection_id, "hour": hour, **counted}
            for (store_id, connection_id, hour), counted in sorted(counts.items())
        ],
    )
    sql.run(
        f"""
        INSERT INTO intake_deliveryhour AS stored
          (store_id, connection_id, hour, done, ignored, parked)
        SELECT store_id, connection_id, hour, done, ignored, parked FROM {source}
        ON CONFLICT (store_id, connection_id, hour) DO UPDATE
        SET done = stored.done + excluded.done, ignored = stored.ignored + excluded.ignored,
          parked = stored.parked + excluded.parked
        """,
        [encoded],
    )


def _note_latest(latest: dict[tuple[int, int], datetime]) -> None:
    """A good delivery also clears what the edge said about refused ones before it."""
    columns = {"store_id": "bigint", "connection_id": "bigint", "at": "timestamptz"}
    source, encoded = sql.recordset(
        columns,
        [
            {"store_id": store_id, "connection_id": connection_id, "at": at}
            for (store_id, connection_id), at in sorted(latest.items())
        ],
    )
    over = "connection.state = 'active' AND connection.error_at < given.at"
    sql.run(
        f"""
        UPDATE intake_connection AS connection
        SET last_delivery_at = greatest(connection.last_delivery_at, given.at),
          error = CASE WHEN {over} THEN '' ELSE connection.error END,
          error_at = CASE WHEN {over} THEN NULL ELSE connection.error_at END
        FROM {source}
        WHERE connection.id = given.connection_id AND connection.store_id = given.store_id
          AND (connection.last_delivery_at IS NULL OR {over}
            OR connection.last_delivery_at < given.at - %s::interval)
        """,
        [encoded, NOTED_AT_MOST_EVERY],
    )
