"""A connection's secrets: sealed under its public id, with those they replaced for a while.

After a rotation the other side may go on signing with the old secret (Shopify: for up to an hour),
so what was replaced is accepted until its time is over.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from aftercart.core import clock, sealing

BEFORE, BEFORE_UNTIL = "_before", "_before_until"


class Secrets(msgspec.Struct, frozen=True):
    """`current` signs; `before` is what it replaced, accepted until `before_until`."""

    current: dict[str, str]
    before: dict[str, str] = {}
    before_until: datetime | None = None

    def accepted(self, settings: Mapping[str, Any] | None = None) -> tuple[Mapping[str, str], ...]:
        """What may have signed that which arrives now, the current secrets first.

        Each is complete with the connection's `settings`, such as the shop's domain.
        """
        current = with_settings(settings or {}, self.current)
        if self.before_until is not None and clock.now() < self.before_until:
            return (current, {**current, **self.before})
        return (current,)


def with_settings(settings: Mapping[str, Any], secrets: Mapping[str, str]) -> dict[str, str]:
    """A connection's texts and secrets together, as connectors verify and sign with them."""
    texts = {name: value for name, value in settings.items() if isinstance(value, str)}
    return {**texts, **secrets}


def seal(public_id: str, secrets: Secrets) -> bytes:
    """Seal for the connection of this public id, without what has expired."""
    packed = dict(secrets.current)
    if secrets.before_until is not None and clock.now() < secrets.before_until:
        packed[BEFORE] = msgspec.json.encode(secrets.before).decode()
        packed[BEFORE_UNTIL] = secrets.before_until.isoformat()
    return sealing.seal(packed, _context(public_id))


def unseal(public_id: str, sealed: bytes | memoryview | None) -> Secrets:
    """Open what `seal` made; a connection without secrets has none.

    Raises:
        aftercart.core.sealing.UnsealError: the key is gone, or the value belongs elsewhere.
    """
    if not sealed:
        return Secrets({})
    packed = sealing.unseal(bytes(sealed), _context(public_id))
    before, until = packed.pop(BEFORE, ""), packed.pop(BEFORE_UNTIL, "")
    if not until:
        return Secrets(packed)
    return Secrets(
        packed,
        msgspec.json.decode(before, type=dict[str, str]),
        datetime.fromisoformat(until),
    )


def _context(public_id: str) -> str:
    return f"connection:{public_id}"
