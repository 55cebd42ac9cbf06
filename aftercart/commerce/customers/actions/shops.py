"""Forgetting everybody whom a shop told of, once the shop has left for good."""

from collections.abc import Sequence

from django.db import transaction

from aftercart.commerce.customers.actions import requests
from aftercart.commerce.customers.actions.privacy import erasures, wipe
from aftercart.commerce.customers.facts import ShopErasureFact
from aftercart.commerce.customers.hashes import hash_of
from aftercart.core import clock, events, sql
from aftercart.core.facts import Incoming
from aftercart.core.text import clip

KIND = "shop_erasure"


def demand_shop_erasure(batch: Sequence[Incoming[ShopErasureFact]]) -> None:
    """Note that all customers of these sources are to be forgotten; whoever does it says when.

    What was gathered to be handed over about them is dropped at once.
    """
    rows = [
        requests.row(KIND, demand, clip(demand.source, 300), hash_of(demand.source))
        for demand in batch
    ]
    with transaction.atomic():
        requests.open_anew(rows)
        sql.run(
            f"""
            UPDATE {requests.TABLE} AS request SET export = NULL
            FROM unnest(%s::bigint[], %s::text[]) AS gone(store_id, source)
            WHERE request.store_id = gone.store_id AND request.source = gone.source
              AND request.kind = 'disclosure' AND request.export IS NOT NULL
            """,
            [[row["store_id"] for row in rows], [row["source"] for row in rows]],
        )


def erase_of_source(store_id: int, source: str, *, limit: int) -> int:
    """Forget up to `limit` customers of a source; returns how many there were to forget."""
    with transaction.atomic():
        rows = sql.fetch(
            """
            SELECT id FROM customers_customer
            WHERE store_id = %s AND source = %s AND erased_at IS NULL
            ORDER BY external_id LIMIT %s FOR NO KEY UPDATE
            """,
            [store_id, source, limit],
        )
        erased = wipe((store_id, row["id"]) for row in rows)
        events.publish(erasures(erased, ()))
    return len(rows)


def complete_shop_erasure(store_id: int, source: str) -> None:
    """Nothing is left of the source's customers."""
    sql.run(
        f"UPDATE {requests.TABLE} SET completed_at = %s "
        "WHERE store_id = %s AND source = %s AND kind = %s AND completed_at IS NULL",
        [clock.now(), store_id, source, KIND],
    )
