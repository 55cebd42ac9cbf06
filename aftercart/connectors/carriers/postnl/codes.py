"""PostNL's status codes in ours: one or two digits, the same in a status and in its history.

Source: PostNL's Shipping Status API v2 (codes and phases). What is not listed is read by its words,
and marked so.
"""

from functools import lru_cache

from aftercart.connectors.carriers.tables import table
from aftercart.connectors.carriers.wording import agreed, meaning
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

Said = tuple[ShipmentStatus, Reason, bool]

STATUS = table(
    ("info_received", "", "1"),
    ("in_transit", "", "2 5 22"),
    ("picked_up", "", "3"),
    ("info_received", "awaiting_carrier", "4 13"),
    ("exception", "missorted", "6"),
    ("out_for_delivery", "", "7"),
    ("attempt_failed", "", "8"),
    ("in_transit", "customs_clearance", "9"),
    ("delivered", "", "11"),
    ("available_for_pickup", "", "12"),
    ("returning", "", "17"),
    ("delivered", "collected_by_customer", "19"),
)


@lru_cache(4096)
def said(code: str, text: str) -> Said:
    """Our status and reason for a status, and whether its words decided, no code."""
    listed = STATUS.get(code.lstrip("0"))
    if listed is None:
        found = meaning(text) if text else None
        return (*found, True) if found else ("unknown", "", False)
    return agreed(*listed, text)
