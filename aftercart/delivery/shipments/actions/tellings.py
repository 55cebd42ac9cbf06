"""Which events of which sources told of a scan, where a source may take its events back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from aftercart.core import sql
from aftercart.core.facts import Incoming
from aftercart.core.text import clip
from aftercart.delivery.shipments import rules
from aftercart.delivery.shipments.actions.details import ESTIMATE, estimate_of
from aftercart.delivery.shipments.actions.parcels import SCAN_TABLE, Key, Parcel, Row
from aftercart.delivery.shipments.facts import ScanFact, TrackingFact

TELLING_TABLE = "shipments_scantelling"
ESTIMATED = {"told_at": "timestamptz", **ESTIMATE}
KEY_COLUMNS = {
    "store_id": "bigint",
    "source": "text",
    "external_id": "text",
    "shipment_id": "bigint",
}

Told = Incoming[TrackingFact]
Name = tuple[int, str, str, int]
"""Store, source, the event's id there, and the parcel."""


def standing(
    parcels: Mapping[Key, Parcel], told: Mapping[Key, Sequence[Told]]
) -> dict[Key, list[Told]]:
    """The facts, without the events that their source has taken back before we heard of them."""
    names = {
        name_of(incoming, scan.external_id, parcels[key])
        for key, facts in told.items()
        for incoming in facts
        for scan in incoming.fact.scans
        if scan.external_id
    }
    retracted = {name for name, row in known(names).items() if row["retracted"]}
    if not retracted:
        return {key: list(facts) for key, facts in told.items()}
    return {
        key: [one for incoming in facts if (one := _left(incoming, parcels[key], retracted))]
        for key, facts in told.items()
    }


def _left(incoming: Told, parcel: Parcel, retracted: Collection[Name]) -> Told | None:
    """What is left of a fact; None where nothing is, so that its estimate goes too."""
    scans = tuple(
        scan
        for scan in incoming.fact.scans
        if not scan.external_id or name_of(incoming, scan.external_id, parcel) not in retracted
    )
    if incoming.fact.scans and not scans:
        return None
    fact = replace(incoming.fact, scans=scans)
    return Incoming(incoming.store_id, incoming.source, fact, incoming.quiet)


def name_of(incoming: Incoming[Any], external_id: str, parcel: Parcel) -> Name:
    """How a telling is found, made to fit its columns."""
    return incoming.store_id, clip(incoming.source, 160), clip(external_id, 120), parcel.id


def known(names: Collection[Name]) -> dict[Name, Row]:
    """What is stored of these."""
    if not names:
        return {}
    given, encoded = sql.recordset(KEY_COLUMNS, [_key(name) for name in sorted(names)])
    rows = sql.fetch(
        f"SELECT stored.* FROM {given} JOIN {TELLING_TABLE} AS stored "
        "USING (store_id, source, external_id, shipment_id)",
        [encoded],
    )
    return {
        (row["store_id"], row["source"], row["external_id"], row["shipment_id"]): row
        for row in rows
    }


def remember(
    parcels: Mapping[Key, Parcel], told: Mapping[Key, Sequence[Told]], now: datetime
) -> None:
    """Note which event told of which scan; the scans must be stored."""
    rows = {
        name_of(incoming, scan.external_id, parcels[key]): _row(parcels[key], incoming, scan, now)
        for key, facts in told.items()
        for incoming in facts
        for scan in incoming.fact.scans
        if scan.external_id
    }
    if not rows:
        return
    columns = {**KEY_COLUMNS, **ESTIMATED, "fingerprint": "bytea"}
    given, encoded = sql.recordset(columns, [rows[name] for name in sorted(rows)])
    names = [*KEY_COLUMNS, *ESTIMATED]
    changing = ", ".join(f"{name} = excluded.{name}" for name in ("scan_id", *ESTIMATED))
    sql.run(
        f"""
        INSERT INTO {TELLING_TABLE} AS stored ({", ".join(names)}, scan_id)
        SELECT {", ".join(f"given.{name}" for name in names)}, scan.id FROM {given}
        JOIN {SCAN_TABLE} AS scan USING (store_id, shipment_id, fingerprint)
        ON CONFLICT (store_id, source, external_id, shipment_id) DO UPDATE SET {changing}
        """,
        [encoded],
    )


def _key(name: Name) -> Row:
    return dict(zip(KEY_COLUMNS, name, strict=True))


def _row(parcel: Parcel, incoming: Told, scan: ScanFact, now: datetime) -> Row:
    estimate = estimate_of(incoming.fact) or dict.fromkeys(ESTIMATE)
    return {
        **_key(name_of(incoming, scan.external_id, parcel)),
        **estimate,
        "told_at": incoming.fact.updated_at or now,
        "fingerprint": sql.bytea(rules.fingerprint(scan)),
    }


def copy_tellings(pairs: Iterable[tuple[Parcel, Parcel]]) -> None:
    """Give what is known of one parcel's events to another that has got its scans."""
    both = [(old.store_id, old.id, heir.id) for old, heir in pairs]
    if not both:
        return
    names = ", ".join(("source", "external_id", *ESTIMATED, "retracted"))
    sql.run(
        f"""
        INSERT INTO {TELLING_TABLE} (store_id, shipment_id, scan_id, {names})
        SELECT telling.store_id, heir, copy.id, {names.replace("source", "telling.source")}
        FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS given(store_id, shipment_id, heir)
        JOIN {TELLING_TABLE} AS telling USING (store_id, shipment_id)
        LEFT JOIN {SCAN_TABLE} AS scan
          ON scan.store_id = telling.store_id AND scan.id = telling.scan_id
        LEFT JOIN {SCAN_TABLE} AS copy
          ON copy.store_id = scan.store_id AND copy.shipment_id = heir
         AND copy.fingerprint = scan.fingerprint
        ON CONFLICT (store_id, source, external_id, shipment_id) DO NOTHING
        """,
        [list(column) for column in zip(*both, strict=True)],
    )
