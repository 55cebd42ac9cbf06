"""17TRACK's words in ours: a status, and the sub-status that says more.

Source: 17TRACK's Tracking API v2.2 and v2.4, as public clients of it write its sub-statuses. One
that is not listed takes its status; a status that is not listed stays unknown.
"""

from functools import lru_cache

from aftercart.connectors.carriers.aggregating import Names
from aftercart.connectors.carriers.tables import table
from aftercart.connectors.carriers.wording import agreed, meaning
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

Said = tuple[ShipmentStatus, Reason, bool]

STATUS = table(
    ("info_received", "", "InfoReceived"),
    ("picked_up", "", "PickedUp"),
    ("in_transit", "", "InTransit Departure Arrival"),
    ("available_for_pickup", "", "AvailableForPickup"),
    ("out_for_delivery", "", "OutForDelivery"),
    ("attempt_failed", "", "DeliveryFailure"),
    ("delivered", "", "Delivered"),
    ("exception", "", "Exception"),
    ("returning", "", "Returning"),
    ("returned", "", "Returned"),
)
SUB_STATUS = table(
    ("picked_up", "", "InTransit_PickedUp"),
    ("in_transit", "customs_clearance", "InTransit_CustomsProcessing"),
    ("exception", "customs_information_needed", "InTransit_CustomsRequiringInformation"),
    ("attempt_failed", "recipient_not_home", "DeliveryFailure_NoBody"),
    ("attempt_failed", "security", "DeliveryFailure_Security"),
    ("attempt_failed", "refused", "DeliveryFailure_Rejected"),
    ("attempt_failed", "address_problem", "DeliveryFailure_InvalidAddress"),
    ("returning", "", "Exception_Returning"),
    ("returned", "", "Exception_Returned"),
    ("exception", "recipient_not_home", "Exception_NoBody"),
    ("exception", "security", "Exception_Security"),
    ("exception", "damaged", "Exception_Damage"),
    ("exception", "refused", "Exception_Rejected"),
    ("exception", "carrier_delay", "Exception_Delayed"),
    ("exception", "lost", "Exception_Lost"),
    ("exception", "destroyed", "Exception_Destroyed"),
    ("cancelled", "", "Exception_Cancel"),
)
# No carrier's word: 17TRACK knows nothing, or has heard nothing for long.
SILENCE = {"NotFound", "Expired"}

# 17TRACK numbers its carriers. Only those that are certain; it finds others by the number.
CARRIERS = Names(
    {
        "australia_post": "1151",
        "canada_post": "3041",
        "china_post": "3011",
        "dhl_express": "100001",
        "dhl_parcel_de": "7041",
        "dpd_de": "100007",
        "fedex": "100003",
        "gls": "100005",
        "parcelforce": "11033",
        "royal_mail": "11031",
        "tnt": "100004",
        "ups": "100002",
        "usps": "21051",
    },
    {"3013": "china_post"},
)


@lru_cache(8192)
def said(sub_status: str, stage: str, text: str) -> Said:
    """Our status and reason for an event, and whether its words decided, no code."""
    word = sub_status or stage
    status = word.partition("_")[0]
    listed = SUB_STATUS.get(word) or STATUS.get(status)
    if listed is not None:
        return agreed(*listed, text)
    found = meaning(text) if text and status not in SILENCE else None
    return (*found, True) if found else ("unknown", "", False)
