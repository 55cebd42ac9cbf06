"""Who may be asked when: sources made, held by one worker at a time, counted, and given back.

What a worker is about to ask is counted and committed before it asks, so that a limit holds however
it ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from aftercart.connectors.base import Answer, ConnectionFailed, Limit
from aftercart.core import clock, due, sql
from aftercart.core.due import LeaseLost
from aftercart.intake.following.rules import breaker, quota
from aftercart.intake.following.rules.breaker import Breaker
from aftercart.intake.following.rules.quota import Uses, Word

TABLE = "intake_feed"
NO_RESET = timedelta(seconds=60)
"""How long to wait where a source says that nothing is left, and not until when."""
LONGEST_ERROR = 500
NOTED_EVERY = timedelta(hours=1)

COLUMNS = (
    "connection_id",
    "uses",
    "remaining",
    "resets_at",
    "breaker",
    "failures",
    "opened_at",
    "trial_at",
    "identified_at",
    "asked_at",
    "answered_at",
    "behind",
    "error",
    "error_at",
)
COUNTED = ("requests", "parcels", "news", "failed")


@dataclass(kw_only=True)
class Feed:
    """A source that this worker holds. What is counted here is added when it is written."""

    id: int
    store_id: int
    connection_id: int
    lease: UUID
    uses: Uses
    word: Word
    breaker: Breaker
    identified_at: datetime | None
    asked_at: datetime | None
    answered_at: datetime | None
    behind: int
    error: str
    error_at: datetime | None
    requests: int = 0
    parcels: int = 0
    news: int = 0
    failed: int = 0

    def free_at(self, limits: Sequence[Limit], cost: int, now: datetime) -> datetime:
        """From when on it may be asked, by its limits and by its own word."""
        return quota.free_at(self.uses, limits, cost, now, self.word.at(now))


def claim(limit: int, lease_for: timedelta) -> list[Feed]:
    """Claim the sources that are due longest."""
    lease, rows = due.claim(TABLE, COLUMNS, limit=limit, lease_for=lease_for)
    return [_feed(row, lease) for row in rows]


def _feed(row: dict[str, Any], lease: UUID) -> Feed:
    told = Breaker(
        state=row.pop("breaker"),
        failures=row.pop("failures"),
        opened_at=row.pop("opened_at"),
        trial_at=row.pop("trial_at"),
    )
    word = Word(remaining=row.pop("remaining"), resets_at=row.pop("resets_at"))
    row["uses"] = msgspec.json.decode(row["uses"], type=Uses)
    return Feed(**row, lease=lease, breaker=told, word=word)


def reserve(feed: Feed, limits: Sequence[Limit], cost: int, until: datetime) -> None:
    """Count what is about to be asked, and keep the source until then.

    Until an answer is counted, it stands as if it were made at the last moment.

    Raises:
        LeaseLost: it is no longer ours.
    """
    now = clock.now()
    reserved = quota.noted(feed.uses, limits, cost, until, now)
    feed.breaker, feed.asked_at = breaker.begun(feed.breaker), now
    _write(feed, due_at=until, lease=feed.lease, uses=reserved, word=feed.word.less(cost))


def note_answer(feed: Feed, limits: Sequence[Limit], answer: Answer, parcels: int) -> None:
    """Count what was asked, and what the source says is left. It works."""
    now = note_use(feed, limits, answer.requests)
    feed.parcels += parcels
    if answer.remaining is not None:
        until = answer.resets_at or (None if answer.remaining else now + NO_RESET)
        feed.word = Word(remaining=answer.remaining, resets_at=until)


def note_use(feed: Feed, limits: Sequence[Limit], requests: int) -> datetime:
    """Count requests that were answered, as of now, which is returned. It works."""
    now = clock.now()
    feed.breaker, feed.answered_at, feed.error, feed.error_at = Breaker(), now, "", None
    _note_requests(feed, limits, requests, now)
    return now


def note_failure(feed: Feed, limits: Sequence[Limit], cost: int, failure: ConnectionFailed) -> None:
    """Count what may have been asked. One that asks us to wait has not failed."""
    now = clock.now()
    _note_requests(feed, limits, cost, now)
    feed.error, feed.error_at = failure.message[:LONGEST_ERROR], now
    if failure.is_throttled:
        wait = timedelta(seconds=failure.retry_after or NO_RESET.total_seconds())
        feed.word = Word(remaining=0, resets_at=now + wait)
        return
    feed.failed += 1
    feed.breaker = breaker.failed(feed.breaker, now, failure.retry_after)


def _note_requests(feed: Feed, limits: Sequence[Limit], count: int, now: datetime) -> None:
    feed.uses = quota.noted(feed.uses, limits, count, now, now)
    feed.requests += count
    feed.word = feed.word.at(now).less(count)


def give_back(feed: Feed, due_at: datetime | None) -> None:
    """Let others have it from `due_at` on; None: until somebody has mended its connection.

    Raises:
        LeaseLost: it is no longer ours.
    """
    _write(feed, due_at=due_at, lease=None, uses=feed.uses, word=feed.word)


def _write(
    feed: Feed,
    *,
    due_at: datetime | None,
    lease: UUID | None,
    uses: Uses,
    word: Word,
) -> None:
    values: dict[str, Any] = {
        "due_at": due_at,
        "lease": lease,
        "uses": msgspec.json.encode(uses).decode(),
        "remaining": word.remaining,
        "resets_at": word.resets_at,
        "breaker": feed.breaker.state,
        "failures": feed.breaker.failures,
        "opened_at": feed.breaker.opened_at,
        "trial_at": feed.breaker.trial_at,
        "identified_at": feed.identified_at,
        "asked_at": feed.asked_at,
        "answered_at": feed.answered_at,
        "behind": feed.behind,
        "error": feed.error,
        "error_at": feed.error_at,
    }
    changes = [f"{name} = %({name})s" for name in values]
    changes += [f"{name} = {name} + %({name})s" for name in COUNTED]
    counted = {name: getattr(feed, name) for name in COUNTED}
    touched = sql.run(
        f"UPDATE {TABLE} SET {', '.join(changes)}, attempts = 0"
        " WHERE store_id = %(store)s AND id = %(id)s AND lease = %(held)s",
        {**values, **counted, "store": feed.store_id, "id": feed.id, "held": feed.lease},
    )
    if not touched:
        raise LeaseLost(f"feed {feed.id} is no longer ours")
    for name in COUNTED:
        setattr(feed, name, 0)


def open_for(store_id: int, connection_id: int) -> bool:
    """Let a connection be asked from now on, as if it had never failed; whether it is new.

    Whoever asks it now loses it. What was asked stays counted, also by an earlier connection to the
    same source, since the source counts on as well.
    """
    rows = sql.fetch(
        f"""
        INSERT INTO {TABLE} AS stored (store_id, connection_id, due_at, uses)
        SELECT mine.store_id, mine.id, %s, coalesce(before.uses, '{{}}')
        FROM intake_connection AS mine LEFT JOIN LATERAL (
          SELECT feed.uses FROM intake_connection AS earlier JOIN {TABLE} AS feed
            ON feed.store_id = earlier.store_id AND feed.connection_id = earlier.id
          WHERE earlier.store_id = mine.store_id AND earlier.source = mine.source
          ORDER BY earlier.id DESC LIMIT 1
        ) AS before ON true
        WHERE mine.store_id = %s AND mine.id = %s
        ON CONFLICT (store_id, connection_id) DO UPDATE
        SET due_at = excluded.due_at, lease = NULL, breaker = 'closed', failures = 0,
          opened_at = NULL, trial_at = NULL, identified_at = NULL, error = '', error_at = NULL
        RETURNING (stored.xmax = 0) AS is_new
        """,
        [clock.now(), store_id, connection_id],
    )
    return bool(rows[0]["is_new"])


def close(store_id: int, connection_id: int) -> None:
    """Ask a connection no more until it is opened again; whoever asks it now loses it."""
    sql.run(
        f"UPDATE {TABLE} SET due_at = NULL, lease = NULL"
        " WHERE store_id = %s AND connection_id = %s",
        [store_id, connection_id],
    )


def note_posted(moments: Mapping[tuple[int, int], datetime]) -> None:
    """Note, at most hourly, when connections, given as `(store_id, id)`, posted by themselves."""
    if not moments:
        return
    columns = {"store_id": "bigint", "connection_id": "bigint", "at": "timestamptz"}
    source, encoded = sql.recordset(
        columns,
        [
            {"store_id": store_id, "connection_id": connection_id, "at": at}
            for (store_id, connection_id), at in sorted(moments.items())
        ],
    )
    sql.run(
        f"""
        UPDATE {TABLE} AS feed SET posted_at = given.at FROM {source}
        WHERE feed.store_id = given.store_id AND feed.connection_id = given.connection_id
          AND (feed.posted_at IS NULL OR feed.posted_at <= given.at - %s::interval)
        """,
        [encoded, NOTED_EVERY],
    )


def missing(systems: Sequence[str]) -> list[dict[str, Any]]:
    """Live connections of systems that can be asked, and that nobody asks yet."""
    return sql.fetch(
        f"""
        SELECT connection.store_id, connection.id FROM intake_connection AS connection
        LEFT JOIN {TABLE} AS feed
          ON feed.store_id = connection.store_id AND feed.connection_id = connection.id
        WHERE connection.removed_at IS NULL AND connection.state = 'active'
          AND connection.system = ANY(%s) AND feed.id IS NULL
        """,
        [list(systems)],
    )
