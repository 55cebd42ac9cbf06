"""GraphQL's objects in the shape of webhook bodies, so that one parser reads both. Pure.

Anything may be missing or null: Shopify withholds personal fields from apps without approval.
"""

from collections.abc import Iterable, Mapping
from typing import Any

Node = Mapping[str, Any]


def order_body(node: Node) -> dict[str, Any]:
    """An order as `orders/updated` has it; its fulfillments also hold their `events`."""
    order_id = legacy_id(node.get("id"))
    return {
        "id": order_id,
        "name": node.get("name"),
        "email": node.get("email"),
        "phone": node.get("phone"),
        "customer_locale": node.get("customerLocale"),
        "currency": node.get("currencyCode"),
        "presentment_currency": node.get("presentmentCurrencyCode"),
        "created_at": node.get("createdAt"),
        "processed_at": node.get("processedAt"),
        "updated_at": node.get("updatedAt"),
        "cancelled_at": node.get("cancelledAt"),
        "cancel_reason": _word(node.get("cancelReason")),
        "closed_at": node.get("closedAt"),
        "financial_status": _word(node.get("displayFinancialStatus")),
        **_sums(node),
        "shipping_lines": [{"title": _in(node, "shippingLine").get("title")}],
        "shipping_address": _address(node.get("shippingAddress")),
        "billing_address": _address(node.get("billingAddress")),
        "customer": _customer(node.get("customer")),
        "line_items": [_line(line) for line in nodes(node, "lineItems")],
        "fulfillments": [_fulfillment(one, order_id) for one in _list(node, "fulfillments")],
        "refunds": [_refund(one, order_id) for one in _list(node, "refunds")],
        "order_status_url": node.get("statusPageUrl"),
        "note": node.get("note"),
        "note_attributes": _attributes(node),
        "tags": node.get("tags"),
        "test": node.get("test"),
    }


def product_body(node: Node) -> dict[str, Any]:
    """A product as `products/update` has it, with its address."""
    picture = _in(_in(_in(node, "featuredMedia"), "preview"), "image").get("url")
    return {
        "id": legacy_id(node.get("id")),
        "title": node.get("title"),
        "handle": node.get("handle"),
        "vendor": node.get("vendor"),
        "product_type": node.get("productType"),
        "updated_at": node.get("updatedAt"),
        "online_store_url": node.get("onlineStoreUrl"),
        "image": {"src": picture} if picture else None,
    }


def legacy_id(gid: Any) -> str | None:
    """`gid://shopify/Order/123?…` is known as `123` everywhere else."""
    if not isinstance(gid, str):
        return None
    return gid.rpartition("/")[2].partition("?")[0] or None


def nodes(node: Node, connection: str) -> list[Node]:
    """The nodes of a connection, without gaps."""
    return _list(_in(node, connection), "nodes")


def _sums(node: Node) -> dict[str, Any]:
    return {
        "total_price": _shop(node, "totalPriceSet"),
        "total_price_set": _bag(node.get("totalPriceSet")),
        "current_total_price": _shop(node, "currentTotalPriceSet"),
        "current_total_price_set": _bag(node.get("currentTotalPriceSet")),
        "total_tax": _shop(node, "totalTaxSet"),
        "current_total_tax": _shop(node, "currentTotalTaxSet"),
        "total_discounts": _shop(node, "totalDiscountsSet"),
        "current_total_discounts": _shop(node, "currentTotalDiscountsSet"),
        "total_shipping_price_set": _bag(node.get("totalShippingPriceSet")),
    }


def _line(node: Node) -> dict[str, Any]:
    discounts = _list(node, "discountAllocations")
    return {
        "id": legacy_id(node.get("id")),
        "title": node.get("title"),
        "name": node.get("name"),
        "variant_title": node.get("variantTitle"),
        "sku": node.get("sku"),
        "product_id": legacy_id(_in(node, "product").get("id")),
        "quantity": node.get("quantity"),
        "current_quantity": node.get("currentQuantity"),
        "price": _shop(node, "originalUnitPriceSet"),
        "discount_allocations": [{"amount": _shop(one, "allocatedAmountSet")} for one in discounts],
        "requires_shipping": node.get("requiresShipping"),
        "properties": _attributes(node),
    }


