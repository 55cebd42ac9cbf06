"""What the database lets each role do, read from its catalogue, so that no table is forgotten."""

from collections import defaultdict
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from aftercart.core import sql
from aftercart.core.database.roles import EDGE, FACE, WORKER
from aftercart.core.database.tables import make_partitions
from aftercart.core.tenancy import bound

pytestmark = pytest.mark.django_db

OF_NO_STORE = {
    "account_emailaddress": "SELECT INSERT UPDATE DELETE",
    "account_emailconfirmation": "SELECT INSERT UPDATE DELETE",
    "auth_group": "SELECT",
    "auth_group_permissions": "SELECT",
    "auth_permission": "SELECT",
    "core_account": "SELECT INSERT UPDATE",
    "core_cacheentry": "SELECT INSERT UPDATE DELETE",
    "core_invitation": "SELECT INSERT UPDATE DELETE",
    "core_member": "SELECT INSERT UPDATE DELETE",
    "core_store": "SELECT INSERT UPDATE",
    "core_user": "SELECT INSERT UPDATE",
    "core_user_groups": "SELECT",
    "core_user_user_permissions": "SELECT",
    "django_content_type": "SELECT",
    "django_migrations": "SELECT",
    "django_session": "SELECT INSERT UPDATE DELETE",
    "intake_workerbeat": "SELECT",
    "mfa_authenticator": "SELECT INSERT UPDATE DELETE",
    "pgqueuer": "INSERT",
    "pgqueuer_log": "INSERT",
    "pgqueuer_schedules": "",
    "pgqueuer_statistics": "",
}
"""Every table that no store owns, and what the pages' role may do to it."""

THE_EDGES = {
    "core_store": {"SELECT": "domain id"},
    "intake_connection": {
        "SELECT": "credentials due_at id public_id removed_at settings state store_id system",
        "UPDATE": "error error_at",
    },
    "intake_feed": {
        "SELECT": "behind breaker connection_id due_at failed id news parcels requests store_id"
    },
    "intake_inboxentry": {
        "INSERT": "body connection_id dedupe_key due_at headers received_at store_id topic",
        "SELECT": "connection_id dedupe_key due_at received_at state store_id",
    },
    "intake_workerbeat": {"SELECT": "id name seen_at started_at state"},
    "journeys_enrollment": {"SELECT": "due_at store_id"},
    "messages_message": {"SELECT": "due_at store_id"},
    "pages_trackingpage": {
        "SELECT": "body etag fresh_until generation id order_id rendered_at stale store_id token"
    },
}
"""The columns that the edge may touch."""

TABLES = """
SELECT c.oid, c.relname AS name, c.relrowsecurity AS is_guarded, EXISTS (
  SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'store_id' AND NOT attisdropped
) AS is_of_a_store
FROM pg_class AS c
WHERE c.relkind IN ('r', 'p', 'f', 'm', 'v') AND c.relnamespace = 'public'::regnamespace
  AND NOT c.relispartition
"""


def test_a_table_is_a_stores_or_one_of_the_few_that_are_nobodys() -> None:
    found = sql.fetch(TABLES)
    assert {row["name"] for row in found if not row["is_of_a_store"]} == OF_NO_STORE.keys()
    assert [row["name"] for row in found if row["is_of_a_store"] and not row["is_guarded"]] == []


ITS_OWN = "(store_id = (NULLIF(current_setting('aftercart.store'::text, true), ''::text))::bigint)"


def test_every_table_of_a_store_has_the_three_policies_and_no_other() -> None:
    by_table: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for row in sql.fetch(
        "SELECT tablename, cmd, roles::text[] AS roles, qual, with_check FROM pg_policies"
    ):
        assert row["qual"] == row["with_check"]
        by_table[row["tablename"]].add((row["cmd"], *row["roles"], row["qual"]))
    wanted = {("ALL", FACE, ITS_OWN), ("ALL", WORKER, "true"), ("ALL", EDGE, "true")}
    owned = {row["name"] for row in sql.fetch(TABLES) if row["is_of_a_store"]}
    assert {name: by_table[name] for name in owned} == dict.fromkeys(owned, wanted)


@pytest.mark.parametrize("table", sorted(OF_NO_STORE))
def test_the_pages_role_may_do_to_shared_tables_what_pages_need(table: str) -> None:
    rows = sql.fetch(
        "SELECT privilege FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'])"
        " AS privilege WHERE has_table_privilege(%s, %s, privilege)",
        [FACE, table],
    )
    assert [row["privilege"] for row in rows] == OF_NO_STORE[table].split()


