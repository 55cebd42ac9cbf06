"""`aftercart up`: the database, the app and a worker, started together and stopped in order."""

import argparse
import contextlib
import json
import sys
import time

from aftercart.config import postgres
from aftercart.config.environment import DEMO_FILE, Environment, environment
from aftercart.config.supervision import port
from aftercart.config.supervision.preparation import Preparation
from aftercart.config.supervision.residence import AlreadyRunningError, Residence
from aftercart.config.supervision.supervisor import Child, Supervisor

HOPELESS = 3
"""How often a program may end at once before the start is given up."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Starts the database (unless DATABASE_URL names one), the app and a worker, and keeps them "
        "running until Ctrl-C. A new installation gets a demo store unless AFTERCART_DEMO=0."
    )


def run(arguments: argparse.Namespace) -> int:
    settings = environment()
    try:
        residence = Residence(settings.home)
    except AlreadyRunningError as error:
        print(error, file=sys.stderr)
        return 1
    if port.is_taken(settings.host, settings.port):
        print(port.taken_message(settings.port), file=sys.stderr)
        return 1
    supervisor = Supervisor(_say, _programs(settings))
    try:
        return _run(supervisor, settings, residence)
    finally:
        supervisor.stop_all()
        if settings.database_embedded:
            postgres.release(settings.home)
        residence.leave()
        _say("Stopped.")


def _run(supervisor: Supervisor, settings: Environment, residence: Residence) -> int:
    started_at = time.monotonic()
    if not Preparation(supervisor, settings).run():
        return 0 if supervisor.stopping else 1
    _say("Starting the app and the worker ...")
    supervisor.start_all()
    residence.tell(settings.public_url, supervisor.process_ids())
    if not supervisor.wait_until(lambda: _ready(settings), failures=HOPELESS):
        return _gave_up(supervisor)
    residence.tell(settings.public_url, supervisor.process_ids())
    print(closing_block(settings, time.monotonic() - started_at), flush=True)
    supervisor.keep_running()
    _say("Stopping ... (Ctrl-C again to hurry)")
    return 0


def _programs(settings: Environment) -> list[Child]:
    names = (
        ["The app"] if settings.workers == 1 else [f"App {n + 1}" for n in range(settings.workers)]
    )
    serving = [Child(name, ["serve", "--share-port"]) for name in names]
    return [*serving, Child("The worker", ["work"])]


def _ready(settings: Environment) -> bool:
    return port.answers(settings.host, settings.port, "/readyz")


def _gave_up(supervisor: Supervisor) -> int:
    if supervisor.stopping:
        return 0
    _say("A program keeps ending at once; what it wrote is above. `aftercart check` may know more.")
    return 1


def closing_block(settings: Environment, seconds: float) -> str:
    """What a newcomer needs to know once everything runs."""
    lines = ["", f"Aftercart is ready ({seconds:.1f} s): {settings.public_url}"]
    try:
        demo = json.loads((settings.home / DEMO_FILE).read_text("utf-8"))
        lines.append(f"  Sign in   {demo['email']}  password {demo['password']}")
        if demo.get("tracking_path"):
            lines.append(f"  Shopper   {settings.public_url}{demo['tracking_path']}")
    except (OSError, ValueError, KeyError):
        pass
    lines += [f"  Data      {settings.home}", "  Stop      Ctrl-C", ""]
    return "\n".join(lines)


def _say(line: str) -> None:
    with contextlib.suppress(OSError):  # the terminal is gone; the programs need not go with it
        print(line, flush=True)
