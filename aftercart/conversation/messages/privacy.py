"""What this room does when a person demands to see what is held about them."""

from collections.abc import Sequence
from typing import Any

import msgspec

from aftercart.commerce.customers.ports import Subject
from aftercart.commerce.orders import queries as orders
from aftercart.conversation.messages import queries


class MessagesData:
    """The messages' part of a demand for privacy; see `aftercart.commerce.customers.ports`."""

    section = "messages"

    def erase(self, subjects: Sequence[Subject]) -> list[tuple[int, int]]:
        """Nothing of their own: what was written about an order goes when the order is wiped."""
        return []

    def disclose(self, subjects: Sequence[Subject]) -> list[list[dict[str, Any]]]:
        return [self._disclosed(subject) for subject in subjects]

    def _disclosed(self, subject: Subject) -> list[dict[str, Any]]:
        rows = queries.written_about(subject.store_id, orders.ids_of_person(subject))
        documents: list[dict[str, Any]] = msgspec.to_builtins(rows)
        return documents
