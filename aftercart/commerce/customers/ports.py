"""What this room needs of those above it: to forget a person, and to say what they hold of one."""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """A person whom a demand for privacy means, by everything they are known by.

    Attributes:
        source: the system that owns `order_external_ids`.
        emails: lower case.
    """

    store_id: int
    source: str
    customer_ids: tuple[int, ...] = ()
    emails: tuple[str, ...] = ()
    order_external_ids: tuple[str, ...] = ()


class PersonalData(Protocol):
    """A room's personal data. Implementations are named in the setting `PERSONAL_DATA`."""

    section: str

    def erase(self, subjects: Sequence[Subject]) -> list[tuple[int, int]]:
        """Wipe what is personal; the `(store_id, order_id)` of the orders that were touched."""
        ...

    def disclose(self, subjects: Sequence[Subject]) -> list[list[dict[str, Any]]]:
        """What the room holds about each subject, in plain JSON."""
        ...
