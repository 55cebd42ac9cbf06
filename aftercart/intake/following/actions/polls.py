"""Which parcels are asked after and when: made, moved, claimed and given back, in batches."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from aftercart.core import clock, sql
from aftercart.delivery.shipments import queries as shipments
from aftercart.delivery.shipments.queries import Followed
from aftercart.intake.following import parcels, sources
from aftercart.intake.following.rules import deciding, plan, routing
from aftercart.intake.following.rules.deciding import Decision, Kept
from aftercart.intake.following.rules.routing import Source

# Rows are locked by store and parcel, so that nobody waits in a circle: also where they are to be
# skipped, since Postgres waits even then for the newer version of a row that was just updated.
TABLE = "intake_poll"
FEED_TABLE = "intake_feed"
LONGEST_BACKOFF = timedelta(hours=1)

COLUMNS = {
    "store_id": "bigint",
    "shipment_id": "bigint",
    "number": "text",
    "carrier": "text",
    "tried": "jsonb",
    "due_at": "timestamptz",
    "stopped": "text",
    "stopped_at": "timestamptz",
    "created_at": "timestamptz",
}

Pair = tuple[int, int]
Row = dict[str, Any]


def follow(shipment_ids: Collection[Pair], *, is_news: bool = True) -> None:
    """Plan anew when to ask after parcels, given as `(store_id, shipment_id)`.

    Parcels that nobody asked after yet are followed from now on, where their store has a source at
    all. Must be called inside the transaction in which something happened to them.

    Args:
        is_news: something was heard of them, so that they need not be asked after as soon.
    """
    known = sources.of_stores({store_id for store_id, _ in shipment_ids})
    pairs = sorted(pair for pair in set(shipment_ids) if pair[0] in known)
    if not pairs:
        return
    kept, told = _locked(pairs), shipments.followed(pairs)
    now = clock.now()
    rows = []
    for pair in pairs:
        parcel = told.get(pair)
        if parcel is not None:
            before = kept.get(pair)
            row = _planned(parcel, before, known[pair[0]], now)
            if row and before and not (is_news and before["asked_at"]):
                row["due_at"] = _earlier(row["due_at"], before["due_at"])
            rows += [row] if row else []
    _write(rows)
    _wake(rows)


def _locked(pairs: Sequence[Pair]) -> dict[Pair, Row]:
    rows = sql.fetch(
        f"""
        SELECT poll.store_id, poll.shipment_id, poll.carrier, poll.due_at, poll.stopped,
          poll.stopped_at, poll.tried, poll.asked_at, poll.pushed_until, poll.restarted_at
        FROM unnest(%s::bigint[], %s::bigint[]) AS wanted(store_id, shipment_id)
        JOIN {TABLE} AS poll USING (store_id, shipment_id)
        ORDER BY poll.store_id, poll.shipment_id FOR NO KEY UPDATE OF poll
        """,
        sql.pairs(pairs),
    )
    return {(row["store_id"], row["shipment_id"]): row for row in rows}


def _earlier(planned: datetime | None, before: datetime | None) -> datetime | None:
    """What was to be asked soon for the first time still is, whatever others tell meanwhile."""
    return min(planned, before) if planned is not None and before is not None else planned


def _planned(told: Followed, row: Row | None, known: Sequence[Source], now: datetime) -> Row | None:
    """The row that says when to ask after a parcel; None where nobody is to."""
    kept = _kept(row) if row else None
    parcel = parcels.parcel_of(
        told,
        routing.believed(known, kept.carrier, row["pushed_until"]) if row and kept else None,
        row["restarted_at"] if row else None,
    )
    carrier, _ = deciding.carrier_of(parcel, kept)
    decision = deciding.decide(
        parcel,
        kept,
        has_source=routing.has_source(known, carrier),
        behind=behind(known, carrier),
        now=now,
    )
    return _row(told, row, decision, now) if decision else None


def _kept(row: Row) -> Kept:
    tried = tuple(msgspec.json.decode(row["tried"]))
    return Kept(carrier=row["carrier"], stopped=row["stopped"], tried=tried)


def behind(known: Sequence[Source], carrier: str) -> timedelta:
    """How late the source asks that is the first for a carrier."""
    first = next(iter(routing.ordered(known, carrier)), None)
    return timedelta(seconds=first.behind if first else 0)


def _row(told: Followed, row: Row | None, decision: Decision, now: datetime) -> Row:
    after, stop = decision.next.after, decision.next.stop
    before = row["stopped_at"] if row and row["stopped"] == stop else None
    return {
        "store_id": told.store_id,
        "shipment_id": told.id,
        "number": told.number,
        "carrier": decision.carrier,
        "tried": decision.tried,
        "due_at": now + plan.spread(after, told.id) if after is not None else None,
        "stopped": stop,
        "stopped_at": (before or now) if stop else None,
        "created_at": now,
    }


def _write(rows: Sequence[Row]) -> None:
    """What is being asked after just now is planned by who asks, from the same knowledge."""
    if not rows:
        return
    source, encoded = sql.recordset(COLUMNS, rows)
    names = ", ".join(COLUMNS)
    moved = ", ".join(
        f"{name} = CASE WHEN stored.lease IS NULL THEN excluded.{name} ELSE stored.{name} END"
        for name in ("due_at", "stopped", "stopped_at")
    )
    sql.run(
        f"""
        INSERT INTO {TABLE} AS stored ({names}) SELECT {names} FROM {source}
        ON CONFLICT (store_id, shipment_id) DO UPDATE
        SET number = excluded.number, carrier = excluded.carrier, tried = excluded.tried, {moved}
        """,
        [encoded],
    )


def _wake(rows: Sequence[Row]) -> None:
    """Let sources that sleep longer look at what is due earlier; those at work look by themselves.

    One that somebody holds is left alone, so that nobody waits for it: it looks soon anyway.
    """
    earliest: dict[int, datetime] = {}
    for row in rows:
        if row["due_at"] is not None:
            store_id = row["store_id"]
            earliest[store_id] = min(earliest.get(store_id, row["due_at"]), row["due_at"])
    wake(earliest)


def wake(moments: Mapping[int, datetime]) -> None:
    """Let the sources of stores look at what is due at the moment given, if not before."""
    if not moments:
        return
    given = [{"store_id": store_id, "at": at} for store_id, at in sorted(moments.items())]
    source, encoded = sql.recordset({"store_id": "bigint", "at": "timestamptz"}, given)
    sql.run(
        f"""
        UPDATE {FEED_TABLE} AS feed SET due_at = asleep.at FROM (
          SELECT feed.id, feed.store_id, greatest(given.at, feed.trial_at) AS at
          FROM {source} JOIN {FEED_TABLE} AS feed USING (store_id)
          WHERE feed.lease IS NULL AND feed.due_at > greatest(given.at, feed.trial_at)
          FOR UPDATE OF feed SKIP LOCKED
        ) AS asleep
        WHERE feed.id = asleep.id AND feed.store_id = asleep.store_id
        """,
        [encoded],
    )


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel to ask after now; `seen` is when that was due."""

    id: int
    store_id: int
    shipment_id: int
    carrier: str
    attempts: int
    seen: datetime
    last_hash: bytes | None
    memo: dict[str, Any]
    tried: tuple[str, ...]
    restarted_at: datetime | None


