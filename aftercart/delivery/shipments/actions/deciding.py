"""The store's team says what a carrier's code means, and history is read again."""

from collections.abc import Iterable
from typing import cast

from django.db import transaction
from msgspec.structs import replace

from aftercart.commerce.orders import actions as orders
from aftercart.core import clock, events, jobs, sql
from aftercart.delivery.shipments import queries, rules
from aftercart.delivery.shipments.actions import telling
from aftercart.delivery.shipments.actions.codes import CODE_TABLE, known_as
from aftercart.delivery.shipments.actions.parcels import (
    SCAN_TABLE,
    Parcel,
    Row,
    hold_known,
    load_orders,
    load_scans,
    write,
)
from aftercart.delivery.shipments.facts import (
    REASONS,
    STATUSES,
    PlaceFact,
    ScanFact,
    ShipmentStatus,
)

PARCELS_AT_ONCE = 200


def decide_code(store_id: int, code_id: int, status: str, reason: str, actor: str) -> None:
    """Give a code a meaning, or take it back with an empty `status`.

    A job reads history again.

    Args:
        actor: who says so.

    Raises:
        LookupError: the store has no such code.
        ValueError: there is no such status or reason.
    """
    if status not in ("", *STATUSES) or reason not in REASONS:
        raise ValueError(f"no parcel is {status!r} for the reason {reason!r}")
    with transaction.atomic():
        touched = sql.run(
            f"UPDATE {CODE_TABLE} SET status = %s, reason = %s, decided_by = %s, decided_at = %s "
            "WHERE store_id = %s AND id = %s",
            [status, reason if status else "", actor, clock.now(), store_id, code_id],
        )
        if not touched:
            raise LookupError("there is no such code")
        jobs.defer("read_code_again", store_id=store_id, code_id=code_id)


def read_again(store_id: int, code_id: int) -> int:
    """Give the scans that have a code their present meaning, and fold their parcels anew.

    What it tells is old news, so that nobody is mailed. It may be cut short and begun again.

    Returns:
        how many scans changed.
    """
    found = sql.fetch(
        f"SELECT carrier, code, status, reason FROM {CODE_TABLE} WHERE store_id = %s AND id = %s",
        [store_id, code_id],
    )
    changed, after = 0, 0
    while found:
        shipment_ids = _parcels_with(store_id, found[0], after)
        if not shipment_ids:
            break
        changed += _read_batch(store_id, shipment_ids, found[0])
        after = max(shipment_ids)
    return changed


def _parcels_with(store_id: int, meaning: Row, after: int) -> list[int]:
    """The next parcels with a scan of the code that has another status than it should."""
    rows = sql.fetch_rows(
        f"""
        SELECT DISTINCT scan.shipment_id FROM {SCAN_TABLE} AS scan
        JOIN shipments_shipment AS parcel
          ON parcel.store_id = scan.store_id AND parcel.id = scan.shipment_id
        WHERE scan.store_id = %s AND scan.code = %s AND (scan.status = 'unknown' OR scan.by_hand)
          AND %s IN (parcel.carrier, parcel.carrier_name) AND scan.shipment_id > %s
          AND (scan.status, scan.reason) IS DISTINCT FROM (%s, %s)
        ORDER BY scan.shipment_id LIMIT {PARCELS_AT_ONCE}
        """,
        [store_id, _raw(meaning["code"]), meaning["carrier"], after, *_meant(meaning)],
    )
    return [shipment_id for (shipment_id,) in rows]


def _raw(code: str) -> str:
    """The code as scans bear it; those known by their words bear none."""
    return "" if code.startswith("words:") else code


def _meant(meaning: Row) -> tuple[str, str]:
    return meaning["status"] or "unknown", meaning["reason"]


def _read_batch(store_id: int, shipment_ids: list[int], meaning: Row) -> int:
    with transaction.atomic():
        travelling = queries.orders_in_parcels(store_id, shipment_ids)
        orders.hold(sorted({(store_id, one) for of in travelling.values() for one in of}))
        references = queries.references(store_id, shipment_ids)
        parcels = hold_known([(store_id, reference) for reference in references])
        load_orders(parcels.values())
        load_scans(parcels.values())
        by_id = {parcel.id: parcel for parcel in parcels.values()}
        changes = _changes(store_id, by_id, meaning)
        _write_scans(store_id, changes)
        for parcel in parcels.values():
            parcel.refold()
        write(parcels.values())
        telling.sum_up(sorted({(store_id, one) for of in travelling.values() for one in of}))
        events.publish(
            [
                event
                for parcel in parcels.values()
                for event in telling.changes(parcel, quiet=True, scans=1)
            ]
        )
    return len(changes)


def _changes(store_id: int, parcels: dict[int, Parcel], meaning: Row) -> list[Row]:
    """What each scan of the code becomes; a scan that another row tells already goes away."""
    status, reason = _meant(meaning)
    rows = sql.fetch(
        f"SELECT id, shipment_id, fingerprint, occurred_at, code, text, city FROM {SCAN_TABLE} "
        "WHERE store_id = %s AND shipment_id = ANY(%s) AND code = %s "
        "AND (status = 'unknown' OR by_hand)",
        [store_id, list(parcels), _raw(meaning["code"])],
    )
    changes = []
    for row in rows:
        if known_as(row["code"], row["text"]) != meaning["code"]:
            continue
        known = parcels[row["shipment_id"]].known
        old = known.pop(bytes(row["fingerprint"]))
        new = rules.fingerprint(_as_fact(row, status))
        if new not in known:
            known[new] = replace(old, status=status, reason=reason)
            changes.append({"id": row["id"], "fingerprint": sql.bytea(new)})
        else:
            changes.append({"id": row["id"], "fingerprint": None})
        changes[-1] |= {"status": status, "reason": reason, "by_hand": bool(meaning["status"])}
    return changes


def _as_fact(row: Row, status: str) -> ScanFact:
    return ScanFact(
        occurred_at=row["occurred_at"],
        status=cast(ShipmentStatus, status),
        code=row["code"],
        text=row["text"],
        place=PlaceFact(city=row["city"]),
    )


def _write_scans(store_id: int, changes: Iterable[Row]) -> None:
    doubled = [row["id"] for row in changes if row["fingerprint"] is None]
    kept = [row for row in changes if row["fingerprint"] is not None]
    columns = {
        "id": "bigint",
        "fingerprint": "bytea",
        "status": "text",
        "reason": "text",
        "by_hand": "boolean",
    }
    given, encoded = sql.recordset(columns, kept)
    sql.run(
        f"""
        UPDATE {SCAN_TABLE} AS stored SET fingerprint = given.fingerprint, status = given.status,
          reason = given.reason, by_hand = given.by_hand
        FROM {given} WHERE stored.store_id = %s AND stored.id = given.id
        """,
        [encoded, store_id],
    )
    sql.run(f"DELETE FROM {SCAN_TABLE} WHERE store_id = %s AND id = ANY(%s)", [store_id, doubled])
