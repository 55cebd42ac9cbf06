"""From the bytes of a file to its rows: encoding, delimiter, quotes, line numbers. Pure.

A file is read as a stream, so that its size costs time and no memory.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO

import msgspec
from django.utils.translation import gettext as _

from aftercart.connectors.shops.csv.defusing import QUOTE, fused

DELIMITERS = (",", ";", "\t", "|")
CHUNK = 1 << 20
MOST_COLUMNS = 500
OTHER_FILES = (
    (b"PK\x03\x04", "xlsx"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"%PDF", "pdf"),
    (b"\x1f\x8b", "gz"),
)
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Unreadable(ValueError):
    """The file is no table. `message` says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Record(msgspec.Struct, frozen=True, array_like=True):
    """A row: the line of the file on which it begins, and its cells."""

    line: int
    cells: list[str]


class Table(msgspec.Struct, frozen=True):
    """A file as rows. `records` can be gone through once."""

    encoding: str
    delimiter: str
    header: Record
    records: Iterator[Record]


def read_table(file: IO[bytes]) -> Table:
    """The rows of a file, from its beginning.

    Args:
        file: seekable.

    Raises:
        Unreadable: it is no text, or has no header. `records` raises it too, where a quote is
            never closed.
    """
    encoding = _encoding(file)
    file.seek(0)
    text = io.TextIOWrapper(io.BufferedReader(_Unclosed(file)), encoding, newline="")
    try:
        first = text.readline(CHUNK)
        told = _told_delimiter(first)
        delimiter = told or _likely_delimiter(first)
    except (csv.Error, UnicodeError) as error:
        raise Unreadable(_("The first row cannot be read. Save your table as CSV.")) from error
    lines = text if told else chain([first], text)
    records = _records(lines, delimiter, skipped=1 if told else 0)
    header = next(records, None)
    if header is None or len(header.cells) > MOST_COLUMNS:
        raise Unreadable(_("The first row must hold the names of the columns."))
    return Table(encoding.removesuffix("-sig"), delimiter, header, records)


class _Unclosed(io.RawIOBase):
    """The file, which stays open when the reader over it is thrown away."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self.file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _encoding(file: IO[bytes]) -> str:
    """UTF-8 where every byte is, else what Windows writes."""
    file.seek(0)
    head = file.read(4096)
    for mark, kind in OTHER_FILES:
        if head.startswith(mark):
            raise Unreadable(
                _("This is a file of the kind %(kind)s. Save it as CSV first.") % {"kind": kind}
            )
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    wide = _wide_encoding(head)
    if wide:
        return wide
    if head.count(0) * 20 > len(head):
        raise Unreadable(_("This is no text. Save your table as CSV and try again."))
    file.seek(0)
    return "utf-8" if _is_utf8(file) else "latin-1" if _has_gaps(file) else "cp1252"


def _wide_encoding(head: bytes) -> str:
    """UTF-16 without a mark: of Latin text every second byte is zero."""
    pairs = len(head) // 2
    if not pairs:
        return ""
    if head[1::2].count(0) > pairs * 0.6 and not head[::2].count(0):
        return "utf-16-le"
    if head[::2].count(0) > pairs * 0.6 and not head[1::2].count(0):
        return "utf-16-be"
    return ""


def _is_utf8(file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _has_gaps(file: IO[bytes]) -> bool:
    """Whether bytes occur that Windows-1252 leaves undefined."""
    undefined = b"\x81\x8d\x8f\x90\x9d"
    file.seek(0)
    while chunk := file.read(CHUNK):
        if any(byte in chunk for byte in undefined):
            return True
    return False


def _told_delimiter(first: str) -> str:
    """Excel's own line `sep=;`."""
    line = first.strip("\r\n\ufeff").strip()
    return line[4] if len(line) == 5 and line.lower().startswith("sep=") else ""


def _likely_delimiter(first: str) -> str:
    """The one that parts the header into the most cells."""
    return max(DELIMITERS, key=lambda one: len(next(csv.reader([first], delimiter=one), [])))


def _records(lines: Iterable[str], delimiter: str, skipped: int) -> Iterator[Record]:
    reader = csv.reader(_without_zeros(lines), delimiter=delimiter)
    line = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, UnicodeError) as error:
            message = _("From line %(line)s on the file cannot be read: a quote may be open.")
            raise Unreadable(message % {"line": skipped + line + 1}) from error
        if any(cell.strip() for cell in cells):
            # Looked at before the call, which most of millions of cells do not need.
            cells = [fused(cell) if cell[:1] == QUOTE else cell for cell in cells]
            yield Record(skipped + line + 1, cells)
        line = reader.line_num


def _without_zeros(lines: Iterable[str]) -> Iterator[str]:
    """Text without NUL, which no database column holds."""
    for line in lines:
        yield line.replace("\0", "") if "\0" in line else line
