"""A fresh database for this process, copied from one that was migrated once for all."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg.sql import SQL, Identifier

BUILDING = 7_243_001
"""The number of the advisory lock: of several processes one migrates, the others wait."""

TEMPLATE_PREFIX = "aftercart_template_"

MIGRATED = ("auth_permission", "django_content_type", "django_migrations", "django_site")
"""Tables whose rows the migrations have made."""

TABLES = """
SELECT oid::regclass::text FROM pg_class
WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace
  AND relname <> ALL (%s)
ORDER BY 1
"""


def with_name(url: str, name: str) -> str:
    """The address of another database on the same server."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def name_of(url: str) -> str:
    """The database that the address names."""
    return urlsplit(url).path.lstrip("/")


@contextmanager
def test_database() -> Iterator[str]:
    """Within the block `DATABASE_URL` names a new, migrated, empty database; yields its address."""
    from aftercart.config import postgres
    from aftercart.config.environment import environment

    settings = environment()
    embedded = "TEST_DATABASE_URL" not in os.environ
    if embedded:
        postgres.ensure_running(settings.home)
    try:
        template = _template(settings.database_url)
        with fresh_database(settings.database_url, template):
            yield settings.database_url
    finally:
        if embedded:
            postgres.release(settings.home)


@contextmanager
def fresh_database(url: str, template: str) -> Iterator[None]:
    """Within the block the database that the address names is a copy of the template.

    Its commits do not wait for the disk: what a crash of the machine would lose is of no use.
    """
    name = Identifier(name_of(url))
    with _server(url) as server:
        server.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        server.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(name, Identifier(template)))
        server.execute(SQL("ALTER DATABASE {} SET synchronous_commit = off").format(name))
    yield
    with _server(url) as server:
        server.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


class Emptying:
    """Takes all rows out of the tables of a database, in milliseconds.

    Django's own way truncates every table and then makes the permissions anew: half a second.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.owner = psycopg.connect(url, autocommit=True)
        self.tables = [row[0] for row in self.owner.execute(TABLES, [list(MIGRATED)])]

    def run(self) -> None:
        """Empty what is not empty, over a new connection where a test has ended every one."""
        try:
            self._empty()
        except psycopg.OperationalError:
            self.owner = psycopg.connect(self.url, autocommit=True)
            self._empty()

    def _empty(self) -> None:
        looks = [f"(SELECT {table!r} FROM {table} LIMIT 1)" for table in self.tables]
        filled = [row[0] for row in self.owner.execute(" UNION ALL ".join(looks).encode())]
        if not filled:
            return
        try:
            with self.owner.transaction():
                # No foreign key is asked, so that the order does not matter. Superusers only.
                self.owner.execute("SET LOCAL session_replication_role = replica")
                for table in filled:
                    self.owner.execute(f"DELETE FROM {table}".encode())
        except psycopg.errors.InsufficientPrivilege:
            self.owner.execute(f"TRUNCATE {', '.join(filled)} CASCADE".encode())

    def close(self) -> None:
        self.owner.close()


def _server(url: str) -> psycopg.Connection:
    return psycopg.connect(with_name(url, "postgres"), autocommit=True)


def _template(url: str) -> str:
    """The name of a database with the tables of this code, made if there is none yet."""
    from aftercart.config.schema import fingerprint

    name = f"{TEMPLATE_PREFIX}{fingerprint()[:16]}"
    with _server(url) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [BUILDING])
        _drop_leftovers(server, keep=name)
        names = {row[0] for row in server.execute("SELECT datname FROM pg_database")}
        if name not in names:
            _build(server, url, name)
    return name


def _build(server: psycopg.Connection, url: str, name: str) -> None:
    """Migrate under our own name, then give it away: what carries the template's name is whole."""
    own = Identifier(name_of(url))
    server.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(own))
    server.execute(SQL("CREATE DATABASE {}").format(own))
    _migrate()
    server.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(own, Identifier(name)))


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, interactive=False)
    connection.close()


def _drop_leftovers(server: psycopg.Connection, keep: str) -> None:
    """Drop the templates of other code, and what runs that were killed have left."""
    for (name,) in server.execute("SELECT datname FROM pg_database").fetchall():
        if name == keep or not _is_left_over(name):
            continue
        server.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def _is_left_over(name: str) -> bool:
    if name.startswith(TEMPLATE_PREFIX):
        return True
    process = re.fullmatch(r"test_aftercart_(\d+)", name)
    return process is not None and not Path(f"/proc/{process[1]}").exists()
