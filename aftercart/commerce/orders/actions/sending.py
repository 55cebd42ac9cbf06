"""Recording fulfillments that were told by themselves."""

from collections.abc import Sequence

from django.db import transaction

from aftercart.commerce.orders import rules
from aftercart.commerce.orders.actions import by_hand, fulfillments, joining, lines
from aftercart.commerce.orders.actions.fulfillments import ToldFulfillment
from aftercart.commerce.orders.actions.held import Held, hold_known, key_of, write
from aftercart.commerce.orders.facts import FulfillmentFact
from aftercart.core import events
from aftercart.core.facts import Incoming


def record_fulfillments(batch: Sequence[Incoming[FulfillmentFact]]) -> list[int]:
    """Record fulfillments that were told by themselves.

    Returns:
        the indices of those whose order is not known yet.
    """
    keys = [
        key_of(incoming.store_id, incoming.source, incoming.fact.order_external_id)
        for incoming in batch
    ]
    with transaction.atomic():
        stored_as = joining.known_as(set(keys))
        orders = hold_known({stored_as.get(key, key) for key in keys})
        told: dict[Held, list[ToldFulfillment]] = {held: [] for held in orders.values()}
        aside: dict[Held, list[ToldFulfillment]] = {}
        for key, incoming in zip(keys, batch, strict=True):
            held = orders.get(stored_as.get(key, key))
            if held is None:
                continue
            fact = incoming.fact
            one = ToldFulfillment(fact, rules.told_at(fact), incoming.quiet)
            if key in stored_as:
                aside.setdefault(held, []).append(by_hand.as_by_hand(one, key[1], held))
            else:
                told[held].append(one)
        lines.load(told)
        fulfillments.apply(told)
        by_hand.add(aside)
        by_hand.give_way(told)
        for held in told:
            held.sum_up()
        write(told)
        events.publish(event for held in told for event in held.events)
    return [index for index, key in enumerate(keys) if stored_as.get(key, key) not in orders]
