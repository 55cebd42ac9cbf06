"""The import itself: piece by piece, each in one transaction with the place it has reached."""

from collections.abc import Sequence

import structlog
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _
from msgspec.structs import replace

from aftercart.connectors.shops.csv import kinds
from aftercart.connectors.shops.csv.reading import Record
from aftercart.connectors.shops.csv.understanding import Understood, groups
from aftercart.connectors.shops.csv.values import CellError
from aftercart.core import clock, sql
from aftercart.intake import acceptance, stopping
from aftercart.intake.importing.pieces import Piece, piece_of, row_of
from aftercart.intake.importing.placing import Unit, placed
from aftercart.intake.importing.report import (
    SHOWN_PROBLEMS,
    Outcome,
    Problem,
    Reading,
    Report,
    read_report,
    stored_report,
)
from aftercart.intake.importing.uploads import manner_of, spread
from aftercart.intake.models import ImportPiece, ImportRun

MILESTONES = (
    "picked_up", "in_transit", "out_for_delivery", "available_for_pickup", "attempt_failed",
    "delivered", "exception", "returning", "returned",
)  # fmt: skip
AT_WORK = (ImportRun.State.WAITING, ImportRun.State.RUNNING)
UNSTORABLE = (DataError, IntegrityError, ValueError, TypeError, ArithmeticError)
"""What one bad row can cause, and what no repetition mends."""

COUNTED = {
    "orders": (
        "order_id",
        "order.placed",
        ("order.updated", "order.paid", "order.cancelled", "fulfillment.created", "refund.created"),
    ),
    "shipments": ("data->>'fulfillment_id'", "fulfillment.created", ("fulfillment.updated",)),
    "tracking": (
        "shipment_id",
        "shipment.created",
        (
            "shipment.updated",
            *(f"shipment.{milestone}" for milestone in MILESTONES),
        ),
    ),
}
"""By kind: what one thing is known by, the event of a new one, the events of a change."""

log = structlog.get_logger(__name__)


