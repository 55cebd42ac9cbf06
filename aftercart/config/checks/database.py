"""Checks of the database: can it be used, is it as this release wants it, is it safe."""

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import Connection

from aftercart.config import schema
from aftercart.config.checks.finding import Finding, Level
from aftercart.config.environment import Environment

OLDEST_VERSION = 15
MIGRATE = "Run `aftercart migrate`."


def version(_: Environment, connection: Connection) -> Iterator[Finding]:
    number = connection.info.server_version
    if number // 10000 < OLDEST_VERSION:
        yield Finding(
            "database-version",
            Level.ERROR,
            f"The database server is Postgres {number // 10000}; {OLDEST_VERSION} is the oldest "
            "that works.",
            "Move to a newer server.",
        )


def up_to_date(settings: Environment, _: Connection) -> Iterator[Finding]:
    if not schema.is_current(settings.database_url):
        yield Finding(
            "migrations", Level.ERROR, "The database is not at this release's version.", MIGRATE
        )


def roles(_: Environment, connection: Connection) -> Iterator[Finding]:
    """Row-level security is worth nothing under a role that may bypass it."""
    query = "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = ANY(%s)"
    found: dict[str, bool] = dict(connection.execute(query, [list(schema.ROLES)]).fetchall())
    for role in schema.ROLES:
        if role not in found:
            yield Finding("roles", Level.ERROR, f"The database role {role} is missing.", MIGRATE)
        elif found[role]:
            yield Finding(
                "roles",
                Level.ERROR,
                f"The database role {role} may bypass row-level security.",
                f"ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS;",
            )


def policies(_: Environment, connection: Connection) -> Iterator[Finding]:
    """Every table with a column `store_id` must be kept apart by store."""
    rows = connection.execute(
        """
        SELECT c.relname FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'store_id' AND NOT a.attisdropped
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
          AND NOT c.relispartition AND NOT c.relrowsecurity
        ORDER BY 1
        """
    ).fetchall()
    for (table,) in rows:
        yield Finding(
            "row-security",
            Level.ERROR,
            f"The table {table} has no row-level security.",
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; its policies come with a migration.",
        )


def logins(settings: Environment, connection: Connection) -> Iterator[Finding]:
    """The processes must be able to log in and to become their roles (if these are there)."""
    urls = {
        "DATABASE_FACE_URL": (settings.database_face_url, "aftercart_face"),
        "DATABASE_EDGE_URL": (settings.database_edge_url, "aftercart_edge"),
        "DATABASE_WORKER_URL": (settings.database_worker_url, "aftercart_worker"),
    }
    query = "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)"
    there = {row[0] for row in connection.execute(query, [list(schema.ROLES)])}
    for name, (url, role) in urls.items():
        if role not in there:
            continue
        try:
            with psycopg.connect(url, connect_timeout=5) as login:
                login.execute("SELECT set_config('role', %s, true)", [role])
        except psycopg.Error as error:
            yield Finding(
                "logins",
                Level.ERROR,
                f"The login of {name} cannot act as {role}: {str(error).strip()}",
                f"Correct {name}, or GRANT {role} TO its user.",
            )


def connections(_: Environment, connection: Connection) -> Iterator[Finding]:
    """What the outside systems complain about is on each connection's page; here as an overview."""
    found = rows(
        connection,
        """
        SELECT store.slug, link.name, link.error FROM intake_connection AS link
        JOIN core_store AS store ON store.id = link.store_id
        WHERE link.removed_at IS NULL AND (link.state = 'broken' OR link.error <> '')
        ORDER BY 1, 2
        """,
    )
    for store, name, error in found:
        yield Finding(
            "connections",
            Level.ERROR,
            f"The connection {name} of {store} does not work: {error or 'no reason is known'}",
            "Its page in the dashboard says what to do.",
        )


def parked(_: Environment, connection: Connection) -> Iterator[Finding]:
    """Deliveries that could not be read wait for somebody to look at them."""
    found = rows(
        connection,
        """
        SELECT store.slug, count(*) FROM intake_inboxentry AS entry
        JOIN core_store AS store ON store.id = entry.store_id
        WHERE entry.state = 'parked' GROUP BY 1 ORDER BY 1
        """,
    )
    for store, count in found:
        yield Finding(
            "parked",
            Level.WARNING,
            f"Deliveries to {store} that could not be taken in and are parked: {count}.",
            "The connection's page in the dashboard shows why, and can try them again.",
        )


def workers(_: Environment, connection: Connection) -> Iterator[Finding]:
    """Deliveries are answered at once and taken in by a worker: without one they wait."""
    found = rows(
        connection,
        """
        SELECT count(*), EXISTS (
          SELECT FROM intake_workerbeat WHERE seen_at > now() - interval '1 minute'
        )
        FROM intake_inboxentry WHERE due_at < now() - interval '2 minutes' HAVING count(*) > 0
        """,
    )
    for waiting, worker_runs in found:
        remedy = "Start more with `aftercart work`." if worker_runs else "Start `aftercart work`."
        reason = "the workers are behind" if worker_runs else "no worker runs"
        yield Finding(
            "workers",
            Level.WARNING,
            f"Deliveries waiting to be taken in: {waiting}; {reason}.",
            remedy,
        )


def rows(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    """The rows, or none where the tables are not there yet (which another check says)."""
    try:
        return connection.execute(query).fetchall()
    except psycopg.errors.UndefinedTable:
        return []
