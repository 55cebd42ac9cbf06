"""Shopify's GraphQL Admin API over plain dicts: its schema, paging, rights and costs.

`shopify.graphql` beside this file holds the part of the schema that is asked; a misspelt field is
refused. What a query costs is counted as shopify.dev describes it under "Rate limits".
"""

import base64
import re
import secrets
from pathlib import Path
from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLList,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_composite_type,
)
from graphql.language import IntValueNode, OperationDefinitionNode, VariableNode

SCHEMA = Path(__file__).with_name("shopify.graphql")
MUTATION_COST = 10
NEEDED = {
    ("Query", "orders"): "read_orders",
    ("Query", "order"): "read_orders",
    ("Query", "ordersCount"): "read_orders",
    ("Query", "fulfillment"): "read_orders",
    ("Query", "refund"): "read_orders",
    ("Query", "products"): "read_products",
    ("Query", "productsCount"): "read_products",
    ("Order", "customer"): "read_customers",
}

Node = dict[str, Any]

_built: list[GraphQLSchema] = []


def schema() -> GraphQLSchema:
    """The schema with its resolvers: nodes are plain dicts, connections are lists in them."""
    if not _built:
        built = build_schema(SCHEMA.read_text())
        for kind in ("Query", "Mutation"):
            for name, one in built.type_map[kind].fields.items():  # type: ignore[attr-defined]
                one.resolve = globals().get(f"_resolve_{name}")
        for kind in built.type_map.values():
            for name, one in getattr(kind, "fields", {}).items():
                one_resolve = getattr(one, "resolve", None)
                if hasattr(one, "resolve"):
                    one.resolve = _guarded(kind.name, name, one_resolve)
        _built.append(built)
    return _built[0]


def _guarded(kind: str, name: str, resolve: Any) -> Any:
    needed = NEEDED.get((kind, name))

    def resolved(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        if needed and needed not in info.context.scopes:
            said = f"Access denied for {name} field. Required access: `{needed}` access scope."
            raise GraphQLError(said, extensions={"code": "ACCESS_DENIED"})
        if resolve is not None:
            return resolve(info.context, **arguments)
        value = source.get(name)
        if get_named_type(info.return_type).name.endswith("Connection"):
            return _page(value or [], arguments)
        if isinstance(value, list) and arguments.get("first") is not None:
            return value[: arguments["first"]]
        return value

    return resolved


def _page(items: list[Node], arguments: dict[str, Any]) -> Node:
    start = 0
    if arguments.get("after"):
        start = _position(arguments["after"]) + 1
    first = arguments.get("first")
    if first is None or not 0 < first <= 250:
        raise GraphQLError("you must provide one of first or last, at most 250")
    found = items[start : start + first]
    end = start + len(found) - 1
    info = {
        "hasNextPage": start + first < len(items),
        "hasPreviousPage": start > 0,
        "startCursor": _cursor(start) if found else None,
        "endCursor": _cursor(end) if found else None,
    }
    return {"nodes": found, "pageInfo": info}


def _cursor(position: int) -> str:
    return base64.b64encode(f"position:{position}".encode()).decode()


def _position(cursor: str) -> int:
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("position:"))
    except ValueError as error:
        said = "Invalid cursor for current pagination sort."
        raise GraphQLError(said, extensions={"code": "BAD_REQUEST"}) from error


def _resolve_shop(shop: Any) -> Node:
    return {
        "name": "Acme Outdoor",
        "currencyCode": "USD",
        "ianaTimezone": "America/New_York",
        "contactEmail": "help@acme.example",
        "email": "owner@acme.example",
        "myshopifyDomain": shop.domain,
        "primaryDomain": {"url": "https://acme.example"},
    }


def _resolve_currentAppInstallation(shop: Any) -> Node:
    return {"accessScopes": [{"handle": scope} for scope in shop.scopes]}


def _resolve_orders(shop: Any, **arguments: Any) -> Node:
    return _page(_found(shop.orders, arguments), arguments)


def _resolve_products(shop: Any, **arguments: Any) -> Node:
    return _page(_found(shop.products, arguments), arguments)


def _resolve_ordersCount(shop: Any, **arguments: Any) -> Node:
    return {"count": min(len(_found(shop.orders, arguments)), arguments["limit"])}


def _resolve_productsCount(shop: Any, **arguments: Any) -> Node:
    return {"count": min(len(_found(shop.products, arguments)), arguments["limit"])}


