"""Parcels follow fulfillments: which items of which orders travel in which parcel."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from aftercart.commerce.orders import queries as order_queries
from aftercart.commerce.orders.queries import SentFulfillment
from aftercart.core import clock, events, sql
from aftercart.core.events import Event
from aftercart.core.text import clip
from aftercart.delivery.shipments import rules
from aftercart.delivery.shipments.actions import telling
from aftercart.delivery.shipments.actions.details import enter, inherit_estimate
from aftercart.delivery.shipments.actions.parcels import (
    CONTENT_TABLE,
    TABLE,
    Key,
    Parcel,
    copy_scans,
    hold,
    load_orders,
    load_scans,
    write,
)
from aftercart.delivery.shipments.actions.recognising import recognise_carriers
from aftercart.delivery.shipments.actions.tellings import copy_tellings

CONTENT_COLUMNS = {
    "store_id": "bigint",
    "shipment_id": "bigint",
    "order_id": "bigint",
    "fulfillment_id": "bigint",
    "position": "smallint",
    "active": "boolean",
}

Pair = tuple[int, int]
Travel = tuple[int, int, int]


class Wanted(msgspec.Struct, frozen=True):
    """A parcel that a fulfillment should travel in, as the merchant entered it."""

    key: Key
    number: str
    carrier: str
    url: str
    position: int


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """A fulfillment in a parcel, as it is stored."""

    store_id: int
    shipment_id: int
    order_id: int
    fulfillment_id: int
    reference: str
    active: bool

    @property
    def key(self) -> Key:
        return self.store_id, self.reference

    @property
    def sent(self) -> Pair:
        return self.store_id, self.fulfillment_id

    @property
    def travel(self) -> Travel:
        return self.store_id, self.shipment_id, self.order_id


def follow(fulfillments: Mapping[Pair, bool]) -> None:
    """Let parcels be what these fulfillments, given by `(store_id, id)`, now say.

    Every tracking number is a parcel; a fulfillment without one is a parcel of its own. A number in
    several orders is one parcel with several contents. What a fulfillment no longer names, or a
    cancelled one, leaves its parcel. The orders must be locked.

    Args:
        fulfillments: whether what is told of each is old news.
    """
    if not fulfillments:
        return
    with transaction.atomic():
        sent = order_queries.fulfillments_of(list(fulfillments))
        wanted = {pair: _wanted(of) if of.is_active else [] for pair, of in sent.items()}
        stored = _contents({(of.store_id, of.order_id) for of in sent.values()})
        gone = [one for one in stored if one.active and _is_gone(one, wanted)]
        parcels = _parcels(sent, wanted, gone)
        came = _attach(parcels, sent, wanted, stored)
        _detach(gone)
        _settle(parcels, wanted, gone)
        before = {one.travel for one in stored if one.active}
        left = {one.travel for one in gone}
        stays = {one.travel for one in stored if one.active and one not in gone}
        telling.sum_up(sorted(_concerned(parcels, sent)))
        events.publish(
            [
                *_arrivals(parcels, came - before, sent, wanted, fulfillments),
                *_departures(left - stays - came, fulfillments, stored),
                *_changes(parcels, came - before, all(fulfillments.values())),
            ]
        )


def _wanted(sent: SentFulfillment) -> list[Wanted]:
    """The parcels of an active fulfillment, each once, in the merchant's order."""
    parcels: dict[Key, Wanted] = {}
    for entered in sent.parcels:
        number = entered.get("number", "")
        if rules.is_number(number):
            key = (sent.store_id, rules.reference_of_number(number))
            parcels.setdefault(key, _entered(key, rules.normalised(number), entered, len(parcels)))
    if parcels:
        return list(parcels.values())
    own = (sent.store_id, rules.reference_of_fulfillment(sent.id))
    entered = next(iter(sent.parcels), {})
    return [_entered(own, clip(entered.get("number", ""), rules.LONGEST_NUMBER), entered, 0)]


def _entered(key: Key, number: str, entered: Mapping[str, str], position: int) -> Wanted:
    return Wanted(key, number, entered.get("carrier", ""), entered.get("url", ""), position)


def _is_gone(content: Content, wanted: Mapping[Pair, list[Wanted]]) -> bool:
    if content.sent not in wanted:
        return False
    return content.key not in {one.key for one in wanted[content.sent]}


