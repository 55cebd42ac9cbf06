"""Looking at a file: what it holds, how its rows are understood, which of them are wrong."""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import IO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercart.connectors.shops.csv import kinds
from aftercart.connectors.shops.csv.columns import KINDS, MEANINGS, Layout, recognised
from aftercart.connectors.shops.csv.reading import Record, Table, Unreadable, read_table
from aftercart.connectors.shops.csv.understanding import Understood, groups, key
from aftercart.connectors.shops.csv.values import (
    DATE_FORMATS,
    CellError,
    Manner,
    decimal_sign,
)
from aftercart.core import clock
from aftercart.core.models import Store
from aftercart.intake.actions import connections
from aftercart.intake.importing import pieces
from aftercart.intake.importing.errors import FileRefused
from aftercart.intake.importing.report import (
    SHOWN_PROBLEMS,
    SHOWN_ROWS,
    ColumnUse,
    Options,
    Preview,
    Problem,
    Reading,
    Report,
    stored_report,
)
from aftercart.intake.models import Connection, ImportRun

LARGEST_FILE = 100 * 1024 * 1024
"""In bytes. A larger file is refused with a sentence that names this limit."""

SAMPLED_ROWS = 500
"""Rows that tell how decimals are written."""

CHECKED_ROWS = 50_000
"""Rows that the preview reads cell by cell, so that it takes seconds; the import reads all."""

SHOWN_WORDS = 5
SYSTEM = "csv"

Group = tuple[Sequence[Record], list[Problem]]


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
    chosen = options or Options()
    _check(chosen)
    file = _opened(content)
    try:
        table = read_table(file)
        layout = recognised(table.header.cells, chosen.kind)
        with transaction.atomic():
            return _kept(store_id, filename, table, layout, chosen)
    except Unreadable as error:
        raise FileRefused(error.message) from error


