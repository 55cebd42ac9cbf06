"""What happens to pages when something happens to their orders."""

from collections.abc import Sequence
from datetime import timedelta

from aftercart.commerce.orders import queries as orders
from aftercart.conversation.pages import actions, queries
from aftercart.core import clock
from aftercart.core.events import Event

# Who ordered longer ago does not come back to look at a product's new picture.
PRODUCTS_MATTER_FOR = timedelta(days=90)


def mark_stale(events: Sequence[Event]) -> None:
    """Have the pages of the events' orders rendered anew; an order's first event makes its page."""
    pairs = {(event.store_id, event.order_id) for event in events if event.order_id is not None}
    products = {
        (event.store_id, int(event.data["product_id"]))
        for event in events
        if event.type == "product.updated"
    }
    if products:
        since = clock.now() - PRODUCTS_MATTER_FOR
        pairs.update(orders.orders_with_products(queries.product_keys(products), since))
    actions.make_stale(pairs)


def forget(events: Sequence[Event]) -> None:
    """A shopper was forgotten: the pages of their orders are to be rendered anew, without them."""
    actions.forget({(event.store_id, event.order_id) for event in events if event.order_id})


def restyle(events: Sequence[Event]) -> None:
    """A store has another name, address or look: every page of it is to be rendered anew."""
    actions.restyle({event.store_id for event in events})
