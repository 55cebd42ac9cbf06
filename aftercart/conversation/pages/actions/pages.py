"""Rendering pages, and marking them stale.

Whoever marks a page stale raises its generation. A rendering is stored only while the generation is
the one it began with, so news that arrives meanwhile is never lost.
"""

from collections.abc import Collection

from django.db import transaction

from aftercart.commerce.orders import queries as orders
from aftercart.conversation.pages import snapshots
from aftercart.conversation.pages.rendering import RenderedPage, render_order
from aftercart.core import clock, sql
from aftercart.core.tenancy import bound

Pair = tuple[int, int]

# The tokens are the orders room's; one statement for any number of orders is worth the look.
_MARK = """
INSERT INTO pages_trackingpage AS stored (store_id, order_id, token, stale, generation)
SELECT orders.store_id, orders.id, orders.token, true, 1
FROM unnest(%s::bigint[], %s::bigint[]) AS wanted(store_id, id)
JOIN orders_order AS orders USING (store_id, id)
ORDER BY orders.store_id, orders.id
ON CONFLICT (store_id, order_id) DO
"""

# Whoever holds the row is about to change it, and a shopper does not wait for that.
_STORE = """
UPDATE pages_trackingpage AS page
SET body = %(body)s, etag = %(etag)s, stale = false, rendered_at = %(now)s,
    fresh_until = %(fresh_until)s
FROM (
  SELECT id, store_id FROM pages_trackingpage
  WHERE store_id = %(store)s AND token = %(token)s AND generation = %(generation)s
  FOR UPDATE SKIP LOCKED
) AS mine
WHERE page.id = mine.id AND page.store_id = mine.store_id
"""


def render(store_id: int, token: str) -> RenderedPage | None:
    """Make the page of a token anew and keep it; None where the store has no such order."""
    with bound(store_id):
        place = _place(store_id, token)
        if place is None:
            return None
        order_id, generation = place
        snapshot = snapshots.take(store_id, [order_id]).get(order_id)
        if snapshot is None or snapshot.is_deleted:
            _empty(store_id, token)
            return None
        now = clock.now()
        page = render_order(snapshot, now)
        sql.run(
            _STORE,
            {
                "body": page.body,
                "etag": page.etag,
                "fresh_until": page.fresh_until,
                "now": now,
                "store": store_id,
                "token": token,
                "generation": generation,
            },
        )
        return page


def ensure_pages(store_id: int, order_ids: Collection[int]) -> int:
    """Give orders their pages, to be rendered when first asked for; returns how many are new."""
    return sql.run(_MARK + "NOTHING", [[store_id] * len(order_ids), list(order_ids)])


def make_stale(pairs: Collection[Pair]) -> int:
    """Have the pages of orders, `(store_id, order_id)`, rendered anew; returns how many exist.

    In the caller's transaction. Rows are taken in one order, so that two workers cannot wait for
    each other.
    """
    if not pairs:
        return 0
    unique = set(pairs)
    return sql.run(
        _MARK + "UPDATE SET stale = true, generation = stored.generation + 1",
        [[store_id for store_id, _ in unique], [order_id for _, order_id in unique]],
    )


def forget(pairs: Collection[Pair]) -> int:
    """As `make_stale`, where what was rendered may not even be kept."""
    if not pairs:
        return 0
    return sql.run(
        _MARK + "UPDATE SET stale = true, generation = stored.generation + 1, body = NULL, "
        "etag = '', rendered_at = NULL",
        sql.pairs(sorted(pairs)),
    )


def restyle(store_ids: Collection[int]) -> int:
    """Have every page of stores rendered anew: their name or their look is another one."""
    with transaction.atomic():
        return sql.run(
            """
            UPDATE pages_trackingpage AS page
            SET stale = true, generation = page.generation + 1
            FROM (
              SELECT id, store_id FROM pages_trackingpage WHERE store_id = ANY(%s)
              ORDER BY store_id, order_id FOR UPDATE
            ) AS held
            WHERE page.id = held.id AND page.store_id = held.store_id
            """,
            [list(set(store_ids))],
        )


def _place(store_id: int, token: str) -> tuple[int, int] | None:
    """The order and the generation of a token's page, which is made where an order has none."""
    found = _stored_place(store_id, token)
    if found is None:
        order_id = orders.id_by_token(store_id, token)
        if order_id is not None:
            ensure_pages(store_id, [order_id])
            found = _stored_place(store_id, token)
    return found


def _stored_place(store_id: int, token: str) -> tuple[int, int] | None:
    rows = sql.fetch(
        "SELECT order_id, generation FROM pages_trackingpage WHERE store_id = %s AND token = %s",
        [store_id, token],
    )
    return (rows[0]["order_id"], rows[0]["generation"]) if rows else None


def _empty(store_id: int, token: str) -> None:
    sql.run(
        "UPDATE pages_trackingpage SET body = NULL, etag = '', stale = true "
        "WHERE store_id = %s AND token = %s",
        [store_id, token],
    )
