"""The way of facts into the rooms, whatever they came by: webhook, pull, file or API."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from django.db import transaction

from aftercart.commerce.catalog import actions as catalog
from aftercart.commerce.catalog.facts import ProductFact
from aftercart.commerce.customers import actions as customers
from aftercart.commerce.customers.facts import (
    CustomerFact,
    DisclosureFact,
    ErasureFact,
    ShopErasureFact,
)
from aftercart.commerce.orders import actions as orders
from aftercart.commerce.orders.facts import (
    FulfillmentFact,
    OrderDeletionFact,
    OrderFact,
    RefundFact,
)
from aftercart.connectors.base import ConfirmationFact, DisconnectedFact
from aftercart.conversation.messages import actions as messages
from aftercart.conversation.messages.facts import ReceiptFact
from aftercart.core.facts import Incoming
from aftercart.delivery.shipments import actions as shipments
from aftercart.delivery.shipments.facts import ScanRetractionFact, TrackingFact
from aftercart.intake.actions import endings, erasing

Record = Callable[[Sequence[Incoming[Any]]], object]

# What others hang on comes first; forgetting comes last, so that it also reaches what came with it.
ROUTES: tuple[tuple[type, Record], ...] = (
    (ProductFact, catalog.record),
    (CustomerFact, customers.record),
    (OrderFact, orders.record),
    (FulfillmentFact, orders.record_fulfillments),
    (RefundFact, orders.record_refunds),
    # What is taken back first is not told to anyone when it comes in the same batch.
    (ScanRetractionFact, shipments.retract),
    (TrackingFact, shipments.record),
    (ReceiptFact, messages.record_receipts),
    (OrderDeletionFact, orders.record_deletions),
    (DisclosureFact, customers.disclose),
    (ErasureFact, erasing.erase),
    (DisconnectedFact, endings.disconnect),
    (ShopErasureFact, erasing.redact),
    (ConfirmationFact, endings.confirm),
)
KNOWN = frozenset(kind for kind, _ in ROUTES)

# What is still heard of a shop whose data were erased on its demand.
HEARD_TO_THE_END = (DisclosureFact, ErasureFact, ShopErasureFact, DisconnectedFact)

# Their rooms say which of them belong to something that is not known yet.
DEPENDENT = frozenset({FulfillmentFact, RefundFact, ScanRetractionFact, TrackingFact})


def accept(batch: Sequence[Incoming[Any]]) -> list[int]:
    """Hand facts of any kinds and stores to their rooms, in one transaction.

    Returns:
        the indices of facts that could not be placed yet, since what they belong to is not known.

    Raises:
        TypeError: a fact is of a kind that no room takes.
    """
    by_kind: dict[type, list[int]] = {}
    for index, incoming in enumerate(batch):
        by_kind.setdefault(type(incoming.fact), []).append(index)
    unknown = by_kind.keys() - KNOWN
    if unknown:
        raise TypeError(f"no room takes {', '.join(sorted(kind.__name__ for kind in unknown))}")
    unplaced: list[int] = []
    with transaction.atomic():
        for kind, record in ROUTES:
            indices = by_kind.get(kind, [])
            if indices:
                missing = record([batch[index] for index in indices])
                if kind in DEPENDENT:
                    unplaced += [indices[position] for position in cast(list[int], missing)]
    return sorted(unplaced)
