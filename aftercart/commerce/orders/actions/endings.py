"""Orders that end: deleted at their source, or their shopper forgotten."""

from collections.abc import Sequence

from django.db import transaction

from aftercart.commerce.customers.ports import Subject
from aftercart.commerce.orders.actions.held import Held, Key, hold_known, key_of, write
from aftercart.commerce.orders.actions.rows import WIPED
from aftercart.commerce.orders.facts import OrderDeletionFact
from aftercart.core import clock, events, sql
from aftercart.core.events import Event
from aftercart.core.facts import Incoming


def record_deletions(batch: Sequence[Incoming[OrderDeletionFact]]) -> None:
    """Mark orders that no longer exist at their source. An order that is not known is no loss.

    A deletion that the source took back since (it told of the order later) changes nothing.
    Publishes `order.deleted`.
    """
    told = _latest(batch)
    with transaction.atomic():
        orders = hold_known(told.keys())
        for key, held in orders.items():
            _delete(held, told[key])
        write(orders.values())
        events.publish(event for held in orders.values() for event in held.events)


def _latest(batch: Sequence[Incoming[OrderDeletionFact]]) -> dict[Key, Incoming[OrderDeletionFact]]:
    latest: dict[Key, Incoming[OrderDeletionFact]] = {}
    for incoming in sorted(batch, key=lambda incoming: incoming.fact.deleted_at):
        latest[key_of(incoming.store_id, incoming.source, incoming.fact.external_id)] = incoming
    return latest


def _delete(held: Held, incoming: Incoming[OrderDeletionFact]) -> None:
    deleted_at = incoming.fact.deleted_at
    if held.before["deleted_at"] is None and deleted_at >= held.before["source_updated_at"]:
        held.after["deleted_at"] = deleted_at
        held.tell("order.deleted", deleted_at, incoming.quiet)


def erase(subjects: Sequence[Subject]) -> list[tuple[int, int]]:
    """Wipe what is personal from the orders of these people; what was sold and paid stays.

    Returns:
        the `(store_id, order_id)` of the orders that were wiped now, and not before.
    """
    keys = [(subject.store_id, *key) for subject in subjects for key in _keys(subject)]
    if not keys:
        return []
    with transaction.atomic():
        given = [list(column) for column in zip(*keys, strict=True)]
        rows = sql.fetch(_ERASE, [*given, *WIPED.values(), clock.now()])
    return [(row["store_id"], row["id"]) for row in rows]


def erase_of_source(store_id: int, source: str, *, limit: int) -> int:
    """Wipe what is personal from up to `limit` orders of a source; how many there were to wipe.

    Publishes `customer.erased` for each.
    """
    now = clock.now()
    with transaction.atomic():
        rows = sql.fetch(_ERASE_OF_SOURCE, [store_id, source, limit, *WIPED.values(), now])
        events.publish(
            Event(store_id=store_id, type="customer.erased", occurred_at=now, order_id=row["id"])
            for row in sorted(rows, key=lambda row: row["id"])
        )
    return len(rows)


def _keys(subject: Subject) -> list[tuple[str, int | None, str | None, str | None]]:
    """One row per key: source, customer's id, e-mail, order's external id."""
    return [
        *((subject.source, customer_id, None, None) for customer_id in subject.customer_ids),
        *((subject.source, None, email, None) for email in subject.emails),
        *((subject.source, None, None, known) for known in subject.order_external_ids),
    ]


_WIPE = f"""
UPDATE orders_order AS stored
SET {", ".join(f"{name} = %s" for name in WIPED)}, erased_at = %s
FROM held WHERE stored.id = held.id AND stored.store_id = held.store_id
RETURNING stored.store_id, stored.id
"""

_ERASE_OF_SOURCE = f"""
WITH held AS (
  SELECT id, store_id FROM orders_order
  WHERE store_id = %s AND source = %s AND erased_at IS NULL
  ORDER BY external_id LIMIT %s FOR NO KEY UPDATE
)
{_WIPE}
"""

_ERASE = f"""
WITH given AS (
  SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::text[])
    AS given(store_id, source, customer_id, email, external_id)
), meant AS (
  SELECT id, store_id FROM given JOIN orders_order USING (store_id, customer_id)
  UNION SELECT id, store_id FROM given JOIN orders_order AS stored USING (store_id)
    WHERE lower(stored.email) = given.email
  UNION SELECT id, store_id FROM given JOIN orders_order USING (store_id, source, external_id)
), held AS (
  SELECT id, store_id FROM orders_order
  WHERE (id, store_id) IN (SELECT id, store_id FROM meant) AND erased_at IS NULL
  ORDER BY store_id, source, external_id FOR NO KEY UPDATE
)
{_WIPE}
"""
