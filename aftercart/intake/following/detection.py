"""Whose a number may be besides the carrier that did not know it. Pure."""

from collections.abc import Mapping

import msgspec

from aftercart.delivery.shipments.numbers import Known, recognise


class Doubted(msgspec.Struct, frozen=True, kw_only=True):
    """A number that nobody knows though its parcel was sent days ago.

    Attributes:
        named: the carrier that it was said to be of, empty where none was.
        country: of the destination.
        tried: the carriers that were asked in vain.
        learned, used: what speaks for others, as in `numbers.Known`.
    """

    number: str
    named: str
    country: str
    tried: tuple[str, ...]
    learned: Mapping[str, str] = {}
    used: Mapping[str, int] = {}


def redetect(doubted: Doubted) -> list[str]:
    """The carriers to try, the likeliest first; those that nobody can name are left out."""
    known = Known(
        named=doubted.named,
        country=doubted.country,
        learned=doubted.learned,
        used=doubted.used,
        not_these=frozenset(doubted.tried),
    )
    found = recognise(doubted.number, known)
    return [one.carrier for one in found if one.carrier and (one.form or "learned" in one.reasons)]
