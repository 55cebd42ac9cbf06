"""Ship24's words in ours: what an event means, and else where the parcel stood at that time.

Source: docs.ship24.com/status. A code that is not listed counts as none.
"""

from functools import lru_cache

from aftercart.connectors.carriers.aggregating import Names
from aftercart.connectors.carriers.tables import table
from aftercart.connectors.carriers.wording import agreed, meaning
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

Said = tuple[ShipmentStatus, Reason, bool]

CODE = table(
    ("info_received", "", "data_order_created data_delivery_proposed data_delivery_decided"),
    ("cancelled", "", "data_order_cancelled"),
    ("picked_up", "", "transit_handover"),
    ("in_transit", "", "transit_origin_country_departure destination_arrival customs_cleared"),
    ("in_transit", "customs_clearance", "customs_received"),
    ("exception", "customs_hold", "customs_exception customs_rejected"),
    ("available_for_pickup", "", "delivery_available_for_pickup"),
    ("out_for_delivery", "", "delivery_out_for_delivery"),
    ("attempt_failed", "", "delivery_attempted"),
    ("attempt_failed", "refused", "delivery_refused"),
    ("exception", "", "delivery_exception"),
    ("delivered", "", "delivery_delivered"),
    ("returning", "", "exception_return"),
    ("exception", "lost", "exception_lost"),
    ("exception", "destroyed", "exception_discarded"),
)
# A milestone says where the parcel stood, not what happened: an event after a failed attempt bears
# that milestone still. So only what does no harm is taken from it.
MILESTONE = table(("info_received", "", "info_received"), ("in_transit", "", "in_transit"))

# Ship24's courier codes that are certain; it finds others by the number.
CARRIERS = Names(
    {"canada_post": "ca-post", "fedex": "fedex", "ups": "ups", "usps": "us-post"},
    {"au-post": "australia_post", "dhl-express": "dhl_express", "gb-post": "royal_mail"},
)


@lru_cache(8192)
def said(code: str, milestone: str, text: str) -> Said:
    """Our status and reason for an event, and whether its words decided, no code."""
    listed = CODE.get(code)
    if listed is not None:
        return agreed(*listed, text)
    found = meaning(text) if text else None
    if found is not None:
        return *found, True
    status, reason = MILESTONE.get(milestone, ("unknown", ""))
    return status, reason, False
