"""Stores are kept apart by the database itself."""

import os
from contextlib import suppress

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from aftercart.core import sql
from aftercart.core.database.schema import is_tenant
from aftercart.core.models import Account, Store
from aftercart.core.tenancy import bound

pytestmark = pytest.mark.django_db

INSERT_CUSTOMER = (
    "INSERT INTO customers_customer (store_id, source, external_id, created_at) "
    "VALUES (%s, 'shop', %s, '2026-01-01T00:00Z') RETURNING id"
)


@pytest.fixture
def stores() -> tuple[Store, Store]:
    account = Account.objects.create(name="Two brands")
    first, second = (
        Store.objects.create(account=account, name=slug, slug=slug) for slug in ("first", "second")
    )
    return first, second


def add_customer(store: Store, external_id: str) -> int:
    return int(sql.fetch(INSERT_CUSTOMER, [store.pk, external_id])[0]["id"])


def test_a_bound_connection_sees_its_own_store_alone(stores: tuple[Store, Store]) -> None:
    first, second = stores
    add_customer(first, "a")
    add_customer(second, "b")
    with bound(first.pk):
        rows = sql.fetch("SELECT external_id, current_user AS role FROM customers_customer")
    assert rows == [{"external_id": "a", "role": "aftercart_face"}]


def test_leaving_the_block_restores_role_and_store(stores: tuple[Store, Store]) -> None:
    first, second = stores
    with bound(first.pk):
        with bound(second.pk):
            add_customer(second, "inner")
        add_customer(first, "outer")
    assert sql.fetch("SELECT current_user AS role") == [{"role": "aftercart_worker"}]


def whose() -> tuple[str, str]:
    """The role and the store that the connection is bound to at the moment."""
    rows = sql.fetch_rows(
        "SELECT current_user, coalesce(current_setting('aftercart.store', true), '')"
    )
    role, store = rows[0]
    return role, store


class GoneAway(BaseException):
    """As when a request is cut short: nothing that `except Exception` would catch."""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ending", [None, ValueError, GoneAway, ProgrammingError])
def test_a_kept_connection_is_nobodys_after_every_kind_of_end(
    stores: tuple[Store, Store], ending: type[BaseException] | None
) -> None:
    first, second = stores
    before = whose()
    with suppress(ValueError, GoneAway, ProgrammingError), bound(first.pk):
        assert whose() == ("aftercart_face", str(first.pk))
        with suppress(ValueError), bound(second.pk):
            assert whose() == ("aftercart_face", str(second.pk))
            raise ValueError
        assert whose() == ("aftercart_face", str(first.pk))
        if ending is ProgrammingError:
            sql.run("SELECT no_such_column")
        if ending is not None:
            raise ending
    assert whose() == before == ("aftercart_worker", "")


def lose_the_connection() -> None:
    pid = sql.fetch("SELECT pg_backend_pid() AS pid")[0]["pid"]
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
        owner.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    whose()


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_dies_inside_is_made_anew_without_a_store(
    stores: tuple[Store, Store],
) -> None:
    with pytest.raises(DatabaseError), bound(stores[0].pk):
        lose_the_connection()
    connection.close()
    assert whose() == ("aftercart_worker", "")


def test_a_bound_connection_cannot_write_into_another_store(stores: tuple[Store, Store]) -> None:
    first, second = stores
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with refused, transaction.atomic(), bound(first.pk):
        add_customer(second, "smuggled")


def test_the_database_refuses_a_row_that_points_into_another_store(
    stores: tuple[Store, Store],
) -> None:
    first, second = stores
    customer_id = add_customer(first, "a")
    with pytest.raises(IntegrityError, match="foreign key"), transaction.atomic():
        sql.run(
            "INSERT INTO orders_order (store_id, source, external_id, number, token, customer_id,"
            " currency, total, placed_at, source_updated_at, recorded_at) VALUES (%s, 'shop', '1',"
            " '1', 't', %s, 'EUR', 1, '2026-01-01T00:00Z', '2026-01-01T00:00Z',"
            " '2026-01-01T00:00Z')",
            [second.pk, customer_id],
        )


def test_without_a_store_a_face_sees_nothing(stores: tuple[Store, Store]) -> None:
    add_customer(stores[0], "a")
    with transaction.atomic():
        sql.fetch("SELECT set_config('role', 'aftercart_face', true)")
        assert sql.fetch("SELECT * FROM customers_customer") == []
        sql.fetch("SELECT set_config('role', 'aftercart_worker', true)")


def test_every_tenant_table_has_composite_keys_and_policies() -> None:
    tenant_tables = {model._meta.db_table for model in apps.get_models() if is_tenant(model)}
    protected = sql.fetch(
        "SELECT relname FROM pg_class WHERE relrowsecurity AND relname = ANY(%s)",
        [list(tenant_tables)],
    )
    assert {row["relname"] for row in protected} == tenant_tables
    keys = sql.fetch(
        """
        SELECT c.relname, array_agg(a.attname::text ORDER BY a.attname) AS columns
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey)
        WHERE i.indisprimary AND c.relname = ANY(%s) GROUP BY c.relname
        """,
        [list(tenant_tables)],
    )
    assert all({"id", "store_id"} <= set(row["columns"]) for row in keys)
    assert len(keys) == len(tenant_tables)


def test_every_other_unique_index_of_a_tenant_table_starts_with_the_store() -> None:
    tenant_tables = [model._meta.db_table for model in apps.get_models() if is_tenant(model)]
    rows = sql.fetch(
        """
        SELECT c.relname, ic.relname AS index, a.attname AS first
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        JOIN pg_class ic ON ic.oid = i.indexrelid
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
        WHERE i.indisunique AND NOT i.indisprimary AND c.relname = ANY(%s)
        """,
        [tenant_tables],
    )
    assert [row for row in rows if row["first"] != "store_id"] == []
    assert len(rows) > 10


def test_every_foreign_key_between_tenant_tables_names_the_store() -> None:
    tenant_tables = [model._meta.db_table for model in apps.get_models() if is_tenant(model)]
    rows = sql.fetch(
        """
        SELECT conname, array_length(conkey, 1) AS columns FROM pg_constraint
        WHERE contype = 'f' AND conrelid = ANY(%(t)s::regclass[])
          AND confrelid = ANY(%(t)s::regclass[])
        """,
        {"t": tenant_tables},
    )
    assert [row["conname"] for row in rows if row["columns"] != 2] == []
    assert rows


def test_the_event_log_is_append_only(stores: tuple[Store, Store]) -> None:
    with connection.cursor() as cursor:
        for statement in ("UPDATE core_event SET type = 'x'", "DELETE FROM core_event"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(statement)
