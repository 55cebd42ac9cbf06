"""The console command `aftercart`.

Each command is a module with `configure(parser)` and `run(arguments) -> exit status`, found by name
and imported only when it is called, so that help is instant and the supervisor stays light.
"""

import argparse
import importlib
import os
import signal
import sys
from dataclasses import dataclass
from types import FrameType, ModuleType
from typing import NoReturn

from aftercart.config.keys import KeysUnreadable
from aftercart.config.postgres import PostgresTrouble
from aftercart.config.reading import EnvironmentMistakes
from aftercart.config.supervision import lifeline

SETTINGS = "aftercart.config.settings"
FAILED, MISUSED = 1, 2
INTERRUPTED = 130
SETTINGS_ARE = "Settings come from the environment: docs/configuration.md."


@dataclass(frozen=True, slots=True)
class Command:
    """With a `role`, Django is loaded before the module is, under that role's login (see
    `aftercart.config.databases`), and the database runs before `run` does."""

    name: str
    module: str
    help: str
    role: str = ""


OURS, INTAKE = "aftercart.config.cli", "aftercart.intake.commands"

COMMANDS = (
    Command("up", f"{OURS}.up", "start everything on one port"),
    Command("serve", f"{OURS}.serve", "serve pages, API and webhooks", role="face"),
    Command("work", f"{OURS}.work", "do what waits: inbox, messages, jobs", role="worker"),
    Command("migrate", f"{OURS}.migrate", "bring the database up to date"),
    Command("demo", "aftercart.demo.command", "fill the demo store, or move it", role="worker"),
    Command("import", f"{INTAKE}.import_files", "import orders or tracking", role="worker"),
    Command("connections", f"{INTAKE}.connections", "add or list connections", role="worker"),
    Command("replay", f"{INTAKE}.replay", "post recorded payloads, signed", role="worker"),
    Command("carriers", f"{OURS}.carriers", "recognise numbers, read recorded answers"),
    Command("check", f"{OURS}.check", "say what is misconfigured and how to mend it"),
    Command("bench", "aftercart.bench.command", "measure speed and memory"),
    Command("manage", f"{OURS}.manage", "Django's own management commands"),
)


def main() -> NoReturn:
    """Run the command that the arguments name, and exit with its status."""
    try:
        sys.exit(run(sys.argv[1:]))
    except EnvironmentMistakes as error:
        lines = ["The environment holds what cannot be used:", *(f"  {m}" for m in error.mistakes)]
        print("\n".join(lines), file=sys.stderr)
    except (KeysUnreadable, PostgresTrouble) as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has enough; Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(FAILED)


def run(words: list[str]) -> int:
    """Run the command that `words` name; returns its exit status."""
    command = next((known for known in COMMANDS if words[:1] == [known.name]), None)
    if command is None:
        _parser().parse_args(words)
        _parser().print_help()
        return MISUSED
    signal.signal(signal.SIGTERM, _leave)
    lifeline.watch()
    if command.role:
        load_django(command.role)
    module = importlib.import_module(command.module)
    if command.name == "manage":
        return int(module.run_words(words[1:]))
    arguments = parser_of(command, module).parse_args(words[1:])
    if not command.role:
        return int(module.run(arguments))
    use_database()
    return _run_with_database(module, arguments)


def _run_with_database(module: ModuleType, arguments: argparse.Namespace) -> int:
    from django.db import OperationalError, ProgrammingError

    try:
        return int(module.run(arguments))
    except (OperationalError, ProgrammingError) as error:
        # A role or a table is missing, or the server went away.
        problem = str(error).strip().partition("\n")[0]
        print(f"The database cannot be used: {problem}", file=sys.stderr)
        print("Run `aftercart migrate`; `aftercart check` says more.", file=sys.stderr)
        return FAILED


def parser_of(command: Command, module: ModuleType) -> argparse.ArgumentParser:
    """What reads the words that follow the command's name, and tells of them."""
    parser = argparse.ArgumentParser(
        prog=f"aftercart {command.name}",
        description=f"{command.help[0].upper()}{command.help[1:]}.",
        epilog=SETTINGS_ARE,
    )
    module.configure(parser)
    return parser


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    """End as at the end of the program, so that what is to be released is."""
    sys.exit(128 + number)


def load_django(role: str) -> None:
    """Load Django under a role's login, without using the database yet."""
    os.environ["AFTERCART_ROLE"] = role
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()


def use_database() -> None:
    """Start the embedded Postgres, if this installation uses it, for as long as we live."""
    import atexit

    from aftercart.config import postgres
    from aftercart.config.environment import environment

    settings = environment()
    if settings.database_embedded:
        atexit.register(postgres.release, settings.home)
        postgres.ensure_running(settings.home, lambda line: print(line, file=sys.stderr))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="aftercart",
        description="Everything a shop does for its customer after the order.",
        formatter_class=_wide,
    )
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")
    for command in COMMANDS:
        commands.add_parser(command.name, help=command.help, add_help=False)
    parser.epilog = f"`aftercart COMMAND --help` tells more. {SETTINGS_ARE}"
    return parser


def _wide(prog: str) -> argparse.HelpFormatter:
    """So that every command has one line."""
    return argparse.HelpFormatter(prog, max_help_position=24)
