"""Correios' events in our words: a code of letters and a type of two digits, `BDE` and `01`.

`BDE`, `BDI` and `BDR` tell deliveries at a door, inside and in the countryside alike. Sources: the
codes in replies of its tracking service (SRO), with the words beside them; what is not listed
is read by its words, in Portuguese, and marked so.
"""

from functools import lru_cache

from aftercart.connectors.carriers.wording import agreed, meaning
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

Said = tuple[ShipmentStatus, Reason, bool]
Meaning = tuple[ShipmentStatus, Reason]

DELIVERY = ("BDE", "BDI", "BDR")
# Of a delivery, by type.
OUTCOME: dict[str, Meaning] = {
    "01": ("delivered", ""),
    "04": ("attempt_failed", "refused"),
    "09": ("exception", "lost"),
    "12": ("exception", "damaged"),
    "20": ("attempt_failed", "recipient_not_home"),
    "21": ("returning", "recipient_not_home"),
    "23": ("returned", ""),
}
EVENT: dict[tuple[str, str], Meaning] = {
    ("PO", "01"): ("picked_up", ""),
    ("PO", "09"): ("picked_up", ""),
    ("RO", "01"): ("in_transit", ""),
    ("DO", "01"): ("in_transit", ""),
    ("TRI", "01"): ("in_transit", ""),
    ("OEC", "01"): ("out_for_delivery", ""),
    ("OEC", "09"): ("returning", ""),
    ("LDI", "01"): ("available_for_pickup", ""),
    ("PAR", "17"): ("exception", "held_for_payment"),
    ("PAR", "18"): ("in_transit", "customs_clearance"),
}


@lru_cache(4096)
def said(code: str, kind: str, text: str) -> Said:
    """Our status and reason for an event, and whether its words decided, no code."""
    number = kind.zfill(2)
    listed = OUTCOME.get(number) if code in DELIVERY else EVENT.get((code, number))
    if listed is None:
        found = meaning(text) if text else None
        return (*found, True) if found else ("unknown", "", False)
    return agreed(*listed, text)
