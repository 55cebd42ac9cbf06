"""What is known of numbers like one: what merchants corrected, and what a store sends with."""

from collections import Counter
from collections.abc import Collection, Mapping

import msgspec

from aftercart.core import sql
from aftercart.delivery.shipments import rules
from aftercart.delivery.shipments.numbers import shape

NEIGHBOURS = 20
"""So many parcels with the next lower and the next higher numbers say what a store sends with."""

Number = tuple[int, str]


class Precedents(msgspec.Struct, frozen=True, kw_only=True):
    """What speaks for carriers beside the number itself.

    Attributes:
        learned: the carriers that merchants of the store corrected numbers to, by their shapes.
        used: how many parcels with numbers near this one each carrier brought.
    """

    learned: Mapping[str, str] = {}
    used: Mapping[str, int] = {}


def precedents(numbers: Collection[Number]) -> dict[Number, Precedents]:
    """Of numbers given as `(store_id, number)`, of several stores at once."""
    wanted = sorted(set(numbers))
    learned = _corrections({store_id for store_id, _ in wanted})
    used = _neighbours(wanted)
    return {
        number: Precedents(learned=learned.get(number[0], {}), used=used[number])
        for number in wanted
    }


def _corrections(store_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Carriers by the shape of their numbers, for each store."""
    known: dict[int, dict[str, str]] = {}
    for row in sql.fetch(
        "SELECT store_id, shape, carrier FROM shipments_numbershape WHERE store_id = ANY(%s)",
        [sorted(store_ids)],
    ):
        known.setdefault(row["store_id"], {})[row["shape"]] = row["carrier"]
    return known


def _neighbours(wanted: Collection[Number]) -> dict[Number, dict[str, int]]:
    """How often each carrier brought the parcels of the same shape with the nearest numbers.

    Stores get their numbers in ranges, so the nearest say more than the latest; and they lie beside
    each other in the index.
    """
    found: dict[Number, Counter[str]] = {number: Counter() for number in wanted}
    for store_id, number, near, carrier in sql.fetch_rows(
        f"""
        SELECT wanted.store_id, wanted.number, near.reference, near.carrier
        FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS wanted(store_id, number, reference)
        CROSS JOIN LATERAL (
          (SELECT reference, carrier FROM shipments_shipment
           WHERE store_id = wanted.store_id AND reference < wanted.reference
           ORDER BY reference DESC LIMIT {NEIGHBOURS})
          UNION ALL
          (SELECT reference, carrier FROM shipments_shipment
           WHERE store_id = wanted.store_id AND reference > wanted.reference
           ORDER BY reference LIMIT {NEIGHBOURS})
        ) AS near
        WHERE near.carrier <> ''
        """,
        [
            [store_id for store_id, _ in wanted],
            [number for _, number in wanted],
            [rules.reference_of_number(number) for _, number in wanted],
        ],
    ):
        if _shape(near) == shape(rules.normalised(number)):
            found[store_id, number][carrier] += 1
    return {number: dict(counted) for number, counted in found.items()}


def _shape(reference: str) -> str:
    number = reference.removeprefix(rules.reference_of_number(""))
    return shape(number.partition(rules.EARLIER)[0])
