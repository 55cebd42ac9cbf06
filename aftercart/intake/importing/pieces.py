"""A file as pieces of some hundred rows, each imported in one transaction.

The rows of one order stay in one piece. A piece knows from the preview on which of its rows are
wrong; when it is imported, only those are kept.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from aftercart.connectors.shops.csv.reading import Record
from aftercart.intake.importing.report import Problem
from aftercart.intake.models import ImportPiece

ROWS = 300
"""In one piece: enough that a commit costs little, few enough that nobody waits for a lock."""


class Piece(msgspec.Struct, frozen=True):
    """Rows with what is wrong with some of them."""

    records: list[Record]
    problems: list[Problem]

    def right(self) -> list[Record]:
        """The rows that nothing is wrong with."""
        wrong = {problem.line for problem in self.problems}
        return [record for record in self.records if record.line not in wrong]

    def wrong(self) -> list[tuple[Record, Problem]]:
        """The rows that cannot be imported, each with the first reason."""
        reasons: dict[int, Problem] = {}
        for problem in self.problems:
            reasons.setdefault(problem.line, problem)
        return [(record, reasons[record.line]) for record in self.records if record.line in reasons]


def gathered(groups: Iterable[tuple[Sequence[Record], list[Problem]]]) -> Iterator[Piece]:
    """Groups of rows, with what is wrong with them, gathered to pieces."""
    piece = Piece([], [])
    for records, problems in groups:
        piece.records.extend(records)
        piece.problems.extend(problems)
        if len(piece.records) >= ROWS:
            yield piece
            piece = Piece([], [])
    if piece.records:
        yield piece


def row_of(piece: Piece, store_id: int, run_id: int, number: int) -> ImportPiece:
    """The piece as a row that is not saved yet."""
    return ImportPiece(
        store_id=store_id,
        run_id=run_id,
        number=number,
        content=msgspec.json.encode(piece.records),
        problems=msgspec.to_builtins(piece.problems),
    )


def piece_of(row: ImportPiece) -> Piece:
    """The piece that a row holds."""
    return Piece(
        msgspec.json.decode(bytes(row.content), type=list[Record]),
        msgspec.convert(row.problems, list[Problem]),
    )
