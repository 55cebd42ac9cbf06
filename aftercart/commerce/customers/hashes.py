"""How a person who made a demand is known afterwards: by keyed hashes, from which nobody is found.

The key is derived from SECRET_KEY, so that a stolen table cannot be searched for known addresses.
"""

import hashlib
import hmac
from functools import cache

from django.conf import settings

PURPOSE = b"aftercart.privacy"


def hash_of(name: str) -> str:
    """The HMAC-SHA256 of one of a person's names, as 64 hexadecimal digits."""
    return hmac.digest(_key(settings.SECRET_KEY), name.encode("utf-8", "ignore"), "sha256").hex()


def names_of(source: str, customer_external_id: str, email: str) -> list[str]:
    """What a person is known by, the best first; there is always one."""
    known = [email.strip().lower()] if email.strip() else []
    if customer_external_id.strip() or not known:
        known.append(f"{source} {customer_external_id.strip()}")
    return known


@cache
def _key(secret: str) -> bytes:
    return hashlib.sha256(PURPOSE + secret.encode()).digest()
