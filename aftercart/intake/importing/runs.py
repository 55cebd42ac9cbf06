"""Starting, stopping and finding runs, and giving back the rows that failed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from msgspec.structs import replace

from aftercart.connectors.shops.csv import writing
from aftercart.core import clock, jobs, sql
from aftercart.core.tenancy import bound
from aftercart.intake.importing.errors import NotNow
from aftercart.intake.importing.pieces import piece_of
from aftercart.intake.importing.report import Outcome, Problem, read_report, stored_report
from aftercart.intake.importing.uploads import SYSTEM
from aftercart.intake.models import ImportPiece, ImportRun

JOB = "import_file"
State = ImportRun.State
OVER = (State.DONE, State.CANCELLED)

PREVIEWS_FOR = timedelta(days=1)
ROWS_FOR = timedelta(days=30)
"""How long rows that failed can be fetched; they hold names and addresses."""


def start(store_id: int, run_id: int) -> ImportRun:
    """Queue a previewed run, or one that failed in the middle.

    Raises:
        LookupError: the store has no such run.
        NotNow: it was started or cancelled already.
    """
    with transaction.atomic():
        run = _locked(store_id, run_id)
        if run.state not in (State.PREVIEW, State.FAILED):
            raise NotNow(_("This import was started already."))
        if run.state == State.PREVIEW:
            report = read_report(run.report)
            run.failed, run.report = 0, stored_report(replace(report, outcome=Outcome()))
        run.state, run.error, run.finished_at = State.WAITING, "", None
        run.save(update_fields=["state", "error", "finished_at", "failed", "report"])
        jobs.defer(JOB, once=f"{JOB}:{run.pk}", store_id=store_id, run_id=run.pk)
    return run


def cancel(store_id: int, run_id: int) -> ImportRun:
    """Stop a run, before or while it works. What is imported already stays.

    Raises:
        LookupError: the store has no such run.
        NotNow: it is over already.
    """
    with transaction.atomic():
        run = _locked(store_id, run_id)
        if run.state in OVER:
            raise NotNow(_("This import is over already."))
        reached = run.cursor.get("piece", 0)
        ImportPiece.objects.filter(store_id=store_id, run_id=run.pk, number__gte=reached).delete()
        run.state, run.finished_at = State.CANCELLED, clock.now()
        run.save(update_fields=["state", "finished_at"])
    return run


def find(store_id: int, run_id: int) -> ImportRun | None:
    """The store's run of a file, or None."""
    return _runs(store_id).filter(pk=run_id).first()


def newest(store_id: int, limit: int = 20) -> list[ImportRun]:
    """The store's last runs of files, newest first."""
    return list(_runs(store_id).order_by("-created_at", "-pk")[:limit])


def failed_rows(store_id: int, run_id: int) -> Iterator[str]:
    """The rows that were not imported, as the lines of a CSV file with a last column `Error`.

    Cells that a spreadsheet could take for formulas are defused. The same file, mended, can be
    imported again.

    Raises:
        LookupError: the store has no such run.
    """
    run = find(store_id, run_id)
    reading = read_report(run.report).reading if run else None
    if run is None or reading is None:
        raise LookupError(run_id)
    rows = _failed(store_id, run.pk, len(reading.layout.header))
    header = [*reading.layout.header, _("Error")]
    return _with_mark(writing.lines(_after(header, rows)))


def forget_old(now: datetime) -> None:
    """Previews that nobody started, and failed rows that nobody fetched. For all stores."""
    ImportRun.objects.filter(state=State.PREVIEW, created_at__lt=now - PREVIEWS_FOR).update(
        state=State.CANCELLED, finished_at=now
    )
    sql.run(
        """
        DELETE FROM intake_importpiece AS piece USING intake_importrun AS run
        WHERE run.id = piece.run_id AND run.store_id = piece.store_id
          AND (run.finished_at < %(before)s OR (run.state = 'cancelled' AND run.done = 0))
        """,
        {"before": now - ROWS_FOR},
    )


def _runs(store_id: int) -> QuerySet[ImportRun]:
    return ImportRun.objects.filter(store_id=store_id, connection__system=SYSTEM)


def _locked(store_id: int, run_id: int) -> ImportRun:
    run = ImportRun.objects.select_for_update().filter(store_id=store_id, pk=run_id).first()
    if run is None or read_report(run.report).reading is None:
        raise LookupError(run_id)
    return run


def _failed(store_id: int, run_id: int, width: int) -> Iterator[list[str]]:
    """Piece by piece, each read by itself: a download goes on after its view has ended."""
    number = -1
    while True:
        with bound(store_id):
            row = (
                ImportPiece.objects.filter(store_id=store_id, run_id=run_id, number__gt=number)
                .exclude(problems=[])
                .order_by("number")
                .first()
            )
        if row is None:
            return
        number = row.number
        for record, problem in piece_of(row).wrong():
            cells = [*record.cells[:width], *[""] * (width - len(record.cells))]
            yield [*cells, _sentence(problem)]


def _sentence(problem: Problem) -> str:
    return f"{problem.column}: {problem.problem}" if problem.column else problem.problem


def _after(header: list[str], rows: Iterator[list[str]]) -> Iterator[list[str]]:
    yield header
    yield from rows


def _with_mark(lines: Iterator[str]) -> Iterator[str]:
    yield writing.BYTE_ORDER_MARK + next(lines)
    yield from lines
