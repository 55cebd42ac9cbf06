"""Fixtures for the whole suite: the database, a browser, and the real programs."""

from collections.abc import Iterator

import pytest
from django.db import connection, connections
from django.test import TransactionTestCase
from hypothesis import settings

from tests.support.database import Emptying, test_database

# Speed is the bench's business: a busy machine fails no test.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

pytest_plugins = ["tests.support.browser", "tests.support.live"]


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker) -> Iterator[Emptying]:
    """Postgres with a fresh, migrated database for this process (in place of pytest-django's).

    Gives what empties it.
    """
    with django_db_blocker.unblock(), test_database() as url:
        _work_as("aftercart_worker")
        _answer_as("aftercart_face")
        emptying = Emptying(url)
        TransactionTestCase._fixture_teardown = lambda _case: emptying.run()
        yield emptying
        emptying.close()
        connections.close_all()


@pytest.fixture(scope="module")
def committed_db(django_db_setup: Emptying, django_db_blocker) -> Iterator[None]:
    """The database for a whole module: its tests share what is in it, as programs do."""
    with django_db_blocker.unblock():
        yield
        connections.close_all()
        django_db_setup.run()


def _work_as(role: str) -> None:
    """Run tests as the programs run: under a role that row-level security binds."""
    connection.close()
    connection.settings_dict["OPTIONS"]["assume_role"] = role


def _answer_as(role: str) -> None:
    """Let Django's test client be answered under the role that pages have, and return to ours."""
    from django.core.signals import request_finished, request_started

    def become(role: str) -> None:
        if connection.connection is not None and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('role', %s, false)", [role])

    ours = connection.settings_dict["OPTIONS"]["assume_role"]
    request_started.connect(lambda **_: become(role), weak=False)
    request_finished.connect(lambda **_: become(ours), weak=False)
