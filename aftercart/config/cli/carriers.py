"""`aftercart carriers`: whose a tracking number is, and what a recorded answer says.

For support and for those who write a connector; no database is needed.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

FAILED, MISUSED = 1, 2
# What the systems are also called: by their folders elsewhere, and by their makers.
ALSO_CALLED = {
    "auspost": "australia_post",
    "dhl_unified": "dhl",
    "dhl_universal": "dhl",
    "mydhl": "dhl_express",
    "seventeentrack": "17track",
    "seventeen_track": "17track",
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = "Recognises tracking numbers, and reads recorded answers of carriers."
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    detect = commands.add_parser("detect", help="whose a number may be, ranked, with reasons")
    detect.add_argument("number", nargs="+", help="in pieces or whole")
    detect.add_argument("--country", default="", metavar="CC", help="of the destination")
    detect.add_argument("--carrier", default="", metavar="NAME", help="that the store named")
    detect.add_argument("--json", action="store_true", help="a JSON line for each candidate")
    parse = commands.add_parser("parse", help="the events in recorded answers, as JSON lines")
    parse.add_argument("system", help="whose answers they are, such as ups or easypost")
    parse.add_argument("files", nargs="+", type=Path, metavar="FILE", help="as they came")
    parse.add_argument("--topic", default="", help="of the delivery, where the system has topics")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked; 0 where everything was recognised or read, else 1, or 2 if misused."""
    from aftercart.config.cli import load_django

    load_django("worker")
    return _detect(arguments) if arguments.command == "detect" else _parse(arguments)


def _detect(arguments: argparse.Namespace) -> int:
    from aftercart.delivery.shipments.carriers import recognise_name, shown_name
    from aftercart.delivery.shipments.numbers import Known, recognise
    from aftercart.delivery.shipments.numbers.reasons import told

    named = recognise_name(arguments.carrier)
    known = Known(named=named, country=arguments.country.strip().upper())
    found = recognise("".join(arguments.number), known)
    for rank, one in enumerate(found, 1):
        name = shown_name(one.carrier, one.country)
        reasons = [told(reason, one) for reason in one.reasons]
        if arguments.json:
            line = {"rank": rank, **msgspec.to_builtins(one), "name": name, "why": reasons}
            print(msgspec.json.encode(line).decode())
        else:
            print(f"{rank}. {one.carrier or one.country:16} {name}: {'; '.join(reasons)}")
    if not found:
        sys.stderr.write("No carrier is known that has such numbers.\n")
    elif not arguments.json:
        _tell_doubt(found)
    return 0 if found else FAILED


def _tell_doubt(found: Any) -> None:
    from aftercart.delivery.shipments.numbers import is_ambiguous, is_clear

    if is_ambiguous(found):
        print("More than one is likely: name the carrier or the destination to decide.")
    elif not is_clear(found):
        print("Too little speaks for it to be sure: name the carrier or the destination.")


def _parse(arguments: argparse.Namespace) -> int:
    from aftercart.connectors.registry import connector

    system = arguments.system.strip().lower().replace("-", "_")
    try:
        parse = connector(_named(system)).parse
    except LookupError:
        sys.stderr.write(f"{arguments.system}: no such system. There are: {_systems()}\n")
        return MISUSED
    is_whole = True
    for path in arguments.files:
        for line in _lines(path, lambda body: parse(arguments.topic, {}, body)):
            is_whole = is_whole and "error" not in line
            print(msgspec.json.encode(line).decode())
    return 0 if is_whole else FAILED


def _named(system: str) -> str:
    from aftercart.connectors.registry import CONNECTORS

    known = {name.replace("_", ""): name for name in CONNECTORS}
    also = ALSO_CALLED.get(system, system)
    return known.get(also.replace("_", ""), also)


def _systems() -> str:
    from aftercart.connectors.registry import CONNECTORS, connector

    return ", ".join(sorted(name for name in CONNECTORS if connector(name).family == "tracking"))


def _lines(path: Path, parse: Any) -> Iterator[dict[str, Any]]:
    """A line for each event in a file, or one with the error and the field it names."""
    from aftercart.connectors.base import ParseError

    try:
        facts = parse(path.read_bytes())
    except OSError as error:
        yield {"file": str(path), "error": error.strerror or "cannot be read", "field": ""}
    except ParseError as error:
        yield {"file": str(path), "error": error.problem, "field": error.field}
    else:
        for fact in facts:
            if not fact.scans:
                sys.stderr.write(f"{path}: nothing has happened to {fact.number} yet.\n")
            yield from _events(path, fact)


def _events(path: Path, fact: Any) -> Iterator[dict[str, Any]]:
    """Each scan, the oldest first, with what is told of its parcel beside the scans."""
    about: dict[str, Any] = {"file": str(path), "number": fact.number, "carrier": fact.carrier}
    about["parcel"] = _beside_scans(fact)
    for scan in sorted(fact.scans, key=lambda scan: scan.occurred_at):
        told = {name: getattr(scan, name) for name in scan.__struct_fields__}
        yield {**about, **told, "place": _place(scan.place)}


def _beside_scans(fact: Any) -> dict[str, Any]:
    """Who signed, the service, the weight, the carrier's own estimate …, as far as it is told."""
    names = (name for name in fact.__struct_fields__ if name not in ("number", "carrier", "scans"))
    told = {name: msgspec.to_builtins(getattr(fact, name)) for name in names}
    return {name: value for name, value in told.items() if value not in (None, "", False, {})}


def _place(place: Any) -> dict[str, str]:
    return {name: getattr(place, name) for name in place.__struct_fields__}
