"""Finding one's order by what one knows of it: everything typed is put into one form first.

A proof is an e-mail address, a postcode or a telephone number; which of them was typed is not
asked, each reading of it is tried.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Literal

import msgspec

LONGEST_NUMBER = 60
LONGEST_PROOF = 254
# National numbers are written with and without country and area codes; the end is always there.
PHONE_END = 7
US_POSTCODE = re.compile(r"\d{9}")
NOT_LETTER_OR_DIGIT = re.compile(r"[\W_]+")

Kind = Literal["address", "number", "store"]

WINDOW = timedelta(minutes=15)
# How many tries are answered in one window, by what they are counted.
LINK_LIMITS: dict[Kind, int] = {"address": 20, "number": 6, "store": 1500}
MOVEMENT_LIMITS: dict[Kind, int] = {"address": 40, "number": 60, "store": 6000}


def order_number(typed: str) -> str:
    """An order number without what people put around it.

    >>> order_number(" # 1001 ")
    '1001'
    """
    return "".join(_plain(typed).split()).lstrip("#").upper()[:LONGEST_NUMBER]


def readings(typed: str) -> frozenset[str]:
    """Everything that a typed proof may mean, each with its kind.

    >>> sorted(readings("90210-1234"))
    ['phone:2101234', 'postcode:90210', 'postcode:902101234']
    """
    plain = _plain(typed)[:LONGEST_PROOF]
    if "@" in plain:
        return email_readings(plain)
    return postcode_readings(plain) | phone_readings(plain)


def email_readings(email: str) -> frozenset[str]:
    plain = "".join(_plain(email).split())
    return frozenset({f"email:{plain.casefold()}"} if "@" in plain else ())


def postcode_readings(postcode: str) -> frozenset[str]:
    """The postcode without spaces and dashes; nine American digits also as the first five."""
    plain = NOT_LETTER_OR_DIGIT.sub("", _plain(postcode)).upper()
    if not 3 <= len(plain) <= 10:
        return frozenset()
    short = {f"postcode:{plain[:5]}"} if US_POSTCODE.fullmatch(plain) else set()
    return frozenset({f"postcode:{plain}"} | short)


def phone_readings(phone: str) -> frozenset[str]:
    """The last digits, which are the same with and without the codes before them."""
    digits = "".join(character for character in _plain(phone) if character in "0123456789")
    return frozenset({f"phone:{digits[-PHONE_END:]}"} if len(digits) >= PHONE_END else ())


def proofs_of(
    emails: Iterable[str], postcodes: Iterable[str], phones: Iterable[str]
) -> frozenset[str]:
    """Every reading that proves an order."""
    return frozenset[str]().union(
        *(email_readings(email) for email in emails),
        *(postcode_readings(postcode) for postcode in postcodes),
        *(phone_readings(phone) for phone in phones),
    )


def network_of(address: str) -> str:
    """What is counted as one visitor: an IPv4 address, or the /64 that an IPv6 household has."""
    try:
        known = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(known, IPv6Address):
        if known.ipv4_mapped:
            return str(known.ipv4_mapped)
        return str(IPv6Address(int(known) >> 64 << 64))
    return str(known)


class Window(msgspec.Struct, frozen=True):
    """The span of time in which tries are counted together."""

    starts_at: datetime
    ends_at: datetime


def window_at(now: datetime) -> Window:
    """The window that a moment lies in; windows begin at whole multiples of their length."""
    seconds = int(WINDOW.total_seconds())
    starts_at = datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, now.tzinfo)
    return Window(starts_at, starts_at + WINDOW)


def _plain(text: str) -> str:
    """Full-width digits and letters as ordinary ones, without control characters."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in folded).strip()
