"""What `aftercart check` finds, asked about sound and about broken installations."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import psycopg
import pytest
from django.utils import timezone

from aftercart.config import keys, schema
from aftercart.config.checks import database, following, installation
from aftercart.config.checks.finding import Finding, Level
from aftercart.config.environment import Environment, environment, read
from aftercart.core.database.tables import next_month
from aftercart.core.models import Account, Store
from aftercart.delivery.shipments.models import Shipment
from aftercart.intake.models import Connection, Feed, InboxEntry, Poll, WorkerBeat


def settings(home: Path, **variables: str) -> Environment:
    return read({"AFTERCART_HOME": str(home), **variables})


def levels(findings) -> list[Level]:
    return [finding.level for finding in findings]


@pytest.fixture
def plain(db) -> psycopg.Connection:
    """Django's own connection, as psycopg knows it, acting as the owner: it sees what the test has
    not committed, and forgets all of it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
    return cast("psycopg.Connection", connection.connection)


def test_a_variable_with_a_typing_mistake_is_named(tmp_path: Path, monkeypatch):
    monkeypatch.delenv("AFTERCART_RECORDINGS", raising=False)  # the tests' own
    assert list(installation.unknown_variables(settings(tmp_path))) == []
    monkeypatch.setenv("AFTERCART_HOEM", "/tmp")
    (found,) = installation.unknown_variables(settings(tmp_path))
    assert (found.problem, found.remedy) == (
        "AFTERCART_HOEM is not a setting.",
        "Did you mean AFTERCART_HOME?",
    )


def test_keys_that_others_can_read_are_an_error(tmp_path: Path):
    found = settings(tmp_path)
    assert list(installation.keys_are_private(found)) == []
    path = tmp_path / keys.FILE_NAME
    path.chmod(0o640)
    (finding,) = installation.keys_are_private(found)
    assert finding == Finding(
        "keys", Level.ERROR, f"{path} can be read by others (640).", f"chmod 600 {path}"
    )


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"DEBUG": "1"}, []),
        ({"DEBUG": "1", "HOST": "0.0.0.0"}, [Level.ERROR]),
        ({"DEBUG": "1", "PUBLIC_URL": "https://track.example"}, [Level.ERROR]),
        ({"DEBUG": "0", "PUBLIC_URL": "https://track.example"}, []),
    ],
)
def test_debug_pages_are_for_ones_own_machine(
    tmp_path: Path, variables: dict[str, str], expected: list[Level]
):
    assert levels(installation.debugging_is_off(settings(tmp_path, **variables))) == expected


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, []),
        ({"HOST": "0.0.0.0"}, [Level.ERROR]),
        ({"HOST": "::"}, [Level.ERROR]),
        ({"HOST": "0.0.0.0", "PUBLIC_URL": "https://track.example"}, []),
        ({"HOST": "0.0.0.0", "PUBLIC_URL": "http://track.example"}, [Level.WARNING]),
        ({"PUBLIC_URL": "https://track.example"}, [Level.WARNING]),
        ({"PUBLIC_URL": "https://track.example", "TRUSTED_PROXIES": "1"}, []),
    ],
)
def test_links_lead_to_where_the_app_can_be_reached(
    tmp_path: Path, variables: dict[str, str], expected: list[Level]
):
    assert levels(installation.public_address(settings(tmp_path, **variables))) == expected


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, [Level.WARNING]),
        ({"EMAIL_URL": "postmark://token"}, [Level.ERROR]),
        ({"EMAIL_URL": "postmark://token", "EMAIL_FROM": "a@shop.example"}, []),
        (
            {"EMAIL_URL": "smtp://me:pw@mx.example?tls=none", "EMAIL_FROM": "a@shop.example"},
            [Level.WARNING],
        ),
    ],
)
def test_mail_that_reaches_nobody_is_said(
    tmp_path: Path, variables: dict[str, str], expected: list[Level]
):
    assert levels(installation.mail_leaves(settings(tmp_path, **variables))) == expected


