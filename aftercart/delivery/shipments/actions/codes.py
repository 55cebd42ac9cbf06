"""Codes that nobody knows: counted for each carrier, and read as the store's team decided."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from aftercart.core import sql
from aftercart.core.facts import Incoming
from aftercart.core.text import clip
from aftercart.delivery.shipments.actions.parcels import Key, NewScan, Parcel
from aftercart.delivery.shipments.carriers import recognise_name
from aftercart.delivery.shipments.facts import Reason, ScanFact, ShipmentStatus, TrackingFact

CODE_TABLE = "shipments_carriercode"
COLUMNS = {
    "store_id": "bigint",
    "carrier": "text",
    "code": "text",
    "text": "text",
    "scans": "integer",
    "first_seen_at": "timestamptz",
    "last_seen_at": "timestamptz",
}

Told = Incoming[TrackingFact]
CodeKey = tuple[int, str, str]
Meaning = tuple[ShipmentStatus, Reason]


def known_as(code: str, text: str) -> str:
    """What a code is counted under: itself, or the carrier's words where it sends none.

    >>> known_as("X7", "whatever"), known_as("", "Hello  World")
    ('X7', 'words:hello world')
    """
    return clip(code, 60) or clip("words:" + " ".join(text.casefold().split()), 120)


def as_decided(
    parcels: Mapping[Key, Parcel], told: Mapping[Key, Sequence[Told]]
) -> dict[Key, list[Told]]:
    """The facts, with the meanings that the store's team gave to codes that nobody knows."""
    meanings = _meanings(
        {
            (key[0], carrier_of(parcels[key], incoming.fact), known_as(scan.code, scan.text))
            for key, facts in told.items()
            for incoming in facts
            for scan in incoming.fact.scans
            if scan.status == "unknown"
        }
    )
    if not meanings:
        return {key: list(facts) for key, facts in told.items()}
    return {
        key: [_read(incoming, carrier_of(parcels[key], incoming.fact), meanings) for incoming in of]
        for key, of in told.items()
    }


def carrier_of(parcel: Parcel, fact: TrackingFact) -> str:
    """Whose codes these are: the carrier's that the source names, else that of the parcel."""
    return recognise_name(fact.carrier) or parcel.before["carrier"] or clip(fact.carrier, 40)


def _meanings(keys: set[CodeKey]) -> dict[CodeKey, Meaning]:
    if not keys:
        return {}
    rows = sql.fetch_rows(
        f"""
        SELECT store_id, carrier, code, status, reason
        FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS wanted(store_id, carrier, code)
        JOIN {CODE_TABLE} USING (store_id, carrier, code) WHERE status <> ''
        """,
        [list(column) for column in zip(*sorted(keys), strict=True)],
    )
    return {
        (store, carrier, code): (status, reason) for store, carrier, code, status, reason in rows
    }


def _read(incoming: Told, carrier: str, meanings: Mapping[CodeKey, Meaning]) -> Told:
    scans = tuple(
        _decided(scan, meanings.get((incoming.store_id, carrier, known_as(scan.code, scan.text))))
        if scan.status == "unknown"
        else scan
        for scan in incoming.fact.scans
    )
    fact = msgspec.structs.replace(incoming.fact, scans=scans)
    return Incoming(incoming.store_id, incoming.source, fact, incoming.quiet)


def _decided(scan: ScanFact, meaning: Meaning | None) -> ScanFact:
    if meaning is None:
        return scan
    return msgspec.structs.replace(scan, status=meaning[0], reason=meaning[1], by_hand=True)


def count_unknown(scans: Iterable[NewScan]) -> None:
    """Count the scans that nobody could read, by carrier and code."""
    counted: dict[CodeKey, dict[str, Any]] = {}
    for scan in scans:
        row = scan.row
        if row["status"] == "unknown":
            key = (row["store_id"], scan.carrier, known_as(row["code"], row["text"]))
            one = counted.setdefault(key, _new(key, row["text"], row["recorded_at"]))
            one["scans"] += 1
    if not counted:
        return
    given, encoded = sql.recordset(COLUMNS, [counted[key] for key in sorted(counted)])
    names = ", ".join(COLUMNS)
    sql.run(
        f"""
        INSERT INTO {CODE_TABLE} AS stored ({names}) SELECT {names} FROM {given}
        ON CONFLICT (store_id, carrier, code) DO UPDATE
        SET scans = stored.scans + excluded.scans, last_seen_at = excluded.last_seen_at
        """,
        [encoded],
    )


def _new(key: CodeKey, text: str, now: datetime) -> dict[str, Any]:
    store_id, carrier, code = key
    return {
        "store_id": store_id,
        "carrier": carrier,
        "code": code,
        "text": clip(text, 200),
        "scans": 0,
        "first_seen_at": now,
        "last_seen_at": now,
    }