def import_file(store_id: int, run_id: int) -> None:
    """The job `import_file`: import what is left of a run.

    It may be cut short at any point and run again, also by two workers at once.

    Raises:
        aftercart.intake.stopping.Stopped: the worker is ending; the job is queued again.
    """
    try:
        while advance(store_id, run_id):
            stopping.raise_if_asked()
    except (stopping.Stopped, OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("import.failed", store=store_id, run=run_id)
        _fail(store_id, run_id)


def advance(store_id: int, run_id: int) -> bool:
    """Import the next piece of a run; whether there may be more to do."""
    with transaction.atomic():
        run = (
            ImportRun.objects.select_for_update()
            .filter(store_id=store_id, pk=run_id, state__in=AT_WORK)
            .first()
        )
        if run is None:
            return False
        row = ImportPiece.objects.filter(
            store_id=store_id, run_id=run_id, number=run.cursor["piece"]
        ).first()
        if row is None:
            _finish(run)
            return False
        _import_piece(run, row)
        return True


def _import_piece(run: ImportRun, row: ImportPiece) -> None:
    report = read_report(run.report)
    assert report.reading is not None
    piece = piece_of(row)
    before = _last_event()
    units = _understood(run.store_id, piece.right(), report.reading)
    problems = _accept(units, report.reading)
    complete = Piece(piece.records, piece.problems + problems)
    _keep_wrong(run, row, complete)
    counts = _counts(run, before, units, problems)
    report = _added(report, counts, complete)
    run.state = ImportRun.State.RUNNING
    run.done += len(piece.records)
    run.failed = report.outcome.failed_rows
    run.cursor = {**run.cursor, "piece": row.number + 1}
    run.report = stored_report(report)
    run.save(update_fields=["state", "done", "failed", "cursor", "report"])


def _understood(store_id: int, records: Sequence[Record], reading: Reading) -> list[Unit]:
    """The groups of a piece at their sources. They were understood before; a group that is not,
    after an update of ours, becomes a problem like any other."""
    manner = manner_of(reading)
    found: list[Understood] = []
    problems: list[Unit] = []
    for group in groups(records, reading.layout):
        try:
            found.append(kinds.understood(group, reading.layout, manner))
        except CellError as error:
            problems += [Unit((one.line,), (), one.problem) for one in spread(group, error)]
    return [*placed(store_id, found, reading), *problems]


def _accept(units: Sequence[Unit], reading: Reading) -> list[Problem]:
    """Hand the facts to their rooms; what cannot be taken, by the row."""
    problems = [one for unit in units if unit.problem for one in _told(unit, reading)]
    wanted = [unit for unit in units if unit.facts]
    return problems + [one for unit in _stored(wanted) for one in _told(unit, reading)]


def _stored(units: Sequence[Unit]) -> list[Unit]:
    """Those units that could not be stored, with the reason. A bad one is found by halving."""
    if not units:
        return []
    try:
        with transaction.atomic():
            unplaced = acceptance.accept([fact for unit in units for fact in unit.facts])
    except UNSTORABLE as error:
        if len(units) > 1:
            half = len(units) // 2
            return _stored(units[:half]) + _stored(units[half:])
        log.warning("import.row_refused", lines=units[0].lines, error=type(error).__name__)
        return [replace(units[0], problem=_("This could not be stored. Check its values."))]
    return _unplaced(units, set(unplaced))


def _unplaced(units: Sequence[Unit], indices: set[int]) -> list[Unit]:
    found, place = [], 0
    for unit in units:
        if indices & set(range(place, place + len(unit.facts))):
            found.append(replace(unit, problem=_("What this belongs to is not known here.")))
        place += len(unit.facts)
    return found


def _told(unit: Unit, reading: Reading) -> list[Problem]:
    column = reading.layout.header_of(unit.column) if unit.column else ""
    return [Problem(line=line, column=column, problem=unit.problem) for line in unit.lines]


def _keep_wrong(run: ImportRun, row: ImportPiece, piece: Piece) -> None:
    """Of an imported piece only the rows that failed are kept, to be given back."""
    wrong = piece.wrong()
    if not wrong:
        row.delete()
        return
    kept = Piece([record for record, _problem in wrong], [problem for _record, problem in wrong])
    emptied = row_of(kept, run.store_id, run.pk, row.number)
    row.content, row.problems = emptied.content, emptied.problems
    row.save(update_fields=["content", "problems"])


def _last_event() -> int:
    return int(sql.fetch("SELECT coalesce(max(id), 0) AS last FROM core_event")[0]["last"])


def _counts(
    run: ImportRun, before: int, units: Sequence[Unit], problems: Sequence[Problem]
) -> Outcome:
    """What became of the units, as the events tell: those that caused none changed nothing."""
    thing, new, changed = COUNTED[run.kind]
    rows = sql.fetch(
        f"""
        SELECT bool_or(type = %(new)s) AS is_new FROM core_event
        WHERE store_id = %(store)s AND id > %(before)s AND quiet AND type = ANY(%(types)s)
        GROUP BY {thing}
        """,
        {"new": new, "store": run.store_id, "before": before, "types": [new, *changed]},
    )
    wrong = {problem.line for problem in problems}
    good = sum(1 for unit in units if not wrong & set(unit.lines))
    imported = min(sum(1 for row in rows if row["is_new"]), good)
    updated = min(len(rows) - imported, good - imported)
    return Outcome(imported=imported, updated=updated, unchanged=good - imported - updated)


def _added(report: Report, counts: Outcome, piece: Piece) -> Report:
    wrong = [problem for _record, problem in piece.wrong()]
    so_far = report.outcome
    outcome = Outcome(
        imported=so_far.imported + counts.imported,
        updated=so_far.updated + counts.updated,
        unchanged=so_far.unchanged + counts.unchanged,
        failed_rows=so_far.failed_rows + len(wrong),
        problems=(*so_far.problems, *wrong)[:SHOWN_PROBLEMS],
    )
    return replace(report, outcome=outcome)


def _finish(run: ImportRun) -> None:
    run.state, run.finished_at = ImportRun.State.DONE, clock.now()
    run.save(update_fields=["state", "finished_at"])


def _fail(store_id: int, run_id: int) -> None:
    ImportRun.objects.filter(store_id=store_id, pk=run_id, state__in=AT_WORK).update(
        state=ImportRun.State.FAILED,
        error=_("The import stopped because of an error of ours. Start it again to go on."),
        finished_at=clock.now(),
    )
