"""What can be misconfigured: a list of checks, each of which finds nothing when all is well.

A check is a function of the settings and an open database; add it to the list it belongs to. A
database that cannot be used ends the checks that need one.
"""

import os
from collections.abc import Callable, Iterable, Iterator

import psycopg

from aftercart.config import postgres
from aftercart.config.checks import database, following, installation
from aftercart.config.checks.finding import Finding, Level
from aftercart.config.environment import Environment, read
from aftercart.config.keys import KeysUnreadable
from aftercart.config.reading import EnvironmentMistakes

__all__ = ["Finding", "Level", "run_checks"]

INSTALLATION: list[Callable[[Environment], Iterable[Finding]]] = [
    installation.unknown_variables,
    installation.keys_are_private,
    installation.public_address,
    installation.debugging_is_off,
    installation.mail_leaves,
    installation.own_machine_allowed,
]
DATABASE: list[Callable[[Environment, psycopg.Connection], Iterable[Finding]]] = [
    database.version,
    database.up_to_date,
    database.roles,
    database.policies,
    database.logins,
    database.connections,
    database.parked,
    database.workers,
    following.quotas,
    following.unfollowed,
]


def run_checks() -> list[Finding]:
    """Everything that is wrong or worth knowing, the worst first."""
    return sorted(_findings(), key=lambda finding: finding.level is not Level.ERROR)


def _findings() -> Iterator[Finding]:
    try:
        settings = read(os.environ)
    except EnvironmentMistakes as error:
        for mistake in error.mistakes:
            yield Finding("environment", Level.ERROR, mistake, "Correct it and start again.")
        return
    except KeysUnreadable as error:
        yield Finding("keys", Level.ERROR, str(error), "The app cannot start without its keys.")
        return
    for check in INSTALLATION:
        yield from check(settings)
    yield from _database_findings(settings)


def _database_findings(settings: Environment) -> Iterator[Finding]:
    try:
        if settings.database_embedded:
            postgres.ensure_running(settings.home)
        with psycopg.connect(settings.database_url, connect_timeout=5) as connection:
            connection.autocommit = True
            for check in DATABASE:
                yield from check(settings, connection)
    except postgres.PostgresTrouble as error:
        yield Finding("database", Level.ERROR, str(error), "The app needs its database to start.")
    except psycopg.OperationalError as error:
        problem = f"The database cannot be reached: {str(error).strip()}"
        yield Finding("database", Level.ERROR, problem, "Check DATABASE_URL and the server itself.")
    finally:
        postgres.release(settings.home)