def test_a_server_that_is_too_old_is_an_error():
    old = SimpleNamespace(info=SimpleNamespace(server_version=140012))
    (found,) = database.version(environment(), cast("psycopg.Connection", old))
    assert "Postgres 14; 15 is the oldest" in found.problem


def test_this_server_is_new_enough(plain: psycopg.Connection):
    assert list(database.version(environment(), plain)) == []


@pytest.mark.django_db(transaction=True)
def test_a_database_of_another_release_is_an_error():
    url = environment().database_url
    with psycopg.connect(url, autocommit=True) as connection:
        try:
            schema.remember(url)
            assert list(database.up_to_date(environment(), connection)) == []
            connection.execute("UPDATE aftercart_schema SET fingerprint = 'of another release'")
            assert levels(database.up_to_date(environment(), connection)) == [Level.ERROR]
            schema.remember(url)
            connection.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('core', 'x', now())"
            )
            assert levels(database.up_to_date(environment(), connection)) == [Level.ERROR]
            schema.remember(url)
            connection.execute(f"ALTER TABLE {month_after_next()} RENAME TO mislaid")
            assert levels(database.up_to_date(environment(), connection)) == [Level.ERROR]
        finally:
            connection.execute("DELETE FROM django_migrations WHERE name = 'x'")
            connection.execute(f"ALTER TABLE IF EXISTS mislaid RENAME TO {month_after_next()}")
            connection.execute("DROP TABLE aftercart_schema")


def month_after_next() -> str:
    """The partition of the event log that has to be there well before its month begins."""
    after_next = next_month(next_month(datetime.now(UTC).date().replace(day=1)))
    return f"core_event_{after_next:%Y_%m}"


def test_a_role_that_may_bypass_row_security_is_an_error(plain: psycopg.Connection):
    assert list(database.roles(environment(), plain)) == []
    plain.execute("ALTER ROLE aftercart_face BYPASSRLS")
    (found,) = database.roles(environment(), plain)
    assert found.remedy == "ALTER ROLE aftercart_face NOSUPERUSER NOBYPASSRLS;"


def test_every_table_of_a_store_has_row_security(plain: psycopg.Connection):
    assert list(database.policies(environment(), plain)) == []
    plain.execute("CREATE TABLE forgotten (id bigint, store_id bigint)")
    (found,) = database.policies(environment(), plain)
    assert "forgotten" in found.problem


def test_a_login_that_cannot_become_its_role_is_an_error(plain: psycopg.Connection, tmp_path: Path):
    url = environment().database_url
    good = settings(tmp_path, DATABASE_URL=url)
    assert list(database.logins(good, plain)) == []
    bad = settings(
        tmp_path,
        DATABASE_URL=url,
        DATABASE_FACE_URL=url.replace("://aftercart@", "://aftercart_edge@"),
    )
    (found,) = database.logins(bad, plain)
    assert found.remedy.startswith("Correct DATABASE_FACE_URL, or GRANT aftercart_face")


def test_broken_connections_and_parked_deliveries_are_said(plain: psycopg.Connection):
    assert list(database.connections(environment(), plain)) == []
    assert list(database.parked(environment(), plain)) == []
    _make_a_broken_connection(InboxEntry.State.PARKED, due_at=None)
    (broken,) = database.connections(environment(), plain)
    assert "Main shop of northwind does not work: The token was refused." in broken.problem
    (parked,) = database.parked(environment(), plain)
    assert parked.problem.endswith("and are parked: 1.")
    assert list(database.workers(environment(), plain)) == []


def test_deliveries_that_nobody_takes_in_are_said(plain: psycopg.Connection):
    an_hour_ago = timezone.now() - timedelta(hours=1)
    _make_a_broken_connection(InboxEntry.State.PENDING, due_at=an_hour_ago)
    (found,) = database.workers(environment(), plain)
    assert (found.problem, found.remedy) == (
        "Deliveries waiting to be taken in: 1; no worker runs.",
        "Start `aftercart work`.",
    )
    now = timezone.now()
    WorkerBeat.objects.create(name="host:1", started_at=now, seen_at=now)
    (found,) = database.workers(environment(), plain)
    assert "the workers are behind" in found.problem


