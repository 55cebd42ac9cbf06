"""Finding and locking parcels together with the orders that travel in them."""

from collections.abc import Callable, Collection, Iterable

from django.db import transaction

from aftercart.commerce.orders import actions as orders
from aftercart.commerce.orders import queries as order_queries
from aftercart.core import sql
from aftercart.delivery.shipments import rules
from aftercart.delivery.shipments.actions.parcels import (
    CONTENT_TABLE,
    TABLE,
    Key,
    Parcel,
    given_keys,
    load_orders,
)

TRIES = 4

FulfillmentKey = tuple[int, str, str]
"""Store, source, and what that calls the fulfillment."""


def hold_travelling(
    keys: Collection[Key], hold: Callable[[Collection[Key]], dict[Key, Parcel]]
) -> dict[Key, Parcel]:
    """Lock the orders that travel in the parcels, then the parcels, with their orders loaded.

    An order that came into a parcel just before that was locked is not locked itself, and may not
    be after the parcel: then everything is let go and begun anew.
    """
    for is_last in (*[False] * TRIES, True):
        held = _orders_in(keys)
        savepoint = transaction.savepoint()
        orders.hold(held)
        parcels = hold(keys)
        load_orders(parcels.values())
        travelling = {
            (parcel.store_id, order_id)
            for parcel in parcels.values()
            for order_id in parcel.order_ids
        }
        if is_last or travelling <= set(held):
            break
        transaction.savepoint_rollback(savepoint)
    transaction.savepoint_commit(savepoint)
    return parcels


def _orders_in(keys: Iterable[Key]) -> list[tuple[int, int]]:
    """`(store_id, order_id)` of the orders that travel in parcels that are known."""
    given, encoded = given_keys(keys)
    rows = sql.fetch_rows(
        f"""
        SELECT DISTINCT content.store_id, content.order_id
        FROM {given} JOIN {TABLE} AS parcel USING (store_id, reference)
        JOIN {CONTENT_TABLE} AS content
          ON content.store_id = parcel.store_id AND content.shipment_id = parcel.id
        WHERE content.active
        """,
        [encoded],
    )
    return [(store_id, order_id) for store_id, order_id in rows]


def references_of(keys: Collection[FulfillmentKey]) -> dict[FulfillmentKey, Key]:
    """The parcel that a fulfillment's own news are about: its first, where there are several."""
    known = order_queries.fulfillment_ids(keys) if keys else {}
    if not known:
        return {}
    rows = sql.fetch(
        f"""
        SELECT DISTINCT ON (store_id, fulfillment_id) store_id, fulfillment_id, parcel.reference
        FROM unnest(%s::bigint[], %s::bigint[]) AS wanted(store_id, fulfillment_id)
        JOIN {CONTENT_TABLE} AS content USING (store_id, fulfillment_id)
        JOIN {TABLE} AS parcel USING (store_id)
        WHERE parcel.id = content.shipment_id
        ORDER BY store_id, fulfillment_id, content.active DESC, content.position
        """,
        sql.pairs([(key[0], fulfillment_id) for key, (fulfillment_id, _) in known.items()]),
    )
    found = {(row["store_id"], row["fulfillment_id"]): row["reference"] for row in rows}
    return {
        key: (
            key[0],
            found.get((key[0], fulfillment_id)) or rules.reference_of_fulfillment(fulfillment_id),
        )
        for key, (fulfillment_id, _) in known.items()
    }
