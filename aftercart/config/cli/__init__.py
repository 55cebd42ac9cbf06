"""The console command `aftercart`.

Each command is a module with `configure(parser)` and `run(arguments) -> exit status`, found by name and imported only
when it is called, so that help is instant and the supervisor stays light.
"""

import argparse
import importlib
import os
import sys
from dataclasses import dataclass
from typing import NoReturn

from aftercart.config.environment import EnvironmentMistakes
from aftercart.config.keys import KeysUnreadable
from aftercart.config.postgres import PostgresTrouble

SETTINGS = "aftercart.config.settings"
MISCONFIGURED = 2


@dataclass(frozen=True, slots=True)
class Command:
    """`django` says that Django is to be set up, over a running database, before `run`."""

    name: str
    module: str
    help: str
    django: bool = True


COMMANDS = (
    Command("up", "aftercart.config.cli.up", "start everything on one port", django=False),
    Command("serve", "aftercart.config.cli.serve", "serve the pages, the API and the webhooks"),
    Command("work", "aftercart.config.cli.work", "do what waits: the inbox, messages, jobs"),
    Command(
        "migrate", "aftercart.config.cli.migrate", "bring the database up to date", django=False
    ),
    Command("demo", "aftercart.demo.command", "fill a demo store; --live moves its parcels"),
    Command(
        "import", "aftercart.intake.commands.import_files", "import orders or tracking from files"
    ),
    Command("connections", "aftercart.intake.commands.connections", "add or list connections"),
    Command(
        "replay", "aftercart.intake.commands.replay", "post recorded payloads, signed, to the edge"
    ),
    Command("check", "aftercart.config.cli.check", "say what is misconfigured", django=False),
    Command("bench", "aftercart.bench.command", "measure speed and memory", django=False),
    Command(
        "manage", "aftercart.config.cli.manage", "Django's own management commands", django=False
    ),
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
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has enough; Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    sys.exit(MISCONFIGURED)


def run(words: list[str]) -> int:
    """Run the command that `words` name; returns its exit status."""
    command = _called(words)
    if command is None:
        _parser().parse_args(words)
        _parser().print_help()
        return MISCONFIGURED
    module = importlib.import_module(command.module)
    if command.name == "manage":
        return int(module.run_words(words[1:]))
    parser = argparse.ArgumentParser(prog=f"aftercart {command.name}", description=command.help)
    module.configure(parser)
    arguments = parser.parse_args(words[1:])
    if command.django:
        set_up_django()
    return int(module.run(arguments))


def set_up_django() -> None:
    """Start the database where it is ours, and load Django."""
    use_database()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()


def use_database() -> None:
    """Start the embedded Postgres, if that is what this installation uses, for as long as we live."""
    import atexit

    from aftercart.config import postgres
    from aftercart.config.environment import environment

    settings = environment()
    if settings.database_embedded:
        atexit.register(postgres.release, settings.home)
        postgres.ensure_running(settings.home, lambda line: print(line, file=sys.stderr))


def _called(words: list[str]) -> Command | None:
    return next((command for command in COMMANDS if words[:1] == [command.name]), None)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="aftercart", description="Everything a shop does for its customer after the order."
    )
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")
    for command in COMMANDS:
        commands.add_parser(command.name, help=command.help, add_help=False)
    parser.epilog = "`aftercart COMMAND --help` tells more. Settings come from the environment."
    return parser
