"""Check digits of tracking numbers. Each takes the whole number, normalised, without its prefixes.

Sources: UPU S10 (annex A); GS1 General Specifications 7.9 (mod 10); ISO 7064 (mod 37,36); ISO/IEC
7812 (Luhn); USPS Publication 199; UPS, FedEx, DHL as their label guides give them.
"""

from collections.abc import Callable, Iterable
from itertools import cycle

Check = Callable[[str], bool]

S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
FEDEX_12_WEIGHTS = (3, 1, 7)
FEDEX_14_WEIGHTS = (1, 7, 3)
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _digits(text: str) -> list[int]:
    return [int(sign) for sign in text]


def _weighted(digits: Iterable[int], weights: Iterable[int]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False))


def s10(number: str) -> bool:
    """Two letters, eight digits and a check digit, a country: `RB123456785GB`."""
    remainder = 11 - _weighted(_digits(number[2:10]), S10_WEIGHTS) % 11
    return {10: 0, 11: 5}.get(remainder, remainder) == int(number[10])


def mod10_threes(number: str) -> bool:
    """GS1's: from the right, the digits before the check digit count three and one in turns."""
    *body, check = _digits(number)
    return -_weighted(reversed(body), cycle((3, 1))) % 10 == check


def ups_1z(number: str) -> bool:
    """Fifteen signs after `1Z`, letters by their place, every second one twice."""
    body = [int(sign) if sign.isdigit() else (ord(sign) - 3) % 10 for sign in number[2:17]]
    return -_weighted(body, cycle((1, 2))) % 10 == int(number[17])


def ups_waybill(number: str) -> bool:
    """A letter, nine digits and a check digit, reckoned as for `1Z`."""
    *body, check = _digits(number[1:])
    return -_weighted(body, cycle((1, 2))) % 10 == check


def fedex_12(number: str) -> bool:
    """Eleven digits by 3, 1, 7; mod 11, then mod 10."""
    *body, check = _digits(number)
    return _weighted(body, cycle(FEDEX_12_WEIGHTS)) % 11 % 10 == check


def fedex_14(number: str) -> bool:
    """The end of a long FedEx barcode: thirteen digits by 1, 7, 3; mod 11, then mod 10."""
    *body, check = _digits(number[-14:])
    return _weighted(body, cycle(FEDEX_14_WEIGHTS)) % 11 % 10 == check


def fedex_astra(number: str) -> bool:
    """The twelve digits of a 12-digit number inside the 32 of a sorting barcode."""
    return fedex_12(number[16:28])


def mod7(number: str) -> bool:
    """DHL Express: the check digit is the rest of the number before it by seven."""
    return int(number[:-1]) % 7 == int(number[-1])


def luhn(number: str) -> bool:
    """Every second digit twice, from the right."""
    *body, check = _digits(number)
    doubled = (
        sum(divmod(digit * factor, 10))
        for digit, factor in zip(reversed(body), cycle((2, 1)), strict=False)
    )
    return -sum(doubled) % 10 == check


def mod37_36(number: str) -> bool:
    """ISO 7064 over digits and letters, as DPD uses it."""
    value = 36
    for sign in number[:-1]:
        total = (value + ALPHANUMERIC.index(sign)) % 36 or 36
        value = total * 2 % 37
    return (value + ALPHANUMERIC.index(number[-1])) % 36 == 1


def ontrac(number: str) -> bool:
    """`C` counts as 4 and `D` as 5; then as for `1Z`."""
    *body, check = _digits({"C": "4", "D": "5"}[number[0]] + number[1:])
    return -_weighted(body, cycle((1, 2))) % 10 == check


def usps_91(number: str) -> bool:
    """Twenty digits of an older label, which count as if they began with `91`."""
    return mod10_threes(number if number.startswith("91") else f"91{number}")


def identcode(number: str) -> bool:
    """Deutsche Post's Identcode: eleven digits by 4 and 9; mod 10."""
    *body, check = _digits(number)
    return -_weighted(body, cycle((4, 9))) % 10 == check