def test_the_pages_role_cannot_read_what_waits_for_a_worker() -> None:
    """A job may be another store's, and may hold a mail."""
    with transaction.atomic(), bound(1):
        sql.fetch("SELECT id, dedupe_key FROM pgqueuer")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            sql.fetch("SELECT payload FROM pgqueuer")


def test_the_edge_touches_the_columns_it_needs() -> None:
    rows = sql.fetch(
        """
        SELECT c.relname AS table, privilege,
          string_agg(a.attname, ' ' ORDER BY a.attname) AS columns
        FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0,
          unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) AS privilege
        WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relnamespace = 'public'::regnamespace
          AND NOT a.attisdropped AND has_column_privilege(%(edge)s, c.oid, a.attnum, privilege)
        GROUP BY 1, 2
        """,
        {"edge": EDGE},
    )
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        found[row["table"]][row["privilege"]] = row["columns"]
    assert found == THE_EDGES


def test_the_edge_deletes_nothing_and_counts_with_no_sequence() -> None:
    rows = sql.fetch(
        """
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND CASE relkind
          WHEN 'S' THEN has_sequence_privilege(%(edge)s, oid, 'USAGE, SELECT, UPDATE')
          WHEN 'r' THEN has_table_privilege(%(edge)s, oid, 'DELETE, TRUNCATE, TRIGGER') END
        """,
        {"edge": EDGE},
    )
    assert rows == []


def test_no_role_of_ours_may_bypass_what_binds_it_or_become_another() -> None:
    roles = [FACE, WORKER, EDGE]
    might = sql.fetch(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND (rolsuper OR rolbypassrls"
        " OR rolcreaterole OR rolcreatedb OR rolreplication)",
        [roles],
    )
    assert might == []
    becomes = sql.fetch(
        "SELECT member::regrole::text AS member, roleid::regrole::text AS becomes"
        " FROM pg_auth_members WHERE member::regrole::text = ANY(%s)",
        [roles],
    )
    assert becomes == [{"member": WORKER, "becomes": FACE}]  # a worker binds itself to a store


def test_one_function_alone_runs_with_the_owners_rights() -> None:
    rows = sql.fetch(
        "SELECT proname AS name, proconfig::text AS config,"
        " has_function_privilege('public', oid, 'EXECUTE') AS is_everybodys"
        " FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    )
    fixed = '{"search_path=public, pg_temp"}'
    assert rows == [{"name": "orders_matching", "config": fixed, "is_everybodys": False}]


@pytest.mark.parametrize("role", [FACE, WORKER, EDGE])
def test_the_event_log_is_written_at_its_end_alone(role: str) -> None:
    """Neither it nor a month of it can be changed, and no month can be reached by itself."""
    may = sql.fetch(
        """
        SELECT c.relname, privilege FROM pg_class AS c,
          unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRIGGER']) AS privilege
        WHERE c.relname LIKE 'core_event%%' AND c.relkind IN ('r', 'p')
          AND has_table_privilege(%s, c.oid, privilege)
        """,
        [role],
    )
    allowed = {("core_event", "SELECT"), ("core_event", "INSERT")} if role != EDGE else set()
    assert {(row["relname"], row["privilege"]) for row in may} == allowed


def months() -> list[str]:
    rows = sql.fetch(
        "SELECT inhrelid::regclass::text AS name FROM pg_inherits"
        " WHERE inhparent = 'core_event'::regclass ORDER BY 1"
    )
    return [row["name"] for row in rows]


@pytest.fixture
def as_owner() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")


def test_migrating_makes_the_months_of_the_coming_year(as_owner: None) -> None:
    assert len(months()) == 13
    assert months()[-1] == "core_event_rest"


def test_what_is_there_stays_and_what_is_missing_is_added(as_owner: None) -> None:
    before = set(months())
    later = datetime(2097, 11, 30, 23, 30, tzinfo=UTC)
    with connection.cursor() as cursor:
        make_partitions(cursor, later, 3)
        make_partitions(cursor, later, 3)
    added = {"core_event_2097_12", "core_event_2098_01", "core_event_2098_02"}
    assert set(months()) - before == added


def test_looking_at_a_migration_makes_nothing(as_owner: None) -> None:
    newest = months()[-2]
    sql.run(f"DROP TABLE {newest}")
    call_command("migrate", check_unapplied=True, verbosity=0)
    assert newest not in months()
    call_command("migrate", verbosity=0)
    assert newest in months()
