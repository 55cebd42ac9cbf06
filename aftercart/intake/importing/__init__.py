"""Importing files: a look at what a file holds, then its import in the background.

The way of a file: `preview` reads it and shows what it will do, without touching any order; `start`
queues it; the worker imports it batch by batch, each in one transaction with the place it has
reached, so that a killed import goes on where it stood and no row is taken twice; `failed_rows`
gives back what could not be imported. Imports are quiet: they never mail anyone.

Every function names its store. The dashboard calls them inside `core.tenancy.bound(store_id)`.
`ImportRun.total`, `.done` and `.failed` count rows of the file, for a progress bar.
"""

from collections.abc import Iterator
from typing import IO

from aftercart.intake.importing.report import (
    ColumnUse,
    Options,
    Outcome,
    Preview,
    Problem,
    Report,
    read_report,
)
from aftercart.intake.models import ImportRun

__all__ = [
    "LARGEST_FILE",
    "ColumnUse",
    "FileRefused",
    "NotNow",
    "Options",
    "Outcome",
    "Preview",
    "Problem",
    "Report",
    "cancel",
    "failed_rows",
    "find",
    "import_file",
    "newest",
    "preview",
    "report_of",
    "start",
]

LARGEST_FILE = 100 * 1024 * 1024
"""In bytes. A larger file is refused with a sentence that names this limit."""


class FileRefused(ValueError):
    """The file as a whole cannot be imported. `message` says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotNow(ValueError):
    """The run is not in a state in which this can be done. `message` says so."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def preview(
    store_id: int, filename: str, content: bytes | IO[bytes], options: Options | None = None
) -> ImportRun:
    """Read a file and keep it as a run in state `preview`; no order is touched.

    Args:
        filename: as its owner calls it; only shown.
        content: the bytes, or an open binary file (an upload may be large: pass it as it is).
        options: what the person said about the file, such as its kind or date format.

    Returns:
        the run; `report_of(run).preview` is what to show.

    Raises:
        FileRefused: too large, not a table, no known columns, or no rows.
    """
    raise NotImplementedError


def start(store_id: int, run_id: int) -> ImportRun:
    """Queue a previewed run.

    Raises:
        LookupError: the store has no such run.
        NotNow: it was started or cancelled already.
    """
    raise NotImplementedError


def cancel(store_id: int, run_id: int) -> ImportRun:
    """Stop a run, before or while it works. What is imported already stays.

    Raises:
        LookupError: the store has no such run.
        NotNow: it is over already.
    """
    raise NotImplementedError


def find(store_id: int, run_id: int) -> ImportRun | None:
    """The store's run of a file, or None."""
    raise NotImplementedError


def newest(store_id: int, limit: int = 20) -> list[ImportRun]:
    """The store's last runs of files, newest first."""
    raise NotImplementedError


def report_of(run: ImportRun) -> Report:
    """What the run says about itself: its preview, and its outcome so far."""
    return read_report(run.report)


def failed_rows(store_id: int, run_id: int) -> Iterator[str]:
    """The rows that were not imported, as the lines of a CSV file with a last column `Error`.

    Cells that a spreadsheet could take for formulas are defused. The same file, mended, can be
    imported again.

    Raises:
        LookupError: the store has no such run.
    """
    raise NotImplementedError


def import_file(store_id: int, run_id: int) -> None:
    """The job `import_file`: import what is left of a run, for a while, and queue the rest."""
    raise NotImplementedError
