"""The only writers of customers and of demands for privacy."""

from aftercart.commerce.customers.actions.privacy import complete_disclosure, disclose, erase
from aftercart.commerce.customers.actions.record import Key, drop, key, record
from aftercart.commerce.customers.actions.shops import (
    complete_shop_erasure,
    demand_shop_erasure,
    erase_of_source,
)

__all__ = [
    "Key",
    "complete_disclosure",
    "complete_shop_erasure",
    "demand_shop_erasure",
    "disclose",
    "drop",
    "erase",
    "erase_of_source",
    "key",
    "record",
]
