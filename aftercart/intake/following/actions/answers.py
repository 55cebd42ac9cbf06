"""What an answer changes: news go into the inbox, and every parcel's next time is planned.

All of it in one transaction, so that news are there exactly once whatever dies when.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import structlog
from django.db import transaction

from aftercart.commerce.orders.queries import Bound
from aftercart.connectors.base import Answer, Heard, ParseError, Pulled
from aftercart.core import clock, sql
from aftercart.delivery.shipments import actions as shipment_actions
from aftercart.delivery.shipments import queries as shipments
from aftercart.delivery.shipments.facts import TrackingFact
from aftercart.delivery.shipments.numbers.plausible import is_plausible
from aftercart.delivery.shipments.queries import Followed
from aftercart.delivery.shipments.rules import normalised
from aftercart.intake.actions import inbox
from aftercart.intake.following import parcels
from aftercart.intake.following.actions import endings, polls
from aftercart.intake.following.actions.polls import Claimed
from aftercart.intake.following.detection import Doubted, redetect
from aftercart.intake.following.rules import deciding, plan, routing
from aftercart.intake.following.rules.deciding import Kept
from aftercart.intake.following.rules.plan import Next
from aftercart.intake.following.rules.routing import Source
from aftercart.intake.following.sources import OpenSource

UNANSWERED = timedelta(minutes=1)
LONGEST_PROBLEM = 300

OUTCOMES = {
    "id": "bigint",
    "store_id": "bigint",
    "carrier": "text",
    "tried": "jsonb",
    "due_at": "timestamptz",
    "last_hash": "bytea",
    "memo": "jsonb",
    "pushed_until": "timestamptz",
    "asked_at": "timestamptz",
    "heard_at": "timestamptz",
    "problem": "text",
    "stopped": "text",
    "stopped_at": "timestamptz",
}

Row = dict[str, Any]
log = structlog.get_logger(__name__)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What was heard of one parcel, with what is known of it."""

    poll: Claimed
    parcel: Followed
    heard: Heard
    bound: Bound | None
    pushed_until: datetime | None


def settle(
    source: OpenSource,
    others: Sequence[Source],
    lease: UUID,
    claimed: Sequence[Claimed],
    answer: Answer,
) -> int:
    """Keep what was heard and plan on; returns of how many parcels there was news.

    What was not answered is asked again. Parcels that were claimed by another meanwhile are left.

    Args:
        others: all sources of the store, for a number that this one does not know.
    """
    heard = {normalised(one.number): one for one in answer.heard}
    with transaction.atomic():
        told = _told(source, others, lease, claimed, heard)
        answered = {one.poll.id for one in told}
        rows, news = [], []
        for one in told:
            row, delivery = _outcome(source, others, lease, one)
            rows.append(row)
            news += [delivery] if delivery else []
        if news:
            inbox.add(source.store_id, source.connection_id, news)
        _write(lease, rows)
        endings.tell(source.store_id, rows)
        polls.put_off(lease, [poll for poll in claimed if poll.id not in answered], UNANSWERED)
    return len(news)


def _told(
    source: OpenSource,
    others: Sequence[Source],
    lease: UUID,
    claimed: Sequence[Claimed],
    heard: dict[str, Heard],
) -> list[Told]:
    """What was heard of parcels that are still ours.

    Where nothing is new it is noted that they were asked after. That comes first and the polls are
    locked next, in the order of everyone who changes both: so what is read then cannot change
    before this is written.
    """
    known = shipments.followed([(poll.store_id, poll.shipment_id) for poll in claimed])
    answered = {
        pair: heard[normalised(parcel.number)]
        for pair, parcel in known.items()
        if normalised(parcel.number) in heard
    }
    shipment_actions.note_checked(
        [
            (poll.store_id, poll.shipment_id)
            for poll in claimed
            if (one := answered.get((poll.store_id, poll.shipment_id)))
            and not _is_news(source, poll, one.body)
        ]
    )
    mine = _lock(lease, claimed)
    told = shipments.followed([(poll.store_id, poll.shipment_id) for poll in mine])
    bound = parcels.placed_where(told.values())
    return [
        Told(
            poll=poll,
            parcel=told[pair],
            heard=answered[pair],
            bound=bound.get(pair),
            pushed_until=routing.believed(others, poll.carrier, answered[pair].pushed_until),
        )
        for poll in mine
        if (pair := (poll.store_id, poll.shipment_id)) in answered and pair in told
    ]