def _contents(order_ids: Collection[Pair]) -> list[Content]:
    """Everything that ever travelled of these orders, the inactive too."""
    rows = sql.fetch(
        f"""
        WITH content AS MATERIALIZED (
          SELECT store_id, shipment_id AS id, order_id, fulfillment_id, active
          FROM unnest(%s::bigint[], %s::bigint[]) AS wanted(store_id, order_id)
          JOIN {CONTENT_TABLE} USING (store_id, order_id)
        )
        SELECT store_id, content.id AS shipment_id, order_id, fulfillment_id, active, reference
        FROM content JOIN {TABLE} USING (store_id, id)
        """,
        sql.pairs(order_ids),
    )
    return [Content(**row) for row in rows]


def _parcels(
    sent: Mapping[Pair, SentFulfillment],
    wanted: Mapping[Pair, list[Wanted]],
    gone: Iterable[Content],
) -> dict[Key, Parcel]:
    """The parcels that are wanted and those that are left, locked, with what is entered of them."""
    seeds: dict[Key, dict[str, Any]] = {one.key: {} for one in gone}
    for parcels in wanted.values():
        seeds.update({one.key: {"tracking_number": one.number} for one in parcels})
    held = hold(seeds)
    load_orders(held.values())
    held = _without_recycled(held, sent, wanted, seeds)
    for pair, entered in wanted.items():
        oldest = sent[pair].fulfilled_at - rules.RECYCLED_AFTER
        for one in entered:
            parcel = held[one.key]
            enter(parcel.after, carrier=one.carrier, url=one.url)
            known = parcel.after["counts_from"] if parcel.order_ids else None
            parcel.after["counts_from"] = min(known, oldest) if known else oldest
    countries = {one.key: sent[pair].ship_country for pair, of in wanted.items() for one in of}
    recognise_carriers({key: held[key] for key in countries}, countries)
    return held


def _without_recycled(
    held: dict[Key, Parcel],
    sent: Mapping[Pair, SentFulfillment],
    wanted: Mapping[Pair, list[Wanted]],
    seeds: Mapping[Key, dict[str, Any]],
) -> dict[Key, Parcel]:
    """Where a number is used again, the earlier parcel makes room under another reference."""
    recycled = {
        one.key
        for pair, entered in wanted.items()
        for one in entered
        if _is_recycled(held[one.key], sent[pair])
    }
    if not recycled:
        return held
    sql.run(
        f"UPDATE {TABLE} AS parcel "
        f"SET reference = parcel.reference || '{rules.EARLIER}' || parcel.id "
        "FROM unnest(%s::bigint[], %s::bigint[]) AS old(store_id, id) "
        "WHERE parcel.store_id = old.store_id AND parcel.id = old.id",
        sql.pairs([(held[key].store_id, held[key].id) for key in sorted(recycled)]),
    )
    return {**held, **hold({key: seeds[key] for key in recycled})}


def _is_recycled(parcel: Parcel, sent: SentFulfillment) -> bool:
    last_scan_at = parcel.before["last_scan_at"]
    is_over = parcel.before["status"] in rules.FINAL and bool(parcel.order_ids)
    is_older = last_scan_at is not None and last_scan_at < sent.fulfilled_at - rules.RECYCLED_AFTER
    return is_over and is_older and sent.order_id not in parcel.order_ids


def _attach(
    parcels: Mapping[Key, Parcel],
    sent: Mapping[Pair, SentFulfillment],
    wanted: Mapping[Pair, list[Wanted]],
    stored: Iterable[Content],
) -> set[Travel]:
    """Put fulfillments into their parcels; which orders came into which parcels by that."""
    there = {(one.store_id, one.shipment_id, one.fulfillment_id) for one in stored if one.active}
    rows = [
        {
            "store_id": of.store_id,
            "shipment_id": parcels[one.key].id,
            "order_id": of.order_id,
            "fulfillment_id": of.id,
            "position": one.position,
            "active": True,
        }
        for pair, of in sorted(sent.items())
        for one in wanted[pair]
        if (of.store_id, parcels[one.key].id, of.id) not in there
    ]
    sql.insert(
        CONTENT_TABLE,
        CONTENT_COLUMNS,
        rows,
        conflict=("store_id", "shipment_id", "fulfillment_id"),
        update=("active", "position"),
    )
    return {(row["store_id"], row["shipment_id"], row["order_id"]) for row in rows}


def _detach(gone: Iterable[Content]) -> None:
    triples = [(one.store_id, one.shipment_id, one.fulfillment_id) for one in gone]
    if not triples:
        return
    sql.run(
        f"UPDATE {CONTENT_TABLE} AS content SET active = false "
        "FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) "
        "  AS gone(store_id, shipment_id, fulfillment_id) "
        "WHERE content.store_id = gone.store_id AND content.shipment_id = gone.shipment_id "
        "  AND content.fulfillment_id = gone.fulfillment_id",
        [list(column) for column in zip(*triples, strict=True)],
    )


