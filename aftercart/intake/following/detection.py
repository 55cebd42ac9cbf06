"""Whose a number may be besides the carrier that did not know it."""

import msgspec

from aftercart.delivery.shipments.numbers import Known, recognise


class Doubted(msgspec.Struct, frozen=True, kw_only=True):
    """A number that nobody knows though its parcel was sent days ago.

    Attributes:
        named: the carrier that it was said to be of, empty where none was.
        country: of the destination.
        tried: the carriers that were asked in vain.
    """

    number: str
    named: str
    country: str
    tried: tuple[str, ...]


def redetect(doubted: Doubted) -> list[str]:
    """The carriers to try, the likeliest first; those that nobody can name are left out."""
    known = Known(named=doubted.named, country=doubted.country, not_these=frozenset(doubted.tried))
    return [one.carrier for one in recognise(doubted.number, known) if one.carrier and one.form]
