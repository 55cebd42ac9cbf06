"""Commands of the console in this process: what `aftercart NAME …` runs once it has started."""

import contextlib
import importlib
import io
from dataclasses import dataclass

from aftercart.config.cli import COMMANDS, parser_of


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


def run_command(name: str, *words: object) -> Ended:
    """Run a command that needs nothing but the database."""
    command = next(known for known in COMMANDS if known.name == name)
    module = importlib.import_module(command.module)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            arguments = parser_of(command, module).parse_args([str(word) for word in words])
            status = int(module.run(arguments))
        except SystemExit as left:
            status = int(left.code or 0)
    return Ended(status, out.getvalue(), err.getvalue())
