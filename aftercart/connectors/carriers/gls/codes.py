"""GLS's words in ours. An event's code is a family and a detail: `DELIVD.PARCELSHOP`.

Sources: GLS's Track and Trace v1 (the status of a parcel, with QAS test parcels for each), and
the codes that its replies bear, of which GLS publishes no list. A family that is not listed stays
unknown unless GLS's own words say what it is.
"""

from functools import lru_cache

from aftercart.connectors.carriers.tables import table
from aftercart.connectors.carriers.wording import agreed, meaning
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

Said = tuple[ShipmentStatus, Reason, bool]

# Of the whole parcel. FINAL only says that nothing more will come.
STATUS = table(
    ("info_received", "", "PREADVICE PLANNEDPICKUP INPICKUP"),
    ("exception", "awaiting_carrier", "NOTPICKEDUP"),
    ("in_transit", "", "INTRANSIT INWAREHOUSE"),
    ("out_for_delivery", "", "INDELIVERY"),
    ("available_for_pickup", "", "DELIVEREDPS"),
    ("delivered", "", "DELIVERED"),
    ("attempt_failed", "", "NOTDELIVERED"),
    ("cancelled", "", "CANCELED CANCELLED"),
)

# A detail that counts more than its family.
EVENT = table(
    ("info_received", "", "INTIAL.PREADVICE INTIAL.E48_DATA INTIAL.PROVIDED"),
    ("picked_up", "", "INTIAL.NORMAL INTIAL.PICKUP INTIAL.PARCELSHOP"),
    ("available_for_pickup", "", "DELIVD.PARCELSHOP DELIVD.PS STORED.PARCELSHOP"),
    ("delivered", "collected_by_customer", "DELIVD.PSPICKUP PICKUP.PARCELSHOP"),
    ("delivered", "delivered_to_neighbour", "DELIVD.NEIGHBOUR DELIVD.NEIGHBOR"),
    ("delivered", "delivered_to_safe_place", "DELIVD.LETTERBOX DELIVD.DEPOSIT DELIVD.DAW"),
    ("delivered", "signed_for", "DELIVD.POD"),
    ("attempt_failed", "recipient_not_home", "NOTDEL.ABSENT NOTDEL.NOTHOME NODELI.ABSENT"),
    ("attempt_failed", "refused", "NOTDEL.REFUSED NODELI.REFUSED"),
    ("attempt_failed", "business_closed", "NOTDEL.CLOSED NODELI.CLOSED"),
    ("attempt_failed", "address_problem", "NOTDEL.ADDRESS NODELI.ADDRESS NODELI.WRONGADDRESS"),
    ("exception", "damaged", "NOTDEL.DAMAGED NODELI.DAMAGED"),
)
FAMILY = table(
    ("in_transit", "", "INBOUD OUTBOD TRANSI INWARE RECINT"),
    ("out_for_delivery", "", "OUTDEL INDELI"),
    ("delivered", "", "DELIVD"),
    ("attempt_failed", "", "NOTDEL NODELI"),
    ("returning", "", "RETURN RETOUR"),
    ("cancelled", "", "CANCEL"),
)


@lru_cache(4096)
def said(code: str, text: str) -> Said:
    """Our status and reason for an event, and whether its words decided, no code."""
    name = code.upper()
    listed = EVENT.get(name) or FAMILY.get(name.partition(".")[0])
    if listed is None:
        found = meaning(text) if text else None
        return (*found, True) if found else ("unknown", "", False)
    return agreed(*listed, text)


def of_parcel(status: str) -> tuple[ShipmentStatus, Reason]:
    """Our status and reason for the status of a whole parcel."""
    return STATUS.get(status.upper(), ("unknown", ""))
