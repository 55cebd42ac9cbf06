"""Answering a look-up by mail, where nobody can watch how long it takes."""

from collections.abc import Collection

from aftercart.commerce.orders import queries as orders
from aftercart.commerce.orders.queries import OrderView
from aftercart.conversation.messages import actions as messages
from aftercart.conversation.pages.actions import forget_old_counts, keyed
from aftercart.conversation.pages.rules.lookup import proofs_of
from aftercart.core import jobs
from aftercart.core.tenancy import bound


def ask(store_id: int, number: str, proofs: Collection[str]) -> None:
    """Have a worker look for the order. What proves it waits as keyed hashes only."""
    hashes = sorted(keyed(store_id, proof) for proof in proofs)
    with bound(store_id):
        jobs.defer(
            "send_tracking_link",
            once=keyed(store_id, f"{number} {' '.join(hashes)}"),
            store_id=store_id,
            number=number,
            proofs=hashes,
        )


def send_tracking_link(store_id: int, number: str, proofs: list[str]) -> None:
    """The job: mail the links of the orders that go by the number and that a proof fits."""
    with bound(store_id):
        found = orders.by_number(store_id, number)
        matching = [order.id for order in found if _is_proven(order, set(proofs))]
        if matching:
            messages.send_tracking_link(store_id, matching)
        forget_old_counts(store_id)


def _is_proven(order: OrderView, proofs: set[str]) -> bool:
    addresses = [a for a in (order.shipping_address, order.billing_address) if a]
    known = proofs_of(
        emails=[order.email],
        postcodes=[order.ship_postcode, *(address.postcode for address in addresses)],
        phones=[order.phone, *(address.phone for address in addresses)],
    )
    return any(keyed(order.store_id, proof) in proofs for proof in known)
