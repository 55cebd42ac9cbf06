"""DDL that keeps stores apart.

A model with a required field `store` is a tenant table: its primary key becomes `(id, store_id)`,
its foreign keys to other tenant tables become `(x_id, store_id)`, so that the database refuses a
row that points into another store, and row-level security stands behind every query. Models keep
Django's plain `id`.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.ddl_references import Columns, Statement, Table
from django.db.backends.postgresql import schema
from django.db.models import Field, Model

from aftercart.core.database.roles import EDGE, FACE, STORE_SETTING, WORKER

BOUND_STORE = f"(nullif(current_setting('{STORE_SETTING}', true), '')::bigint)"


def is_tenant(model: type[Model]) -> bool:
    """Whether rows of the model belong to exactly one store."""
    return any(names_the_store(field) for field in model._meta.local_fields)


def names_the_store(field: Field[Any, Any]) -> bool:
    """Whether the field says to which store a row belongs."""
    return field.name == "store" and field.is_relation and not field.null


def policy_statements(table: str) -> list[str]:
    """Row-level security for a tenant table (already quoted)."""
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        _policy("one_store", table, FACE, f"store_id = {BOUND_STORE}"),
        _policy("all_stores", table, WORKER, "true"),
        _policy("verified_only", table, EDGE, "true"),
    ]


def _policy(name: str, table: str, role: str, rule: str) -> str:
    return f"CREATE POLICY {name} ON {table} TO {role} USING ({rule}) WITH CHECK ({rule})"


# The hooks below are Django's own, which its type stubs leave out.
_Editor: Any = schema.DatabaseSchemaEditor


class StoreSchemaEditor(_Editor):  # type: ignore[misc]
    """Django's editor, with composite keys and policies for tenant tables."""

    # An inline reference could not name two columns.
    sql_create_column_inline_fk = None

    def _iter_column_sql(self, *args: Any, **kwargs: Any) -> Any:
        model, field = args[2], args[3]
        for part in super()._iter_column_sql(*args, **kwargs):
            if part == "PRIMARY KEY" and is_tenant(model) and field.primary_key:
                continue
            yield part

    def create_model(self, model: type[Model]) -> None:
        super().create_model(model)
        if is_tenant(model):
            table = self.quote_name(model._meta.db_table)
            self.deferred_sql.append(self._primary_key_sql(model, table))
            self.deferred_sql.extend(policy_statements(table))

    def add_field(self, model: type[Model], field: Field[Any, Any]) -> None:
        super().add_field(model, field)
        if names_the_store(field):
            # Django often makes a table without what points elsewhere, and adds that at the end.
            table = self.quote_name(model._meta.db_table)
            key = self.quote_name(f"{model._meta.db_table}_pkey")
            self.deferred_sql.append(f"ALTER TABLE {table} DROP CONSTRAINT {key}")
            self.deferred_sql.append(self._primary_key_sql(model, table))
            self.deferred_sql.extend(policy_statements(table))

    def _primary_key_sql(self, model: type[Model], table: str) -> str:
        """The key of two columns, made after the table's other indexes.

        Of indexes that seem to cost the same Postgres takes the newest. In a table without
        statistics those that begin with the store all do, and checks of foreign keys would keep
        to one that reads every row of the store.
        """
        pk = model._meta.pk
        assert pk is not None
        return f'ALTER TABLE {table} ADD PRIMARY KEY ({self.quote_name(pk.column)}, "store_id")'

    def _field_should_be_indexed(self, model: type[Model], field: Field[Any, Any]) -> bool:
        # Tenant tables name their indexes themselves: a lone foreign key is never looked up
        # without its store, and every index costs on the hot paths.
        if names_the_store(field) or (is_tenant(model) and field.is_relation):
            return False
        return bool(super()._field_should_be_indexed(model, field))

    def _create_fk_sql(self, model: type[Model], field: Field[Any, Any], suffix: str) -> Statement:
        target = field.remote_field.model  # type: ignore[union-attr]
        if not (is_tenant(model) and is_tenant(target)):
            plain: Statement = super()._create_fk_sql(model, field, suffix)
            return plain
        columns, target_columns = [str(field.column), "store_id"], ["id", "store_id"]
        table = Table(model._meta.db_table, self.quote_name)
        name = self._fk_constraint_name(model, field, suffix)
        return Statement(
            "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s FOREIGN KEY (%(columns)s) "
            "REFERENCES %(to_table)s (%(to_columns)s)",
            table=table,
            name=name,
            columns=Columns(model._meta.db_table, columns, self.quote_name),
            to_table=Table(target._meta.db_table, self.quote_name),
            to_columns=Columns(target._meta.db_table, target_columns, self.quote_name),
        )
