"""From the inbox into the rooms: claim a batch, read it, accept and settle it in one transaction.

A batch that fails is halved until the entry at fault stands alone and is parked with its error; all
others go on. What belongs to an order that is not known yet waits. What fails through no fault of
its own (a deadlock, a database that went away) is tried again, and what is parked once a day for a
while: the order may have come, or an update of ours may read it.
"""

import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import structlog
from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    connection,
    transaction,
)
from django.utils.translation import gettext as _

from aftercart.connectors.base import ConnectionFailed, ParseError
from aftercart.connectors.registry import connector
from aftercart.core import clock, due, sql
from aftercart.core.due import LeaseLost
from aftercart.core.facts import Incoming
from aftercart.intake.acceptance import HEARD_TO_THE_END, accept
from aftercart.intake.actions import inbox
from aftercart.intake.actions.inbox import Outcome
from aftercart.intake.following.actions import feeds

TABLE = "intake_inboxentry"
BATCH = 500
BATCH_BYTES = 32 * 1024 * 1024
LEASE = timedelta(seconds=120)

SUSPECT_AFTER = 3
"""Attempts that ended in nothing; from then on an entry is worked on alone."""
MOST_ATTEMPTS = 10
TRIES_AT_ONCE = 3

FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=10), timedelta(hours=1)
LONGEST_WAIT = timedelta(hours=24)
PARKED_FOR_A_DAY, PARKED_HOPEFULLY = timedelta(days=1), timedelta(days=14)

# Classes of SQLSTATE that say nothing about the data: connection, transaction rollback (deadlock,
# serialization), resources, operator intervention, object in use.
TRANSIENT_CLASSES = frozenset({"08", "40", "53", "55", "57"})
# A key that is not there yet, or there already: what another worker is about to commit.
RACES = frozenset({"23503", "23505"})

