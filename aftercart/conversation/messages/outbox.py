"""The outbox's rows while they are worked on: every change is a compare-and-set on the lease."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction

from aftercart.conversation.messages import identity
from aftercart.conversation.messages.facts import Audience, Condition
from aftercart.conversation.messages.rules import without_addresses
from aftercart.core import clock, due, sql
from aftercart.core.events import Event, publish

TABLE = "messages_message"
BATCH = 200
LEASE = timedelta(minutes=1)
HAND_OVER_LEASE = timedelta(minutes=5)
"""Longer than any hand-over takes; whatever is still `sending` after that was lost in a crash."""

LOOK_UP_AFTER = timedelta(minutes=10)
"""Providers list a message some time after they took it."""

COLUMNS = (
    "key",
    "template",
    "channel",
    "order_id",
    "enrollment_id",
    "recipient",
    "state",
    "reason",
    "planned_at",
    "attempts",
)
LONGEST_REASON = 300
UNSETTLED = ("planned", "sending", "unknown")


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What a planned message carries; see `PlannedMessage`."""

    audience: Audience = "buyer"
    things: tuple[str, ...] = ()
    unless: tuple[Condition, ...] = ()
    news: dict[str, dict[str, Any]] = {}
    example: bool = False
    actor: str = ""


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A message under our lease."""

    id: int
    store_id: int
    key: str
    template: str
    channel: str
    order_id: int | None
    enrollment_id: int | None
    recipient: str
    state: str
    reason: str
    planned_at: datetime
    attempts: int
    context: Context

    @property
    def message_id(self) -> str:
        return identity.message_id(self.store_id, self.id)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a message. `event` names the event to publish, if any."""

    message: Claimed
    state: str
    reason: str = ""
    event: str = ""
    due_at: datetime | None = None
    provider_id: str = ""
    attempts: int | None = None


def claim() -> tuple[UUID, list[Claimed]]:
    """Claim due messages, in the order in which they were planned."""
    lease, rows = due.claim(TABLE, (*COLUMNS, "context::text"), limit=BATCH, lease_for=LEASE)
    return lease, [
        Claimed(**{**row, "context": msgspec.json.decode(row["context"], type=Context)})
        for row in sorted(rows, key=lambda row: row["id"])
    ]


def begin_sending(message: Claimed, lease: UUID) -> bool:
    """Say, committed, that it is about to be handed over; false where it is no longer ours."""
    touched = sql.run(
        f"""
        UPDATE {TABLE} SET state = 'sending', due_at = %s
        WHERE store_id = %s AND id = %s AND lease = %s AND state = 'planned'
        """,
        [clock.now() + HAND_OVER_LEASE, message.store_id, message.id, lease],
    )
    return touched == 1


def give_back(messages: Sequence[Claimed], lease: UUID, reason: str = "") -> None:
    """Let go of messages that were not tried: due again at once, and the attempt does not count."""
    sql.run(
        f"""
        UPDATE {TABLE} AS stored
        SET state = 'planned', due_at = %s, lease = NULL,
            attempts = greatest(stored.attempts - 1, 0), reason = %s
        FROM unnest(%s::bigint[], %s::bigint[]) AS ours(store_id, id)
        WHERE stored.store_id = ours.store_id AND stored.id = ours.id AND stored.lease = %s
          AND stored.state IN ('planned', 'sending')
        """,
        [
            clock.now(),
            without_addresses(reason)[:LONGEST_REASON],
            [message.store_id for message in messages],
            [message.id for message in messages],
            lease,
        ],
    )


CHANGE_COLUMNS = {
    "store_id": "bigint",
    "id": "bigint",
    "state": "text",
    "reason": "text",
    "due_at": "timestamptz",
    "provider_id": "text",
    "sent_at": "timestamptz",
    "attempts": "integer",
}


@transaction.atomic
def record(changes: Sequence[Change], lease: UUID) -> None:
    """Write what became of messages, and say so.

    A receipt may have come before we write down that it was sent, and then stays. A row that is no
    longer ours is left alone, except that what we certainly know (it was taken)
    settles a row that somebody else has declared unknown meanwhile.
    """
    if not changes:
        return
    source, encoded = sql.recordset(CHANGE_COLUMNS, [_row(change) for change in changes])
    written = sql.fetch(
        f"""
        UPDATE {TABLE} AS stored
        SET state = CASE WHEN given.state = 'sent' AND NOT stored.state = ANY(%s) THEN stored.state
                         ELSE given.state END,
            reason = given.reason, due_at = given.due_at, lease = NULL,
            provider_id = CASE WHEN given.provider_id = '' THEN stored.provider_id
                               ELSE given.provider_id END,
            sent_at = coalesce(given.sent_at, stored.sent_at),
            attempts = coalesce(given.attempts, stored.attempts)
        FROM {source}
        WHERE stored.store_id = given.store_id AND stored.id = given.id
          AND (stored.lease = %s OR (given.state = 'sent' AND stored.state = 'unknown'))
        RETURNING stored.store_id, stored.id
        """,
        [list(UNSETTLED), encoded, lease],
    )
    ours = {(row["store_id"], row["id"]) for row in written}
    publish(
        event_of(change)
        for change in changes
        if change.event and (change.message.store_id, change.message.id) in ours
    )


def _row(change: Change) -> dict[str, Any]:
    return {
        "store_id": change.message.store_id,
        "id": change.message.id,
        "state": change.state,
        "reason": without_addresses(change.reason)[:LONGEST_REASON],
        "due_at": change.due_at,
        "provider_id": change.provider_id,
        "sent_at": clock.now() if change.state == "sent" else None,
        "attempts": change.attempts,
    }


def event_of(change: Change) -> Event:
    """The event that tells of a change."""
    message = change.message
    return Event(
        store_id=message.store_id,
        type=change.event,
        occurred_at=clock.now(),
        order_id=message.order_id,
        actor=message.context.actor,
        data={
            "message_id": message.id,
            "template": message.template,
            "reason": without_addresses(change.reason)[:LONGEST_REASON],
        },
    )


RENDERED_COLUMNS = {
    "store_id": "bigint",
    "id": "bigint",
    "recipient": "text",
    "subject": "text",
    "html": "text",
    "text": "text",
    "sender": "text",
    "message_id": "text",
}


def keep_rendered(rows: Sequence[dict[str, Any]]) -> None:
    """Keep what is about to be sent, so that it can be seen as it was."""
    sql.update(TABLE, RENDERED_COLUMNS, rows)


def keep_in_mailbox(messages: Sequence[Claimed]) -> None:
    """Put messages into the app's own mailbox, each once."""
    sql.insert(
        "messages_mailboxentry",
        {"store_id": "bigint", "message_id": "bigint", "received_at": "timestamptz"},
        [
            {"store_id": m.store_id, "message_id": m.id, "received_at": clock.now()}
            for m in messages
        ],
        conflict=("store_id", "message_id"),
    )
