"""Reading what other systems send: JSON into typed Structs, tolerant of form and never of content.

Systems write one thing in several ways (`7`, `"7"`, `null`, nothing at all). A Struct of these
types takes them all; whatever cannot be taken becomes a `ParseError` that names its place.

Everything read fits the database: no NUL or other control characters, bounded amounts and moments.
"""

import html
import math
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

import msgspec

from aftercart.connectors.base import ParseError
from aftercart.core import text as core_text
from aftercart.core.money import parse_amount

Kind = TypeVar("Kind")

LONGEST_IDENTIFIER = 120
LARGEST_AMOUNT = Decimal(10) ** 14
DECIMAL_PLACES = 4
FIRST_YEAR, LAST_YEAR = 1970, 2200
CONTROLS = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n\r"}

TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")

Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
"""How many of something."""


class Text(str):
    """Text, also where a number was sent."""

    __slots__ = ()


class Identifier(str):
    """An id in its one form, whether it was sent as a number or as text."""

    __slots__ = ()


class Amount(Decimal):
    """An amount of money, sent as text or as a number; empty text is zero."""

    __slots__ = ()


class Moment:
    """A moment with its offset."""

    __slots__ = ("at",)

    def __init__(self, at: datetime) -> None:
        self.at = at


def decoder(kind: type[Kind]) -> Callable[[bytes], Kind]:
    """A function that reads JSON into `kind`.

    It raises `ParseError` and nothing else, also where a body is truncated or nested without end.
    """
    reader = msgspec.json.Decoder(kind, strict=False, dec_hook=_convert)

    def read(body: bytes) -> Kind:
        try:
            return reader.decode(body)
        except msgspec.ValidationError as error:
            raise _parse_error(str(error)) from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ParseError("body", "is not JSON") from error
        except RecursionError as error:
            raise ParseError("body", "is nested too deeply") from error

    return read


def convert(value: Any, kind: type[Kind], field: str) -> Kind:
    """JSON that was read already, as `kind`.

    Raises:
        ParseError: it cannot be taken; the path begins with `field`.
    """
    try:
        return msgspec.convert(value, kind, strict=False, dec_hook=_convert)
    except msgspec.ValidationError as error:
        within = _parse_error(str(error))
        path = field if within.field == "body" else f"{field}.{within.field}"
        raise ParseError(path, within.problem) from error


def text(value: str | None, limit: int, *, lines: bool = False) -> str:
    """The text in at most `limit` characters, in one line unless `lines`; nothing is empty."""
    if not value:
        return ""
    if value.isprintable():
        return value.strip()[:limit]
    cleaned = value.translate(CONTROLS)
    return (cleaned if lines else " ".join(cleaned.split())).strip()[:limit]


def plain(value: str | None, limit: int) -> str:
    """A carrier's words without their markup: entities read, tags gone, one line."""
    if not value:
        return ""
    if "&" in value or "<" in value:
        value = TAG.sub(" ", html.unescape(value[: limit * 10]))
    cleaned = text(value, limit * 10)
    return (" ".join(cleaned.split()) if "  " in cleaned else cleaned)[:limit]


def identifier(value: Identifier | None) -> str:
    """The id as plain text, empty where there is none."""
    return "" if value is None else value[:]


def amount(value: Amount | None) -> Decimal:
    """The amount as a plain Decimal, zero where there is none."""
    return Decimal(0) if value is None else Decimal(value)


def total(amounts: Iterable[Decimal], field: str) -> Decimal:
    """The sum.

    Raises:
        ParseError: it is larger than any amount may be.
    """
    whole = sum(amounts, Decimal(0))
    if abs(whole) >= LARGEST_AMOUNT:
        raise ParseError(field, "Expected smaller amounts")
    return whole


def moment(value: Moment | None) -> datetime | None:
    """The moment, where there is one."""
    return None if value is None else value.at


def currency(value: str | None, field: str) -> str:
    """An ISO 4217 code in upper case.

    Raises:
        ParseError: it is none.
    """
    code = text(value, 10).upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise ParseError(field, "is no currency code")
    return code


def country(value: str | None) -> str:
    """An ISO 3166-1 alpha-2 code in upper case; empty where a name or nothing was sent."""
    code = text(value, 60).upper()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


def web_address(value: str | None, limit: int = 1000) -> str:
    """An http or https address; empty where it is anything else, such as `javascript:`."""
    return core_text.web_address(value, limit)


def required(value: Kind | None, field: str) -> Kind:
    """The value.

    Raises:
        ParseError: it is missing.
    """
    if value is None or value == "":
        raise ParseError(field, "is missing")
    return value


def aware(text: str) -> datetime:
    """An ISO 8601 moment with an offset.

    Raises:
        ValueError: it is none, has no offset, or lies outside of any time a shop can mean.
    """
    return in_range(_with_offset(datetime.fromisoformat(text.strip())))


def in_range(at: datetime) -> datetime:
    """The moment, if a database and a calendar can hold it in every time zone.

    Raises:
        ValueError: they cannot.
    """
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"the year {at.year} cannot be meant")
    return at


def _with_offset(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("has no offset from UTC")
    return at


def _parse_error(problem: str) -> ParseError:
    """msgspec says `Expected … - at `$.line_items[0].id``."""
    said, _, place = problem.partition(" - at ")
    field = place.strip("`").removeprefix("$").lstrip(".")
    return ParseError(field[:200] or "body", said[:200])


def _convert(kind: type, value: Any) -> Any:
    return CONVERSIONS[kind](value)


def _to_text(value: Any) -> Text:
    if type(value) is str:
        return Text(value)
    if isinstance(value, bool):
        return Text("true" if value else "false")
    if isinstance(value, str | int | float):
        return Text(value)
    raise ValueError("Expected text")


def _to_identifier(value: Any) -> Identifier:
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("Expected an id")
    known_as = text(str(value), LONGEST_IDENTIFIER + 1)
    if not known_as or len(known_as) > LONGEST_IDENTIFIER:
        raise ValueError(f"Expected an id of 1 to {LONGEST_IDENTIFIER} characters")
    return Identifier(known_as)


def _to_amount(value: Any) -> Amount:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("Expected an amount")
    sum_of_money = parse_amount(value if len(str(value)) <= 60 else "too long")
    if abs(sum_of_money) >= LARGEST_AMOUNT:
        raise ValueError("Expected a smaller amount")
    return Amount(
        round(sum_of_money, DECIMAL_PLACES) if _is_too_fine(sum_of_money) else sum_of_money
    )


def _is_too_fine(value: Decimal) -> bool:
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent < -DECIMAL_PLACES


def _to_moment(value: Any) -> Moment:
    if not isinstance(value, str):
        raise ValueError("Expected a date with time and offset")
    try:
        return Moment(aware(value))
    except (ValueError, OverflowError) as error:
        raise ValueError("Expected a date with time and offset") from error


CONVERSIONS: dict[type, Callable[[Any], Any]] = {
    Text: _to_text,
    Identifier: _to_identifier,
    Amount: _to_amount,
    Moment: _to_moment,
}
