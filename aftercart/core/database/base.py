"""The Postgres engine of Django with our schema editor, roles and store binding."""

from typing import Any

from django.db.backends.postgresql import base

from aftercart.core.database.roles import ROLE_STATEMENTS
from aftercart.core.database.schema import StoreSchemaEditor


class DatabaseWrapper(base.DatabaseWrapper):
    """Postgres with tenant-aware DDL."""

    SchemaEditorClass = StoreSchemaEditor

    def get_connection_params(self) -> dict[str, Any]:
        parameters = super().get_connection_params()
        parameters.pop("assume_role", None)
        return parameters

    def prepare_database(self) -> None:
        """`migrate` calls this before the first migration: roles and privileges must be there."""
        with self.cursor() as cursor:
            for statement in ROLE_STATEMENTS:
                cursor.execute(statement)

    def init_connection_state(self) -> None:
        super().init_connection_state()
        role = self.settings_dict["OPTIONS"].get("assume_role")
        if role:
            with self.connection.cursor() as cursor:
                cursor.execute("SELECT set_config('role', %s, false)", [role])
