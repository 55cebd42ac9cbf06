"""Correios' events in our words: a code of letters and a type of two digits, `BDE` and `01`.

`BDE`, `BDI` and `BDR` tell deliveries at a door, inside and in the countryside alike. Sources: the
status list of Correios' tracking service (SRO), as two public integrations write it, and the codes
in recorded replies. Where these disagree (`BDE` `68`: waits in a smart locker, or was delivered
into one; `PAR` `17`: released by customs, or to be paid) the type is not listed. What is not listed
is read by its words, in Portuguese, and marked so.
"""

from functools import lru_cache

from aftercart.connectors.carriers.tables import table
from aftercart.connectors.carriers.wording import agreed, meaning
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

Said = tuple[ShipmentStatus, Reason, bool]

DELIVERY = ("BDE", "BDI", "BDR")
# Of a delivery, by type.
OUTCOME = table(
    ("cancelled", "", "14"),
    ("in_transit", "", "15 22 41 45 57 84"),
    ("in_transit", "carrier_delay", "30 66 69"),
    ("in_transit", "customs_clearance", "55 58 59"),
    ("in_transit", "rescheduled", "32 47"),
    ("available_for_pickup", "", "24"),
    ("attempt_failed", "", "35 39 46"),
    ("attempt_failed", "address_problem", "07 19 34"),
    ("attempt_failed", "business_closed", "25"),
    ("attempt_failed", "recipient_not_home", "02 18 20"),
    ("attempt_failed", "refused", "04"),
    ("delivered", "", "00 01 70"),
    ("delivered", "delivered_to_neighbour", "67"),
    ("exception", "", "38 60 63"),
    ("exception", "address_problem", "82"),
    ("exception", "customs_hold", "44"),
    ("exception", "customs_information_needed", "56 83"),
    ("exception", "damaged", "13 28 37 86"),
    ("exception", "destroyed", "61"),
    ("exception", "held_for_payment", "54"),
    # Not to be found, or stolen.
    ("exception", "lost", "09 29 50 51 52 80 98"),
    ("exception", "regulatory", "43 71 72 73 74 75 76 81"),
    # "Will be returned to the sender", for whatever cause.
    ("returning", "", "05 33 36 42 48 49 64"),
    ("returning", "address_problem", "06 08 10 89"),
    ("returning", "recipient_not_home", "21"),
    ("returning", "regulatory", "40 62"),
    # 03 and 12: it is back, and the sender does not fetch it.
    ("returning", "unclaimed", "03 12 26"),
    ("returned", "", "23"),
)
EVENT = table(
    ("picked_up", "", "PO:00 PO:01 PO:09 CO:01"),
    # The courier's hand-over to the agency, also called "delivered".
    ("picked_up", "", "CO:08"),
    ("info_received", "awaiting_carrier", "CO:13"),
    ("in_transit", "",
     ("RO:00 RO:01 DO:00 DO:01 DO:02 TRI:00 TRI:01 PMT:01 CAR:01 CMR:01 CMT:00 CD:00 CD:01 CD:02 "
      "CD:03 CUN:00 CUN:01 FC:05 FC:10 LDI:11 LDI:13")),
    ("in_transit", "carrier_delay", "FC:08"),
    ("in_transit", "missorted", "FC:03"),
    ("in_transit", "rescheduled", "FC:02"),
    # Abroad, at the border, released, paid.
    ("in_transit", "", "PAR:10 PAR:15 PAR:16 PAR:18 PAR:19 PAR:27 PAR:28 PAR:31 PAR:34"),
    ("in_transit", "", "PAR:32 PAR:42"),
    ("in_transit", "customs_clearance",
     ("PAR:12 PAR:14 PAR:21 PAR:22 FC:12 FC:19 FC:24 FC:32 FC:33 FC:34 FC:35 FC:37")),
    ("in_transit", "damaged", "PAR:20"),
    ("exception", "", "PAR:23 PAR:41 BLQ:01 BLQ:02"),
    ("exception", "customs_information_needed", "PAR:25"),
    ("exception", "destroyed", "FC:11"),
    ("exception", "held_for_payment", "PAR:11 PAR:30 PAR:33"),
    ("exception", "lost", "FC:51 IDC:01 IDC:02 IDC:03 IDC:04 IDC:05 IDC:06 IDC:07"),
    ("exception", "refused", "PAR:26"),
    ("out_for_delivery", "", "OEC:00 OEC:01"),
    ("available_for_pickup", "", "LDI:00 LDI:01 LDI:02 LDI:03 LDI:04 LDI:14"),
    ("attempt_failed", "address_problem", "FC:04"),
    ("attempt_failed", "business_closed", "FC:07"),
    # On its way to the sender's door.
    ("returning", "", "OEC:09 LDE:00 LDE:09 PAR:13 PAR:24 PAR:40 FC:01 FC:47"),
    ("returning", "unclaimed", "FC:09"),
)  # fmt: skip


@lru_cache(4096)
def said(code: str, kind: str, text: str) -> Said:
    """Our status and reason for an event, and whether its words decided, no code."""
    number = kind.zfill(2)
    listed = OUTCOME.get(number) if code in DELIVERY else EVENT.get(f"{code}:{number}")
    if listed is None:
        found = meaning(text) if text else None
        return (*found, True) if found else ("unknown", "", False)
    return agreed(*listed, text)