log = structlog.get_logger(__name__)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A claimed entry with what its connection knows. `headers` are those that were kept.

    `is_redacted`: its shop had everything erased, so that nothing of it may come back.
    """

    store_id: int
    id: int
    connection_id: int
    system: str
    source: str
    is_redacted: bool
    topic: str
    headers: dict[str, str]
    body: bytes
    quiet: bool
    attempts: int
    was_parked: bool
    received_at: datetime


class Read(msgspec.Struct, frozen=True):
    """An entry and the facts that its connector found in it."""

    entry: Entry
    facts: list[Any]


def run_batch() -> int:
    """Work on what is due in the inbox; returns how many entries were taken."""
    _give_back_what_is_owed()
    lease, rows = due.claim(TABLE, (), limit=BATCH, lease_for=LEASE)
    if not rows:
        return 0
    keys = [(row["store_id"], row["id"]) for row in rows]
    try:
        entries = _entries(keys)
        taken = {(entry.store_id, entry.id) for entry in entries}
        inbox.give_back(lease, [key for key in keys if key not in taken], clock.now())
        inbox.note_deliveries(_work_on(lease, entries))
        feeds.note_posted(_posted(entries))
    except (DatabaseError, InterfaceError):
        _owed.append((lease, keys))
        raise
    return len(entries)


def _posted(entries: Sequence[Entry]) -> dict[tuple[int, int], datetime]:
    """When each connection posted last: all but what was asked for came by itself."""
    moments: dict[tuple[int, int], datetime] = {}
    for entry in entries:
        if entry.topic != inbox.ASKED:
            connection = (entry.store_id, entry.connection_id)
            moments[connection] = max(entry.received_at, moments.get(connection, entry.received_at))
    return moments


# What was claimed when the database went away: given back as soon as it has returned, so that
# nobody waits for these leases to run out.
_owed: list[tuple[UUID, Sequence[tuple[int, int]]]] = []


def _give_back_what_is_owed() -> None:
    while _owed:
        lease, keys = _owed[-1]
        inbox.give_back(lease, keys, clock.now())
        _owed.pop()


def _entries(keys: Sequence[tuple[int, int]]) -> list[Entry]:
    """The claimed entries with their bodies, as many as fit into memory; at least one."""
    rows = sql.fetch(
        """
        SELECT store_id, id, connection_id, system, source, is_redacted, topic, headers, body,
          quiet, attempts, was_parked, received_at
        FROM (
          SELECT entry.*, connection.system, connection.source,
            connection.redacted_at IS NOT NULL AS is_redacted,
            entry.state = 'parked' AS was_parked,
            sum(octet_length(entry.body)) OVER (ORDER BY entry.received_at, entry.id) AS so_far
          FROM unnest(%s::bigint[], %s::bigint[]) AS mine(store_id, id)
          JOIN intake_inboxentry AS entry USING (store_id, id)
          JOIN intake_connection AS connection
            ON connection.id = entry.connection_id AND connection.store_id = entry.store_id
        ) AS claimed
        WHERE so_far - octet_length(body) < %s
        ORDER BY received_at, id
        """,
        [
            [store_id for store_id, _id in keys],
            [entry_id for _store, entry_id in keys],
            BATCH_BYTES,
        ],
    )
    for row in rows:
        row.update(headers=msgspec.json.decode(row["headers"]), body=bytes(row["body"]))
    return [Entry(**row) for row in rows]


def _work_on(lease: UUID, entries: Sequence[Entry]) -> list[Outcome]:
    """Settle every entry; those under suspicion one by one, so that they pull nobody with them."""
    settled: list[Outcome] = []
    suspects: list[Read] = []
    others: list[Read] = []
    for entry in entries:
        found = _read(entry)
        if isinstance(found, Outcome):
            settled.append(found)
        else:
            (suspects if entry.attempts > SUSPECT_AFTER else others).append(found)
    _settle(lease, settled)
    if others:
        settled += _accepted(lease, others)
    for suspect in suspects:
        settled += _accepted(lease, [suspect])
    return settled


def _read(entry: Entry) -> Read | Outcome:
    """The facts in the entry, or how it ends where there are none."""
    if entry.attempts > MOST_ATTEMPTS:
        return _outcome(entry, "parked", _("The work on it was cut short again and again."))
    try:
        facts = connector(entry.system).parse(entry.topic, entry.headers, entry.body)
    except ParseError as error:
        return _parked(entry, str(error))
    except ConnectionFailed as failure:
        # What is needed to read it, such as the certificate of its signature, cannot be had now.
        delay = timedelta(seconds=failure.retry_after or FIRST_DELAY.total_seconds())
        return _outcome(entry, "pending", failure.message, clock.now() + _spread(delay))
    except Exception as error:  # noqa: BLE001 - whatever a hostile body provokes must not stop others
        log.warning("intake.unreadable", system=entry.system, error=type(error).__name__)
        return _parked(entry, _("It could not be read: %(error)s") % {"error": _brief(error)})
    if entry.is_redacted:
        facts = [fact for fact in facts if isinstance(fact, HEARD_TO_THE_END)]
    return Read(entry, facts) if facts else _outcome(entry, "ignored")


def _accepted(lease: UUID, reads: Sequence[Read]) -> list[Outcome]:
    """Accept the entries together, or in halves where that fails; returns how they ended."""
    fault: Exception | None = None
    for attempt in range(TRIES_AT_ONCE):
        try:
            return _accepted_together(lease, reads)
        except LeaseLost:
            log.warning("intake.lease_lost", entries=len(reads))
            return []
        except Exception as error:  # noqa: BLE001 - the entry at fault is found and shown
            fault = error
        if _is_lost(fault):
            raise fault
        if not is_transient(fault):
            break
        time.sleep(random.uniform(0.01, 0.1) * (attempt + 1))  # noqa: S311 - it spreads load
    assert fault is not None
    if len(reads) > 1 and not is_transient(fault):
        middle = len(reads) // 2
        return _accepted(lease, reads[:middle]) + _accepted(lease, reads[middle:])
    return _settle(lease, [_failed(read.entry, fault) for read in reads])


def _accepted_together(lease: UUID, reads: Sequence[Read]) -> list[Outcome]:
    owners = [read.entry for read in reads for _fact in read.facts]
    with transaction.atomic():
        missing = accept(
            [
                Incoming(read.entry.store_id, read.entry.source, fact, read.entry.quiet)
                for read in reads
                for fact in read.facts
            ]
        )
        waiting = {owners[index].id for index in missing}
        outcomes = [
            _unplaced(read.entry) if read.entry.id in waiting else _outcome(read.entry, "done")
            for read in reads
        ]
        inbox.settle(lease, outcomes)
    return outcomes


def _settle(lease: UUID, outcomes: list[Outcome]) -> list[Outcome]:
    try:
        with transaction.atomic():
            inbox.settle(lease, outcomes)
    except LeaseLost:
        log.warning("intake.lease_lost", entries=len(outcomes))
        return []
    return outcomes


def _unplaced(entry: Entry) -> Outcome:
    """Wait half as long again as it has waited, between ten seconds and an hour."""
    now = clock.now()
    waited = now - entry.received_at
    if waited > LONGEST_WAIT:
        return _parked(entry, _("The order it belongs to did not arrive within 24 hours."))
    delay = min(max(waited / 2, FIRST_DELAY), LONGEST_DELAY)
    error = _("The order it belongs to is not known here yet.")
    return _outcome(entry, "waiting", error, now + _spread(delay))


def _failed(entry: Entry, fault: Exception) -> Outcome:
    """Tried again where that may help: a race against another worker, or a database in trouble."""
    hopeful = is_transient(fault) or _sqlstate(fault) in RACES
    if not hopeful or entry.attempts > SUSPECT_AFTER:
        log.error("intake.parked", system=entry.system, error=type(fault).__name__)
        return _parked(entry, _brief(fault))
    delay = min(FIRST_DELAY * 4 ** (entry.attempts - 1), LONGEST_DELAY)
    return _outcome(entry, "pending", _brief(fault), clock.now() + _spread(delay))


def _parked(entry: Entry, error: str) -> Outcome:
    now = clock.now()
    is_hopeful = now - entry.received_at < PARKED_HOPEFULLY
    return _outcome(entry, "parked", error, now + _spread(PARKED_FOR_A_DAY) if is_hopeful else None)


def _outcome(
    entry: Entry, state: inbox.State, error: str = "", due_at: datetime | None = None
) -> Outcome:
    if entry.is_redacted and state == "parked":
        state, due_at = "ignored", None  # nobody may look into it to see what is wrong
    return Outcome(
        store_id=entry.store_id,
        connection_id=entry.connection_id,
        id=entry.id,
        received_at=entry.received_at,
        state=state,
        error=error,
        due_at=due_at,
        is_emptied=entry.is_redacted and due_at is None,
        is_counted=not (entry.was_parked and state == "parked"),
    )


def _spread(delay: timedelta) -> timedelta:
    """A little more or less, so that what failed together is not tried together."""
    return delay * random.uniform(0.8, 1.2)  # noqa: S311 - it spreads load


def _brief(error: Exception) -> str:
    first_line = (str(error).strip().splitlines() or [""])[0]
    return f"{type(error).__name__}: {first_line}"


def is_transient(error: BaseException) -> bool:
    """Whether the same statement may well succeed later: it says nothing about the data."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, DatabaseError):
        return False
    state = _sqlstate(error)
    if not state:
        return isinstance(error, OperationalError)
    return state[:2] in TRANSIENT_CLASSES


def _sqlstate(error: BaseException) -> str:
    return str(getattr(error.__cause__, "sqlstate", "") or "")


def _is_lost(error: BaseException) -> bool:
    """Whether the connection to the database is gone, so that nothing can be settled on it."""
    if not isinstance(error, DatabaseError | InterfaceError):
        return False
    return connection.connection is None or bool(connection.connection.closed)
