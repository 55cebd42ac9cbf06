"""Planning messages, recording what became of them, and wiping them."""

from collections.abc import Iterable
from typing import Any

import msgspec
from django.db import transaction

from aftercart.conversation.messages.facts import PlannedMessage
from aftercart.core import clock, sql

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
