"""What messages do when something happens elsewhere."""

from collections.abc import Sequence

from aftercart.conversation.messages import actions
from aftercart.core.events import Event


def erase(events: Sequence[Event]) -> None:
    """A customer was forgotten: wipe what was written about their orders."""
    actions.erase({(event.store_id, event.order_id) for event in events if event.order_id})
