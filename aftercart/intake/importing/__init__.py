"""Importing files: a look at what a file holds, then its import in the background.

The way of a file: `preview` reads it and shows what it will do, without touching any order; `start`
queues it; the worker imports it batch by batch, each in one transaction with the place it has
reached, so that a killed import goes on where it stood and no row is taken twice; `failed_rows`
gives back what could not be imported. Imports are quiet: they never mail anyone.

Every function names its store. The dashboard calls them inside `core.tenancy.bound(store_id)`.
`ImportRun.total`, `.done` and `.failed` count rows of the file, for a progress bar.
"""

from aftercart.intake.importing.errors import FileRefused, NotNow
from aftercart.intake.importing.report import (
    ColumnUse,
    Options,
    Outcome,
    Preview,
    Problem,
    Report,
    read_report,
)
from aftercart.intake.importing.runs import (
    cancel,
    failed_rows,
    find,
    forget_old,
    newest,
    start,
)
from aftercart.intake.importing.uploads import LARGEST_FILE, preview
from aftercart.intake.importing.work import import_file
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
    "forget_old",
    "import_file",
    "newest",
    "preview",
    "report_of",
    "start",
]


def report_of(run: ImportRun) -> Report:
    """What the run says about itself: its preview, and its outcome so far."""
    return read_report(run.report)
