"""Whether the process lives, and whether it can serve: for load balancers and supervisors."""

import asyncio
from pathlib import Path

from django.apps import apps
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from aftercart.edge.database import Line, Statement, Unavailable

PING = Statement("ping", "SELECT 1")


class Readiness:
    """Asks whether the database answers and has the tables of this release."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._is_migrated = False

    async def problem(self) -> str:
        """Why requests cannot be served now; empty when they can."""
        try:
            await self._line.fetch(PING)
            if not self._is_migrated:
                missing = await asyncio.to_thread(_missing_migrations)
                if missing:
                    return f"The database is not up to date: {missing} migrations are missing."
                self._is_migrated = True
        except (Unavailable, DatabaseError, InterfaceError):
            return "The database does not answer."
        return ""


def _missing_migrations() -> int:
    """How many of our migrations the database does not have; read from file names, not imported."""
    wanted = {
        (config.label, path.stem)
        for config in apps.get_app_configs()
        for path in Path(config.path).glob("migrations/[0-9]*.py")
    }
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            applied = set(cursor.fetchall())
    finally:
        close_old_connections()
        connection.close()
    return len(wanted - applied)