CLAIM = f"""
    WITH due AS (
      SELECT poll.* FROM unnest(%(carriers)s::text[]) AS wanted(carrier)
      CROSS JOIN LATERAL (
        SELECT store_id, id, due_at AS seen FROM {TABLE}
        WHERE store_id = %(store)s AND carrier = wanted.carrier AND due_at <= %(due_by)s
        ORDER BY due_at LIMIT %(limit)s
      ) AS poll
      ORDER BY poll.seen LIMIT %(limit)s
    ), free AS (
      SELECT store_id, id, due.seen FROM due JOIN {TABLE} AS poll USING (store_id, id)
      WHERE poll.due_at IS NOT DISTINCT FROM due.seen
      ORDER BY store_id, poll.shipment_id FOR NO KEY UPDATE OF poll SKIP LOCKED
    )
    UPDATE {TABLE} AS claimed
    SET due_at = %(until)s, lease = %(lease)s, attempts = least(claimed.attempts + 1, 1000)
    FROM free
    WHERE claimed.id = free.id AND claimed.store_id = free.store_id
      AND claimed.due_at IS NOT DISTINCT FROM free.seen
    RETURNING claimed.id, claimed.store_id, claimed.shipment_id, claimed.carrier, claimed.attempts,
      free.seen, claimed.last_hash, claimed.memo, claimed.tried, claimed.restarted_at
"""
"""The longest due parcels of some carriers, each found in the index however many there are.

The rows are joined by what was found, and the store is named there alone: of a store that is new to
the statistics the planner would think that it has one parcel, and read them all.
"""


