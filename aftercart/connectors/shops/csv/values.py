"""Cells as values: text, amounts, moments. One that cannot be read says what is expected."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from aftercart.connectors import reading
from aftercart.connectors.base import ParseError
from aftercart.connectors.shops.csv.columns import Layout
from aftercart.connectors.shops.csv.reading import Record

YES = {"yes", "true", "1", "y", "ja", "x", "oui", "si"}
NO = {"no", "false", "0", "n", "nein", "non"}
DAY_FIRST, MONTH_FIRST, ISO = "day_first", "month_first", "iso"
DATE_FORMATS = (ISO, DAY_FIRST, MONTH_FIRST)
FINEST = Decimal("0.0001")

_MONEY_SIGNS = re.compile(r"[\s\u00a0\u202f'’]|[A-Z]{1,3}|[$€£¥₹]")
_PARTED = re.compile(
    r"(?P<a>\d{1,4})(?P<sign>[./-])(?P<b>\d{1,2})(?P=sign)(?P<c>\d{2,4})"
    r"(?:[ T,]+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?"
    r"(?:\.\d+)?\s*(?P<half>[AaPp])?\.?[Mm]?\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
_AMOUNT = {
    ".": re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)?(\.\d+)?", re.ASCII),
    ",": re.compile(r"-?(\d+|\d{1,3}(\.\d{3})+)?(,\d+)?", re.ASCII),
}


class CellError(ValueError):
    """A row that cannot be read. `column` is the header as it stands in the file, or empty."""

    def __init__(self, line: int, column: str, problem: str) -> None:
        super().__init__(f"{line}, {column}: {problem}")
        self.line = line
        self.column = column
        self.problem = problem


@dataclass(slots=True)
class Manner:
    """How the cells of a file are meant, and what was noticed on the way.

    Attributes:
        time_zone: where moments without an offset are at home.
        currency: where the file names none.
        read_at: when the file was given; stands for when its rows were last changed.
        decimal: `.` or `,`.
        date_format: how dates with slashes are meant.
        assumed_zone: whether a moment without an offset came by.
        unknown_statuses: words for a parcel's status that are not known.
    """

    time_zone: ZoneInfo
    currency: str
    read_at: datetime
    decimal: str = "."
    date_format: str = ISO
    assumed_zone: bool = False
    unknown_statuses: set[str] = field(default_factory=set)


class Cells:
    """The cells of one row by meaning; of several rows, each from the first row that fills it."""

    def __init__(self, records: Sequence[Record], layout: Layout, manner: Manner) -> None:
        self.layout = layout
        self.manner = manner
        self.line = records[0].line
        self.found: dict[str, tuple[str, int]] = {}
        for record in records:
            width = len(record.cells)
            for meaning, place in layout.columns.items():
                cell = record.cells[place].strip() if place < width else ""
                if cell and meaning not in self.found:
                    self.found[meaning] = cell, record.line

    def raw(self, meaning: str) -> str:
        """The cell as it is, empty where the column or the cell is missing."""
        found = self.found.get(meaning)
        return found[0] if found else ""

    def error(self, meaning: str, problem: str) -> CellError:
        """That the cell cannot be read."""
        line = self.found[meaning][1] if meaning in self.found else self.line
        return CellError(line, self.layout.header_of(meaning), problem)

    def text(self, meaning: str, limit: int, *, lines: bool = False) -> str:
        return reading.text(self.raw(meaning), limit, lines=lines)

    def required(self, meaning: str, limit: int) -> str:
        """
        Raises:
            CellError: the cell is empty or too long.
        """
        given = self.text(meaning, limit + 1)
        if not given:
            raise self.error(meaning, _("This is empty. A value is needed."))
        if len(given) > limit:
            problem = _("This is longer than %(limit)s characters.") % {"limit": limit}
            raise self.error(meaning, problem)
        return given

    def amount(self, meaning: str) -> Decimal | None:
        """
        Raises:
            CellError: it is no amount.
        """
        given = _MONEY_SIGNS.sub("", self.raw(meaning))
        if not given:
            return None
        if not re.search(r"\d", given) or not _AMOUNT[self.manner.decimal].fullmatch(given):
            example = "1234.50" if self.manner.decimal == "." else "1234,50"
            problem = _("This is no amount. Expected one such as %(example)s.")
            raise self.error(meaning, problem % {"example": example})
        other = "," if self.manner.decimal == "." else "."
        plain = given.replace(other, "").replace(self.manner.decimal, ".")
        value = Decimal(plain if len(plain) <= 40 else "1e40")
        if abs(value) >= reading.LARGEST_AMOUNT:
            raise self.error(meaning, _("This amount is too large."))
        return value.quantize(FINEST) if len(plain.partition(".")[2]) > 4 else value

    def count(self, meaning: str) -> int | None:
        """
        Raises:
            CellError: it is no whole number from 0 to a million.
        """
        given = self.raw(meaning)
        if not given:
            return None
        whole = re.fullmatch(r"([0-9]{1,7})([.,]0+)?", given)
        if not whole or int(whole[1]) > 1_000_000:
            raise self.error(meaning, _("This is no quantity. Expected a whole number such as 2."))
        return int(whole[1])

    def yes(self, meaning: str) -> bool | None:
        """
        Raises:
            CellError: it is neither yes nor no.
        """
        given = self.raw(meaning).lower()
        if not given:
            return None
        if given not in YES | NO:
            raise self.error(meaning, _("Expected yes or no."))
        return given in YES

    def moment(self, meaning: str) -> datetime | None:
        """
        Raises:
            CellError: it is no moment, or one that could mean two days.
        """
        given = self.raw(meaning)
        if not given:
            return None
        try:
            at = self._parsed(given)
        except (ValueError, OverflowError) as error:
            problem = _("This is no date. Expected one such as 2026-01-31 or 2026-01-31 14:05.")
            raise self.error(meaning, problem) from error
        if at is None:
            problem = _(
                "It is not clear which part is the day. Choose the date format, or write "
                "2026-01-31."
            )
            raise self.error(meaning, problem)
        return at

    def day(self, meaning: str) -> date | None:
        """
        Raises:
            CellError: it is no date.
        """
        at = self.moment(meaning)
        return at.astimezone(self.manner.time_zone).date() if at else None

    def _parsed(self, given: str) -> datetime | None:
        found = _PARTED.fullmatch(given)
        if found is None:
            return self._placed(datetime.fromisoformat(given))
        day = _day(found, self.manner.date_format)
        if day is None:
            return None
        at = datetime.combine(day, _time(found), tzinfo=_zone(found["zone"]))
        return self._placed(at)

    def _placed(self, at: datetime) -> datetime:
        if at.tzinfo is None:
            self.manner.assumed_zone = True
            at = at.replace(tzinfo=self.manner.time_zone)
        return reading.in_range(at).astimezone(UTC)

    def country(self, meaning: str) -> str:
        return reading.country(self.raw(meaning))

    def web_address(self, meaning: str) -> str:
        """
        Raises:
            CellError: it is no http or https address.
        """
        given = self.raw(meaning)
        address = reading.web_address(given)
        if given and not address:
            raise self.error(meaning, _("Expected an address that begins with https://"))
        return address

    def currency(self, meaning: str) -> str:
        """
        Raises:
            CellError: it is no currency code.
        """
        try:
            return reading.currency(self.raw(meaning) or self.manner.currency, meaning)
        except ParseError as error:
            raise self.error(meaning, _("Expected a currency code such as EUR.")) from error


def _day(found: re.Match[str], date_format: str) -> date | None:
    """The date, or None where it could be two: 03/04/2026 without a word which comes first."""
    first, second, third = int(found["a"]), int(found["b"]), int(found["c"])
    if len(found["a"]) == 4:
        return date(first, second, third)
    year = third + 2000 if len(found["c"]) == 2 else third
    if found["sign"] == "." or date_format == DAY_FIRST:
        return date(year, second, first)
    if date_format == MONTH_FIRST:
        return date(year, first, second)
    return None


def _time(found: re.Match[str]) -> time:
    if found["hour"] is None:
        return time()
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("no hour of a clock with twelve")
        hour = hour % 12 + (12 if found["half"].lower() == "p" else 0)
    return time(hour, int(found["minute"]), int(found["second"] or 0))


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text in {"Z", "UTC", "GMT"}:
        return UTC
    offset = text if ":" in text else f"{text[:3]}:{text[3:]}"
    return datetime.fromisoformat(f"2000-01-01T00:00{offset}").tzinfo


def decimal_sign(layout: Layout, records: Iterable[Record], meanings: Sequence[str]) -> str:
    """`,` where an amount among the rows can only be meant so (`12,50`, `1.299,00`), else `.`."""
    places = [layout.columns[name] for name in meanings if name in layout.columns]
    for record in records:
        for place in places:
            cell = record.cells[place] if place < len(record.cells) else ""
            if re.search(r"\d,\d{1,2}$|\d\.\d{3},\d", _MONEY_SIGNS.sub("", cell)):
                return ","
    return "."


def shown_moment(at: datetime, zone: tzinfo) -> str:
    """A moment as a person checks it: in the zone in which the file's times are read."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
