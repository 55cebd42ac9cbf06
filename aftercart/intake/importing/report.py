"""What an import says about itself: what the preview understood, and what came of it."""

from datetime import datetime
from typing import Any

import msgspec

from aftercart.connectors.shops.csv.columns import Layout

SHOWN_PROBLEMS = 100
SHOWN_ROWS = 20


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person may say about a file beforehand.

    Attributes:
        kind: `orders`, `shipments`, `tracking`, or empty to tell by the columns.
        date_format: how dates with slashes are meant: `iso` (there are none), `day_first`
            (31/12/2026) or `month_first` (12/31/2026). Dates with dots are always day first.
        time_zone: IANA name of the zone of times without an offset; empty for the store's.
    """

    kind: str = ""
    date_format: str = "iso"
    time_zone: str = ""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Why a row cannot be imported.

    Attributes:
        line: the line of the file on which the row begins, the header being line 1.
        column: the header of the cell at fault as it stands in the file; empty for the whole row.
        problem: a sentence that says what is wrong and what is expected.
    """

    line: int
    column: str = ""
    problem: str


class ColumnUse(msgspec.Struct, frozen=True, kw_only=True):
    """A column of the file and what it was taken for; `meaning` is empty where it is left out."""

    header: str
    meaning: str = ""


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What the file is taken for, before anything is imported.

    Attributes:
        kind: `orders`, `shipments` or `tracking`.
        format: whose columns these are: `aftercart`, `shopify` or `woocommerce`.
        encoding, delimiter: as recognised, for example `utf-8` and `;`.
        rows: rows under the header; `things` orders, parcels or scans in them.
        wrong_rows: rows that will not be imported; `problems` has the first of them.
        time_zone: the zone in which times without an offset are read; `zone_assumed` if nobody
            said so and there are such times.
        notes: sentences to show, such as which zone is assumed.
        shown_columns, shown_rows: the first rows as they will be understood, for a table.
    """

    kind: str
    format: str
    encoding: str
    delimiter: str
    rows: int
    things: int
    wrong_rows: int
    time_zone: str
    zone_assumed: bool = False
    columns: tuple[ColumnUse, ...] = ()
    notes: tuple[str, ...] = ()
    shown_columns: tuple[str, ...] = ()
    shown_rows: tuple[tuple[str, ...], ...] = ()
    problems: tuple[Problem, ...] = ()


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the orders, parcels or tracking updates in the file, and how many rows failed.

    `unchanged` counts what was here already just so, or is known better from the shop itself.
    """

    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    failed_rows: int = 0
    problems: tuple[Problem, ...] = ()


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How the file's cells are read, settled once at the preview. `read_at` is that moment."""

    layout: Layout
    time_zone: str
    currency: str
    decimal: str
    date_format: str
    read_at: datetime


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The contents of `ImportRun.report` for an imported file."""

    options: Options = Options()
    reading: Reading | None = None
    preview: Preview | None = None
    outcome: Outcome = Outcome()


def read_report(stored: Any) -> Report:
    """The report of a run, from its column."""
    return msgspec.convert(stored or {}, Report)


def stored_report(report: Report) -> Any:
    """The report as plain values, for its column."""
    return msgspec.to_builtins(report)