def test_a_quota_that_does_not_suffice_and_parcels_that_nobody_is_asked_after_are_said(
    plain: psycopg.Connection,
):
    assert list(following.quotas(environment(), plain)) == []
    assert list(following.unfollowed(environment(), plain)) == []
    _make_a_broken_connection(InboxEntry.State.DONE, due_at=None)
    connection, now = Connection.objects.get(), timezone.now()
    feed = Feed.objects.create(store=connection.store, connection=connection, due_at=now)
    for number, (reason, stopped_at) in enumerate(
        [
            ("no_source", now),
            ("no_source", now),
            ("final", now),
            ("refused", now - timedelta(days=40)),
        ]
    ):
        parcel = Shipment.objects.create(
            store=connection.store, reference=f"n:{number}", created_at=now
        )
        Poll.objects.create(
            store=connection.store,
            shipment=parcel,
            number=str(number),
            stopped=reason,
            stopped_at=stopped_at,
            created_at=now,
        )
    (unfollowed,) = following.unfollowed(environment(), plain)
    assert unfollowed.problem == (
        "Parcels of northwind that are no longer asked after: 2, "
        "since no connection of the store knows their carrier."
    )
    Feed.objects.filter(pk=feed.pk).update(behind=7 * 3600)
    (late,) = following.quotas(environment(), plain)
    assert late.problem.startswith("The connection Main shop of northwind asks 7 hours late")


def _make_a_broken_connection(state: InboxEntry.State, due_at: datetime | None) -> None:
    account = Account.objects.create(name="Northwind")
    store = Store.objects.create(account=account, name="Northwind", slug="northwind")
    connection = Connection.objects.create(
        store=store,
        public_id="c1",
        system="shopify",
        source="shopify:northwind",
        name="Main shop",
        state=Connection.State.BROKEN,
        error="The token was refused.",
        created_at=timezone.now(),
    )
    InboxEntry.objects.create(
        store=store,
        connection=connection,
        dedupe_key=b"1" * 32,
        body=b"{}",
        received_at=timezone.now(),
        state=state,
        due_at=due_at,
    )


def run_check(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "aftercart", "check", *words],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.processes
def test_the_command_names_the_wrong_variable_and_fails(tmp_path: Path):
    done = run_check("--json", AFTERCART_HOME=str(tmp_path), PORT="abc")
    told = json.loads(done.stdout)
    assert (done.returncode, told["ok"]) == (1, False)
    assert told["findings"][0]["problem"].startswith('PORT is "abc": expected')


@pytest.mark.processes
def test_the_command_says_that_the_database_cannot_be_reached(tmp_path: Path):
    url = f"postgresql://nobody:secret@/nothing?host={tmp_path}"
    done = run_check(AFTERCART_HOME=str(tmp_path), DATABASE_URL=url)
    assert done.returncode == 1
    assert "The database cannot be reached" in done.stdout
    assert "secret" not in done.stdout + done.stderr


def test_connections_to_this_machine_are_told_of(tmp_path: Path, monkeypatch):
    monkeypatch.delenv("ALLOWED_PRIVATE_HOSTS", raising=False)
    assert list(installation.own_machine_allowed(settings(tmp_path))) == []
    (tmp_path / "demo.json").touch()
    (finding,) = installation.own_machine_allowed(settings(tmp_path))
    assert "since there is a demo store here" in finding.problem
    monkeypatch.setenv("ALLOWED_PRIVATE_HOSTS", "127.0.0.1")
    given = settings(tmp_path, ALLOWED_PRIVATE_HOSTS="127.0.0.1")
    (finding,) = installation.own_machine_allowed(given)
    assert "as ALLOWED_PRIVATE_HOSTS says" in finding.problem
