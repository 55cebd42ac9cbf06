"""Orders and their parts, of one store, many orders at once: a query each."""

from collections.abc import Collection, Iterable
from typing import Any, TypeVar

import msgspec

from aftercart.commerce.customers.ports import Subject
from aftercart.commerce.orders import rules
from aftercart.commerce.orders.queries.views import (
    FulfillmentView,
    LineView,
    OrderView,
    RefundView,
)
from aftercart.core import sql

View = TypeVar("View", LineView, FulfillmentView, RefundView)

_FROM_CUSTOMER = {"customer_first_name"}
_ORDER_COLUMNS = ", ".join(
    f"stored.{name}" for name in OrderView.__struct_fields__ if name not in _FROM_CUSTOMER
)
_ORDERS = f"""
SELECT {_ORDER_COLUMNS}, coalesce(customer.first_name, '') AS customer_first_name
FROM orders_order AS stored
LEFT JOIN customers_customer AS customer
  ON customer.id = stored.customer_id AND customer.store_id = stored.store_id
"""
_LINES = f"""
SELECT {", ".join(LineView.__struct_fields__)} FROM orders_lineitem
WHERE store_id = %s AND order_id = ANY(%s) AND title <> '' ORDER BY order_id, position, id
"""
_FULFILLMENTS = """
SELECT id, order_id, external_id, status, parcels, service, location, fulfilled_at, coalesce((
  SELECT jsonb_object_agg(item.line_item_id, item.quantity) FROM orders_fulfillmentitem AS item
  WHERE item.store_id = sent.store_id AND item.fulfillment_id = sent.id
), '{}') AS items
FROM orders_fulfillment AS sent
WHERE store_id = %s AND order_id = ANY(%s) ORDER BY order_id, fulfilled_at, id
"""
_REFUNDS = f"""
SELECT {", ".join(RefundView.__struct_fields__)} FROM orders_refund
WHERE store_id = %s AND order_id = ANY(%s) ORDER BY order_id, refunded_at, id
"""


def orders(store_id: int, order_ids: Collection[int]) -> dict[int, OrderView]:
    """The orders with these ids, by id; those of other stores are not there."""
    found = _orders("WHERE stored.store_id = %s AND stored.id = ANY(%s)", store_id, list(order_ids))
    return {view.id: view for view in found}


def order(store_id: int, order_id: int) -> OrderView | None:
    """One order, or None where this store has none of that id."""
    return orders(store_id, [order_id]).get(order_id)


def by_number(store_id: int, number: str, limit: int = 10) -> list[OrderView]:
    """The orders that go by a number, with or without its `#`, the newest first."""
    plain = number.strip().lstrip("#").upper()
    return _orders(
        "WHERE stored.store_id = %s AND upper(stored.number) IN (%s, %s) "
        "AND stored.deleted_at IS NULL ORDER BY stored.placed_at DESC, stored.id DESC LIMIT %s",
        store_id,
        plain,
        f"#{plain}",
        limit,
    )


def id_by_token(store_id: int, token: str) -> int | None:
    """The order that a public token stands for."""
    return _id("token = %s", store_id, token)


def id_of(store_id: int, source: str, external_id: str) -> int | None:
    """The order that a source calls so, also where a better source tells of it now."""
    known = _id("source = %s AND external_id = %s", store_id, source, external_id)
    return known or _id(
        "id = (SELECT order_id FROM orders_orderalias AS alias WHERE alias.store_id = %s "
        "AND alias.source = %s AND alias.external_id = %s)",
        store_id,
        store_id,
        source,
        external_id,
    )


def newest_of_source(
    store_id: int, source: str, limit: int, after: int | None = None
) -> list[dict[str, Any]]:
    """`id` and `external_id` of a source's orders, the last recorded first, below `after`.

    Those that a better source tells of now are among them, as this source calls them.
    """
    return sql.fetch(
        """
        SELECT id, external_id FROM (
          SELECT id, external_id FROM orders_order
          WHERE store_id = %(store)s AND source = %(source)s AND id < %(after)s
          UNION ALL
          SELECT order_id, external_id FROM orders_orderalias
          WHERE store_id = %(store)s AND source = %(source)s AND order_id < %(after)s
        ) AS called ORDER BY id DESC LIMIT %(limit)s
        """,
        {"store": store_id, "source": source, "after": after or 2**63 - 1, "limit": limit},
    )


