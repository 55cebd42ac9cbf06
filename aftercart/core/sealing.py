"""Secrets at rest: AES-256-GCM under a key ring whose first key seals and whose every key opens."""

import base64
import os

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12  # the size NIST SP 800-38D recommends for GCM


class UnsealError(Exception):
    """A sealed value cannot be opened with the keys at hand."""


def key_ring() -> dict[str, bytes]:
    """The keys by id, the sealing key first, from the setting `AFTERCART_KEYS` (`id:base64,…`)."""
    pairs = (part.split(":", 1) for part in settings.AFTERCART_KEYS.split(","))
    return {key_id.strip(): base64.b64decode(encoded) for key_id, encoded in pairs}


def seal(secret: dict[str, str], context: str) -> bytes:
    """Seal a mapping of secrets; the same `context` (such as `connection:17`) opens it again."""
    key_id, key = next(iter(key_ring().items()))
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, msgspec.json.encode(secret), context.encode())
    return key_id.encode() + b"." + nonce + sealed


def unseal(sealed: bytes, context: str) -> dict[str, str]:
    """Open what `seal` made.

    Raises:
        UnsealError: the key is no longer in the ring, or the value or its context was changed.
    """
    key_id, _, rest = bytes(sealed).partition(b".")
    key = key_ring().get(key_id.decode("ascii", "replace"))
    if key is None:
        raise UnsealError(f"key {key_id.decode('ascii', 'replace')!r} is not in AFTERCART_KEYS")
    try:
        opened = AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], context.encode())
    except InvalidTag as error:
        raise UnsealError("the sealed value was changed or belongs elsewhere") from error
    return msgspec.json.decode(opened, type=dict[str, str])


def is_sealed_with_current_key(sealed: bytes) -> bool:
    """Whether the value needs no re-sealing after a rotation."""
    current = next(iter(key_ring()))
    return bytes(sealed).startswith(current.encode() + b".")
