"""Forgetting a person: what was written to them is wiped, and that it was written stays."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from aftercart.conversation.consent import actions as consent
from aftercart.conversation.consent.actions import NewSuppression
from aftercart.core import clock, sql
from aftercart.core.events import Event, publish


@transaction.atomic
def erase(orders: Collection[tuple[int, int]]) -> None:
    """Wipe the messages about `(store_id, order_id)`; what waits is not sent any more."""
    pairs = sorted(set(orders))
    asked = [[store_id for store_id, _order in pairs], [order_id for _store, order_id in pairs]]
    _suppress(asked)
    stopped = sql.fetch(
        """
        UPDATE messages_message AS message
        SET state = 'skipped', reason = %s, due_at = NULL, lease = NULL
        FROM unnest(%s::bigint[], %s::bigint[]) AS over(store_id, order_id)
        WHERE message.store_id = over.store_id AND message.order_id = over.order_id
          AND message.state = 'planned'
        RETURNING message.id, message.store_id, message.order_id, message.template, message.reason
        """,
        [_("The customer asked to be forgotten"), *asked],
    )
    sql.run(
        """
        UPDATE messages_message AS message
        SET recipient = '', subject = '', html = '', text = '',
            context = message.context - 'news'
        FROM unnest(%s::bigint[], %s::bigint[]) AS over(store_id, order_id)
        WHERE message.store_id = over.store_id AND message.order_id = over.order_id
        """,
        asked,
    )
    publish(_event(row) for row in stopped)


def _suppress(asked: list[list[int]]) -> None:
    """The addresses are known only here and only now: afterwards there is but their hash."""
    rows = sql.fetch(
        """
        SELECT DISTINCT message.store_id, message.recipient FROM messages_message AS message
        JOIN unnest(%s::bigint[], %s::bigint[]) AS over(store_id, order_id)
          ON message.store_id = over.store_id AND message.order_id = over.order_id
        WHERE message.recipient <> ''
        """,
        asked,
    )
    consent.suppress(
        NewSuppression(store_id=row["store_id"], address=row["recipient"], reason="erased")
        for row in rows
    )


def _event(row: dict[str, Any]) -> Event:
    return Event(
        store_id=row["store_id"],
        type="message.skipped",
        occurred_at=clock.now(),
        order_id=row["order_id"],
        data={"message_id": row["id"], "template": row["template"], "reason": row["reason"]},
    )
