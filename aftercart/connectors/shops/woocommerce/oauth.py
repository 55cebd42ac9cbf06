"""OAuth 1.0a with one leg (RFC 5849): what WooCommerce asks for without encryption."""

import base64
import hmac
import secrets
from collections.abc import Sequence
from urllib.parse import quote

from aftercart.core import clock

Parameters = Sequence[tuple[str, str]]


def signed(
    method: str, url: str, parameters: Parameters, key: str, secret: str
) -> list[tuple[str, str]]:
    """The parameters with those that prove the key, to be sent in the query of `url`.

    Args:
        url: without a query.
    """
    complete = [
        *parameters,
        ("oauth_consumer_key", key),
        ("oauth_nonce", secrets.token_hex(16)),
        ("oauth_signature_method", "HMAC-SHA256"),
        ("oauth_timestamp", str(int(clock.now().timestamp()))),
    ]
    return [*complete, ("oauth_signature", signature(method, url, complete, secret))]


def signature(method: str, url: str, parameters: Parameters, secret: str) -> str:
    """Base64 of the HMAC-SHA256 over the signature base string (RFC 5849, 3.4.1)."""
    encoded = sorted((_encoded(name), _encoded(value)) for name, value in parameters)
    normalised = "&".join(f"{name}={value}" for name, value in encoded)
    base = "&".join((method.upper(), _encoded(url), _encoded(normalised)))
    digest = hmac.digest(f"{_encoded(secret)}&".encode(), base.encode(), "sha256")
    return base64.b64encode(digest).decode()


def _encoded(text: str) -> str:
    return quote(text, safe="-._~")
