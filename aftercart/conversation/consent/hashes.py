"""Addresses that must not be written to are kept as keyed hashes, never in clear.

The key is derived from SECRET_KEY, so that a stolen table cannot be searched for known addresses;
the store is part of what is hashed, so that two stores' tables cannot be compared.
"""

from django.utils.crypto import salted_hmac

from aftercart.conversation.consent.rules import normalised

PURPOSE = "aftercart.conversation.consent"


def hash_of(store_id: int, address: str) -> str:
    """The HMAC-SHA256 of the normalised address, as 64 hexadecimal digits."""
    text = f"{store_id}:{normalised(address)}"
    return salted_hmac(PURPOSE, text, algorithm="sha256").hexdigest()