def _settle(
    parcels: Mapping[Key, Parcel],
    wanted: Mapping[Pair, list[Wanted]],
    gone: Iterable[Content],
) -> None:
    """Fold anew what other scans count for now, and write the parcels.

    What was scanned of a fulfillment before its number was known belongs to its (first) number.
    """
    heirs = {
        one.key: wanted[one.sent][0].key
        for one in gone
        if one.reference == rules.reference_of_fulfillment(one.fulfillment_id) and wanted[one.sent]
    }
    refolded = [
        parcel
        for parcel in parcels.values()
        if parcel.before["last_scan_at"]
        and parcel.before["counts_from"] != parcel.after["counts_from"]
    ]
    pairs = [(parcels[old], parcels[heir]) for old, heir in heirs.items()]
    scanned = [pair for pair in pairs if pair[0].before["last_scan_at"]]
    load_scans({*refolded, *(parcel for pair in scanned for parcel in pair)})
    copy_scans(scanned)
    copy_tellings(pairs)
    for parcel in {*refolded, *(heir for _, heir in scanned)}:
        parcel.refold()
    for old, heir in pairs:
        inherit_estimate(heir.after, old.before)
    write(parcels.values())


def _concerned(parcels: Mapping[Key, Parcel], sent: Mapping[Pair, SentFulfillment]) -> set[Pair]:
    """The orders of the fulfillments, and those that share a parcel which is now another way."""
    shared = {
        (parcel.store_id, order_id)
        for parcel in parcels.values()
        if parcel.before["status"] != parcel.after["status"]
        for order_id in parcel.order_ids
    }
    return shared | {(of.store_id, of.order_id) for of in sent.values()}


def _arrivals(
    parcels: Mapping[Key, Parcel],
    came: Collection[Travel],
    sent: Mapping[Pair, SentFulfillment],
    wanted: Mapping[Pair, list[Wanted]],
    quiet: Mapping[Pair, bool],
) -> Iterable[Event]:
    """Tell an order of its parcel, and of the milestone at which a parcel that was known stands."""
    told: set[Travel] = set()
    for pair, of in sorted(sent.items()):
        for one in wanted[pair]:
            parcel = parcels[one.key]
            travel = (parcel.store_id, parcel.id, of.order_id)
            if travel in came and travel not in told:
                told.add(travel)
                yield from _arrival(parcel, of, quiet[pair])


def _arrival(parcel: Parcel, sent: SentFulfillment, quiet: bool) -> Iterable[Event]:
    state = {"status": parcel.after["status"], "reason": parcel.after["reason"]}

    def event(kind: str, at: datetime, is_quiet: bool, data: dict[str, Any]) -> Event:
        return Event(
            store_id=parcel.store_id,
            type=kind,
            occurred_at=at,
            order_id=sent.order_id,
            shipment_id=parcel.id,
            quiet=is_quiet,
            data=data,
        )

    about = {**state, "fulfillment_id": sent.id}
    yield event("shipment.created", sent.fulfilled_at, quiet, about)
    if parcel.after["status"] in rules.MILESTONES and parcel.after["status_at"]:
        # What was told under the fulfillment's own reference before is no news.
        is_quiet = quiet or bool(parcel.added)
        yield event(f"shipment.{state['status']}", parcel.after["status_at"], is_quiet, state)


def _departures(
    left: Collection[Travel], quiet: Mapping[Pair, bool], stored: Iterable[Content]
) -> Iterable[Event]:
    is_quiet = {one.travel: quiet[one.sent] for one in stored if one.sent in quiet}
    for store_id, shipment_id, order_id in sorted(left):
        yield Event(
            store_id=store_id,
            type="shipment.detached",
            occurred_at=clock.now(),
            order_id=order_id,
            shipment_id=shipment_id,
            quiet=is_quiet.get((store_id, shipment_id, order_id), False),
        )


def _changes(
    parcels: Mapping[Key, Parcel], came: Collection[Travel], quiet: bool
) -> Iterable[Event]:
    """Tell the orders that were in a parcel before what else is known of it now."""
    new = set(came)
    for parcel in parcels.values():
        travels = ((parcel.store_id, parcel.id, order_id) for order_id in parcel.order_ids)
        parcel.order_ids = [order_id for *key, order_id in travels if (*key, order_id) not in new]
        if parcel.order_ids:
            yield from telling.changes(parcel, quiet, len(parcel.added))
