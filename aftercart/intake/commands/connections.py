"""`aftercart connections add|list`: what the dashboard does, for scripts."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from django.utils.translation import gettext as _

from aftercart.connectors.base import Connector
from aftercart.connectors.registry import CONNECTORS, connector
from aftercart.intake import queries
from aftercart.intake.actions import connections
from aftercart.intake.actions.connections import Added, AlreadyConnected
from aftercart.intake.actions.values import InvalidValues

FAILED, MISUSED = 1, 2


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    commands = parser.add_subparsers(dest="action", required=True, metavar="add|list")
    add = commands.add_parser(
        "add",
        help="connect a store to a system",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Connects a store to a system, and prints the address and the secrets that\n"
        "were made. They are shown once.",
        epilog=_epilog(),
    )
    add.add_argument("system", choices=sorted(CONNECTORS), metavar="SYSTEM", help="see below")
    add.add_argument(
        "given",
        nargs="*",
        metavar="FIELD=VALUE",
        help="a field of the system; =@FILE reads the value from a file, =@- from standard input",
    )
    add.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        dest="values",
        help="the same",
    )
    add.add_argument("--store", default="", metavar="SLUG", help="needed where there are several")
    add.add_argument("--name", default="", help="what your team calls it")
    add.add_argument("--fields", action="store_true", help="say what the fields are and stop")
    listing = commands.add_parser("list", help="list connections and how they do")
    listing.add_argument("--store", default="", metavar="SLUG", help="of this store only")
    for command in (add, listing):
        command.add_argument("--json", action="store_true", help="print JSON")


def _epilog() -> str:
    """Every system with its fields; those that we make, or that may be left out, in brackets."""
    lines = ["systems and their fields ([...] may be left out):"]
    for name in sorted(CONNECTORS):
        fields = [
            f"[{field.name}]" if field.generated or not field.required else field.name
            for field in connector(name).fields
        ]
        lines.append(f"  {name:15} {' '.join(fields)}")
    lines += [
        "",
        "examples:",
        "  aftercart connections add easypost",
        "  aftercart connections add shopify shop=acme.myshopify.com client_id=... secret=@-",
    ]
    return "\n".join(lines)


def run(arguments: argparse.Namespace) -> int:
    """Add or list.

    Returns:
        0, 1 if the connection was refused, 2 if the store or a field is unknown.
    """
    if arguments.action == "list":
        _list(arguments.store, arguments.json)
        return 0
    if arguments.fields:
        _show_fields(connector(arguments.system))
        return 0
    return _add(arguments)


def _add(arguments: argparse.Namespace) -> int:
    store = queries.store_for(arguments.store)
    if store is None:
        _complain(queries.no_store(arguments.store))
        return MISUSED
    try:
        values = dict(_value(text) for text in (*arguments.given, *arguments.values))
        added = connections.add(store.pk, arguments.system, values, name=arguments.name)
    except InvalidValues as error:
        for name, problem in error.problems.items():
            _complain(f"{name}: {problem}")
        _complain(_("See `aftercart connections add %s --fields`.") % arguments.system)
        return MISUSED
    except Unreadable as error:
        _complain(str(error))
        return MISUSED
    except AlreadyConnected as error:
        _complain(str(error))
        _complain(_("See `aftercart connections list`."))
        return FAILED
    _show(added, arguments.json)
    return 0


class Unreadable(Exception):
    """A value that was given in a way that cannot be read."""


def _value(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise Unreadable(_("%s is not of the form FIELD=VALUE.") % text)
    if value == "@-":
        return name, sys.stdin.read().strip()
    if value.startswith("@"):
        return name, _content(name, Path(value[1:]))
    return name, value


def _content(name: str, path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or _("it is no text")
        raise Unreadable(f"{name}: {path}: {reason}") from error


def _show(added: Added, as_json: bool) -> None:
    if as_json:
        _say(msgspec.json.encode(added).decode())
        return
    _say(f"connection  {added.connection_id}")
    _say(f"address  {added.address}")
    for name, secret in added.secrets.items():
        _say(f"{name}  {secret}")
    if added.secrets:
        _say(_("Keep the secrets now: they are not shown again."))


def _list(store_slug: str, as_json: bool) -> None:
    found = queries.every_connection(store_slug)
    if as_json:
        _say(msgspec.json.encode(found).decode())
        return
    rows = [("ID", "STORE", "SYSTEM", "NAME", "STATE", "PARKED", "LAST DELIVERY", "ADDRESS")]
    rows += [
        (
            str(one.id),
            one.store,
            one.system,
            one.name,
            one.state,
            str(one.parked),
            f"{one.last_delivery_at:%Y-%m-%d %H:%M}" if one.last_delivery_at else "-",
            one.address,
        )
        for one in found
    ]
    _say_table(rows)
    for one in found:
        if one.error:
            _say(f"{one.id}: {one.error}")


def _show_fields(system: Connector) -> None:
    rows = [("FIELD", "", "")]
    for field in system.fields:
        made = _("made by us unless given") if field.generated else ""
        needed = "" if field.required or made else _("optional")
        rows.append((field.name, made or needed, _(field.help)))
    _say_table(rows)


def _say_table(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        _say("  ".join(cells).rstrip())


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _complain(line: str) -> None:
    sys.stderr.write(f"{line}\n")
