"""The order whose page is worth showing first."""

from aftercart.core import sql


def page_to_show(store_id: int) -> str:
    """The path of the page of a new order under way, if possible in several parcels."""
    rows = sql.fetch(
        """
        SELECT o.token, count(c.id) AS parcels FROM orders_order o
        JOIN shipments_shipmentcontent c ON c.store_id = o.store_id AND c.order_id = o.id
        WHERE o.store_id = %s AND o.delivery_status IN ('out_for_delivery', 'in_transit')
        GROUP BY o.token, o.delivery_status, o.placed_at
        ORDER BY count(c.id) > 1 DESC, o.delivery_status = 'out_for_delivery' DESC,
          o.placed_at DESC LIMIT 1
        """,
        [store_id],
    )
    return f"/t/{rows[0]['token']}" if rows else ""
