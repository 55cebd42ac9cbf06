"""DPD's words in ours: the status of each entry of a parcel's life cycle.

Two vocabularies are in use: that of the life cycle service's entries, and in capitals that of
national units. Sources: DPD's ParcelLifeCycle service 2.0 and its replies. What is not listed is
read by its words, and marked so.
"""

from functools import lru_cache

from aftercart.connectors.carriers.tables import table
from aftercart.connectors.carriers.wording import agreed, meaning
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

Said = tuple[ShipmentStatus, Reason, bool]

STATUS = table(
    ("info_received", "", "SHIPMENT START_ORDER"),
    ("picked_up", "", "PICKEDUP ACCEPTED"),
    ("in_transit", "", "BETWEENDEPOTS DEPOT AT_SENDING_DEPOT ON_THE_ROAD AT_DELIVERY_DEPOT"),
    ("out_for_delivery", "", "COURIER OUT_FOR_DELIVERY"),
    # To a parcel shop: the recipient collects it there.
    ("available_for_pickup", "", "PARCELSHOP PICKUP_BY_CONSIGNEE"),
    ("delivered", "collected_by_customer", "PICKEDUPBYCONSIGNEE"),
    ("attempt_failed", "", "DELIVERYFAILURE RETURNINGFROMDELIVERY NOT_DELIVERED"),
    ("delivered", "", "DELIVERED"),
    ("returning", "", "RETURN RETURNTOSENDER"),
)


@lru_cache(4096)
def said(status: str, text: str) -> Said:
    """Our status and reason for an entry, and whether its words decided, no code."""
    listed = STATUS.get(status.upper())
    if listed is None:
        found = meaning(text) if text else None
        return (*found, True) if found else ("unknown", "", False)
    return agreed(*listed, text)
