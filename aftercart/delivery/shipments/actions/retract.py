"""A source takes back what it told: the scan goes, and the parcel is folded without it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction

from aftercart.core import events, sql
from aftercart.core.facts import Incoming
from aftercart.core.text import clip
from aftercart.delivery.shipments.actions import telling, tellings
from aftercart.delivery.shipments.actions.details import ESTIMATE
from aftercart.delivery.shipments.actions.holding import hold_travelling, references_of
from aftercart.delivery.shipments.actions.parcels import (
    SCAN_TABLE,
    TABLE,
    Key,
    Parcel,
    Row,
    hold_known,
    load_scans,
    write,
)
from aftercart.delivery.shipments.actions.tellings import TELLING_TABLE, Name
from aftercart.delivery.shipments.facts import ScanRetractionFact

Retraction = Incoming[ScanRetractionFact]


def retract(batch: Sequence[Retraction]) -> list[int]:
    """Take back events, whether they were told already or are told later, and fold their parcels.

    A scan that another event tells as well stays. Publishes `shipment.updated`, and no milestone:
    what was told of the parcel was told.

    Returns:
        the indices of those about a parcel that is not known yet.
    """
    if not batch:
        return []
    with transaction.atomic():
        places = _places(batch)
        parcels = hold_travelling({key for keys in places for key in keys}, hold_known)
        names = {
            tellings.name_of(one, one.fact.external_id, parcels[key]): one
            for one, keys in zip(batch, places, strict=True)
            for key in keys & parcels.keys()
        }
        gone = _take_back(names)
        touched = _fold(parcels, gone)
        quiet = {row["shipment_id"]: names[name].quiet for name, row in gone}
        events.publish(
            event
            for parcel in touched
            for event in telling.changes(parcel, quiet[parcel.id], scans=1)
        )
    return [index for index, keys in enumerate(places) if not keys]


def _places(batch: Sequence[Retraction]) -> list[set[Key]]:
    """The parcels that each may be about: where it was told, else that of its fulfillment."""
    where = _where_told(batch)
    of_fulfillment = references_of(
        {
            (one.store_id, clip(one.source, 160), clip(one.fact.fulfillment_external_id, 120))
            for one in batch
            if one.fact.fulfillment_external_id
        }
    )
    places = []
    for one in batch:
        source, fact = clip(one.source, 160), one.fact
        known = where.get((one.store_id, source, clip(fact.external_id, 120)), set())
        place = of_fulfillment.get((one.store_id, source, clip(fact.fulfillment_external_id, 120)))
        places.append(known | ({place} if place else set()))
    return places


def _where_told(batch: Sequence[Retraction]) -> dict[tuple[int, str, str], set[Key]]:
    rows = sql.fetch(
        f"""
        SELECT store_id, source, external_id, parcel.reference
        FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS given(store_id, source, external_id)
        JOIN {TELLING_TABLE} AS stored USING (store_id, source, external_id)
        JOIN {TABLE} AS parcel USING (store_id) WHERE parcel.id = stored.shipment_id
        """,
        [
            [one.store_id for one in batch],
            [clip(one.source, 160) for one in batch],
            [clip(one.fact.external_id, 120) for one in batch],
        ],
    )
    found: dict[tuple[int, str, str], set[Key]] = {}
    for row in rows:
        name = (row["store_id"], row["source"], row["external_id"])
        found.setdefault(name, set()).add((row["store_id"], row["reference"]))
    return found


def _take_back(names: Collection[Name]) -> list[tuple[Name, Row]]:
    """Note the retractions; those that take something back now, as they were told."""
    stored = tellings.known(names)
    fresh = [name for name in sorted(names) if name not in stored or not stored[name]["retracted"]]
    columns = {**tellings.KEY_COLUMNS, "retracted": "boolean"}
    sql.insert(
        TELLING_TABLE,
        columns,
        [dict(zip(columns, (*name, True), strict=True)) for name in fresh],
        conflict=tuple(tellings.KEY_COLUMNS),
        update=("retracted",),
    )
    gone = [(name, stored[name]) for name in fresh if name in stored]
    _delete_untold([row for _, row in gone])
    return gone


def _delete_untold(rows: Sequence[Row]) -> None:
    """Delete the scans that no event tells any more, and that no other source told first."""
    scans = [row for row in rows if row["scan_id"] is not None]
    if not scans:
        return
    sql.run(
        f"""
        DELETE FROM {SCAN_TABLE} AS scan
        USING unnest(%s::bigint[], %s::bigint[], %s::text[]) AS given(store_id, id, source)
        WHERE scan.store_id = given.store_id AND scan.id = given.id AND scan.source = given.source
          AND NOT EXISTS (
            SELECT FROM {TELLING_TABLE} AS other
            WHERE other.store_id = scan.store_id AND other.shipment_id = scan.shipment_id
              AND other.scan_id = scan.id AND NOT other.retracted
          )
        """,
        [
            [row["store_id"] for row in scans],
            [row["scan_id"] for row in scans],
            [row["source"] for row in scans],
        ],
    )


def _fold(parcels: Mapping[Key, Parcel], gone: Sequence[tuple[Name, Row]]) -> list[Parcel]:
    """The parcels that have lost something, folded from what they have left."""
    lost: dict[int, list[Row]] = {}
    for _, row in gone:
        lost.setdefault(row["shipment_id"], []).append(row)
    touched = [parcel for parcel in parcels.values() if parcel.id in lost]
    load_scans(touched)
    left = _estimates(touched)
    for parcel in touched:
        parcel.refold()
        _forget_estimate(parcel.after, lost[parcel.id], left.get(parcel.id))
    write(touched)
    telling.sum_up_changed(touched)
    return touched


def _estimates(parcels: Sequence[Parcel]) -> dict[int, Row]:
    """The latest estimate of each parcel among the events that still stand."""
    rows = sql.fetch(
        f"""
        SELECT DISTINCT ON (store_id, shipment_id) shipment_id, told_at, {", ".join(ESTIMATE)}
        FROM unnest(%s::bigint[], %s::bigint[]) AS given(store_id, shipment_id)
        JOIN {TELLING_TABLE} USING (store_id, shipment_id)
        WHERE NOT retracted AND expected_date IS NOT NULL
        ORDER BY store_id, shipment_id, told_at DESC
        """,
        sql.pairs([(parcel.store_id, parcel.id) for parcel in parcels]),
    )
    return {row["shipment_id"]: row for row in rows}


def _forget_estimate(parcel: Row, lost: Sequence[Row], left: Row | None) -> None:
    """Where the parcel's estimate came with an event that is gone, the latest other one counts."""
    told: dict[str, Any] = {"told_at": parcel["estimate_at"], **_only_estimate(parcel)}
    if not any(told == {"told_at": row["told_at"], **_only_estimate(row)} for row in lost):
        return
    parcel.update(_only_estimate(left) if left else dict.fromkeys(ESTIMATE))
    parcel["estimate_at"] = left["told_at"] if left else None


def _only_estimate(row: Row) -> Row:
    return {name: row[name] for name in ESTIMATE}
