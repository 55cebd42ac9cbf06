"""The way of facts into the rooms, whatever they came by: webhook, pull, file or API."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.utils.module_loading import import_string

from aftercart.commerce.catalog.facts import ProductFact
from aftercart.commerce.customers.facts import CustomerFact, DisclosureFact, ErasureFact
from aftercart.commerce.orders.facts import (
    FulfillmentFact,
    OrderDeletionFact,
    OrderFact,
    RefundFact,
)
from aftercart.connectors.base import ConfirmationFact, DisconnectedFact
from aftercart.conversation.messages.facts import ReceiptFact
from aftercart.core.facts import Incoming
from aftercart.delivery.shipments.facts import TrackingFact

Record = Callable[[Sequence[Incoming[Any]]], list[int] | None]

# What others hang on comes first; forgetting comes last, so that it also reaches what came with it.
ROUTES: tuple[tuple[type, str], ...] = (
    (ProductFact, "aftercart.commerce.catalog.actions.record"),
    (CustomerFact, "aftercart.commerce.customers.actions.record"),
    (OrderFact, "aftercart.commerce.orders.actions.record"),
    (FulfillmentFact, "aftercart.commerce.orders.actions.record_fulfillments"),
    (RefundFact, "aftercart.commerce.orders.actions.record_refunds"),
    (TrackingFact, "aftercart.delivery.shipments.actions.record"),
    (ReceiptFact, "aftercart.conversation.messages.actions.record_receipts"),
    (OrderDeletionFact, "aftercart.commerce.orders.actions.record_deletions"),
    (DisclosureFact, "aftercart.commerce.customers.actions.disclose"),
    (ErasureFact, "aftercart.commerce.customers.actions.erase"),
    (DisconnectedFact, "aftercart.intake.actions.endings.disconnect"),
    (ConfirmationFact, "aftercart.intake.actions.endings.confirm"),
)
KNOWN = frozenset(kind for kind, _ in ROUTES)


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
        for kind, path in ROUTES:
            indices = by_kind.get(kind, [])
            if indices:
                record: Record = import_string(path)
                missing = record([batch[index] for index in indices]) or ()
                unplaced += [indices[position] for position in missing]
    return sorted(unplaced)
