"""How well each source tells of each carrier's parcels, and what could not be read."""

from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from aftercart.core import sql
from aftercart.delivery.shipments import lags
from aftercart.delivery.shipments.carriers import shown_name

MOST_CODES, MOST_PARCELS = 200, 200
WORDS = "words:"


class CarrierFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What a source told of a carrier's parcels over some days; counts are of scans.

    `median_lag` and `late_lag` (the 95th percentile) are from a scan to us; None where none of them
    happened after we knew of its parcel.
    """

    source: str
    carrier: str
    carrier_name: str
    scans: int
    unknown: int
    by_text: int
    without_zone: int
    without_place: int
    median_lag: timedelta | None
    late_lag: timedelta | None


class CodeView(msgspec.Struct, frozen=True, kw_only=True):
    """A code nobody knows, or that the store's team gave a meaning. `raw` is as scans bear it."""

    id: int
    carrier: str
    carrier_name: str
    code: str
    text: str
    scans: int
    first_seen_at: datetime
    last_seen_at: datetime
    status: str
    reason: str
    decided_by: str
    decided_at: datetime | None

    @property
    def raw(self) -> str:
        """The carrier's code, empty where it sends words alone."""
        return "" if self.code.startswith(WORDS) else self.code


class CarrierParcel(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel in a list, with an order that travels in it, if any."""

    id: int
    order_id: int | None
    tracking_number: str
    carrier: str
    carrier_name: str
    status: str
    reason: str
    last_scan_at: datetime | None
    checked_at: datetime | None


def carrier_figures(store_id: int, since: date) -> list[CarrierFigures]:
    """The figures of each source and carrier since a day, those with most scans first."""
    return _grouped(store_id, since, "source")


def carrier_totals(store_id: int, since: date) -> dict[str, CarrierFigures]:
    """The figures of each carrier since a day, by its slug, whatever sources told them."""
    return {one.carrier: one for one in _grouped(store_id, since, "''")}


def _grouped(store_id: int, since: date, source: str) -> list[CarrierFigures]:
    rows = sql.fetch(
        f"""
        SELECT {source} AS source, carrier, sum(scans)::int AS scans, sum(unknown)::int AS unknown,
          sum(by_text)::int AS by_text, sum(without_zone)::int AS without_zone,
          sum(without_place)::int AS without_place, json_agg(lags)::text AS lags
        FROM shipments_scantally WHERE store_id = %s AND day >= %s
        GROUP BY 1, 2 ORDER BY sum(scans) DESC, 1, 2
        """,
        [store_id, since],
    )
    return [_figures(row) for row in rows]


def _figures(row: dict[str, object]) -> CarrierFigures:
    counts = lags.added(msgspec.json.decode(str(row.pop("lags")), type=list[list[int]]))
    return msgspec.convert(
        {
            **row,
            "carrier_name": shown_name(str(row["carrier"]), str(row["carrier"])),
            "median_lag": lags.percentile(counts, 0.5),
            "late_lag": lags.percentile(counts, 0.95),
        },
        CarrierFigures,
    )


def codes(store_id: int, carrier: str = "") -> list[CodeView]:
    """The codes of a carrier, or of all: the undecided first, then by how often they came."""
    names = ", ".join(_CODE_COLUMNS)
    rows = sql.fetch(
        f"""
        SELECT {names} FROM shipments_carriercode
        WHERE store_id = %s AND (%s = '' OR carrier = %s)
        ORDER BY status <> '', scans DESC, id LIMIT {MOST_CODES}
        """,
        [store_id, carrier, carrier],
    )
    return [_code(row) for row in rows]


def code(store_id: int, code_id: int) -> CodeView | None:
    """One code."""
    names = ", ".join(_CODE_COLUMNS)
    rows = sql.fetch(
        f"SELECT {names} FROM shipments_carriercode WHERE store_id = %s AND id = %s",
        [store_id, code_id],
    )
    return _code(rows[0]) if rows else None


_CODE_COLUMNS = tuple(name for name in CodeView.__struct_fields__ if name != "carrier_name")


def _code(row: dict[str, Any]) -> CodeView:
    return CodeView(**row, carrier_name=shown_name(row["carrier"], row["carrier"]))


_PARCELS = """
    SELECT parcel.id, content.order_id, parcel.tracking_number, parcel.carrier,
      parcel.carrier_name, parcel.status, parcel.reason, parcel.last_scan_at, parcel.checked_at
    FROM shipments_shipment AS parcel
    LEFT JOIN LATERAL (
      SELECT min(order_id) AS order_id FROM shipments_shipmentcontent
      WHERE store_id = parcel.store_id AND shipment_id = parcel.id AND active
    ) AS content ON true
"""


def parcels_of_carrier(store_id: int, carrier: str, *, is_moving: bool) -> list[CarrierParcel]:
    """The newest parcels of a carrier (of none that we know, where it is empty)."""
    final = "AND parcel.status NOT IN ('delivered', 'returned', 'cancelled')" if is_moving else ""
    rows = sql.fetch(
        f"{_PARCELS} WHERE parcel.store_id = %s AND parcel.carrier = %s {final} "
        f"ORDER BY parcel.id DESC LIMIT {MOST_PARCELS}",
        [store_id, carrier],
    )
    return [_parcel(row) for row in rows]


def parcels_with_code(store_id: int, code_id: int) -> list[CarrierParcel]:
    """The newest parcels that were scanned with a code."""
    known = code(store_id, code_id)
    if known is None:
        return []
    rows = sql.fetch(
        f"""
        {_PARCELS} WHERE parcel.store_id = %s AND parcel.id IN (
          SELECT shipment_id FROM shipments_trackingevent
          WHERE store_id = %s AND code = %s AND (status = 'unknown' OR by_hand)
          ORDER BY id DESC LIMIT {MOST_PARCELS}
        ) AND %s IN (parcel.carrier, parcel.carrier_name) ORDER BY parcel.id DESC
        """,
        [store_id, store_id, known.raw, known.carrier],
    )
    return [_parcel(row) for row in rows]


def _parcel(row: dict[str, Any]) -> CarrierParcel:
    named = shown_name(row["carrier"], row["carrier_name"])
    return CarrierParcel(**{**row, "carrier_name": named})
