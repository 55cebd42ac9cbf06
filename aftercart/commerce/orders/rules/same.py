"""Whether two sources tell of one order, and how what one of them told fits the other. Pure."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

RANKS = {"csv": 0, "api": 1}
SHOP = 2
BY_HAND = ("csv:", "api:")
"""How the fulfillments of lesser sources are called: a shop that does not list them does not end
them."""

PLACED_WITHIN = timedelta(days=1)
LONGEST_NAME = 120


def rank(source: str) -> int:
    """How well a source knows its orders: a file least, the store's own systems more, a shop best.

    >>> rank("csv"), rank("api:warehouse"), rank("shopify:acme.myshopify.com")
    (0, 1, 2)
    """
    return RANKS.get(source.partition(":")[0], SHOP)


def plain_number(number: str) -> str:
    """An order's number as it is compared: without its `#`, in one case.

    >>> plain_number(" #a1001 ")
    'A1001'
    """
    return number.strip().lstrip("#").strip().upper()


class Told(msgspec.Struct, frozen=True):
    """What is compared of two orders that go by the same number."""

    email: str
    placed_at: datetime


def is_same(left: Told, right: Told) -> bool:
    """Whether two orders of one store and one number, of a lesser and a better source, are one.

    Where both name an address, it must be the same one, since numbers are used again by the next
    shop system; whoever reads the one order's page would else see another person's order. Where one
    names none, they must have been placed within a day.
    """
    ours, theirs = left.email.strip().lower(), right.email.strip().lower()
    if ours and theirs:
        return ours == theirs
    return abs(left.placed_at - right.placed_at) <= PLACED_WITHIN


def by_hand(source: str, external_id: str) -> str:
    """How a lesser source's fulfillment is called on an order that a better one tells of.

    >>> by_hand("api:warehouse", "7"), by_hand("csv", "csv:1001:1Z7")
    ('api:7', 'csv:1001:1Z7')
    """
    prefix = f"{source.partition(':')[0]}:"
    if external_id.startswith(BY_HAND):
        return external_id
    if len(prefix + external_id) > LONGEST_NAME:
        external_id = hashlib.sha256(external_id.encode("utf-8", "ignore")).hexdigest()
    return prefix + external_id


class Line(msgspec.Struct, frozen=True):
    """What a line is recognised by."""

    name: str
    sku: str
    title: str


def matched(theirs: Iterable[Line], ours: Iterable[Line]) -> dict[str, str]:
    """Our lines' names by theirs: by the SKU, else by the title.

    Where several of ours are alike, the one of the same name is meant, else none.
    """
    known = list(ours)
    found: dict[str, str] = {}
    for line in theirs:
        alike = _alike("sku", line, known) or _alike("title", line, known)
        same = [one for one in alike if one.name == line.name] or alike
        if len(same) == 1:
            found[line.name] = same[0].name
    return found


def _alike(what: str, line: Line, known: Iterable[Line]) -> list[Line]:
    wanted = getattr(line, what).casefold()
    return [one for one in known if wanted and getattr(one, what).casefold() == wanted]


class Sent(msgspec.Struct, frozen=True):
    """An active fulfillment: how it is called, and its tracking numbers."""

    name: str
    numbers: tuple[str, ...]


def given_way(fulfillments: Collection[Sent], *, is_listed: bool) -> set[str]:
    """The fulfillments of lesser sources that what the better one tells makes needless.

    One with tracking numbers gives way where each of them is told; one without any, as soon as the
    better source lists its fulfillments at all, since then it knows whether something was sent.
    """
    own = {
        plain_tracking(number)
        for sent in fulfillments
        if not sent.name.startswith(BY_HAND)
        for number in sent.numbers
    }
    needless = set()
    for sent in fulfillments:
        if sent.name.startswith(BY_HAND):
            numbers = {plain_tracking(number) for number in sent.numbers} - {""}
            if (numbers and numbers <= own) or (not numbers and is_listed):
                needless.add(sent.name)
    return needless


def plain_tracking(number: str) -> str:
    """A tracking number as it is compared.

    >>> plain_tracking("1z 999-aa1")
    '1Z999AA1'
    """
    return "".join(sign for sign in number.upper() if sign.isalnum())


def numbers_of(parcels: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    """The tracking numbers among what was entered."""
    return tuple(number for parcel in parcels if (number := parcel.get("number", "")))
