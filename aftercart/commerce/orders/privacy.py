"""What this room does when a person demands to be forgotten, or to see what is held about them."""

from collections.abc import Sequence
from typing import Any

from aftercart.commerce.customers.ports import Subject
from aftercart.commerce.orders import actions, queries


class OrdersData:
    """The orders' part of a demand for privacy; see `aftercart.commerce.customers.ports`."""

    section = "orders"

    def erase(self, subjects: Sequence[Subject]) -> list[tuple[int, int]]:
        return actions.erase(subjects)

    def disclose(self, subjects: Sequence[Subject]) -> list[list[dict[str, Any]]]:
        return [queries.disclosure(subject) for subject in subjects]
