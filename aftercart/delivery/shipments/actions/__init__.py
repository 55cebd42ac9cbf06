"""The only writers of parcels, their contents and their scans.

Rows are locked in one order everywhere: orders first (`commerce.orders.actions.hold`), then parcels
by store and reference.
"""

from aftercart.delivery.shipments.actions.check import note_checked
from aftercart.delivery.shipments.actions.correct import correct_carrier
from aftercart.delivery.shipments.actions.deciding import decide_code, read_again
from aftercart.delivery.shipments.actions.follow import follow
from aftercart.delivery.shipments.actions.forget import forget
from aftercart.delivery.shipments.actions.record import record
from aftercart.delivery.shipments.actions.retract import retract
from aftercart.delivery.shipments.actions.telling import sum_up

__all__ = [
    "correct_carrier",
    "decide_code",
    "follow",
    "forget",
    "note_checked",
    "read_again",
    "record",
    "retract",
    "sum_up",
]
