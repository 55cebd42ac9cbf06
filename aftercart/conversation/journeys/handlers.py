"""What journeys do when something happens to an order: enroll, and end what makes no sense now."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercart.conversation.journeys import queries
from aftercart.conversation.journeys.actions import ensure_builtin
from aftercart.conversation.journeys.queries import Running
from aftercart.conversation.journeys.rules import Thing, begin, is_old_news, is_wanted
from aftercart.core import clock, sql
from aftercart.core.events import Event, publish

ENROLLMENT_COLUMNS = {
    "store_id": "bigint",
    "journey_id": "bigint",
    "version_id": "bigint",
    "order_id": "bigint",
    "subject": "text",
    "state": "text",
    "reason": "text",
    "step": "integer",
    "context": "jsonb",
    "due_at": "timestamptz",
    "enrolled_at": "timestamptz",
    "ended_at": "timestamptz",
}

Row = dict[str, Any]


def enroll(events: Sequence[Event]) -> None:
    """Enroll what the events are about, once each, and end what they end.

    Quiet events enroll nothing. Old news is written down as ended, with its reason, so that it is
    said once why nobody was told. Ending comes last, so that the order within a batch is no matter.
    """
    journeys = _journeys_by_store({event.store_id for event in events})
    rows: dict[tuple[int, int, str], Row] = {}
    for event in events:
        for journey in journeys[event.store_id]:
            if event.quiet or event.order_id is None:
                continue
            if is_wanted(journey.definition.trigger, event.type, event.data):
                row = _row(journey, event)
                rows.setdefault((row["store_id"], row["journey_id"], row["subject"]), row)
    _insert(list(rows.values()))
    _end(events, journeys)


def _journeys_by_store(store_ids: set[int]) -> dict[int, list[Running]]:
    found = queries.running(store_ids)
    if new := queries.without_journeys(store_ids - {journey.store_id for journey in found}):
        ensure_builtin(*new)
        found += queries.running(new)
    by_store: dict[int, list[Running]] = defaultdict(list)
    for journey in found:
        by_store[journey.store_id].append(journey)
    return by_store


def _row(journey: Running, event: Event) -> Row:
    now, trigger = clock.now(), journey.definition.trigger
    name = _name_of(trigger.about, event)
    thing = Thing(name=name, occurred_at=event.occurred_at, learned_at=now, data=event.data)
    step, due_at = begin(journey.definition, now)
    old = is_old_news(trigger, event.occurred_at, now)
    return {
        "store_id": event.store_id,
        "journey_id": journey.journey_id,
        "version_id": journey.version_id,
        "order_id": event.order_id,
        "subject": f"order:{event.order_id}/{name}",
        "state": "cancelled" if old else "active",
        "reason": _old_news(event.occurred_at, now) if old else "",
        "step": step,
        "context": msgspec.to_builtins(thing),
        "due_at": None if old else due_at,
        "enrolled_at": now,
        "ended_at": now if old else None,
    }


def _name_of(about: str, event: Event) -> str:
    number = {
        "order": event.order_id,
        "shipment": event.shipment_id,
        "fulfillment": event.data.get("fulfillment_id"),
        "refund": event.data.get("refund_id"),
    }[about]
    return f"{about}:{number or ''}"


def _old_news(occurred_at: datetime, now: datetime) -> str:
    days = (now - occurred_at).days
    return ngettext(
        "Old news: it happened more than %(days)s day before we learned of it",
        "Old news: it happened more than %(days)s days before we learned of it",
        days,
    ) % {"days": days}


def _insert(rows: list[Row]) -> None:
    made = sql.insert(
        "journeys_enrollment",
        ENROLLMENT_COLUMNS,
        rows,
        conflict=("store_id", "journey_id", "subject"),
        returning=("id", "store_id", "journey_id", "order_id", "state", "reason", "context"),
    )
    publish_skipped(row for row in made if row["state"] == "cancelled")


def _end(events: Sequence[Event], journeys: dict[int, list[Running]]) -> None:
    """End by the version that each enrollment runs; every built-in of a store says the same."""
    pairs = {
        (event.store_id, event.order_id, journey.journey_id)
        for event in events
        for journey in journeys[event.store_id]
        if event.order_id is not None and event.type in journey.definition.ended_by
    }
    if not pairs:
        return
    ended = sql.fetch(
        """
        UPDATE journeys_enrollment AS enrollment
        SET state = 'cancelled', reason = %s, ended_at = %s, due_at = NULL, lease = NULL
        FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])
          AS over(store_id, order_id, journey_id)
        WHERE enrollment.store_id = over.store_id AND enrollment.order_id = over.order_id
          AND enrollment.journey_id = over.journey_id AND enrollment.state = 'active'
        RETURNING enrollment.id, enrollment.store_id, enrollment.journey_id,
                  enrollment.order_id, enrollment.reason, enrollment.context
        """,
        [_("The order was cancelled"), clock.now(), *map(list, zip(*sorted(pairs), strict=True))],
    )
    publish_skipped(ended)


def publish_skipped(ended: Iterable[Row]) -> None:
    """Say of enrollments that ended without a message why they did, once each.

    Args:
        ended: rows with `id`, `store_id`, `journey_id`, `order_id`, `reason` and `context`.
    """
    rows = list(ended)
    if rows:
        keys = queries.keys_of((row["store_id"], row["journey_id"]) for row in rows)
        publish(_skipped(row, keys[row["store_id"], row["journey_id"]]) for row in rows)


def _skipped(row: Row, key: str) -> Event:
    context = row["context"]
    thing = msgspec.json.decode(context) if isinstance(context, str) else context
    return Event(
        store_id=row["store_id"],
        type="message.skipped",
        occurred_at=clock.now(),
        order_id=row["order_id"],
        shipment_id=_shipment_of(thing["name"]),
        data={
            "journey": key,
            "template": key,
            "enrollment_id": row["id"],
            "about": thing["name"],
            "reason": row["reason"],
        },
    )


def _shipment_of(name: str) -> int | None:
    kind, _colon, number = name.partition(":")
    return int(number) if kind == "shipment" and number else None
