"""Which words a status must not stand beside: written apart from how the connectors read words.

Blunt on purpose: a scan that is named here is looked at by a person, who adds it to `TRUE` where
the carrier's own words bear the status after all.
"""

import re

from aftercart.delivery.shipments.facts import ShipmentStatus

NO_DELIVERY = (
    r"attempt|unsuccessful|\bfail|unable|could ?n|cannot|can't|refus|reject|not (at )?home|notice|"
    r"\bheld\b|hold|available for|ready for|awaiting|returned|returning|return to|sender|shipper|"
    r"out for|will be|to be|scheduled|tomorrow|access point|parcel ?shop|pick ?up point|depot|"
    r"nicht|versuch|absender|wird|filiale|pas |tentative|expéditeur|sera|relais|"
    r"\bno |intento|remitente|será|oficina|não|tentativa|remetente|saiu para|retirada|niet|wordt"
)
ARRIVED = r"\bdelivered\b|zugestellt|livré|entregado|entregue|bezorgd"
CONTRARY: dict[ShipmentStatus, str] = {
    "delivered": NO_DELIVERY,
    "returned": r"out for|in transit|available for|attempt",
    "out_for_delivery": rf"{ARRIVED}|attempt|unable|could not|held|return",
    "available_for_pickup": rf"{ARRIVED}|out for|unable to locate",
    "in_transit": rf"{ARRIVED}|out for delivery|attempted|available for pick",
    "picked_up": rf"{ARRIVED}|out for delivery|attempted|label created",
    "info_received": rf"{ARRIVED}|out for delivery|departed|arrived at",
    "attempt_failed": r"\bsuccessfully deliver|in transit to",
    "exception": rf"\bsuccessful|^({ARRIVED})$",
}
# Carriers' words that only look contrary.
TRUE: tuple[tuple[ShipmentStatus, str], ...] = (
    ("available_for_pickup", "pickup parcelshop"),
    ("available_for_pickup", "im gls paketshop zugestellt"),
)


def is_contrary(status: ShipmentStatus, said: str) -> bool:
    """Whether a scan's own words look as if they said the contrary of its status."""
    text = said.casefold()
    pattern = CONTRARY.get(status)
    if pattern is None or re.search(pattern, text) is None:
        return False
    return not any(status == fits and words in text for fits, words in TRUE)
