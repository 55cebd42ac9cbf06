"""The only writers of orders, their lines, fulfillments and refunds.

Rows are locked in one order everywhere: customers, then orders (by store, source and external id),
then what hangs on them. Other rooms lock orders through `hold` before they lock rows of their own.
"""

from aftercart.commerce.orders.actions.delivery import hold, set_delivery_status
from aftercart.commerce.orders.actions.endings import erase, erase_of_source, record_deletions
from aftercart.commerce.orders.actions.record import record
from aftercart.commerce.orders.actions.refunds import record_refunds
from aftercart.commerce.orders.actions.sending import record_fulfillments

__all__ = [
    "erase",
    "erase_of_source",
    "hold",
    "record",
    "record_deletions",
    "record_fulfillments",
    "record_refunds",
    "set_delivery_status",
]
