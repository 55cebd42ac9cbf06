"""Reads for snapshots and pages, always for one store, each in one round trip for many orders."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from aftercart.core import sql

Row = dict[str, Any]
NEWEST_SCANS = 200


def brand_row(store_id: int) -> Row:
    """The store and how it looks; the defaults of the design where nobody chose.

    Raises:
        LookupError: there is no such store.
    """
    rows = sql.fetch(
        """
        SELECT store.name, slug, domain, time_zone, locale, contact_email, contact_url, shop_url,
               is_demo, accent, background, logo_type, logo_width, logo_height, logo_hash,
               sender_name, reply_to, footer
        FROM core_store AS store
        LEFT JOIN pages_brand AS brand ON brand.store_id = store.id
        WHERE store.id = %s
        """,
        [store_id],
    )
    if not rows:
        raise LookupError(f"there is no store {store_id}")
    return rows[0]


def order_rows(store_id: int, order_ids: Sequence[int]) -> list[Row]:
    """The orders, with the customer's first name."""
    return sql.fetch(
        """
        SELECT orders.*, coalesce(customer.first_name, '') AS first_name
        FROM orders_order AS orders
        LEFT JOIN customers_customer AS customer
          ON customer.id = orders.customer_id AND customer.store_id = orders.store_id
        WHERE orders.store_id = %s AND orders.id = ANY(%s)
        """,
        [store_id, list(order_ids)],
    )


def line_rows(store_id: int, order_ids: Sequence[int]) -> dict[int, list[Row]]:
    """The lines of each order in their order, with what the catalogue knows of the product."""
    return _by_order(
        """
        SELECT line.order_id, line.id, line.title, line.variant_title, line.sku, line.price,
               line.quantity, line.current_quantity, line.requires_shipping,
               coalesce(nullif(line.image_url, ''), product.image_url, '') AS image_url,
               coalesce(product.url, '') AS product_url
        FROM orders_lineitem AS line
        JOIN orders_order AS orders
          ON orders.id = line.order_id AND orders.store_id = line.store_id
        LEFT JOIN catalog_product AS product
          ON product.store_id = line.store_id AND product.source = orders.source
         AND product.external_id = line.product_external_id AND line.product_external_id <> ''
        WHERE line.store_id = %s AND line.order_id = ANY(%s)
        ORDER BY line.order_id, line.position, line.id
        """,
        store_id,
        order_ids,
    )


def fulfillment_rows(store_id: int, order_ids: Sequence[int]) -> dict[int, list[Row]]:
    """What the merchant sent of each order and has not taken back; `items` is quantity by line."""
    return _by_order(
        """
        SELECT sent.order_id, sent.id, sent.fulfilled_at,
               coalesce(jsonb_object_agg(item.line_item_id, item.quantity)
                        FILTER (WHERE item.id IS NOT NULL), '{}') AS items
        FROM orders_fulfillment AS sent
        LEFT JOIN orders_fulfillmentitem AS item
          ON item.fulfillment_id = sent.id AND item.store_id = sent.store_id
        WHERE sent.store_id = %s AND sent.order_id = ANY(%s)
          AND sent.status NOT IN ('cancelled', 'error')
        GROUP BY sent.order_id, sent.id, sent.fulfilled_at
        ORDER BY sent.order_id, sent.fulfilled_at, sent.id
        """,
        store_id,
        order_ids,
    )


def parcel_rows(store_id: int, order_ids: Sequence[int]) -> dict[int, list[Row]]:
    """Each fulfillment of an order in each parcel it travels in, the first sent first."""
    return _by_order(
        """
        SELECT content.order_id, content.fulfillment_id, parcel.*
        FROM shipments_shipmentcontent AS content
        JOIN shipments_shipment AS parcel
          ON parcel.id = content.shipment_id AND parcel.store_id = content.store_id
        WHERE content.store_id = %s AND content.order_id = ANY(%s)
          AND content.active AND NOT parcel.is_return
        ORDER BY content.order_id, content.fulfillment_id, content.position, parcel.id
        """,
        store_id,
        order_ids,
    )


def scan_rows(store_id: int, shipment_ids: Sequence[int]) -> dict[int, list[Row]]:
    """The newest scans of each parcel, the newest first."""
    rows = sql.fetch(
        """
        SELECT wanted.id AS shipment_id, scan.*
        FROM unnest(%s::bigint[]) AS wanted(id)
        CROSS JOIN LATERAL (
          SELECT occurred_at, zone_known, utc_offset_minutes, status, reason, text,
                 city, region, country
          FROM shipments_trackingevent AS scan
          WHERE scan.store_id = %s AND scan.shipment_id = wanted.id
          ORDER BY scan.occurred_at DESC, scan.id DESC LIMIT %s
        ) AS scan
        """,
        [list(shipment_ids), store_id, NEWEST_SCANS],
    )
    return _grouped(rows, "shipment_id")


def refund_rows(store_id: int, order_ids: Sequence[int]) -> dict[int, list[Row]]:
    """What was given back of each order, the first first."""
    return _by_order(
        """
        SELECT order_id, amount, currency, refunded_at FROM orders_refund
        WHERE store_id = %s AND order_id = ANY(%s) ORDER BY order_id, refunded_at, id
        """,
        store_id,
        order_ids,
    )


def _by_order(statement: str, store_id: int, order_ids: Sequence[int]) -> dict[int, list[Row]]:
    return _grouped(sql.fetch(statement, [store_id, list(order_ids)]), "order_id")


def _grouped(rows: Sequence[Row], key: str) -> dict[int, list[Row]]:
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups
