"""Recording what carriers and aggregators say about parcels."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from aftercart.core import clock, events, sql
from aftercart.core.events import Event
from aftercart.core.facts import Incoming
from aftercart.core.text import clip
from aftercart.delivery.shipments import rules
from aftercart.delivery.shipments.actions import codes, doubts, tallies, telling, tellings
from aftercart.delivery.shipments.actions.check import CHECKED_EVERY
from aftercart.delivery.shipments.actions.details import learn
from aftercart.delivery.shipments.actions.holding import (
    FulfillmentKey,
    hold_travelling,
    references_of,
)
from aftercart.delivery.shipments.actions.parcels import (
    SCAN_TABLE,
    Key,
    NewScan,
    Parcel,
    Row,
    hold,
    load_scans,
    write,
)
from aftercart.delivery.shipments.facts import ScanFact, TrackingFact
from aftercart.delivery.shipments.rules import Scan

SCAN_COLUMNS = {
    "store_id": "bigint",
    "shipment_id": "bigint",
    "fingerprint": "bytea",
    "source": "text",
    "occurred_at": "timestamptz",
    "zone_known": "boolean",
    "utc_offset_minutes": "smallint",
    "status": "text",
    "reason": "text",
    "code": "text",
    "text": "text",
    "by_text": "boolean",
    "by_hand": "boolean",
    "city": "text",
    "region": "text",
    "postcode": "text",
    "country": "text",
    "recorded_at": "timestamptz",
}

Told = Incoming[TrackingFact]


def record(batch: Sequence[Told]) -> list[int]:
    """Record what sources say about parcels, and fold each parcel's state from all its scans.

    A scan that was told before changes nothing, and so does one that arrives late but for what it
    adds. Publishes, for every order in the parcel, `shipment.created`, `shipment.updated`, the
    milestones that are news, and at most hourly `shipment.checked`.

    Returns:
        the indices of facts that name no number but a fulfillment that is not known yet.
    """
    if not batch:
        return []
    with transaction.atomic():
        keys = _keys(batch)
        told: dict[Key, list[Told]] = {}
        for key, incoming in zip(keys, batch, strict=True):
            if key is not None:
                told.setdefault(key, []).append(incoming)
        parcels = _hold(told)
        _take(parcels, told)
        events.publish(_events(parcels, told))
    return [index for index, key in enumerate(keys) if key is None]


def _keys(batch: Sequence[Told]) -> list[Key | None]:
    """By what each fact's parcel is known; None where that is not known yet."""
    keys = [_number_key(incoming) for incoming in batch]
    nameless = {
        position: fulfillment
        for position, key in enumerate(keys)
        if key is None and (fulfillment := _fulfillment_key(batch[position]))
    }
    references = references_of(set(nameless.values()))
    for position, fulfillment in nameless.items():
        keys[position] = references.get(fulfillment)
    return keys


def _number_key(incoming: Told) -> Key | None:
    """Words like "by hand" only count as a number where nothing else says which parcel is meant."""
    number = incoming.fact.number
    is_alone = not incoming.fact.fulfillment_external_id and bool(rules.normalised(number))
    if not (is_alone or rules.is_number(number)):
        return None
    return incoming.store_id, rules.reference_of_number(number)


def _fulfillment_key(incoming: Told) -> FulfillmentKey | None:
    external_id = clip(incoming.fact.fulfillment_external_id, 120)
    if not external_id:
        return None
    return incoming.store_id, clip(incoming.source, 160), external_id


def _hold(told: dict[Key, list[Told]]) -> dict[Key, Parcel]:
    seeds = {key: _seed(facts) for key, facts in told.items()}
    return hold_travelling(seeds, lambda _keys: hold(seeds))


def _seed(facts: Sequence[Told]) -> Row:
    """What a parcel that nobody knew starts with, beside what `learn` takes from the facts."""
    return {"tracking_number": rules.normalised(facts[0].fact.number)}


def _take(parcels: dict[Key, Parcel], told: dict[Key, list[Told]]) -> None:
    """Let the parcels become what the facts say."""
    load_scans(parcels[key] for key, facts in told.items() if any(one.fact.scans for one in facts))
    now = clock.now()
    ours = codes.as_decided(parcels, doubts.only_ours(parcels, tellings.standing(parcels, told)))
    new = _heard(parcels, ours, now)
    _insert_scans([scan.row for scan in new])
    tellings.remember(parcels, ours, now)
    codes.count_unknown(new)
    tallies.tally(new)
    _revise_scans(parcels.values())
    write(parcels.values())
    telling.sum_up_changed(parcels.values())


