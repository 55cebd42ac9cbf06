"""What this room does when orders change."""

from collections.abc import Sequence

from aftercart.core.events import Event
from aftercart.delivery.shipments import actions


def follow_fulfillments(events: Sequence[Event]) -> None:
    """Make, fill and empty parcels as the merchant's fulfillments say."""
    told: dict[tuple[int, int], bool] = {}
    for event in events:
        pair = (event.store_id, event.data["fulfillment_id"])
        told[pair] = told.get(pair, True) and event.quiet
    actions.follow(told)


def weigh(events: Sequence[Event]) -> None:
    """Say anew what the parcels of an order say together, where there is more or less to send."""
    actions.sum_up(
        sorted(
            {
                (event.store_id, event.order_id)
                for event in events
                if event.order_id is not None
                and "fulfillment_status" in event.data.get("changed", ())
            }
        )
    )


def forget(events: Sequence[Event]) -> None:
    """Forget who signed for the parcels of an order whose shopper is forgotten."""
    actions.forget(
        {(event.store_id, event.order_id) for event in events if event.order_id is not None}
    )
