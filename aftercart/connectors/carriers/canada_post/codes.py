"""Canada Post's event identifiers in our words. They are four digits; leading zeros may be missing.

Sources: Canada Post's tracking service (significant events) and the identifiers in its replies. One
that is not listed is read by its words, in English or French, and marked so.
"""

from functools import lru_cache

from aftercart.connectors.carriers.tables import table
from aftercart.connectors.carriers.wording import agreed, meaning
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

Said = tuple[ShipmentStatus, Reason, bool]

EVENT = table(
    ("info_received", "", "3000 3001 3002"),
    ("picked_up", "", "2300 0400 1302"),
    ("in_transit", "", "0100 0104 0105 0170 1703 4311 8901"),
    ("exception", "address_problem", "0173"),
    ("out_for_delivery", "", "0174 0500"),
    ("attempt_failed", "recipient_not_home", "1479"),
    ("available_for_pickup", "", "1701"),
    ("available_for_pickup", "unclaimed", "0156"),
    ("delivered", "", "1496 1498"),
)

# A signature was put on file: a paper, no event of the parcel.
REMARKS = frozenset({"0020", "0021"})


def identifier(said: str) -> str:
    """The identifier in its four digits."""
    return said.zfill(4) if said.isdigit() else said


@lru_cache(4096)
def said(code: str, text: str) -> Said:
    """Our status and reason for an event, and whether its words decided, no code."""
    listed = EVENT.get(identifier(code))
    if listed is None:
        found = meaning(text) if text else None
        return (*found, True) if found else ("unknown", "", False)
    return agreed(*listed, text)


def is_remark(code: str) -> bool:
    """Whether an event says nothing of the parcel's way."""
    return identifier(code) in REMARKS
