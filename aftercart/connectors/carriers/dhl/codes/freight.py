"""DHL Freight (`freight`, pairs of numbers) and Global Forwarding (`dgf`, words)."""

from aftercart.connectors.carriers.tables import table

FREIGHT_EVENT = table(
    ("info_received", "", "ACT-2 64-0 48-0 15-501 31-139"),
    # Not collected, for whatever reason.
    ("info_received", "", "55-211 55-68 55-21 55-126 55-240 55-241 55-265 55-294 55-20 55-266"),
    ("info_received", "", "55-234"),
    ("picked_up", "", "13-0 31-140"),
    ("in_transit", "", "24-0 1-0 12-0 1-21 20-208 20-209 24-628"),
    # Partly delivered: as a whole it is not.
    ("in_transit", "", "21-23"),
    ("in_transit", "carrier_delay", "20-354"),
    ("in_transit", "customs_clearance", "20-126"),
    ("in_transit", "weather", "20-266"),
    ("out_for_delivery", "", "24-501 361-139"),
    ("available_for_pickup", "", "20-13"),
    ("attempt_failed", "business_closed", "20-211"),
    ("attempt_failed", "recipient_not_home", "56-211"),
    ("attempt_failed", "refused", "56-292 56-284 56-611 56-241"),
    ("delivered", "", "24-600 21-234 21-600 21-0"),
    ("exception", "address_problem", "20-234"),
    ("exception", "carrier_delay", "20-270"),
    ("exception", "held_for_payment", "20-296"),
    ("returning", "", "56-222"),
    ("cancelled", "", "7-0"),
)
# The vehicle has left the place of delivery; what happened there is told beside it.
FREIGHT_REMARKS = frozenset({"361-140"})

FORWARDING_EVENT = table(
    ("info_received", "", "DATA_SUBMITTED"),
    ("picked_up", "", "PICKUP_SUCCESSFUL"),
    ("in_transit", "", "ARRIVED_AT_ORIGIN_FACILITY PROCESSED_AT_ORIGIN_FACILITY"),
    ("in_transit", "", "DEPARTED_FROM_ORIGIN_FACILITY READY_FOR_DEPARTURE DEPARTED ARRIVED"),
    ("in_transit", "", "ARRIVED_PROCESSED_AT_FACILITY CLEARED_BY_CUSTOMS"),
    ("in_transit", "customs_clearance", "ARRIVED_AT_CUSTOMS"),
    ("out_for_delivery", "", "OUT_FOR_DELIVERY"),
    ("delivered", "", "DELIVERED"),
    ("exception", "", "DELIVERY_EXCEPTION"),
    ("exception", "customs_hold", "HELD_AT_CUSTOMS"),
)
