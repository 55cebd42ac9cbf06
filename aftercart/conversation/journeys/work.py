"""Moving enrollments on when they are due: a batch at a time, in one transaction."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from aftercart.conversation.journeys.groups import Enrolled, Group, GroupKey, grouped, locked
from aftercart.conversation.journeys.handlers import publish_skipped
from aftercart.conversation.journeys.rules import Advance, Facts, Say, advance
from aftercart.conversation.journeys.told import told
from aftercart.conversation.messages import actions as messages
from aftercart.conversation.messages import queries as message_queries
from aftercart.conversation.messages.facts import Audience, PlannedMessage
from aftercart.conversation.messages.queries import Said
from aftercart.conversation.messages.rules import facts_about
from aftercart.conversation.pages import snapshots
from aftercart.conversation.pages.facts import OrderSnapshot
from aftercart.core import clock, due, sql

BATCH = 500
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 8
RETRY_AFTER = timedelta(minutes=5)
TABLE = "journeys_enrollment"

Row = dict[str, Any]

log = structlog.get_logger(__name__)


def run_batch() -> int:
    """Claim due enrollments and move them on; returns how many were claimed."""
    lease, claimed = due.claim(TABLE, ("order_id", "attempts"), limit=BATCH, lease_for=LEASE)
    orders = {(row["store_id"], row["order_id"]) for row in claimed}
    try:
        _move_on(orders, lease)
    except Exception:
        log.exception("enrollments_failed", rows=len(claimed))
        _move_on_one_by_one(orders, lease, claimed)
    return len(claimed)


def _move_on_one_by_one(orders: Collection[GroupKey], lease: UUID, claimed: Sequence[Row]) -> None:
    """So that an order that cannot be worked on does not hold up the others."""
    for order in orders:
        try:
            _move_on([order], lease)
        except Exception:
            log.exception("enrollment_failed", store_id=order[0], order_id=order[1])
            _put_back([r for r in claimed if (r["store_id"], r["order_id"]) == order], lease)


@transaction.atomic
def _put_back(rows: Sequence[Row], lease: UUID) -> None:
    hopeless = [row for row in rows if row["attempts"] >= MOST_ATTEMPTS]
    reason = _("It could not be worked on; the log of the worker says why")
    _write([_end(row["store_id"], row["id"], reason) for row in hopeless])
    later = [(row["store_id"], row["id"]) for row in rows if row not in hopeless]
    due.settle(TABLE, lease, later, clock.now() + RETRY_AFTER)


@transaction.atomic
def _move_on(orders: Collection[GroupKey], lease: UUID) -> None:
    groups = grouped(locked(orders), lease, clock.now()) if orders else []
    if not groups:
        return
    named = {group.order for group in groups}
    taken, said = _snapshots(named), message_queries.said(named)
    changes: list[Row] = []
    plans: list[PlannedMessage] = []
    for group in groups:
        snapshot = taken.get(group.order)
        if snapshot is None or snapshot.is_deleted or not group.first.active:
            changes += [_end(m.store_id, m.id, _no_longer(snapshot)) for m in group.members]
            continue
        facts = _facts(group, snapshot, said.get(group.order, []))
        move = advance(group.first.definition, group.state, clock.now(), facts)
        plans += [one for say in move.effects for one in _plans(group, snapshot, say)]
        changes += [_changed(member, move) for member in group.members]
    messages.plan(plans)
    _write(changes)


def _snapshots(orders: Collection[GroupKey]) -> dict[GroupKey, OrderSnapshot]:
    by_store: dict[int, list[int]] = defaultdict(list)
    for store_id, order_id in orders:
        by_store[store_id].append(order_id)
    return {
        (store_id, order_id): snapshot
        for store_id, order_ids in by_store.items()
        for order_id, snapshot in snapshots.take(store_id, order_ids).items()
    }


def _no_longer(snapshot: OrderSnapshot | None) -> str:
    if snapshot is None or snapshot.is_deleted:
        return _("The order is no longer there")
    return _("The journey was switched off")


def _facts(group: Group, snapshot: OrderSnapshot, said: Sequence[Said]) -> Facts:
    waiting = [one for other in group.others for one in other.waits_for()]
    about = {
        member.thing.name: {
            **facts_about(snapshot, member.thing.name),
            **told(snapshot, member.thing, said, waiting),
        }
        for member in group.members
    }
    return Facts(about=about, time_zone=snapshot.time_zone)


def _plans(group: Group, snapshot: OrderSnapshot, say: Say) -> list[PlannedMessage]:
    """One message for each audience that there is; the buyer's is planned even without an address,
    so that it is said why it was not sent."""
    addresses: dict[Audience, str] = {"buyer": snapshot.email}
    other = snapshot.gift_recipient_email
    if other and other.lower() != snapshot.email.lower():
        addresses["gift_recipient"] = other
    return [
        PlannedMessage(
            store_id=group.first.store_id,
            key=f"enrollment:{group.first.id}/step:{say.step}/{audience}",
            template=say.template,
            recipient=addresses[audience],
            channel=say.channel,
            order_id=group.first.order_id,
            enrollment_id=group.first.id,
            audience=audience,
            things=tuple(thing.name for thing in say.things),
            unless=say.unless,
            context={"news": {thing.name: thing.data for thing in say.things}},
        )
        for audience in say.to
        if audience in addresses
    ]


def _changed(member: Enrolled, move: Advance) -> Row:
    if member.thing.name in move.left_out:
        return _end(member.store_id, member.id, move.left_out[member.thing.name])
    if move.next_state is None:
        return _end(member.store_id, member.id, "", state="done")
    return {
        "store_id": member.store_id,
        "id": member.id,
        "state": "active",
        "reason": "",
        "step": move.next_state.step,
        "due_at": move.due_at,
        "ended_at": None,
    }


def _end(store_id: int, enrollment_id: int, reason: str, state: str = "cancelled") -> Row:
    return {
        "store_id": store_id,
        "id": enrollment_id,
        "state": state,
        "reason": reason,
        "step": None,
        "due_at": None,
        "ended_at": clock.now(),
    }


CHANGE_COLUMNS = {
    "store_id": "bigint",
    "id": "bigint",
    "state": "text",
    "reason": "text",
    "step": "integer",
    "due_at": "timestamptz",
    "ended_at": "timestamptz",
}


def _write(changes: Sequence[Row]) -> None:
    """Write where the enrollments stand now, and say of those that ended without a word, why."""
    if not changes:
        return
    source, encoded = sql.recordset(CHANGE_COLUMNS, changes)
    rows = sql.fetch(
        f"""
        UPDATE {TABLE} AS enrollment
        SET state = given.state, reason = given.reason,
            step = coalesce(given.step, enrollment.step), due_at = given.due_at,
            ended_at = given.ended_at, lease = NULL, attempts = 0
        FROM {source}
        WHERE enrollment.store_id = given.store_id AND enrollment.id = given.id
          AND enrollment.state = 'active'
        RETURNING enrollment.id, enrollment.store_id, enrollment.journey_id, enrollment.order_id,
                  enrollment.state, enrollment.reason, enrollment.context
        """,
        [encoded],
    )
    publish_skipped(row for row in rows if row["state"] == "cancelled")
