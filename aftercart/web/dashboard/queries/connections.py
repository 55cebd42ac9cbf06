"""How a store's connections do: their deliveries, their errors, what is parked and why."""

from datetime import timedelta
from typing import Any

from aftercart.core import clock, sql

Row = dict[str, Any]
DAY = timedelta(hours=24)
PARKED_SHOWN = 50
PREVIEW_BYTES = 4000

LISTED = """
  connection.id, connection.public_id, connection.system, connection.source, connection.name,
  connection.state, connection.error, connection.error_at, connection.last_delivery_at,
  connection.last_pull_at, connection.created_at, connection.settings::text AS settings,
  coalesce(day.done, 0) AS done, coalesce(day.ignored, 0) AS ignored,
  coalesce(stuck.parked, 0) AS parked, coalesce(stuck.waiting, 0) AS waiting,
  run.id AS run_id, run.state AS run_state, run.total AS run_total, run.done AS run_done,
  run.error AS run_error, run.kind AS run_kind
"""

FROM = """
  FROM intake_connection AS connection
  LEFT JOIN LATERAL (
    SELECT sum(done) AS done, sum(ignored) AS ignored FROM intake_deliveryhour
    WHERE store_id = connection.store_id AND connection_id = connection.id AND hour >= %(since)s
  ) AS day ON true
  LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state = 'parked') AS parked,
           count(*) FILTER (WHERE state = 'waiting') AS waiting
    FROM intake_inboxentry
    WHERE store_id = connection.store_id AND connection_id = connection.id
      AND state IN ('parked', 'waiting')
  ) AS stuck ON true
  LEFT JOIN LATERAL (
    SELECT id, state, total, done, error, kind FROM intake_importrun
    WHERE store_id = connection.store_id AND connection_id = connection.id
    ORDER BY created_at DESC LIMIT 1
  ) AS run ON true
"""


def connections(store_id: int) -> list[Row]:
    """The store's live connections with how they do, the ones in trouble first."""
    rows = sql.fetch(
        f"""
        SELECT {LISTED} {FROM}
        WHERE connection.store_id = %(store)s AND connection.removed_at IS NULL
          AND connection.system <> 'csv'
        ORDER BY connection.state = 'broken' DESC, connection.created_at, connection.id
        """,
        {"store": store_id, "since": clock.now() - DAY},
    )
    return [{**row, "look": look_of(row)} for row in rows]


def connection(store_id: int, connection_id: int) -> Row | None:
    """One live connection with how it does."""
    rows = sql.fetch(
        f"""
        SELECT {LISTED} {FROM}
        WHERE connection.store_id = %(store)s AND connection.id = %(id)s
          AND connection.removed_at IS NULL
        """,
        {"store": store_id, "id": connection_id, "since": clock.now() - DAY},
    )
    return {**rows[0], "look": look_of(rows[0])} if rows else None


def look_of(row: Row) -> str:
    """What its state is called: one that works may be new, or in trouble that passes by itself."""
    if row["state"] != "active":
        return str(row["state"])
    if row["error"]:
        return "troubled"
    return "active" if row["last_delivery_at"] or row["last_pull_at"] else "new"


def stuck(store_id: int, connection_id: int) -> list[Row]:
    """What came in and could not be used, newest first, with the beginning of each body."""
    rows = sql.fetch(
        """
        SELECT id, topic, state, error, received_at, attempts, due_at, octet_length(body) AS size,
               substring(body FROM 1 FOR %s) AS preview
        FROM intake_inboxentry
        WHERE store_id = %s AND connection_id = %s AND state IN ('parked', 'waiting')
        ORDER BY state, received_at DESC LIMIT %s
        """,
        [PREVIEW_BYTES, store_id, connection_id, PARKED_SHOWN],
    )
    for row in rows:
        row["preview"] = bytes(row["preview"]).decode("utf-8", "replace").replace("\0", "␀")
    return rows


def trouble(store_id: int) -> list[Row]:
    """The connections that need somebody: broken, with a fresh error, or with parked deliveries."""
    return [
        row
        for row in connections(store_id)
        if row["state"] == "broken" or row["error"] or row["parked"] or row["run_state"] == "failed"
    ]


def systems_of(store_id: int) -> set[str]:
    """The systems that the store is connected to."""
    rows = sql.fetch(
        "SELECT DISTINCT system FROM intake_connection WHERE store_id = %s AND removed_at IS NULL",
        [store_id],
    )
    return {row["system"] for row in rows}
