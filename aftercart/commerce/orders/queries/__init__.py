"""Reads of orders."""

from aftercart.commerce.orders.queries.details import (
    by_number,
    disclosure,
    fulfillments,
    id_by_token,
    id_of,
    ids_of_person,
    lines,
    newest_of_source,
    order,
    orders,
    refunds,
)
from aftercart.commerce.orders.queries.keys import (
    Bound,
    fulfillment_ids,
    fulfillment_statuses,
    fulfillments_of,
    orders_with_products,
    placed_where,
)
from aftercart.commerce.orders.queries.lists import (
    Cursor,
    OrderFilters,
    OrderPage,
    OrderSummary,
    count_by_delivery_status,
    page,
)
from aftercart.commerce.orders.queries.views import (
    FulfillmentView,
    LineView,
    OrderView,
    RefundView,
    SentFulfillment,
)

__all__ = [
    "Bound",
    "Cursor",
    "FulfillmentView",
    "LineView",
    "OrderFilters",
    "OrderPage",
    "OrderSummary",
    "OrderView",
    "RefundView",
    "SentFulfillment",
    "by_number",
    "count_by_delivery_status",
    "disclosure",
    "fulfillment_ids",
    "fulfillment_statuses",
    "fulfillments",
    "fulfillments_of",
    "id_by_token",
    "id_of",
    "ids_of_person",
    "lines",
    "newest_of_source",
    "order",
    "orders",
    "orders_with_products",
    "page",
    "placed_where",
    "refunds",
]
