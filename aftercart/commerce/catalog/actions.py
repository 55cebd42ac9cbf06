"""Writing products."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from msgspec.structs import replace

from aftercart.commerce.catalog import rules
from aftercart.commerce.catalog.facts import ProductFact
from aftercart.core import clock, events, sql
from aftercart.core.events import Event
from aftercart.core.facts import Incoming
from aftercart.core.text import clip, picture_address, web_address

TABLE = "catalog_product"
KEY = ("store_id", "source", "external_id")
TEXTS = {"title": 500, "handle": 300, "vendor": 300, "product_type": 300}
ADDRESSES = {"url": (web_address, 1000), "image_url": (picture_address, 1000)}
COLUMNS = {
    "store_id": "bigint",
    "source": "text",
    "external_id": "text",
    **dict.fromkeys([*TEXTS, *ADDRESSES], "text"),
    "source_updated_at": "timestamptz",
    "deleted_at": "timestamptz",
}
CHANGED_COLUMNS = {"id": "bigint", **{name: COLUMNS[name] for name in COLUMNS if name not in KEY}}
CHANGED_COLUMNS["store_id"] = "bigint"

Row = dict[str, Any]
Told = Incoming[ProductFact]


def record(batch: Sequence[Told]) -> None:
    """Record what shops say about products.

    An older state than the stored one changes nothing; a deleted product keeps its row, since past
    orders still show it. Publishes `product.updated {product_id}` for every product that is new or
    of which something shown has changed.
    """
    told = _newest_of_each(batch)
    if not told:
        return
    with transaction.atomic():
        stored = sql.insert(
            TABLE,
            COLUMNS,
            [_row(incoming) for incoming in told.values()],
            conflict=KEY,
            hold="source_updated_at",
            returning=("id", *COLUMNS, "inserted"),
        )
        changes = [_change(row, told[_key(row)]) for row in stored]
        sql.update(TABLE, CHANGED_COLUMNS, [after for before, after in changes if before != after])
        events.publish(
            _event(after, told[_key(before)])
            for before, after in changes
            if before["inserted"] or rules.shows_a_change(before, after)
        )


def _newest_of_each(batch: Sequence[Told]) -> dict[tuple[Any, ...], Told]:
    """One fact per product, in the order in which rows are locked everywhere."""
    newest: dict[tuple[Any, ...], Told] = {}
    for incoming in map(_with_time_of_deletion, batch):
        source, external_id = clip(incoming.source, 160), clip(incoming.fact.external_id, 120)
        key = (incoming.store_id, source, external_id)
        known = newest.get(key)
        if known is None or rules.newer(known.fact, incoming.fact) is incoming.fact:
            newest[key] = incoming
    return dict(sorted(newest.items()))


def _with_time_of_deletion(incoming: Told) -> Told:
    """A deletion without a time of its own was made by now."""
    if not incoming.fact.deleted or incoming.fact.updated_at:
        return incoming
    return replace(incoming, fact=replace(incoming.fact, updated_at=clock.now()))


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in KEY)


def _row(incoming: Told) -> Row:
    fact = incoming.fact
    return {
        "store_id": incoming.store_id,
        "source": clip(incoming.source, 160),
        "external_id": clip(fact.external_id, 120),
        **_shown(fact),
        "source_updated_at": fact.updated_at,
        "deleted_at": fact.updated_at if fact.deleted else None,
    }


def _shown(fact: ProductFact) -> Row:
    texts = {name: clip(getattr(fact, name), length) for name, length in TEXTS.items()}
    addresses = {name: read(getattr(fact, name), size) for name, (read, size) in ADDRESSES.items()}
    return {**texts, **addresses}


def _change(stored: Row, incoming: Told) -> tuple[Row, Row]:
    """What the product was and what it is now; the same where the fact changes nothing."""
    fact = incoming.fact
    if stored["inserted"] or not rules.wins(fact, stored):
        return stored, stored
    told_at = fact.updated_at or stored["source_updated_at"]
    if fact.deleted:
        deleted_at = stored["deleted_at"] or told_at
        return stored, {**stored, "source_updated_at": told_at, "deleted_at": deleted_at}
    after = {**stored, **_shown(fact), "source_updated_at": told_at, "deleted_at": None}
    return stored, after


def _event(product: Row, incoming: Told) -> Event:
    return Event(
        store_id=product["store_id"],
        type="product.updated",
        occurred_at=incoming.fact.updated_at or clock.now(),
        quiet=incoming.quiet,
        data={"product_id": product["id"]},
    )
