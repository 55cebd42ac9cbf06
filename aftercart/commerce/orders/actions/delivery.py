"""What the shipments room asks of orders."""

from collections.abc import Collection, Sequence

from django.db import transaction

from aftercart.core import sql


def hold(orders: Collection[tuple[int, int]]) -> None:
    """Lock orders, given as `(store_id, order_id)`, until the transaction ends.

    Whoever is to change orders after rows that hang on them locks the orders first, all of them
    here and at once, so that no two workers wait for each other.
    """
    if not orders:
        return
    sql.run(
        """
        SELECT FROM unnest(%s::bigint[], %s::bigint[]) AS wanted(store_id, id)
        JOIN orders_order AS stored USING (store_id, id)
        ORDER BY stored.store_id, stored.source, stored.external_id
        FOR NO KEY UPDATE OF stored
        """,
        sql.pairs(orders),
    )


def set_delivery_status(rows: Sequence[tuple[int, int, str]]) -> None:
    """Keep what the parcels of orders say together, given as `(store_id, order_id, status)`."""
    if not rows:
        return
    given, encoded = sql.recordset(
        {"store_id": "bigint", "id": "bigint", "status": "text"},
        [
            {"store_id": store_id, "id": order_id, "status": status}
            for store_id, order_id, status in rows
        ],
    )
    with transaction.atomic():
        sql.run(
            f"""
            UPDATE orders_order AS stored SET delivery_status = given.status FROM {given}
            WHERE stored.store_id = given.store_id AND stored.id = given.id
              AND stored.delivery_status <> given.status
            """,
            [encoded],
        )