def _heard(parcels: dict[Key, Parcel], told: dict[Key, list[Told]], now: datetime) -> list[NewScan]:
    """Let the parcels learn what was told, and fold it; the scans that nobody told before."""
    new: list[NewScan] = []
    for key, facts in told.items():
        parcel = parcels[key]
        for incoming in facts:
            carrier = codes.carrier_of(parcel, incoming.fact)
            learn(parcel.after, incoming.fact, now)
            rows = _new_scans(parcel, incoming, now)
            new += [NewScan(parcel, carrier, incoming.quiet, row) for row in rows]
        if parcel.added or parcel.revised:
            parcel.refold()
        _check(parcel, now)
    return new


def _new_scans(parcel: Parcel, incoming: Told, now: datetime) -> list[Row]:
    """Rows for the scans that nobody told before; others may say something better this time."""
    rows, source = [], clip(incoming.source, 160)
    for fact in incoming.fact.scans:
        fingerprint = rules.fingerprint(fact)
        scan = Scan(
            fact.occurred_at, fact.status, fact.reason, clip(fact.code, 60), fact.zone_known
        )
        if fingerprint in parcel.known or fingerprint in parcel.added:
            _hear_again(parcel, fingerprint, scan)
            continue
        parcel.added[fingerprint] = scan
        row = _scan_row(parcel, source, fact, fingerprint)
        row["recorded_at"] = now
        rows.append(row)
    return rows


def _hear_again(parcel: Parcel, fingerprint: bytes, scan: Scan) -> None:
    known = parcel.revised.get(fingerprint) or parcel.added.get(fingerprint)
    known = known or parcel.known[fingerprint]
    if known == scan:
        return
    better = rules.merged(known, scan)
    if better != known:
        parcel.revised[fingerprint] = better


def _scan_row(parcel: Parcel, source: str, fact: ScanFact, fingerprint: bytes) -> Row:
    place = fact.place
    return {
        "store_id": parcel.store_id,
        "shipment_id": parcel.id,
        "fingerprint": sql.bytea(fingerprint),
        "source": source,
        "occurred_at": fact.occurred_at,
        "zone_known": fact.zone_known,
        "utc_offset_minutes": fact.utc_offset_minutes,
        "status": fact.status,
        "reason": fact.reason,
        "code": clip(fact.code, 60),
        "text": clip(fact.text, 1000),
        "by_text": fact.by_text,
        "by_hand": fact.by_hand,
        "city": clip(place.city, 120),
        "region": clip(place.region, 120),
        "postcode": clip(place.postcode, 20),
        "country": clip(place.country, 60),
    }


def _insert_scans(rows: list[Row]) -> None:
    sql.insert(SCAN_TABLE, SCAN_COLUMNS, rows, conflict=("store_id", "shipment_id", "fingerprint"))


def _revise_scans(parcels: Iterable[Parcel]) -> None:
    """Write what is better known now of scans that were told again, those of this batch too."""
    rows = [
        {
            "store_id": parcel.store_id,
            "shipment_id": parcel.id,
            "fingerprint": sql.bytea(fingerprint),
            "occurred_at": scan.occurred_at,
            "reason": scan.reason,
            "code": scan.code,
            "zone_known": scan.zone_known,
        }
        for parcel in parcels
        for fingerprint, scan in parcel.revised.items()
    ]
    if not rows:
        return
    given, encoded = sql.recordset({name: SCAN_COLUMNS[name] for name in rows[0]}, rows)
    sql.run(
        f"""
        UPDATE {SCAN_TABLE} AS stored
        SET occurred_at = given.occurred_at, reason = given.reason, code = given.code,
            zone_known = given.zone_known
        FROM {given} WHERE stored.store_id = given.store_id
          AND stored.shipment_id = given.shipment_id AND stored.fingerprint = given.fingerprint
        """,
        [encoded],
    )


def _check(parcel: Parcel, now: datetime) -> None:
    """Note that the parcel was asked after; only now and then, where nothing else is to write."""
    checked_at = parcel.before["checked_at"]
    is_due = checked_at is None or now - checked_at >= CHECKED_EVERY
    if is_due or parcel.after != parcel.before:
        parcel.after["checked_at"] = now


def _events(parcels: dict[Key, Parcel], told: dict[Key, list[Told]]) -> list[Event]:
    published: list[Event] = []
    for key, facts in told.items():
        parcel = parcels[key]
        quiet = all(incoming.quiet for incoming in facts)
        if parcel.is_new:
            data = {"status": parcel.after["status"], "reason": parcel.after["reason"]}
            published += parcel.events("shipment.created", clock.now(), quiet, data)
        changes = telling.changes(parcel, quiet, len(parcel.added) + len(parcel.revised))
        if not changes and _is_checked(parcel):
            changes = parcel.events("shipment.checked", clock.now(), quiet, {})
        published += changes
    return published


def _is_checked(parcel: Parcel) -> bool:
    return not parcel.is_new and bool(parcel.before["checked_at"] != parcel.after["checked_at"])