def lines(store_id: int, order_ids: Collection[int]) -> dict[int, list[LineView]]:
    """The lines of orders in their order, those that left the order too (with 0 left)."""
    rows = sql.fetch(_LINES, [store_id, list(order_ids)])
    return _by_order(order_ids, (LineView(**row) for row in rows))


def fulfillments(store_id: int, order_ids: Collection[int]) -> dict[int, list[FulfillmentView]]:
    """The fulfillments of orders, the oldest first, each with the items that travel with it."""
    rows = sql.fetch(_FULFILLMENTS, [store_id, list(order_ids)])
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        items = msgspec.json.decode(row["items"], type=dict[int, int])
        found.setdefault(row["order_id"], []).append({**row, "items": items})
    conclude = [key for key, sent in found.items() if not all(one["items"] for one in sent)]
    of_order = lines(store_id, conclude) if conclude else {}
    for order_id in conclude:
        _conclude(found[order_id], of_order[order_id])
    views = (_fulfillment(row) for sent in found.values() for row in sent)
    return _by_order(order_ids, views)


def refunds(store_id: int, order_ids: Collection[int]) -> dict[int, list[RefundView]]:
    """The refunds of orders, the oldest first."""
    rows = sql.fetch(_REFUNDS, [store_id, list(order_ids)])
    return _by_order(order_ids, (RefundView(**row) for row in rows))


def ids_of_person(subject: Subject) -> list[int]:
    """The orders of a person, by everything they are known by."""
    rows = sql.fetch(
        """
        SELECT id FROM orders_order WHERE store_id = %(store)s AND customer_id = ANY(%(customers)s)
        UNION SELECT id FROM orders_order
          WHERE store_id = %(store)s AND lower(email) = ANY(%(emails)s)
        UNION SELECT id FROM orders_order
          WHERE store_id = %(store)s AND source = %(source)s AND external_id = ANY(%(orders)s)
        """,
        {
            "store": subject.store_id,
            "source": subject.source,
            "customers": list(subject.customer_ids),
            "emails": list(subject.emails),
            "orders": list(subject.order_external_ids),
        },
    )
    return sorted(row["id"] for row in rows)


def disclosure(subject: Subject) -> list[dict[str, Any]]:
    """Everything that is held of a person's orders, in plain JSON."""
    order_ids = ids_of_person(subject)
    found = orders(subject.store_id, order_ids)
    parts: dict[str, dict[int, Any]] = {
        "lines": lines(subject.store_id, order_ids),
        "fulfillments": fulfillments(subject.store_id, order_ids),
        "refunds": refunds(subject.store_id, order_ids),
    }
    documents: list[dict[str, Any]] = msgspec.to_builtins(
        [
            {"order": found[order_id], **{name: of[order_id] for name, of in parts.items()}}
            for order_id in order_ids
        ]
    )
    return documents


def _orders(condition: str, *parameters: Any) -> list[OrderView]:
    return [_order(row) for row in sql.fetch(_ORDERS + condition, parameters)]


def _order(row: dict[str, Any]) -> OrderView:
    for name in ("shipping_address", "billing_address", "tags"):
        row[name] = None if row[name] is None else msgspec.json.decode(row[name])
    return msgspec.convert(row, OrderView)


def _id(condition: str, store_id: int, *parameters: str | int) -> int | None:
    rows = sql.fetch(
        f"SELECT id FROM orders_order WHERE store_id = %s AND {condition}", [store_id, *parameters]
    )
    return rows[0]["id"] if rows else None


def _conclude(sent: list[dict[str, Any]], of_order: list[LineView]) -> None:
    """Fill in what a fulfillment carries whose source did not say."""
    packed = rules.contents(
        [rules.Line(line.id, line.current_quantity, line.requires_shipping) for line in of_order],
        [rules.Sending(row["id"], row["status"], row["items"]) for row in sent],
    )
    for row in sent:
        row["items"] = packed.get(row["id"], row["items"])


def _fulfillment(row: dict[str, Any]) -> FulfillmentView:
    parcels = tuple(msgspec.json.decode(row["parcels"]))
    return FulfillmentView(**{**row, "parcels": parcels, "items": tuple(row["items"].items())})


def _by_order(order_ids: Collection[int], views: Iterable[View]) -> dict[int, list[View]]:
    of_each: dict[int, list[View]] = {order_id: [] for order_id in order_ids}
    for view in views:
        of_each[view.order_id].append(view)
    return of_each
