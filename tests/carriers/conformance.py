"""What the connectors make of recorded answers: `python -m tests.carriers.conformance` tells it."""

import os
from collections.abc import Iterable

import msgspec

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers import wording
from aftercart.connectors.registry import connector
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact
from tests.carriers.contrary import is_contrary
from tests.carriers.corpus import CORPORA, Body


class Figures(msgspec.Struct):
    """Of the answers of one system in one form."""

    files: int = 0
    parsed: int = 0
    errors: int = 0
    parcels: int = 0
    scans: int = 0
    known: int = 0
    by_text: int = 0
    timed: int = 0
    placed: int = 0
    refused: list[str] = msgspec.field(default_factory=list)
    contradictions: list[str] = msgspec.field(default_factory=list)
    unknown: list[str] = msgspec.field(default_factory=list)


def measure(system: str, bodies: Iterable[Body]) -> Figures:
    """Read every body; an error reply that becomes its stated error counts as read."""
    figures = Figures()
    parse = connector(system).parse
    for name, body in bodies:
        figures.files += 1
        try:
            facts = parse("", {}, body)
        except ParseError as error:
            stated = error.field.startswith("error")
            figures.parsed += stated
            figures.errors += stated
            figures.refused += [] if stated else [f"{name}: {error}"]
            continue
        figures.parsed += 1
        for fact in facts:
            _count(figures, name, fact)
    return figures


def _count(figures: Figures, name: str, fact: TrackingFact) -> None:
    figures.parcels += 1
    for scan in fact.scans:
        said = f"{name}: {scan.status} {scan.code} {scan.text!r}"
        figures.scans += 1
        figures.known += scan.status != "unknown"
        figures.by_text += scan.by_text
        figures.timed += scan.zone_known
        figures.placed += scan.place != PlaceFact()
        figures.contradictions += [said] if _is_contradicted(scan) else []
        figures.unknown += [said] if scan.status == "unknown" else []


def _is_contradicted(scan: ScanFact) -> bool:
    return wording.contradicts(scan.status, scan.text) or is_contrary(scan.status, scan.text)


def share(part: int, whole: int) -> float:
    """1.0 where there is nothing to be wrong."""
    return part / whole if whole else 1.0


def report() -> str:
    """A line for each system and form, with what was not read or not known under it."""
    lines = ["system         form   files parsed errors parcels scans  known  words   zone  place"]
    for system, corpus in sorted(CORPORA.items()):
        for form, bodies in (("today", corpus.todays()), ("older", corpus.older())):
            one = measure(system, bodies)
            shares = (one.known, one.by_text, one.timed, one.placed)
            told = "".join(f" {share(part, one.scans):6.1%}" for part in shares)
            lines.append(
                f"{system:14} {form:6} {one.files:5} {share(one.parsed, one.files):6.1%}"
                f" {one.errors:6} {one.parcels:7} {one.scans:5}{told}"
            )
            lines += [f"    {said}" for said in one.refused + one.contradictions + one.unknown]
    return "\n".join(lines)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftercart.config.settings")
    print(report())  # noqa: T201 - this is its purpose
