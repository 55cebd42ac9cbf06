"""Set-based SQL: one round trip for a batch, however many rows."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
import psycopg
from django.db import connection
from psycopg.adapt import AdaptersMap
from psycopg.types.string import TextLoader

Row = Mapping[str, Any]
Parameters = Sequence[Any] | Mapping[str, Any]

# A NUL in JSON, and not a backslash followed by the five characters.
ENCODED_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


# Django's loader of timestamps is written in Python, and costs more than all else in a row.
LOADERS = AdaptersMap(psycopg.adapters)
LOADERS.register_loader("jsonb", TextLoader)  # as Django does; whoever reads it decodes it


class _Cursor(psycopg.ClientCursor[Any]):
    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        super().__init__(connection)
        self._adapters = AdaptersMap(LOADERS)


class _SendingCursor(psycopg.Cursor[Any]):
    """Sends parameters beside the statement, which spares quoting large ones."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        super().__init__(connection)
        self._adapters = AdaptersMap(LOADERS)


@contextmanager
def _cursor(kind: type[Any] = _Cursor) -> Iterator[Any]:
    """A bare cursor in Django's transaction; Django's own where somebody watches the queries."""
    if connection.queries_logged or connection.execute_wrappers:
        with connection.cursor() as cursor:
            yield cursor
        return
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors, kind(connection.connection) as cursor:
        yield cursor


def fetch(sql: str, parameters: Parameters = ()) -> list[dict[str, Any]]:
    """All rows of a statement, as dictionaries by column name; JSON columns as text."""
    with _cursor() as cursor:
        cursor.execute(sql, parameters)
        return _dictionaries(cursor)


def fetch_rows(sql: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
    """All rows of a statement, as tuples: for many small rows on a hot path."""
    with _cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def run(sql: str, parameters: Parameters = ()) -> int:
    """Run a statement that returns no rows; how many rows it touched."""
    with _cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def _dictionaries(cursor: Any) -> list[dict[str, Any]]:
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def recordset(columns: Mapping[str, str], rows: Sequence[Row]) -> tuple[str, str]:
    """A batch as one parameter: the FROM item over columns with their Postgres types, and its JSON.

    >>> recordset({"id": "bigint"}, [{"id": 1}])
    ('json_to_recordset(%s::json) AS given("id" bigint)', '[{"id":1}]')
    """
    typed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    # Postgres text cannot hold NUL, which hostile payloads do carry.
    encoded = msgspec.json.encode(rows).decode()
    if "\\u0000" in encoded:
        encoded = ENCODED_NUL.sub(r"\1", encoded)
    return f"json_to_recordset(%s::json) AS given({typed})", encoded


def integers(values: Iterable[int]) -> str:
    """Whole numbers as `%s::bigint[]` takes them; psycopg's own way is slow for many."""
    return "{" + ",".join(map(str, values)) + "}"


def pairs(values: Collection[tuple[int, int]]) -> list[str]:
    """Pairs as `unnest(%s::bigint[], %s::bigint[])` takes them."""
    return [integers(first for first, _ in values), integers(second for _, second in values)]


def bytea(value: bytes) -> str:
    """Bytes as `recordset` and `insert` take them for a `bytea` column."""
    return "\\x" + value.hex()


def insert(
    table: str,
    columns: Mapping[str, str],
    rows: Sequence[Row],
    *,
    conflict: Sequence[str] = (),
    update: Sequence[str] = (),
    update_when: str = "",
    hold: str = "",
    returning: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Insert a batch in one statement, updating or skipping rows that are there already.

    Args:
        table: the target table, aliased `stored` inside `update_when`.
        columns: the columns given, with their Postgres types.
        rows: a mapping per row; no two rows may share a conflict key.
        conflict: columns of the unique key; empty where none is expected.
        update: columns taken from the new row on a conflict; empty means skip.
        update_when: a condition over `stored` and `excluded` for the update.
        hold: in place of `update`, a column (of no unique key) that is written back as it was:
            rows that are there already are locked until the transaction ends, and returned.
        returning: columns of the rows that were inserted or updated; `inserted` may be among them.
    """
    if not rows:
        return []
    source, encoded = recordset(columns, rows)
    names = ", ".join(f'"{name}"' for name in columns)
    sql = f"INSERT INTO {table} AS stored ({names}) SELECT {names} FROM {source}"
    if conflict:
        sql += f" ON CONFLICT ({', '.join(conflict)}) DO " + (
            _on_conflict(update, update_when, hold)
        )
    if not returning:
        _send(sql, encoded)
        return []
    sql += " RETURNING " + ", ".join(
        "(stored.xmax = 0) AS inserted" if name == "inserted" else f"stored.{name}"
        for name in returning
    )
    with _cursor(_SendingCursor) as cursor:
        cursor.execute(sql, [encoded])
        return _dictionaries(cursor)


def update(table: str, columns: Mapping[str, str], rows: Sequence[Row]) -> int:
    """Update a batch in one statement, by `id` and `store_id`, which are among the columns.

    Returns:
        how many rows were touched.
    """
    if not rows:
        return 0
    source, encoded = recordset(columns, rows)
    assignments = ", ".join(
        f'"{name}" = given."{name}"' for name in columns if name not in ("id", "store_id")
    )
    return _send(
        f"UPDATE {table} AS stored SET {assignments} FROM {source} "
        "WHERE stored.id = given.id AND stored.store_id = given.store_id",
        encoded,
    )


def _send(sql: str, encoded: str) -> int:
    with _cursor(_SendingCursor) as cursor:
        cursor.execute(sql, [encoded])
        return int(cursor.rowcount)


def _on_conflict(update: Sequence[str], update_when: str, hold: str) -> str:
    if hold:
        return f'UPDATE SET "{hold}" = stored."{hold}"'
    if not update:
        return "NOTHING"
    assignments = ", ".join(f'"{name}" = excluded."{name}"' for name in update)
    return f"UPDATE SET {assignments}" + (f" WHERE {update_when}" if update_when else "")
