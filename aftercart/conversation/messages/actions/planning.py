"""Planning messages: for journeys, for the lookup page, and by a person's wish."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
from django.db import transaction

from aftercart.conversation.messages import queries
from aftercart.conversation.messages.facts import PlannedMessage
from aftercart.conversation.messages.rendering import TEMPLATES
from aftercart.core import clock, sql

MOST_LINKS = 3
LINKS_WITHIN = timedelta(hours=1)

MESSAGE_COLUMNS = {
    "store_id": "bigint",
    "key": "text",
    "channel": "text",
    "template": "text",
    "order_id": "bigint",
    "enrollment_id": "bigint",
    "recipient": "text",
    "context": "jsonb",
    "planned_at": "timestamptz",
    "due_at": "timestamptz",
}


def plan(batch: Iterable[PlannedMessage]) -> int:
    """Write messages into the outbox, each once by its key; returns how many are new."""
    rows: dict[tuple[int, str], dict[str, Any]] = {}
    for planned in batch:
        rows.setdefault((planned.store_id, planned.key), _row(planned))
    with transaction.atomic():
        made = sql.insert(
            "messages_message",
            MESSAGE_COLUMNS,
            list(rows.values()),
            conflict=("store_id", "key"),
            returning=("id",),
        )
    return len(made)


def _row(planned: PlannedMessage) -> dict[str, Any]:
    now = clock.now()
    return {
        "store_id": planned.store_id,
        "key": planned.key,
        "channel": planned.channel,
        "template": planned.template,
        "order_id": planned.order_id,
        "enrollment_id": planned.enrollment_id,
        "recipient": planned.recipient,
        "context": {
            **planned.context,
            "audience": planned.audience,
            "things": planned.things,
            "unless": msgspec.to_builtins(planned.unless),
        },
        "planned_at": now,
        "due_at": now,
    }


def send_tracking_link(store_id: int, order_ids: Sequence[int]) -> int:
    """Mail the link of each order to its address on file, at most three times an hour each.

    Returns:
        how many were planned. Tell nobody outside: it says whether orders exist.
    """
    counts = queries.count_since(store_id, order_ids, "tracking_link", clock.now() - LINKS_WITHIN)
    return plan(
        PlannedMessage(
            store_id=store_id,
            key=f"tracking_link:{order_id}/{total + 1}",
            template="tracking_link",
            recipient="",
            order_id=order_id,
        )
        for order_id, (recent, total) in counts.items()
        if recent < MOST_LINKS
    )


def resend(store_id: int, message_id: int, actor: str) -> bool:
    """Send a message once more, by a person's explicit wish and as things are now.

    A wish that is repeated before the first one was carried out changes nothing.

    Args:
        actor: who wishes it, such as `member:7`.

    Raises:
        LookupError: the store has no such message about an order.
    """
    stored = queries.to_resend(store_id, message_id)
    if stored is None:
        raise LookupError(f"store {store_id} has no message {message_id} to send again")
    return bool(
        plan(
            [
                PlannedMessage(
                    store_id=store_id,
                    key=f"resend:{message_id}/{stored['finished'] + 1}",
                    template=stored["template"],
                    channel=stored["channel"],
                    recipient=stored["recipient"],
                    order_id=stored["order_id"],
                    audience=stored["context"].get("audience", "buyer"),
                    things=tuple(stored["context"].get("things", ())),
                    context={"news": stored["context"].get("news", {}), "actor": actor},
                )
            ]
        )
    )


def send_test(store_id: int, recipient: str, template: str, actor: str) -> bool:
    """Send a mail about an example order to a member, so that the store's brand can be seen.

    Raises:
        LookupError: there is no such template.
    """
    if template not in TEMPLATES:
        raise LookupError(f"there is no template {template!r}")
    message = PlannedMessage(
        store_id=store_id,
        key=f"test:{uuid4()}",
        template=template,
        recipient=recipient,
        context={"example": True, "actor": actor},
    )
    return bool(plan([message]))