def _check(options: Options) -> None:
    if options.kind and options.kind not in KINDS:
        raise FileRefused(_("Choose orders, shipments or tracking."))
    if options.date_format not in DATE_FORMATS:
        raise FileRefused(_("Choose one of the date formats."))
    try:
        ZoneInfo(options.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise FileRefused(_("This is no time zone. Expected one such as Europe/Berlin.")) from error


def _opened(content: bytes | IO[bytes]) -> IO[bytes]:
    file: IO[bytes] = io.BytesIO(content) if isinstance(content, bytes) else content
    size = file.seek(0, io.SEEK_END)
    if size > LARGEST_FILE:
        limit = LARGEST_FILE // (1024 * 1024)
        raise FileRefused(
            _(
                "This file is larger than %(limit)s MB. Split it into smaller files, each with the "
                "header."
            )
            % {"limit": limit}
        )
    if not size:
        raise FileRefused(_("This file is empty."))
    return file


def _kept(
    store_id: int, filename: str, table: Table, layout: Layout, options: Options
) -> ImportRun:
    head = list(islice(table.records, SAMPLED_ROWS))
    reading = _reading(store_id, layout, head, options)
    run = ImportRun.objects.create(
        store_id=store_id,
        connection_id=_connection_id(store_id),
        kind=layout.kind,
        state=ImportRun.State.PREVIEW,
        filename=filename[:255],
        cursor={"piece": 0},
        created_at=reading.read_at,
    )
    survey = Survey(layout, manner_of(reading))
    found = pieces.gathered(survey.groups(chain(head, table.records)))
    for number, piece in enumerate(found):
        pieces.row_of(piece, store_id, run.pk, number).save(force_insert=True)
    if not survey.rows:
        raise FileRefused(_("There are no rows under the header."))
    run.total, run.failed = survey.rows, survey.wrong_rows
    report = Report(options=options, reading=reading, preview=survey.preview(table, options))
    run.report = stored_report(report)
    run.save()
    return run


def _reading(store_id: int, layout: Layout, head: Iterable[Record], options: Options) -> Reading:
    store = Store.objects.get(pk=store_id)
    return Reading(
        layout=layout,
        time_zone=options.time_zone or store.time_zone,
        currency=store.currency,
        decimal=decimal_sign(layout, head, kinds.KINDS[layout.kind].amounts),
        date_format=options.date_format,
        read_at=clock.now(),
    )


def manner_of(reading: Reading) -> Manner:
    """How cells are meant, as it was settled."""
    return Manner(
        time_zone=ZoneInfo(reading.time_zone),
        currency=reading.currency,
        read_at=reading.read_at,
        decimal=reading.decimal,
        date_format=reading.date_format,
    )


def _connection_id(store_id: int) -> int:
    """The store's connection for files, made with the first one."""
    live = Connection.objects.filter(store_id=store_id, system=SYSTEM, removed_at=None)
    known = live.values_list("pk", flat=True).first()
    if known is not None:
        return known
    try:
        return connections.add(store_id, SYSTEM, {}).connection_id
    except connections.AlreadyConnected:
        return live.values_list("pk", flat=True).get()


@dataclass
class Survey:
    """One walk through a file: its groups with what is wrong with them, and what to show."""

    layout: Layout
    manner: Manner
    rows: int = 0
    things: int = 0
    wrong_rows: int = 0
    problems: list[Problem] = field(default_factory=list)
    shown: list[tuple[str, ...]] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def groups(self, records: Iterable[Record]) -> Iterator[Group]:
        """Every group of rows with what is wrong with it."""
        for group in groups(records, self.layout):
            problems = self._problems(group)
            self.rows += len(group)
            self.wrong_rows += len(problems)
            self.problems += problems[: SHOWN_PROBLEMS - len(self.problems)]
            yield group, problems

    def _problems(self, group: Sequence[Record]) -> list[Problem]:
        try:
            self._check_together(group)
            if self.rows >= CHECKED_ROWS:
                self.things += len(group) if self._mixes else 1
                return []
            understood = kinds.understood(group, self.layout, self.manner)
        except CellError as error:
            return spread(group, error)
        self.things += _things(understood)
        if len(self.shown) < SHOWN_ROWS:
            show = kinds.KINDS[self.layout.kind].show
            self.shown.append(show(*understood.facts, zone=self.manner.time_zone))
        return []

    def _check_together(self, group: Sequence[Record]) -> None:
        """Rows of one order that stand apart would each replace the others."""
        if self._mixes:
            return
        known_as = hash(key(group[0], self.layout))
        if known_as in self.seen:
            problem = _(
                "There are more rows of this order further up. Sort the file by order number, so "
                "that they stand together."
            )
            raise CellError(group[0].line, self.layout.header_of("number"), problem)
        self.seen.add(known_as)

    @property
    def _mixes(self) -> bool:
        return kinds.KINDS[self.layout.kind].mixes

    def preview(self, table: Table, options: Options) -> Preview:
        """What to show of the file."""
        meanings = {place: name for name, place in self.layout.columns.items()}
        labels = MEANINGS[self.layout.kind]
        return Preview(
            kind=self.layout.kind,
            format=self.layout.format,
            encoding=table.encoding,
            delimiter=table.delimiter,
            rows=self.rows,
            things=self.things,
            wrong_rows=self.wrong_rows,
            time_zone=self.manner.time_zone.key,
            zone_assumed=self.manner.assumed_zone and not options.time_zone,
            columns=tuple(
                ColumnUse(
                    header=header,
                    meaning=_(labels[meanings[place]].label) if place in meanings else "",
                )
                for place, header in enumerate(self.layout.header)
            ),
            notes=tuple(self._notes(options)),
            shown_columns=tuple(
                _(kinds.LABELS[name]) for name in kinds.KINDS[self.layout.kind].shown
            ),
            shown_rows=tuple(self.shown),
            problems=tuple(self.problems),
        )

    def _notes(self, options: Options) -> Iterator[str]:
        if self.manner.assumed_zone and not options.time_zone:
            yield _("Times without an offset are read in the store's time zone, %(zone)s.") % {
                "zone": self.manner.time_zone.key
            }
        if self.rows > CHECKED_ROWS:
            yield _(
                "The first %(count)s rows were checked. The others are checked while they are "
                "imported; what cannot be read is left out and listed."
            ) % {"count": CHECKED_ROWS}
        if self.manner.decimal == ",":
            yield _("Amounts are read with a decimal comma.")
        unknown = sorted(self.manner.unknown_statuses)
        if unknown:
            yield ngettext(
                "A status is not known and is kept as it is: %(words)s.",
                "%(count)s statuses are not known and are kept as they are: %(words)s.",
                len(unknown),
            ) % {"count": len(unknown), "words": ", ".join(unknown[:SHOWN_WORDS])}


def _things(understood: Understood) -> int:
    """Orders and parcels by the group, scans one by one."""
    scans = getattr(understood.facts[0], "scans", None)
    return 1 if scans is None else len(scans)


def spread(group: Sequence[Record], error: CellError) -> list[Problem]:
    """The error at its row, and at the others of the group that they cannot go without it."""
    other = _("Line %(line)s, which belongs to the same order, cannot be imported.")
    return [
        Problem(line=record.line, column=error.column, problem=error.problem)
        if record.line == error.line
        else Problem(line=record.line, problem=other % {"line": error.line})
        for record in group
    ]
