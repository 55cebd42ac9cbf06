"""AfterShip's tags and subtags in our words.

A subtag that is not listed takes its tag's status, a tag that is not listed stays unknown; both are
kept raw.

Source: aftership.com/docs/tracking/2026-07/enum/delivery-statuses and …/delivery-sub-statuses.
"""

from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

TAG: dict[str, ShipmentStatus] = {
    "InfoReceived": "info_received",
    "InTransit": "in_transit",
    "OutForDelivery": "out_for_delivery",
    "AttemptFail": "attempt_failed",
    "Delivered": "delivered",
    "AvailableForPickup": "available_for_pickup",
    "Exception": "exception",
    # No carrier's word: AfterShip knows nothing yet, or has heard nothing for 30 days.
    "Pending": "unknown",
    "Expired": "unknown",
}

SUBTAG: dict[str, tuple[ShipmentStatus, Reason]] = {
    "Delivered_002": ("delivered", "collected_by_customer"),
    "Delivered_003": ("delivered", "signed_for"),
    "Delivered_005": ("delivered", "delivered_to_neighbour"),
    "AttemptFail_002": ("attempt_failed", "recipient_not_home"),
    "AttemptFail_003": ("attempt_failed", "business_closed"),
    "InTransit_002": ("picked_up", ""),
    "InTransit_006": ("in_transit", "customs_clearance"),
    "OutForDelivery_004": ("out_for_delivery", "rescheduled"),
    "Exception_002": ("exception", "address_problem"),
    "Exception_003": ("exception", "refused"),
    "Exception_004": ("exception", "customs_hold"),
    "Exception_005": ("exception", "carrier_delay"),
    "Exception_006": ("exception", "held_for_payment"),
    "Exception_007": ("exception", "address_problem"),
    "Exception_008": ("exception", "unclaimed"),
    "Exception_009": ("exception", "regulatory"),
    "Exception_010": ("returning", ""),
    "Exception_011": ("returned", ""),
    "Exception_012": ("exception", "damaged"),
    "Exception_013": ("exception", "lost"),
    "Exception_016": ("exception", "carrier_delay"),
    "Exception_017": ("exception", "weather"),
    "Exception_018": ("exception", "customs_information_needed"),
    "Exception_019": ("exception", "transport_problem"),
    "Exception_020": ("cancelled", ""),
    "Exception_021": ("exception", "destroyed"),
}


def status_and_reason(tag: str, subtag: str) -> tuple[ShipmentStatus, Reason]:
    """Our status and reason for a checkpoint's `tag` and `subtag`."""
    return SUBTAG.get(subtag) or (TAG.get(tag, "unknown"), "")
