"""The event log: append what happened, and let the other rooms react in the same transaction."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from aftercart.core import clock, sql

EVENT_COLUMNS = {
    "store_id": "bigint",
    "type": "text",
    "occurred_at": "timestamptz",
    "recorded_at": "timestamptz",
    "order_id": "bigint",
    "shipment_id": "bigint",
    "customer_id": "bigint",
    "actor": "text",
    "quiet": "boolean",
    "data": "jsonb",
}


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened.

    Attributes:
        type: dotted, subject first, past tense: `shipment.delivered`.
        occurred_at: when it happened (aware); when we learned of it is the clock's business.
        actor: who did it where it was not the outside world: `member:7`, `shopper`, `system`.
        quiet: true where it is old news (an import), which must reach no one by message.
        data: what a handler or the timeline needs; no secrets.
    """

    store_id: int
    type: str
    occurred_at: datetime
    order_id: int | None = None
    shipment_id: int | None = None
    customer_id: int | None = None
    actor: str = ""
    quiet: bool = False
    data: dict[str, Any] = msgspec.field(default_factory=dict)


Handler = Callable[[Sequence[Event]], None]


def publish(events: Iterable[Event]) -> None:
    """Append events and hand them to every handler that asked for their types, in the fixed order.

    Must be called inside the transaction that made the events true. Handlers only write rows; what
    they publish in turn is handled the same way. Who handles what is the setting `EVENT_HANDLERS`.

    Raises:
        RuntimeError: there is no transaction.
    """
    batch = list(events)
    if not batch:
        return
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("publish() belongs inside the transaction that made the events true")
    recorded_at = clock.now()
    sql.insert(
        "core_event",
        EVENT_COLUMNS,
        [{**msgspec.structs.asdict(event), "recorded_at": recorded_at} for event in batch],
    )
    for path, types in settings.EVENT_HANDLERS:
        wanted = [event for event in batch if event.type in types]
        if wanted:
            handler: Handler = import_string(path)
            handler(wanted)