def _lock(lease: UUID, claimed: Sequence[Claimed]) -> list[Claimed]:
    rows = sql.fetch_rows(
        f"""
        SELECT poll.id FROM unnest(%s::bigint[], %s::bigint[]) AS wanted(store_id, id)
        JOIN {polls.TABLE} AS poll USING (store_id, id) WHERE poll.lease = %s
        ORDER BY poll.store_id, poll.shipment_id FOR NO KEY UPDATE OF poll
        """,
        [*sql.pairs([(poll.store_id, poll.id) for poll in claimed]), lease],
    )
    mine = {poll_id for (poll_id,) in rows}
    return [poll for poll in claimed if poll.id in mine]


def _outcome(
    source: OpenSource, others: Sequence[Source], lease: UUID, told: Told
) -> tuple[Row, Pulled | None]:
    """The row after the answer, and what goes into the inbox."""
    poll, heard, now = told.poll, told.heard, clock.now()
    carrier, tried, planned = _planned(source, others, told, now)
    is_strange = _is_tried(told) and carrier != poll.carrier
    body = None if is_strange else heard.body
    hashed = _hash(source.connection_id, body) if body is not None else poll.last_hash
    is_news = _is_news(source, poll, body)
    after, stop = planned.after, planned.stop
    row: Row = {
        "id": poll.id,
        "store_id": poll.store_id,
        "shipment_id": poll.shipment_id,
        "carrier": carrier,
        "tried": tried,
        "due_at": now + plan.spread(after, poll.shipment_id) if after is not None else None,
        "last_hash": sql.bytea(hashed) if hashed is not None else None,
        "memo": _remembered(source, poll, heard),
        "pushed_until": heard.pushed_until,
        "asked_at": now,
        "heard_at": now if is_news else None,
        "problem": heard.problem[:LONGEST_PROBLEM],
        "stopped": stop,
        "stopped_at": now if stop else None,
    }
    return row, _delivery(lease, poll, body) if is_news and body is not None else None


def _planned(
    source: OpenSource, others: Sequence[Source], told: Told, now: datetime
) -> tuple[str, tuple[str, ...], Next]:
    """Whom to ask next after a parcel, who did not know its number, and when."""
    if _is_tried(told):
        return _after_trial(source, others, told, now)
    poll, parcel = told.poll, _parcel(told)
    if told.heard.body is None and _is_doubted(told, now):
        tried = tuple(dict.fromkeys((*poll.tried, poll.carrier)))
        another = _another(others, told, tried)
        if another:
            return another, tried, Next(plan.SOON)
    if told.heard.is_refused and parcel.situation.status not in plan.FINAL:
        return poll.carrier, poll.tried, Next(None, "refused")
    kept = Kept(carrier=poll.carrier, tried=poll.tried)
    carrier, _ = deciding.carrier_of(parcel, kept)
    decision = deciding.decide(
        parcel,
        kept,
        has_source=routing.has_source(others, carrier),
        behind=polls.behind(others, carrier),
        now=now,
    )
    assert decision is not None  # since it is kept
    return decision.carrier, decision.tried, decision.next


def _after_trial(
    source: OpenSource, others: Sequence[Source], told: Told, now: datetime
) -> tuple[str, tuple[str, ...], Next]:
    """A number was taken to another carrier: it stays there if that knows our parcel."""
    poll, parcel = told.poll, _parcel(told)
    if told.heard.body is not None and _is_ours(source, told):
        return poll.carrier, poll.tried, plan.next_ask(parcel.situation, now)
    tried = (*poll.tried, poll.carrier)
    another = _another(others, told, tried)
    if another:
        return another, tried, Next(plan.SOON)
    return told.parcel.carrier, tried, plan.next_ask(parcel.situation, now)


def _is_tried(told: Told) -> bool:
    """Whether the one who was asked is not the carrier that the parcel is said to be of."""
    is_unscanned = told.parcel.last_scan_at is None
    return bool(told.poll.tried) and is_unscanned and told.poll.carrier != told.parcel.carrier


