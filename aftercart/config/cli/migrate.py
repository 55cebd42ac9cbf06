"""`aftercart migrate`: bring the database up to date, roles and grants included."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from aftercart.config import schema
from aftercart.config.cli import load_django, use_database
from aftercart.config.cli.exit_status import WANTS_DEMO
from aftercart.config.environment import environment

MIGRATING = 7_243_002
"""The number of the advisory lock: of several machines one migrates, the others wait."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Brings the database up to date, its roles and rights included. `aftercart up` does so by "
        "itself; of several machines that start at once one does, and the others wait."
    )
    parser.add_argument(
        "--if-needed", action="store_true", help="do nothing where the database is as it should be"
    )
    parser.add_argument("--for-supervisor", action="store_true", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    use_database()
    url = environment().database_url
    try:
        with _alone(url):
            if not (arguments.if_needed and schema.is_current(url)):
                _migrate(url)
        return WANTS_DEMO if arguments.for_supervisor and schema.has_no_real_store(url) else 0
    except psycopg.OperationalError as error:
        print(f"The database cannot be used: {str(error).strip()}")
        print("`aftercart check` says more.")
        return 1


def _migrate(url: str) -> None:
    print("Bringing the database up to date ...", flush=True)
    load_django("owner")
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    schema.remember(url)


@contextmanager
def _alone(url: str) -> Iterator[None]:
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        yield
