"""An order with all its lines, fulfillments and refunds, however many there are.

The page of orders holds a few of each, which is all of them for most orders; the rest is asked for.
"""

from collections.abc import Mapping
from typing import Any

from aftercart.connectors.shops.shopify import queries
from aftercart.connectors.shops.shopify.client import Client
from aftercart.connectors.shops.shopify.shape import Node, nodes

LINES, SOME, INNER = 6, 2, 6
"""How many lines, fulfillments and refunds, and parts of those, come with a page of orders."""

AT_ONCE = 50
MOST_PAGES = 100

Whole = dict[str, Any]


def whole_order(client: Client, node: Node) -> Whole:
    """The order without anything left out.

    Raises:
        ConnectionFailed: the rest cannot be had.
    """
    order = {**node}
    order["lineItems"] = _rest(client, queries.ORDER_LINES, "order", order, "lineItems")
    fulfillments, refunds = list(order.get("fulfillments") or ()), list(order.get("refunds") or ())
    if len(fulfillments) >= SOME or len(refunds) >= SOME:
        parts = client.ask(queries.ORDER_PARTS, id=order["id"]).get("order") or {}
        one = (client, queries.ONE_FULFILLMENT, "fulfillment")
        fulfillments = _all(*one, fulfillments, parts.get("fulfillments") or ())
        one = (client, queries.ONE_REFUND, "refund")
        refunds = _all(*one, refunds, parts.get("refunds") or ())
    order["fulfillments"] = [_whole_fulfillment(client, one) for one in fulfillments]
    order["refunds"] = [_whole_refund(client, one) for one in refunds]
    return order


def _all(client: Client, query: str, name: str, known: list[Node], ids: Any) -> list[Node]:
    """Those that came with the order, and the others one by one."""
    by_id = {one.get("id"): one for one in known}
    for part in ids:
        if part["id"] not in by_id:
            found = client.ask(query, id=part["id"], inner=AT_ONCE).get(name)
            if isinstance(found, Mapping):
                by_id[part["id"]] = found
    return list(by_id.values())


def _whole_fulfillment(client: Client, node: Node) -> Whole:
    items = _rest(client, queries.FULFILLMENT_ITEMS, "fulfillment", node, "fulfillmentLineItems")
    events = _rest(client, queries.FULFILLMENT_EVENTS, "fulfillment", node, "events")
    return {**node, "fulfillmentLineItems": items, "events": events}


def _whole_refund(client: Client, node: Node) -> Whole:
    items = _rest(client, queries.REFUND_ITEMS, "refund", node, "refundLineItems")
    return {**node, "refundLineItems": items}


def _rest(client: Client, query: str, name: str, node: Node, connection: str) -> Whole:
    """The connection with the nodes of all its pages."""
    found = nodes(node, connection)
    info = (node.get(connection) or {}).get("pageInfo") or {}
    for _page in range(MOST_PAGES):
        if not info.get("hasNextPage"):
            break
        after = info.get("endCursor")
        answer = client.ask(query, id=node["id"], after=after, first=AT_ONCE).get(name) or {}
        found += nodes(answer, connection)
        info = (answer.get(connection) or {}).get("pageInfo") or {}
    return {"nodes": found}
