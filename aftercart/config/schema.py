"""Whether the database is as this release wants it, asked without loading Django.

After a migration its fingerprint is kept in the database together with what Django's own list of
applied migrations looked like, so that nobody can change one without the other being noticed.
"""

import hashlib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import psycopg

PACKAGE = Path(__file__).resolve().parent.parent
DEPENDENCIES = ("django", "django-allauth", "pgqueuer")
"""What brings tables of its own."""

TABLE = "aftercart_schema"
ROLES = ("aftercart_face", "aftercart_worker", "aftercart_edge")
"""As `aftercart.core.database.roles` makes them; named here so that Django need not be loaded."""

APPLIED = "(SELECT count(*) || '/' || coalesce(max(id), 0) FROM django_migrations)"
HAS_MONTHS = (
    "to_regclass('core_event_' || to_char(now() + interval '2 months', 'YYYY_MM')) IS NOT NULL"
)
"""Whether the event log has partitions for a while; `migrate` makes them for a year."""
HAS_ROLES = f"(SELECT count(*) = {len(ROLES)} FROM pg_roles WHERE rolname = ANY(%s))"
"""They belong to the server, so a copy of the database on another one comes without them."""


def fingerprint() -> str:
    """A digest of everything that decides what the database looks like."""
    digest = hashlib.sha256()
    for path in sorted(_files()):
        digest.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes() + b"\0")
    for name in DEPENDENCIES:
        digest.update(f"{name}={metadata.version(name)}\0".encode())
    return digest.hexdigest()


def is_current(database_url: str) -> bool:
    """Whether the database was migrated by exactly this release, and nothing is missing since.

    Raises:
        psycopg.OperationalError: the database cannot be reached.
    """
    with psycopg.connect(database_url, connect_timeout=5) as connection:
        try:
            row = connection.execute(
                f"SELECT fingerprint = %s AND applied = {APPLIED} AND {HAS_MONTHS} AND {HAS_ROLES} "
                f"FROM {TABLE}",
                [fingerprint(), list(ROLES)],
            ).fetchone()
        except psycopg.errors.UndefinedTable:
            return False
    return row is not None and row[0] is True


def remember(database_url: str) -> None:
    """Keep this release's fingerprint, after a migration."""
    with psycopg.connect(database_url, connect_timeout=5) as connection:
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS {TABLE} (fingerprint text NOT NULL, applied text NOT NULL)"
        )
        connection.execute(f"REVOKE ALL ON {TABLE} FROM {', '.join(ROLES)}")
        connection.execute(f"DELETE FROM {TABLE}")
        connection.execute(f"INSERT INTO {TABLE} SELECT %s, {APPLIED}", [fingerprint()])


def has_no_real_store(database_url: str) -> bool:
    """Whether nobody but the demo lives in the (migrated) database."""
    with psycopg.connect(database_url, connect_timeout=5) as connection:
        row = connection.execute("SELECT FROM core_store WHERE NOT is_demo LIMIT 1").fetchone()
    return row is None


def _files() -> Iterator[Path]:
    yield from PACKAGE.glob("**/migrations/*.py")
    yield from PACKAGE.glob("core/database/*.py")
    yield PACKAGE / "config" / "settings.py"
