"""EasyPost's words in ours. A word that is not listed stays unknown and is kept raw.

Source: docs.easypost.com/docs/trackers, status and status_detail of a Tracker.
"""

from aftercart.delivery.shipments.facts import Reason, ShipmentStatus

STATUS: dict[str, ShipmentStatus] = {
    "pre_transit": "info_received",
    "in_transit": "in_transit",
    "out_for_delivery": "out_for_delivery",
    "available_for_pickup": "available_for_pickup",
    "delivered": "delivered",
    "return_to_sender": "returning",
    "failure": "exception",
    "cancelled": "cancelled",
}

REASON: dict[str, Reason] = {
    "address_correction": "address_problem",
    "damaged": "damaged",
    "delayed": "carrier_delay",
    "lost": "lost",
    "missorted": "missorted",
    "refused": "refused",
    "transit_exception": "transport_problem",
    "weather_delay": "weather",
}

# What the detail says more exactly than the status beside it.
FINER: dict[tuple[str, str], ShipmentStatus] = {
    ("in_transit", "received_at_origin_facility"): "picked_up",
    ("in_transit", "arrived_at_pickup_location"): "available_for_pickup",
}


def status_and_reason(status: str, detail: str) -> tuple[ShipmentStatus, Reason]:
    """Our status and reason for `status` and `status_detail`."""
    ours = FINER.get((status, detail)) or STATUS.get(status, "unknown")
    return ours, REASON.get(detail, "")
