"""The lines of orders: what was bought, and what of it is left after edits."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from aftercart.commerce.orders.actions.held import Held, ids
from aftercart.commerce.orders.actions.rows import Row, line_row
from aftercart.commerce.orders.facts import LineItemFact
from aftercart.core import sql

TABLE = "orders_lineitem"
CHANGING = {
    "position": "smallint",
    "product_external_id": "text",
    "title": "text",
    "variant_title": "text",
    "sku": "text",
    "quantity": "integer",
    "current_quantity": "integer",
    "price": "numeric",
    "discount": "numeric",
    "image_url": "text",
    "requires_shipping": "boolean",
}
COLUMNS = {"store_id": "bigint", "order_id": "bigint", "external_id": "text", **CHANGING}
PLACEHOLDER: dict[str, Any] = {
    "position": 0,
    "product_external_id": "",
    "title": "",
    "variant_title": "",
    "sku": "",
    "quantity": 0,
    "current_quantity": 0,
    "price": 0,
    "discount": 0,
    "image_url": "",
    "requires_shipping": True,
}


def load(orders: Iterable[Held]) -> None:
    """Load the lines of orders that were known before."""
    known = {(held.store_id, held.id): held for held in orders if not held.is_new}
    if not known:
        return
    names = ", ".join(f"line.{name}" for name in ("id", *COLUMNS))
    for row in sql.fetch(
        f"SELECT {names} FROM unnest(%s::bigint[], %s::bigint[]) AS wanted(store_id, order_id) "
        f"JOIN {TABLE} AS line USING (store_id, order_id)",
        ids(known.values()),
    ):
        known[row["store_id"], row["order_id"]].lines[row["external_id"]] = row


def replace(orders: Mapping[Held, Sequence[LineItemFact]]) -> None:
    """Make each order's lines what its source says; a line that is gone keeps its row, with 0."""
    new: list[Row] = []
    changed: list[Row] = []
    for held, facts in orders.items():
        told = _rows(facts)
        gone = [name for name in held.lines if name not in told]
        for name in gone:
            told[name] = {**held.lines[name], "current_quantity": 0}
        for name, row in told.items():
            stored = held.lines.get(name)
            if stored is None:
                new.append({**row, "store_id": held.store_id, "order_id": held.id})
            elif any(row[column] != stored[column] for column in CHANGING):
                changed.append({**stored, **{column: row[column] for column in CHANGING}})
                held.lines[name] = changed[-1]
                held.changed_lines = True
    sql.update(TABLE, {"id": "bigint", "store_id": "bigint", **CHANGING}, changed)
    _insert(orders, new)


def remember(orders: Mapping[Held, Sequence[LineItemFact]]) -> None:
    """Keep lines that only an older state of their order knows: they have left it since.

    What was sent may still name them, and so they must be the same however late they are told.
    """
    new: list[Row] = []
    named: list[Row] = []
    for held, facts in orders.items():
        for name, row in _rows(facts).items():
            row["current_quantity"] = 0
            stored = held.lines.get(name)
            if stored is None:
                new.append({**row, "store_id": held.store_id, "order_id": held.id})
            elif not stored["title"]:
                held.lines[name] = {**stored, **row}
                named.append(held.lines[name])
    sql.update(TABLE, {"id": "bigint", "store_id": "bigint", **CHANGING}, named)
    _insert(orders, new)


def expect(orders: Mapping[Held, Collection[str]]) -> None:
    """Make placeholders for lines that a fulfillment names before the order tells of them."""
    _insert(
        orders,
        [
            {
                "store_id": held.store_id,
                "order_id": held.id,
                "external_id": name,
                **PLACEHOLDER,
            }
            for held, names in orders.items()
            for name in sorted(names)
            if name not in held.lines
        ],
    )


def names_of(facts: Sequence[LineItemFact]) -> list[str]:
    """How these lines are called once they are stored."""
    return list(_rows(facts))


def _rows(facts: Sequence[LineItemFact]) -> dict[str, Row]:
    """The facts as rows by id; a line without an id is known by its place."""
    rows: dict[str, Row] = {}
    for position, fact in enumerate(facts):
        row = line_row(fact, position)
        row["external_id"] = row["external_id"] or f"#{position + 1}"
        rows[row["external_id"]] = row
    return rows


def _insert(orders: Iterable[Held], rows: list[Row]) -> None:
    by_id = {(held.store_id, held.id): held for held in orders}
    for row in sql.insert(TABLE, COLUMNS, rows, returning=("id", *COLUMNS)):
        held = by_id[row["store_id"], row["order_id"]]
        held.lines[row["external_id"]] = row
        held.changed_lines = True
