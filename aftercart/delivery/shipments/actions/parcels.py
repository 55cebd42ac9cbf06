"""Parcels that a transaction works on: locked, with what each was and what it becomes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any

import msgspec

from aftercart.core import clock, sql
from aftercart.core.events import Event
from aftercart.delivery.shipments import rules
from aftercart.delivery.shipments.facts import ShipmentStatus
from aftercart.delivery.shipments.rules import Reached, Scan

TABLE = "shipments_shipment"
CONTENT_TABLE = "shipments_shipmentcontent"
SCAN_TABLE = "shipments_trackingevent"

FOLDED = {
    "status": "text",
    "reason": "text",
    "code": "text",
    "status_at": "timestamptz",
    "picked_up_at": "timestamptz",
    "in_transit_at": "timestamptz",
    "out_for_delivery_at": "timestamptz",
    "first_attempt_at": "timestamptz",
    "delivered_at": "timestamptz",
    "last_scan_at": "timestamptz",
}
TOLD = {
    "tracking_number": "text",
    "carrier": "text",
    "carrier_name": "text",
    "carrier_from": "text",
    "tracking_url": "text",
    "expected_from": "timestamptz",
    "expected_until": "timestamptz",
    "expected_date": "date",
    "first_expected_date": "date",
    "signed_by": "text",
    "service": "text",
    "weight_grams": "integer",
    "is_return": "boolean",
    "delivered_to": "text",
    "proof_url": "text",
    "handed_over_to": "text",
    "handed_over_number": "text",
}
UNSEEN = {
    "checked_at": "timestamptz",
    "origin": "jsonb",
    "destination": "jsonb",
    "shipped_on": "date",
    "piece_id": "text",
    "estimate_at": "timestamptz",
    "details_at": "timestamptz",
    "counts_from": "timestamptz",
    "told": "text",
}
CHANGING = {**FOLDED, **TOLD, **UNSEEN}
SCANNED = {
    "id": "bigint",
    "store_id": "bigint",
    **FOLDED,
    "checked_at": "timestamptz",
    "told": "text",
}
BESIDE_SCANS = itemgetter(*(name for name in CHANGING if name not in SCANNED))
INSERTED = {"store_id": "bigint", "reference": "text", "created_at": "timestamptz", **CHANGING}
COLUMNS = ("id", "store_id", "reference", "created_at", *CHANGING)
NEW: dict[str, Any] = {
    **dict.fromkeys(CHANGING),
    "status": "pending",
    **dict.fromkeys(("reason", "code", "tracking_number", "carrier", "carrier_name"), ""),
    **dict.fromkeys(("carrier_from", "tracking_url", "signed_by", "service", "delivered_to"), ""),
    **dict.fromkeys(("proof_url", "piece_id", "handed_over_to", "handed_over_number"), ""),
    "is_return": False,
    "told": "",
}

Key = tuple[int, str]
Row = dict[str, Any]


@dataclass(eq=False, slots=True)
class Parcel:
    """One locked parcel.

    Attributes:
        known: its scans as they were stored, by fingerprint; only where they were loaded.
        added: the scans that are new in this transaction.
        revised: known scans that were told again, and better.
        news: milestones to tell, and whether quietly.
        order_ids: the orders that travel in it, once they are loaded.
    """

    before: Row
    after: Row
    is_new: bool = False
    known: dict[bytes, Scan] = field(default_factory=dict)
    added: dict[bytes, Scan] = field(default_factory=dict)
    revised: dict[bytes, Scan] = field(default_factory=dict)
    news: list[tuple[Reached, bool]] = field(default_factory=list)
    order_ids: list[int] = field(default_factory=list)

    @property
    def store_id(self) -> int:
        return int(self.before["store_id"])

    @property
    def id(self) -> int:
        return int(self.before["id"])

    @property
    def key(self) -> Key:
        return self.before["store_id"], self.before["reference"]

    def refold(self) -> None:
        """Fold all scans that are loaded or new into the parcel's state, and see what is news."""
        counts_from = self.after["counts_from"]
        told, state = rules.fold_in(self.known.values(), self.added.values(), counts_from)
        if self.revised:
            scans = {**self.known, **self.added, **self.revised}
            state = rules.fold(scans.values(), counts_from)
        for name in FOLDED:
            self.after[name] = getattr(state, name)
        earlier = self._told_before()
        if self.added or self.revised:
            milestones = told.milestones | earlier
            self.news = rules.news(rules.Told(milestones, told.told_at), state)
        self.after["told"] = " ".join(sorted(earlier | {one.status for one in state.reached}))

    def _told_before(self) -> set[ShipmentStatus]:
        """The milestones told in this life of the parcel, also those that no longer count."""
        if self.before["counts_from"] is None and self.after["counts_from"] is not None:
            return set()
        before = self.before["told"].split()
        return {one for one in rules.MILESTONES if one in before}

    def differences(self) -> list[str]:
        """The names of what a page shows of the parcel and what differs now."""
        return [name for name in (*FOLDED, *TOLD) if self.before[name] != self.after[name]]

    def events(self, kind: str, at: datetime, quiet: bool, data: Mapping[str, Any]) -> list[Event]:
        """One event for each order in the parcel; one without an order where there is none."""
        return [
            Event(
                store_id=self.store_id,
                type=kind,
                occurred_at=at,
                order_id=order_id,
                shipment_id=self.id,
                quiet=quiet,
                data=dict(data),
            )
            for order_id in (self.order_ids or (None,))
        ]


@dataclass(frozen=True, slots=True)
class NewScan:
    """A scan that nobody told before: its row, whose parcel it is of, and whose codes it bears.

    `is_history` is one that an import told, however long after it happened.
    """

    parcel: Parcel
    carrier: str
    is_history: bool
    row: Row


def hold(seeds: Mapping[Key, Row]) -> dict[Key, Parcel]:
    """Lock parcels by store and reference; those that are not known are made from their seeds."""
    keys = sorted(seeds)
    found = {parcel.key: parcel for parcel in map(_parcel, _locked(keys))}
    missing = [key for key in keys if key not in found]
    for row in sql.insert(
        TABLE,
        INSERTED,
        [_new_row(key, seeds[key]) for key in missing],
        conflict=("store_id", "reference"),
        hold="created_at",
        returning=(*COLUMNS, "inserted"),
    ):
        parcel = _parcel(row, is_new=row.pop("inserted"))
        found[parcel.key] = parcel
    return found


def hold_known(keys: Collection[Key]) -> dict[Key, Parcel]:
    """Lock the parcels that are known."""
    return {parcel.key: parcel for parcel in map(_parcel, _locked(sorted(keys)))}


def _locked(keys: list[Key]) -> list[Row]:
    if not keys:
        return []
    names = ", ".join(f"parcel.{name}" for name in COLUMNS)
    given, encoded = given_keys(keys)
    return sql.fetch(
        f"""
        SELECT {names} FROM {given} JOIN {TABLE} AS parcel USING (store_id, reference)
        ORDER BY parcel.store_id, parcel.reference FOR NO KEY UPDATE OF parcel
        """,
        [encoded],
    )


def given_keys(keys: Iterable[Key]) -> tuple[str, str]:
    """Keys as the FROM item `given(store_id, reference)`, and its parameter."""
    rows = [{"store_id": store_id, "reference": reference} for store_id, reference in keys]
    return sql.recordset({"store_id": "bigint", "reference": "text"}, rows)


def _parcel(row: Row, *, is_new: bool = False) -> Parcel:
    for name in ("origin", "destination"):
        if row[name] is not None:
            row[name] = msgspec.json.decode(row[name])
    return Parcel(before=row, after=dict(row), is_new=is_new)


def _new_row(key: Key, seed: Row) -> Row:
    store_id, reference = key
    own = {"store_id": store_id, "reference": reference, "created_at": clock.now()}
    return {**NEW, **seed, **own}


def load_scans(parcels: Iterable[Parcel]) -> None:
    """Load the stored scans of parcels that were known before, in one query."""
    wanted = {(parcel.store_id, parcel.id): parcel for parcel in parcels if not parcel.is_new}
    if not wanted:
        return
    for store_id, shipment_id, fingerprint, *scan in sql.fetch_rows(
        f"""
        SELECT scan.* FROM unnest(%s::bigint[], %s::bigint[]) AS wanted(store_id, shipment_id)
        CROSS JOIN LATERAL (
          SELECT store_id, shipment_id, fingerprint, occurred_at, status, reason, code, zone_known
          FROM {SCAN_TABLE} WHERE store_id = wanted.store_id AND shipment_id = wanted.shipment_id
          OFFSET 0  -- each parcel's scans are looked up in the index, whatever the statistics say
        ) AS scan
        """,
        sql.pairs(wanted),
    ):
        wanted[store_id, shipment_id].known[fingerprint] = Scan(*scan)


def copy_scans(pairs: Collection[tuple[Parcel, Parcel]]) -> None:
    """Give the scans of one parcel to another of the same store, where it does not have them.

    Both must have their scans loaded.
    """
    if not pairs:
        return
    for old, heir in pairs:
        heir.added.update(
            {print_: scan for print_, scan in old.known.items() if print_ not in heir.known}
        )
    heirs = [heir.id for _, heir in pairs]
    names = (
        "fingerprint, source, occurred_at, zone_known, utc_offset_minutes, status, reason, code, "
        "text, by_text, by_hand, city, region, postcode, country, recorded_at"
    )
    sql.run(
        f"""
        INSERT INTO {SCAN_TABLE} (store_id, shipment_id, {names})
        SELECT store_id, heir, {names}
        FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS given(store_id, shipment_id, heir)
        JOIN {SCAN_TABLE} USING (store_id, shipment_id)
        ON CONFLICT (store_id, shipment_id, fingerprint) DO NOTHING
        """,
        [*sql.pairs([(old.store_id, old.id) for old, _ in pairs]), sql.integers(heirs)],
    )


def write(parcels: Iterable[Parcel]) -> None:
    """Write the parcels that changed: most of them only in what a new scan changes."""
    scanned, changed = [], []
    for parcel in parcels:
        before, after = parcel.before, parcel.after
        if BESIDE_SCANS(before) != BESIDE_SCANS(after):
            changed.append(after)
        elif after != before:
            scanned.append({name: after[name] for name in SCANNED})
    sql.update(TABLE, SCANNED, scanned)
    sql.update(TABLE, {"id": "bigint", "store_id": "bigint", **CHANGING}, changed)


def load_orders(parcels: Iterable[Parcel]) -> None:
    """Load which orders travel in the parcels that were known before, in one query."""
    wanted = {(parcel.store_id, parcel.id): parcel for parcel in parcels if not parcel.is_new}
    if not wanted:
        return
    for row in sql.fetch(
        f"""
        SELECT DISTINCT store_id, shipment_id, order_id
        FROM unnest(%s::bigint[], %s::bigint[]) AS wanted(store_id, shipment_id)
        JOIN {CONTENT_TABLE} USING (store_id, shipment_id) WHERE active
        ORDER BY store_id, order_id
        """,
        sql.pairs(wanted),
    ):
        wanted[row["store_id"], row["shipment_id"]].order_ids.append(row["order_id"])