def _found(items: list[Node], arguments: dict[str, Any]) -> list[Node]:
    """`updated_at:>='…'` is the one search we know."""
    search = arguments.get("query") or ""
    since = re.fullmatch(r"updated_at:>='([^']+)'", search)
    if search and not since:
        raise GraphQLError(f"cannot search for {search}")
    least = since[1] if since else ""
    found = [item for item in items if item["updatedAt"] >= least]
    if arguments.get("sortKey") == "UPDATED_AT":
        found.sort(key=lambda item: str(item["updatedAt"]))
    return found


def _resolve_order(shop: Any, id: str) -> Node | None:  # noqa: A002
    return next((one for one in shop.orders if one["id"] == id), None)


def _resolve_fulfillment(shop: Any, id: str) -> Node | None:  # noqa: A002
    return _part(shop, "fulfillments", id)


def _resolve_refund(shop: Any, id: str) -> Node | None:  # noqa: A002
    return _part(shop, "refunds", id)


def _part(shop: Any, name: str, part_id: str) -> Node | None:
    parts = (part for order in shop.orders for part in order[name])
    return next((part for part in parts if part["id"] == part_id), None)


def _resolve_webhookSubscriptions(shop: Any, **arguments: Any) -> Node:
    return _page(shop.subscriptions, arguments)


def _resolve_webhookSubscriptionCreate(
    shop: Any,
    topic: str,
    webhookSubscription: Node,  # noqa: N803
) -> Node:
    uri = webhookSubscription.get("uri") or ""
    if not uri.startswith(("https://", "http://127.0.0.1:")):
        said = "Address protocol http:// is not supported"
        return {"userErrors": [{"field": ["webhookSubscription", "uri"], "message": said}]}
    if any(one["topic"] == topic and one["uri"] == uri for one in shop.subscriptions):
        said = "Address for this topic has already been taken"
        return {"userErrors": [{"field": ["webhookSubscription", "uri"], "message": said}]}
    made = {
        "id": f"gid://shopify/WebhookSubscription/{secrets.randbelow(10**12)}",
        "topic": topic,
        "uri": uri,
        "format": webhookSubscription.get("format") or "JSON",
    }
    shop.subscriptions.append(made)
    return {"webhookSubscription": made, "userErrors": []}


def _resolve_webhookSubscriptionDelete(shop: Any, id: str) -> Node:  # noqa: A002
    found = next((one for one in shop.subscriptions if one["id"] == id), None)
    if found is None:
        said = "Webhook subscription does not exist"
        return {"userErrors": [{"field": ["id"], "message": said}]}
    shop.subscriptions.remove(found)
    return {"deletedWebhookSubscriptionId": id, "userErrors": []}


def requested_cost(operation: OperationDefinitionNode, variables: dict[str, Any]) -> float:
    """An object costs 1, a connection what `first` of its nodes cost, a mutation 10."""
    root = "Mutation" if operation.operation.value == "mutation" else "Query"
    if root == "Mutation":
        return MUTATION_COST
    return _selection_cost(schema().type_map[root], operation.selection_set, variables)


def _selection_cost(kind: Any, selections: Any, variables: dict[str, Any]) -> float:
    return sum(
        _field_cost(kind.fields[one.name.value], one, variables)
        for one in selections.selections
        if isinstance(one, FieldNode)
    )


def _field_cost(definition: Any, node: FieldNode, variables: dict[str, Any]) -> float:
    kind = get_named_type(definition.type)
    if not is_composite_type(kind) or kind.name == "PageInfo":
        return 0
    first = _first(node, variables)
    if kind.name.endswith("Connection"):
        one = next(
            (each for each in node.selection_set.selections if each.name.value == "nodes"), None
        )
        if one is None:
            return 0
        node_kind = get_named_type(kind.fields["nodes"].type)
        each_cost = 1 + _selection_cost(node_kind, one.selection_set, variables)
        return first * each_cost
    each_cost = 1 + _selection_cost(kind, node.selection_set, variables)
    is_list = isinstance(getattr(definition.type, "of_type", definition.type), GraphQLList)
    return each_cost * (first or 1) if is_list else each_cost


def _first(node: FieldNode, variables: dict[str, Any]) -> int:
    for argument in node.arguments or ():
        if argument.name.value != "first":
            continue
        if isinstance(argument.value, VariableNode):
            return int(variables.get(argument.value.name.value) or 0)
        if isinstance(argument.value, IntValueNode):
            return int(argument.value.value)
    return 0


def actual_cost(value: Any) -> float:
    if isinstance(value, list):
        return sum(map(actual_cost, value))
    if not isinstance(value, dict):
        return 0
    inside = sum(actual_cost(part) for name, part in value.items() if name != "pageInfo")
    return inside + (0 if "nodes" in value else 1)