def _fulfillment(node: Node, order_id: str | None) -> dict[str, Any]:
    tracking = _list(node, "trackingInfo")
    return {
        "id": legacy_id(node.get("id")),
        "order_id": order_id,
        "status": _word(node.get("status")),
        "tracking_company": next(filter(None, (one.get("company") for one in tracking)), None),
        "tracking_numbers": [one.get("number") for one in tracking],
        "tracking_urls": [one.get("url") for one in tracking],
        "created_at": node.get("createdAt"),
        "updated_at": node.get("updatedAt"),
        "line_items": [
            {"id": legacy_id(_in(item, "lineItem").get("id")), "quantity": item.get("quantity")}
            for item in nodes(node, "fulfillmentLineItems")
        ],
        "events": [_event(one, node) for one in nodes(node, "events")],
    }


def _event(node: Node, fulfillment: Node) -> dict[str, Any]:
    return {
        "id": legacy_id(node.get("id")),
        "fulfillment_id": legacy_id(fulfillment.get("id")),
        "status": _word(node.get("status")),
        "message": node.get("message"),
        "happened_at": node.get("happenedAt"),
        "created_at": node.get("createdAt"),
        "estimated_delivery_at": node.get("estimatedDeliveryAt"),
        "city": node.get("city"),
        "province": node.get("province"),
        "zip": node.get("zip"),
        "country": node.get("country"),
    }


def _refund(node: Node, order_id: str | None) -> dict[str, Any]:
    return {
        "id": legacy_id(node.get("id")),
        "order_id": order_id,
        "note": node.get("note"),
        "created_at": node.get("createdAt"),
        "refund_line_items": [
            {
                "line_item_id": legacy_id(_in(item, "lineItem").get("id")),
                "quantity": item.get("quantity"),
            }
            for item in nodes(node, "refundLineItems")
        ],
        "transactions": [_transaction(one) for one in nodes(node, "transactions")],
    }


def _transaction(node: Node) -> dict[str, Any]:
    """A webhook's transaction is in the currency that the shopper paid in."""
    bag = _in(node, "amountSet")
    paid = _in(bag, "presentmentMoney") or _in(bag, "shopMoney")
    return {
        "kind": _word(node.get("kind")),
        "status": _word(node.get("status")),
        "amount": paid.get("amount"),
        "currency": paid.get("currencyCode"),
        "created_at": node.get("createdAt"),
        "processed_at": node.get("processedAt"),
    }


def _customer(node: Any) -> dict[str, Any] | None:
    if not isinstance(node, Mapping):
        return None
    email = _in(node, "defaultEmailAddress")
    consent = _word(email.get("marketingState"))
    return {
        "id": legacy_id(node.get("id")),
        "email": email.get("emailAddress"),
        "phone": _in(node, "defaultPhoneNumber").get("phoneNumber"),
        "first_name": node.get("firstName"),
        "last_name": node.get("lastName"),
        "locale": node.get("locale"),
        "created_at": node.get("createdAt"),
        "updated_at": node.get("updatedAt"),
        "email_marketing_consent": {"state": consent} if consent else None,
    }


def _address(node: Any) -> dict[str, Any] | None:
    if not isinstance(node, Mapping):
        return None
    return {
        "name": node.get("name"),
        "first_name": node.get("firstName"),
        "last_name": node.get("lastName"),
        "company": node.get("company"),
        "address1": node.get("address1"),
        "address2": node.get("address2"),
        "city": node.get("city"),
        "province": node.get("province"),
        "province_code": node.get("provinceCode"),
        "zip": node.get("zip"),
        "country_code": node.get("countryCodeV2"),
        "phone": node.get("phone"),
    }


def _attributes(node: Node) -> list[dict[str, Any]]:
    pairs = _list(node, "customAttributes")
    return [{"name": pair.get("key"), "value": pair.get("value")} for pair in pairs]


def _bag(value: Any) -> dict[str, Any] | None:
    if not isinstance(value, Mapping):
        return None
    sides = (("shop_money", "shopMoney"), ("presentment_money", "presentmentMoney"))
    return {ours: _money(value.get(theirs)) for ours, theirs in sides}


def _money(value: Any) -> dict[str, Any] | None:
    if not isinstance(value, Mapping):
        return None
    return {"amount": value.get("amount"), "currency_code": value.get("currencyCode")}


def _shop(node: Node, bag: str) -> Any:
    return _in(_in(node, bag), "shopMoney").get("amount")


def _word(value: Any) -> str | None:
    """GraphQL's enums are upper case, webhooks' words lower case."""
    return value.lower() if isinstance(value, str) else None


def _in(node: Node, name: str) -> Node:
    value = node.get(name)
    return value if isinstance(value, Mapping) else {}


def _list(node: Node, name: str) -> list[Node]:
    value = node.get(name)
    items: Iterable[Any] = value if isinstance(value, list) else ()
    return [item for item in items if isinstance(item, Mapping)]
