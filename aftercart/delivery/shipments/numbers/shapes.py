"""The shape of a number: what a merchant's correction is learned for."""

import re
from functools import cache

KEPT_LETTERS = 4
"""So many leading letters belong to a shape; what follows only counts as letter or digit."""


def shape(number: str) -> str:
    """The shape of a normalised number: its first letters, then `0` for a digit, `A` for a letter.

    >>> shape("JJD000225"), shape("12345678901"), shape("1Z999AA1")
    ('JJD000000', '00000000000', '0A000AA0')
    """
    lead = re.match(rf"[A-Z]{{0,{KEPT_LETTERS}}}", number)
    assert lead is not None
    rest = number[lead.end() :]
    return lead[0] + "".join("0" if sign.isdigit() else "A" for sign in rest)


def matches_whole(pattern: str, number: str) -> bool:
    """Whether the whole number has the pattern."""
    return _compiled(pattern).fullmatch(number) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)
