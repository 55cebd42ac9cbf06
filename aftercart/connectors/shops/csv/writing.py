"""Rows as lines of a CSV file (RFC 4180) that a spreadsheet can open safely."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from aftercart.connectors.shops.csv.defusing import defused

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes the file for Windows-1252."""


def lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The rows, each as text with its line end."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([defused(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