def _is_doubted(told: Told, now: datetime) -> bool:
    if told.poll.tried or told.parcel.is_corrected:
        return False
    return told.heard.is_refused or plan.is_number_doubted(_parcel(told).situation, now)


def _another(others: Sequence[Source], told: Told, tried: Sequence[str]) -> str:
    """Another carrier that the number may be of and that can be asked; empty where none."""
    number = (told.parcel.store_id, told.parcel.number)
    known = shipments.precedents([number])[number]
    doubted = Doubted(
        number=told.parcel.number,
        named=told.parcel.carrier,
        country=told.parcel.country or (told.bound.country if told.bound else ""),
        tried=tuple(tried),
        learned=known.learned,
        used=known.used,
    )
    return next((one for one in redetect(doubted) if routing.has_source(others, one)), "")


def _is_ours(source: OpenSource, told: Told) -> bool:
    assert told.heard.body is not None
    try:
        facts = source.connector.parse(inbox.ASKED, {}, told.heard.body)
    except ParseError:
        return False
    placed_at = told.bound.placed_at if told.bound else told.parcel.sent_at
    countries = {told.bound.country} - {""} if told.bound else set()
    scanned = [fact for fact in facts if isinstance(fact, TrackingFact) and fact.scans]
    return bool(scanned) and all(is_plausible(fact, placed_at, countries) for fact in scanned)


def _parcel(told: Told) -> deciding.Parcel:
    return parcels.parcel_of(told.parcel, told.pushed_until, told.poll.restarted_at)


def _is_news(source: OpenSource, poll: Claimed, body: bytes | None) -> bool:
    return body is not None and _hash(source.connection_id, body) != poll.last_hash


def _hash(connection_id: int, body: bytes) -> bytes:
    """Of what was heard from whom: the same from another source is news, as the latest counts."""
    return hashlib.blake2b(b"%d\0" % connection_id + body, digest_size=16).digest()


def _remembered(source: OpenSource, poll: Claimed, heard: Heard) -> dict[str, Any]:
    """An empty memo changes nothing, so that one failure does not forget an aggregator's id."""
    if not heard.memo:
        return poll.memo
    return {**poll.memo, str(source.connection_id): dict(heard.memo)}


def _delivery(lease: UUID, poll: Claimed, body: bytes) -> Pulled:
    """Once for this asking: the same news may come again after others."""
    asking = lease.bytes + f"{poll.id}/{poll.seen.isoformat()}\0".encode() + body
    return Pulled(topic=inbox.ASKED, dedupe_key=hashlib.sha256(asking).digest(), body=body)


def _write(lease: UUID, rows: Sequence[Row]) -> None:
    if not rows:
        return
    given = [{name: row[name] for name in OUTCOMES} for row in rows]
    source, encoded = sql.recordset(OUTCOMES, given)
    names = ", ".join(
        f"{name} = given.{name}" for name in OUTCOMES if name not in ("id", "store_id", "heard_at")
    )
    sql.run(
        f"""
        UPDATE {polls.TABLE} AS poll
        SET {names}, heard_at = coalesce(given.heard_at, poll.heard_at), lease = NULL, attempts = 0
        FROM {source}
        WHERE poll.id = given.id AND poll.store_id = given.store_id AND poll.lease = %s
        """,
        [encoded, lease],
    )


def stop_unreadable(lease: UUID, claimed: Sequence[Claimed], problem: str) -> None:
    """Give up parcels that the asking itself stumbled on again and again, and say so."""
    now, stop = clock.now(), "unreadable"
    with transaction.atomic():
        mine = _lock(lease, claimed)
        sql.run(
            f"""
            UPDATE {polls.TABLE} AS poll SET due_at = NULL, lease = NULL, stopped = %s,
              stopped_at = %s, problem = %s
            FROM unnest(%s::bigint[], %s::bigint[]) AS mine(store_id, id)
            WHERE poll.store_id = mine.store_id AND poll.id = mine.id
            """,
            [
                stop,
                now,
                problem[:LONGEST_PROBLEM],
                *sql.pairs([(poll.store_id, poll.id) for poll in mine]),
            ],
        )
        for poll in mine:
            row = {"shipment_id": poll.shipment_id, "stopped": stop, "problem": problem}
            endings.tell(poll.store_id, [row])
