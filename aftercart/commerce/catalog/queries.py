"""Reads of products, always for one store."""

from collections.abc import Collection

import msgspec

from aftercart.core import sql


class ProductView(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown of a product."""

    id: int
    source: str
    external_id: str
    title: str
    url: str
    image_url: str


def products(store_id: int, source: str, external_ids: Collection[str]) -> dict[str, ProductView]:
    """The products with these ids at their source, deleted ones too, by external id."""
    found = products_of_sources(store_id, [(source, external_id) for external_id in external_ids])
    return {external_id: view for (_, external_id), view in found.items()}


def products_of_sources(
    store_id: int, keys: Collection[tuple[str, str]]
) -> dict[tuple[str, str], ProductView]:
    """The products with these `(source, external_id)`, deleted ones too, in one query."""
    wanted = [key for key in keys if key[1]]
    if not wanted:
        return {}
    rows = sql.fetch(
        """
        SELECT product.id, product.source, product.external_id, title, url, image_url
        FROM unnest(%s::text[], %s::text[]) AS wanted(source, external_id)
        JOIN catalog_product AS product ON product.store_id = %s
          AND product.source = wanted.source AND product.external_id = wanted.external_id
        """,
        [[source for source, _ in wanted], [product for _, product in wanted], store_id],
    )
    return {(row["source"], row["external_id"]): ProductView(**row) for row in rows}


def external_id(store_id: int, product_id: int) -> tuple[str, str] | None:
    """The `(source, external_id)` of a product, as line items refer to it."""
    rows = sql.fetch(
        "SELECT source, external_id FROM catalog_product WHERE store_id = %s AND id = %s",
        [store_id, product_id],
    )
    return (rows[0]["source"], rows[0]["external_id"]) if rows else None
