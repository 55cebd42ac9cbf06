"""Reads of messages, always for named stores."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec

from aftercart.conversation.messages.rendering import RenderedMail, render
from aftercart.conversation.messages.rendering.examples import example
from aftercart.conversation.pages.queries import brand_row
from aftercart.conversation.pages.snapshots import brand_of
from aftercart.core import sql


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A message that was planned and not given up, and what of the order it is about."""

    template: str
    things: tuple[str, ...]
    planned_at: datetime


def said(orders: Collection[tuple[int, int]]) -> dict[tuple[int, int], list[Said]]:
    """What the shoppers of `(store_id, order_id)` were told, or are about to be."""
    rows = sql.fetch(
        """
        SELECT message.store_id, message.order_id, message.template, message.planned_at,
               (message.context -> 'things')::text AS things
        FROM messages_message AS message
        JOIN unnest(%s::bigint[], %s::bigint[]) AS asked(store_id, order_id)
          ON message.store_id = asked.store_id AND message.order_id = asked.order_id
        WHERE message.state NOT IN ('skipped', 'failed')
        """,
        [[store_id for store_id, _ in orders], [order_id for _, order_id in orders]],
    )
    found: dict[tuple[int, int], list[Said]] = defaultdict(list)
    for row in rows:
        found[row["store_id"], row["order_id"]].append(
            Said(
                template=row["template"],
                things=tuple(msgspec.json.decode(row["things"] or "[]")),
                planned_at=row["planned_at"],
            )
        )
    return found


LISTED = """
  message.id, message.store_id, message.template, message.channel, message.order_id,
  message.recipient, message.state, message.reason, message.subject, message.planned_at,
  message.sent_at, message.settled_at, message.opened_at, message.due_at
"""


def of_order(store_id: int, order_id: int) -> list[dict[str, Any]]:
    """Every message about an order, newest first, without its body."""
    return sql.fetch(
        f"""
        SELECT {LISTED} FROM messages_message AS message
        WHERE message.store_id = %s AND message.order_id = %s
        ORDER BY message.planned_at DESC, message.id DESC
        """,
        [store_id, order_id],
    )


def written_about(store_id: int, order_ids: Collection[int]) -> list[dict[str, Any]]:
    """Everything that was written about these orders, the oldest first, as it was sent."""
    return sql.fetch(
        """
        SELECT template, channel, recipient, sender, subject, text, state, reason, planned_at,
               sent_at, opened_at
        FROM messages_message WHERE store_id = %s AND order_id = ANY(%s)
        ORDER BY planned_at, id
        """,
        [store_id, list(order_ids)],
    )


def message(store_id: int, message_id: int) -> dict[str, Any] | None:
    """One message as it was sent: with sender, subject, `html` and `text`."""
    rows = sql.fetch(
        f"""
        SELECT {LISTED}, message.sender, message.html, message.text, message.message_id
        FROM messages_message AS message WHERE message.store_id = %s AND message.id = %s
        """,
        [store_id, message_id],
    )
    return rows[0] if rows else None


def mailbox(
    store_id: int, before: tuple[datetime, int] | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """What lies in the app's own mailbox, newest first.

    Args:
        before: `(received_at, entry_id)` of the last row of the page before, for the next page.
    """
    return sql.fetch(
        f"""
        SELECT entry.id AS entry_id, entry.received_at, {LISTED}
        FROM messages_mailboxentry AS entry
        JOIN messages_message AS message
          ON message.store_id = entry.store_id AND message.id = entry.message_id
        WHERE entry.store_id = %(store)s
          AND (%(moment)s::timestamptz IS NULL
               OR (entry.received_at, entry.id) < (%(moment)s::timestamptz, %(entry)s::bigint))
        ORDER BY entry.received_at DESC, entry.id DESC LIMIT %(limit)s
        """,
        {
            "store": store_id,
            "moment": before[0] if before else None,
            "entry": before[1] if before else None,
            "limit": limit,
        },
    )


def outbox_health(store_id: int) -> dict[str, Any]:
    """How the outbox of a store does: how many wait, since when, and what the last trouble was."""
    rows = sql.fetch(
        """
        SELECT count(*) FILTER (WHERE state = 'planned') AS waiting,
               count(*) FILTER (WHERE state = 'unknown') AS unknown,
               min(planned_at) FILTER (WHERE state = 'planned') AS waiting_since,
               (array_agg(reason ORDER BY planned_at DESC)
                FILTER (WHERE state = 'planned' AND reason <> ''))[1] AS trouble
        FROM messages_message
        WHERE store_id = %s AND state IN ('planned', 'unknown')
        """,
        [store_id],
    )
    return rows[0]


def count_since(
    store_id: int, order_ids: Sequence[int], template: str, since: datetime
) -> dict[int, tuple[int, int]]:
    """How many messages of a template each order got since then, and in all."""
    rows = sql.fetch(
        """
        SELECT asked.order_id, count(message.id) FILTER (WHERE message.planned_at > %s) AS recent,
               count(message.id) AS total
        FROM unnest(%s::bigint[]) AS asked(order_id)
        LEFT JOIN messages_message AS message
          ON message.store_id = %s AND message.order_id = asked.order_id AND message.template = %s
        GROUP BY asked.order_id
        """,
        [since, list(order_ids), store_id, template],
    )
    return {row["order_id"]: (row["recent"], row["total"]) for row in rows}


def to_resend(store_id: int, message_id: int) -> dict[str, Any] | None:
    """What is needed to send a message again, and how many times that was done and finished."""
    rows = sql.fetch(
        """
        SELECT template, channel, order_id, recipient, context::text AS context,
               (SELECT count(*) FROM messages_message AS again
                WHERE again.store_id = message.store_id AND again.order_id = message.order_id
                  AND again.key LIKE 'resend:' || message.id || '/%%'
                  AND again.state NOT IN ('planned', 'sending')) AS finished
        FROM messages_message AS message
        WHERE message.store_id = %s AND message.id = %s AND message.order_id IS NOT NULL
        """,
        [store_id, message_id],
    )
    return {**rows[0], "context": msgspec.json.decode(rows[0]["context"])} if rows else None


def preview(store_id: int, template: str) -> RenderedMail:
    """A mail about an example order, as the store's brand makes it look now.

    Raises:
        LookupError: there is no such store or template.
    """
    snapshot, context = example(template, brand_of(brand_row(store_id)), store_id)
    return render(template, snapshot, context)
