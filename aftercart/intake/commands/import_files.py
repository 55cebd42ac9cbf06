"""`aftercart import FILE --store SLUG`: what the dashboard does, for scripts and big files."""

import argparse
import io
import sys
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from aftercart.connectors.shops.csv.columns import KINDS
from aftercart.connectors.shops.csv.values import DATE_FORMATS
from aftercart.core.models import Store
from aftercart.core.tenancy import bound
from aftercart.intake import importing, queries
from aftercart.intake.importing.work import advance
from aftercart.intake.models import ImportRun

SHOWN_PROBLEMS = 10
PROGRESS_SECONDS = 0.5
FAILED, MISUSED = 1, 2


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.description = (
        "Imports orders, shipments or tracking events from a CSV file, as the dashboard does. "
        "What is imported mails nobody. An import that is cut short goes on by itself in a worker."
    )
    parser.add_argument("file", type=Path, help="a CSV file; its first row names the columns")
    parser.add_argument(
        "--store", default="", metavar="SLUG", help="needed where there are several"
    )
    parser.add_argument("--kind", choices=KINDS, default="", help="what the file holds")
    parser.add_argument(
        "--date-format", choices=DATE_FORMATS, default="iso", help="how 03/04/2026 is meant"
    )
    parser.add_argument(
        "--time-zone", default="", metavar="ZONE", help="of times without an offset"
    )
    parser.add_argument("--dry-run", action="store_true", help="look at the file, import nothing")
    parser.add_argument(
        "--failed", type=Path, metavar="FILE", help="write the rows that failed to this file"
    )


def run(arguments: argparse.Namespace) -> int:
    """Preview, then import here and now; a worker goes on with it if we are cut short.

    Returns:
        0 if every row was imported, 1 if some or all were not, 2 if the store is unknown.
    """
    store = queries.store_for(arguments.store)
    if store is None:
        _say(queries.no_store(arguments.store))
        return MISUSED
    options = importing.Options(
        kind=arguments.kind, date_format=arguments.date_format, time_zone=arguments.time_zone
    )
    try:
        made = _previewed(store, arguments.file, options)
    except (importing.FileRefused, OSError) as error:
        _say(f"{arguments.file}: {getattr(error, 'strerror', None) or error}")
        return FAILED
    _show_preview(made)
    if arguments.dry_run:
        _write_failed(store, made, arguments.failed)
        with bound(store.pk):
            importing.cancel(store.pk, made.pk)
        return FAILED if made.failed else 0
    done = _imported(store, made)
    _show_outcome(done)
    _write_failed(store, done, arguments.failed)
    return FAILED if done.failed or done.state != ImportRun.State.DONE else 0


def _previewed(store: Store, path: Path, options: importing.Options) -> ImportRun:
    with _opened(path) as file, bound(store.pk):
        return importing.preview(store.pk, path.name, file, options)


def _opened(path: Path) -> AbstractContextManager[IO[bytes]]:
    """The file, or what is piped in under the name `-`."""
    return nullcontext(_piped()) if str(path) == "-" else path.open("rb")


def _piped() -> IO[bytes]:
    return io.BytesIO(sys.stdin.buffer.read(importing.LARGEST_FILE + 1))


def _imported(store: Store, made: ImportRun) -> ImportRun:
    with bound(store.pk):
        importing.start(store.pk, made.pk)
    last_shown = 0.0
    while advance(store.pk, made.pk):
        if time.monotonic() - last_shown > PROGRESS_SECONDS:
            last_shown = time.monotonic()
            _show_progress(_found(store, made))
    found = _found(store, made)
    _show_progress(found)
    _say("")
    return found


def _found(store: Store, made: ImportRun) -> ImportRun:
    found = importing.find(store.pk, made.pk)
    assert found is not None
    return found


def _show_preview(made: ImportRun) -> None:
    seen = importing.report_of(made).preview
    assert seen is not None
    _say(
        _("%(file)s: %(kind)s, %(rows)s rows, columns of %(format)s, %(encoding)s.")
        % {
            "file": made.filename,
            "kind": seen.kind,
            "rows": seen.rows,
            "format": seen.format,
            "encoding": seen.encoding,
        }
    )
    left_out = [column.header for column in seen.columns if not column.meaning]
    if left_out:
        _say(_("Columns that are left out: %(names)s.") % {"names": ", ".join(left_out)})
    for note in seen.notes:
        _say(note)
    _show_problems(seen.wrong_rows, seen.problems)


def _show_problems(count: int, problems: tuple[importing.Problem, ...]) -> None:
    if count:
        _say(_("Rows that cannot be imported: %(count)s.") % {"count": count})
    for problem in problems[:SHOWN_PROBLEMS]:
        where = f"{problem.line}: {problem.column}" if problem.column else str(problem.line)
        _say(f"  {where}: {problem.problem}")
    if count > SHOWN_PROBLEMS:
        _say("  …")


def _show_progress(found: ImportRun) -> None:
    line = _("%(done)s of %(total)s rows") % {"done": found.done, "total": found.total}
    sys.stdout.write(f"\r{line}" if sys.stdout.isatty() else f"{line}\n")
    sys.stdout.flush()


def _show_outcome(found: ImportRun) -> None:
    outcome = importing.report_of(found).outcome
    if found.error:
        _say(found.error)
    _say(
        _(
            "New: %(imported)s. Updated: %(updated)s. Unchanged: %(unchanged)s. "
            "Failed rows: %(failed)s."
        )
        % {
            "imported": outcome.imported,
            "updated": outcome.updated,
            "unchanged": outcome.unchanged,
            "failed": outcome.failed_rows,
        }
    )
    _show_problems(outcome.failed_rows, outcome.problems)


def _write_failed(store: Store, found: ImportRun, path: Path | None) -> None:
    if path is None or not found.failed:
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(importing.failed_rows(store.pk, found.pk))
    _say(_("The rows that failed are in %(path)s.") % {"path": path})


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
