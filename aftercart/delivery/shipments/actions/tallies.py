"""Counting what sources tell, and how late, by day, source and carrier."""

import os
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from aftercart.core import sql
from aftercart.delivery.shipments import lags
from aftercart.delivery.shipments.actions.parcels import NewScan, Row

TALLY_TABLE = "shipments_scantally"
SLOTS = 8
COUNTS = ("scans", "unknown", "by_text", "without_zone", "without_place")
COLUMNS = {
    "store_id": "bigint",
    "day": "date",
    "source": "text",
    "carrier": "text",
    "slot": "smallint",
    **dict.fromkeys(COUNTS, "integer"),
    "lags": "integer[]",
}


def tally(scans: Iterable[NewScan]) -> None:
    """Count the scans that are new."""
    counted: dict[tuple[Any, ...], dict[str, Any]] = {}
    for scan in scans:
        row = scan.row
        key = (row["store_id"], row["recorded_at"].date(), row["source"], scan.carrier)
        one = counted.setdefault(key, _empty(key))
        _count(one, row)
        if _has_lag(scan):
            one["lags"][lags.step(row["recorded_at"] - row["occurred_at"])] += 1
    if counted:
        _add([counted[key] for key in sorted(counted)])


def _has_lag(scan: NewScan) -> bool:
    """What happened before we knew of the parcel, or was told by an import, is not late."""
    was_known = scan.row["occurred_at"] >= scan.parcel.before["created_at"]
    return bool(scan.row["zone_known"]) and was_known and not scan.is_history


def _empty(key: tuple[int, datetime, str, str]) -> dict[str, Any]:
    store_id, day, source, carrier = key
    return {
        "store_id": store_id,
        "day": day,
        "source": source,
        "carrier": carrier,
        "slot": os.getpid() % SLOTS,
        **dict.fromkeys(COUNTS, 0),
        "lags": [0] * lags.STEPS,
    }


def _count(one: dict[str, Any], row: Row) -> None:
    one["scans"] += 1
    one["unknown"] += row["status"] == "unknown"
    one["by_text"] += bool(row["by_text"])
    one["without_zone"] += not row["zone_known"]
    one["without_place"] += not (row["city"] or row["region"] or row["postcode"] or row["country"])


def _add(rows: list[dict[str, Any]]) -> None:
    given, encoded = sql.recordset(COLUMNS, rows)
    names = ", ".join(COLUMNS)
    more = ", ".join(f"{name} = stored.{name} + excluded.{name}" for name in COUNTS)
    sql.run(
        f"""
        INSERT INTO {TALLY_TABLE} AS stored ({names}) SELECT {names} FROM {given}
        ON CONFLICT (store_id, day, source, carrier, slot) DO UPDATE SET {more}, lags = (
          SELECT array_agg(had + came ORDER BY place)
          FROM unnest(stored.lags, excluded.lags) WITH ORDINALITY AS both_of(had, came, place)
        )
        """,
        [encoded],
    )
