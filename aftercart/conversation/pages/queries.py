"""Reads for snapshots and pages, always for one store, each in one round trip for many orders."""

from collections.abc import Collection
from typing import Any

import msgspec

from aftercart.core import sql


class BrandRow(msgspec.Struct, frozen=True, kw_only=True):
    """A store and how it looks; None and empty where nobody chose."""

    name: str
    slug: str
    domain: str
    time_zone: str
    locale: str
    contact_email: str
    contact_url: str
    shop_url: str
    is_demo: bool
    accent: str | None
    background: str | None
    logo_type: str | None
    logo_width: int | None
    logo_height: int | None
    logo_hash: str | None
    sender_name: str | None
    reply_to: str | None
    footer: str | None


def brand_row(store_id: int) -> BrandRow:
    """The store and how it looks.

    Raises:
        LookupError: there is no such store.
    """
    rows = sql.fetch(
        f"""
        SELECT {", ".join(BrandRow.__struct_fields__)} FROM core_store AS store
        LEFT JOIN pages_brand AS brand ON brand.store_id = store.id
        WHERE store.id = %s
        """,
        [store_id],
    )
    if not rows:
        raise LookupError(f"there is no store {store_id}")
    return BrandRow(**rows[0])


def product_keys(pairs: Collection[tuple[int, int]]) -> list[tuple[int, str, str]]:
    """`(store_id, source, external_id)` of products known by `(store_id, product_id)`."""
    rows: list[dict[str, Any]] = sql.fetch(
        """
        SELECT store_id, source, external_id
        FROM unnest(%s::bigint[], %s::bigint[]) AS wanted(store_id, id)
        JOIN catalog_product USING (store_id, id)
        """,
        [[store_id for store_id, _ in pairs], [product_id for _, product_id in pairs]],
    )
    return [(row["store_id"], row["source"], row["external_id"]) for row in rows]


class Logo(msgspec.Struct, frozen=True):
    """A logo as it is sent."""

    body: bytes
    media_type: str


def logo(store_id: int, digest: str) -> Logo | None:
    """The store's logo, if this is the one it has now."""
    rows = sql.fetch(
        "SELECT logo, logo_type FROM pages_brand "
        "WHERE store_id = %s AND logo_hash = %s AND logo IS NOT NULL",
        [store_id, digest],
    )
    return Logo(bytes(rows[0]["logo"]), rows[0]["logo_type"]) if rows else None