def claim(
    store_id: int,
    carriers: Collection[str],
    *,
    due_by: datetime,
    limit: int,
    lease: UUID,
    until: datetime,
) -> list[Claimed]:
    """Claim up to `limit` parcels of these carriers that are due by then, the longest due first."""
    rows = sql.fetch(
        CLAIM,
        {
            "store": store_id,
            "carriers": list(carriers),
            "due_by": due_by,
            "limit": limit,
            "until": until,
            "lease": lease,
        },
    )
    return sorted(map(_claimed, rows), key=lambda claimed: (claimed.seen, claimed.id))


def _claimed(row: Row) -> Claimed:
    row.update(
        last_hash=bytes(row["last_hash"]) if row["last_hash"] is not None else None,
        memo=msgspec.json.decode(row["memo"]),
        tried=tuple(msgspec.json.decode(row["tried"])),
    )
    return Claimed(**row)


def give_back(
    lease: UUID, claimed: Collection[Claimed], *, not_before: datetime | None = None
) -> None:
    """Let parcels be due as they were, as if they had not been claimed."""
    _put_off(
        lease,
        [(poll, max(poll.seen, not_before or poll.seen), poll.attempts - 1) for poll in claimed],
    )


def put_off(
    lease: UUID, claimed: Collection[Claimed], shortest: timedelta, *, once_more: bool = False
) -> None:
    """Ask again after a gap that doubles, since a source may stumble on one of these parcels.

    Args:
        once_more: after the first time at once, since it may as well be the source itself.
    """
    now = clock.now()
    _put_off(
        lease,
        [
            (
                poll,
                max(poll.seen, now + _backoff(poll.attempts - once_more, shortest)),
                poll.attempts,
            )
            for poll in claimed
        ],
    )


def _backoff(attempts: int, shortest: timedelta) -> timedelta:
    if attempts < 1:
        return timedelta(0)
    longer: timedelta = shortest * 2 ** min(attempts - 1, 10)
    return min(longer, LONGEST_BACKOFF)


def _put_off(lease: UUID, moved: Sequence[tuple[Claimed, datetime, int]]) -> None:
    rows = [
        {"id": poll.id, "store_id": poll.store_id, "due_at": due_at, "attempts": attempts}
        for poll, due_at, attempts in moved
    ]
    if not rows:
        return
    columns = {"id": "bigint", "store_id": "bigint", "due_at": "timestamptz", "attempts": "int"}
    source, encoded = sql.recordset(columns, rows)
    sql.run(
        f"""
        WITH mine AS (
          SELECT poll.id, poll.store_id, given.due_at, given.attempts
          FROM {source} JOIN {TABLE} AS poll USING (store_id, id) WHERE poll.lease = %s
          ORDER BY poll.store_id, poll.shipment_id FOR NO KEY UPDATE OF poll
        )
        UPDATE {TABLE} AS poll SET due_at = mine.due_at, attempts = mine.attempts, lease = NULL
        FROM mine WHERE poll.id = mine.id AND poll.store_id = mine.store_id
        """,
        [encoded, lease],
    )
