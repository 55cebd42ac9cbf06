"""What lesser sources say of orders that a better one tells of: parcels, and nothing else.

A warehouse's file or system often knows tracking numbers that the shop does not. They are kept
under names of their own until the shop tells of the same parcel.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from aftercart.commerce.orders.actions import fulfillments, lines
from aftercart.commerce.orders.actions.fulfillments import ToldFulfillment
from aftercart.commerce.orders.actions.held import Held, Key, hold_known, write
from aftercart.commerce.orders.actions.rows import Row
from aftercart.commerce.orders.facts import FulfillmentFact, FulfillmentItemFact, LineItemFact
from aftercart.commerce.orders.rules import same
from aftercart.core import events, sql

Lines = Sequence[LineItemFact]


def record_aside(
    told: Mapping[Key, tuple[Lines, Sequence[ToldFulfillment]]], stored_as: Mapping[Key, Key]
) -> None:
    """Take the parcels out of what lesser sources say of whole orders.

    Args:
        told: their lines and fulfillments, by how they call the orders.
        stored_as: the key under which each is stored.
    """
    if not told:
        return
    orders = hold_known(set(stored_as.values()))
    lines.load(orders.values())
    added: dict[Held, list[ToldFulfillment]] = {held: [] for held in orders.values()}
    for key, (their_lines, sent) in told.items():
        held = orders[stored_as[key]]
        names = same.matched(map(_told_line, their_lines), map(_stored_line, held.lines.values()))
        added[held] += [_renamed(one, key[1], held, names) for one in sent]
    add(added)
    for held in added:
        held.sum_up()
    write(added)
    events.publish(event for held in added for event in held.events)


def add(added: Mapping[Held, Sequence[ToldFulfillment]]) -> None:
    """Record fulfillments under names of lesser sources, but those that are needless by now."""
    fulfillments.load(added)
    wanted = {
        held: [one for one in told if not _is_needless(held, one.fact)]
        for held, told in added.items()
    }
    fulfillments.apply(wanted)


def as_by_hand(told: ToldFulfillment, source: str, held: Held) -> ToldFulfillment:
    """A fulfillment that a lesser source tells by itself; whose lines are whose nobody knows."""
    return _renamed(told, source, held, {})


def _renamed(
    told: ToldFulfillment, source: str, held: Held, names: Mapping[str, str]
) -> ToldFulfillment:
    items = tuple(
        FulfillmentItemFact(line_external_id=names[item.line_external_id], quantity=item.quantity)
        for item in told.fact.items or ()
        if item.line_external_id in names
    )
    fact = replace(
        told.fact,
        external_id=same.by_hand(source, told.fact.external_id),
        order_external_id=held.key[2],
        items=items or None,
    )
    return replace(told, fact=fact)


def _is_needless(held: Held, fact: FulfillmentFact) -> bool:
    numbers = tuple(parcel.number for parcel in fact.parcels if parcel.number)
    sent = [*_active(held), same.Sent(fact.external_id, numbers)]
    return fact.external_id in same.given_way(sent, is_listed=_is_listed(held))


def _active(held: Held) -> list[same.Sent]:
    return [
        same.Sent(name, same.numbers_of(row["parcels"]))
        for name, row in held.fulfillments.items()
        if row["status"] not in ("cancelled", "error")
    ]


def _is_listed(held: Held) -> bool:
    return held.after["fulfillments_listed_at"] is not None


def give_way(orders: Iterable[Held]) -> None:
    """Cancel the fulfillments of lesser sources that the better one tells of itself by now.

    Nobody is told: what travels is the same.
    """
    gone: list[tuple[Held, Row]] = []
    for held in orders:
        active = _active(held)
        if any(sent.name.startswith(same.BY_HAND) for sent in active):
            needless = same.given_way(active, is_listed=_is_listed(held))
            gone += [
                (held, {**held.fulfillments[name], "status": "cancelled"})
                for name in sorted(needless)
            ]
    fulfillments.update(gone)
    for held, row in gone:
        at = held.after["source_updated_at"]
        held.tell("fulfillment.cancelled", at, True, fulfillment_id=row["id"])


def repack(adopted: Mapping[Held, tuple[dict[str, Row], Lines]]) -> None:
    """Say what travels by the lines of the better source; those of the lesser one go.

    Args:
        adopted: the lines that the lesser source told of, and those of the better one.
    """
    changed: list[tuple[Held, Row]] = []
    gone: list[tuple[int, int]] = []
    for held, (theirs, ours) in adopted.items():
        own = set(lines.names_of(ours))
        names = same.matched(
            map(_stored_line, theirs.values()),
            (_stored_line(row) for name, row in held.lines.items() if name in own),
        )
        for row in held.fulfillments.values():
            contents = _contents(row, names)
            if row["external_id"].startswith(same.BY_HAND) and contents != row["contents"]:
                changed.append((held, {**row, "contents": contents}))
        gone += [(held.store_id, held.lines.pop(name)["id"]) for name in theirs if name not in own]
    fulfillments.update(changed)
    sql.run(
        f"DELETE FROM {lines.TABLE} AS line USING unnest(%s::bigint[], %s::bigint[]) "
        "AS gone(store_id, id) WHERE line.store_id = gone.store_id AND line.id = gone.id",
        sql.pairs(gone),
    )


def _contents(row: Row, names: Mapping[str, str]) -> dict[str, int]:
    contents: dict[str, int] = {}
    for name, quantity in row["contents"].items():
        if name in names:
            contents[names[name]] = contents.get(names[name], 0) + quantity
    return contents


def _told_line(fact: LineItemFact) -> same.Line:
    return same.Line(fact.external_id, fact.sku, fact.title)


def _stored_line(row: Mapping[str, Any]) -> same.Line:
    return same.Line(row["external_id"], row["sku"], row["title"])
