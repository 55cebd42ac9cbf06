"""Look-ups for other rooms' batches, which mix stores: every key names its store."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from aftercart.commerce.orders.queries.views import SentFulfillment
from aftercart.core import sql

Pair = tuple[int, int]


def fulfillments_of(pairs: Collection[Pair]) -> dict[Pair, SentFulfillment]:
    """Fulfillments by `(store_id, id)`."""
    rows = sql.fetch(
        """
        SELECT sent.store_id, sent.id, sent.order_id, sent.status, sent.parcels, sent.fulfilled_at,
          sent.service, bought.ship_country
        FROM unnest(%s::bigint[], %s::bigint[]) AS wanted(store_id, id)
        JOIN orders_fulfillment AS sent USING (store_id, id)
        JOIN orders_order AS bought
          ON bought.store_id = sent.store_id AND bought.id = sent.order_id
        """,
        sql.pairs(pairs),
    )
    return {
        (row["store_id"], row["id"]): SentFulfillment(
            **{**row, "parcels": tuple(msgspec.json.decode(row["parcels"]))}
        )
        for row in rows
    }


def fulfillment_ids(keys: Collection[tuple[int, str, str]]) -> dict[tuple[int, str, str], Pair]:
    """`(fulfillment_id, order_id)` by `(store_id, source, external_id)`."""
    rows = sql.fetch(
        """
        SELECT sent.store_id, stored.source, sent.external_id, sent.id, sent.order_id
        FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS wanted(store_id, source, external_id)
        JOIN orders_fulfillment AS sent USING (store_id, external_id)
        JOIN orders_order AS stored
          ON stored.id = sent.order_id AND stored.store_id = sent.store_id
         AND stored.source = wanted.source
        """,
        [list(column) for column in zip(*keys, strict=True)] or [[], [], []],
    )
    return {
        (row["store_id"], row["source"], row["external_id"]): (row["id"], row["order_id"])
        for row in rows
    }


def fulfillment_statuses(pairs: Collection[Pair]) -> dict[Pair, str]:
    """What the merchant has sent of orders, by `(store_id, order_id)`: `fulfilled` is all of it."""
    rows = sql.fetch(
        """
        SELECT store_id, id, fulfillment_status
        FROM unnest(%s::bigint[], %s::bigint[]) AS wanted(store_id, id)
        JOIN orders_order USING (store_id, id)
        """,
        sql.pairs(pairs),
    )
    return {(row["store_id"], row["id"]): row["fulfillment_status"] for row in rows}


def orders_with_products(
    products: Collection[tuple[int, str, str]], placed_since: datetime
) -> list[Pair]:
    """`(store_id, order_id)` of the orders placed since then that hold one of these products.

    Args:
        products: `(store_id, source, external_id)`.
    """
    rows = sql.fetch(
        """
        SELECT DISTINCT stored.store_id, stored.id
        FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS wanted(store_id, source, product)
        JOIN orders_order AS stored USING (store_id, source)
        JOIN orders_lineitem AS line
          ON line.store_id = stored.store_id AND line.order_id = stored.id
         AND line.product_external_id = wanted.product
        WHERE stored.placed_at >= %s
        """,
        [*([list(column) for column in zip(*products, strict=True)] or [[], [], []]), placed_since],
    )
    return sorted((row["store_id"], row["id"]) for row in rows)


class Bound(msgspec.Struct, frozen=True):
    """When an order was placed and where it goes; country and postcode are empty where unknown."""

    placed_at: datetime
    country: str
    postcode: str


def placed_where(pairs: Collection[Pair]) -> dict[Pair, Bound]:
    """When orders were placed and where they go, by `(store_id, order_id)`."""
    rows = sql.fetch_rows(
        """
        SELECT store_id, id, placed_at, ship_country, ship_postcode
        FROM unnest(%s::bigint[], %s::bigint[]) AS wanted(store_id, id)
        JOIN orders_order USING (store_id, id)
        """,
        sql.pairs(pairs),
    )
    return {(store_id, order_id): Bound(*told) for store_id, order_id, *told in rows}
