"""The only writers of customers and of demands for privacy."""

from aftercart.commerce.customers.actions.privacy import complete_disclosure, disclose, erase
from aftercart.commerce.customers.actions.record import Key, key, record

__all__ = ["Key", "complete_disclosure", "disclose", "erase", "key", "record"]
