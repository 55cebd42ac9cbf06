"""Links that carry their own proof: store-bound public tokens, and signed, expiring links."""

import secrets
from datetime import UTC, datetime, timedelta

from django.core import signing

from aftercart.core import clock

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
RANDOM_CHARACTERS = 26  # 36^26 is more than 2^134: over the 128 bits that a tracking link must have


def new_token(store_id: int) -> str:
    """A new unguessable public token that also names its store, so that look-ups name it too."""
    random_part = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return base36(store_id) + random_part


def store_of(token: str) -> int | None:
    """The store that a token names, or None where it cannot be one of ours."""
    prefix = token[:-RANDOM_CHARACTERS]
    if not prefix or len(prefix) > 12 or not set(token) <= set(ALPHABET):
        return None
    return int(prefix, 36)


def base36(number: int) -> str:
    """A number in digits and small letters; `int(text, 36)` reads it again."""
    digits = ""
    while number:
        number, remainder = divmod(number, 36)
        digits = ALPHABET[remainder] + digits
    return digits or "0"


def sign(purpose: str, payload: dict[str, str | int]) -> str:
    """Seal a small payload into a URL-safe text that only `unsign` with the same purpose opens."""
    dated = {"at": int(clock.now().timestamp()), "payload": payload}
    return _signer(purpose).sign_object(dated, compress=True)


def unsign(purpose: str, text: str, valid_for: timedelta) -> dict[str, str | int] | None:
    """The payload of a signed link, or None where it is forged, foreign or too old."""
    try:
        dated = _signer(purpose).unsign_object(text)
    except signing.BadSignature:
        return None
    age = clock.now() - datetime.fromtimestamp(dated["at"], UTC)
    payload: dict[str, str | int] = dated["payload"]
    return payload if age <= valid_for else None


def _signer(purpose: str) -> signing.Signer:
    return signing.Signer(salt=f"aftercart.{purpose}")
