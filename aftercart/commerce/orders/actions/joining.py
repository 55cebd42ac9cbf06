"""Orders that several sources tell of: found to be one, and kept as that of the better source.

Files and the store's own systems often tell of orders before their shop is connected. See
`rules.same` for what makes two orders one, and ADR 14 for why.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec

from aftercart.commerce.orders.actions.held import KEY_COLUMNS, TABLE, Key
from aftercart.commerce.orders.facts import OrderFact
from aftercart.commerce.orders.rules import same
from aftercart.core import sql
from aftercart.core.text import clip

ALIAS_TABLE = "orders_orderalias"
MOST_CANDIDATES = 10
"""More orders of one number than this are no sign that one of them is meant."""

Row = dict[str, Any]


class Joined(msgspec.Struct, frozen=True):
    """Which of the orders that are told are others.

    Attributes:
        adopted: those that a lesser source told of before, with that source. They are stored under
            their new key by now.
        aside: those that a better source tells of, with the key they are stored under.
    """

    adopted: dict[Key, str]
    aside: dict[Key, Key]


def join(told: Mapping[Key, OrderFact]) -> Joined:
    """Find the orders that another source tells of as well, and let the better source have them.

    The orders must be of sources of one rank. Whoever tells of a new order of the same number at
    the same time waits, so that neither overlooks the other.
    """
    aside = known_as(told)
    new = _unknown([key for key in told if key not in aside])
    if not new:
        return Joined({}, aside)
    _wait_for_others(told, new)
    chosen = _chosen(told, _candidates(told, new))
    adopted = {key: row for key, row in chosen.items() if _is_better(key, row)}
    lesser = {key: row for key, row in chosen.items() if key not in adopted}
    _adopt(adopted)
    _call({key: row["id"] for key, row in lesser.items()})
    return Joined(
        {key: row["source"] for key, row in adopted.items()},
        {**aside, **{key: _key_of(row) for key, row in lesser.items()}},
    )


def known_as(keys: Collection[Key]) -> dict[Key, Key]:
    """Under which keys orders are stored, for those that a lesser source calls otherwise."""
    lesser = sorted(key for key in keys if same.rank(key[1]) < same.SHOP)
    if not lesser:
        return {}
    given, encoded = _given(lesser)
    rows = sql.fetch(
        f"""
        SELECT given.store_id, given.source, given.external_id, stored.source AS of_source,
               stored.external_id AS known_as
        FROM {given} JOIN {ALIAS_TABLE} AS alias USING (store_id, source, external_id)
        JOIN {TABLE} AS stored ON stored.id = alias.order_id AND stored.store_id = alias.store_id
        """,
        [encoded],
    )
    return {_key_of(row): (row["store_id"], row["of_source"], row["known_as"]) for row in rows}


def _given(keys: Iterable[Key]) -> tuple[str, str]:
    return sql.recordset(KEY_COLUMNS, [dict(zip(KEY_COLUMNS, key, strict=True)) for key in keys])


def _key_of(row: Row) -> Key:
    return row["store_id"], row["source"], row["external_id"]


def _unknown(keys: Collection[Key]) -> list[Key]:
    """Those of which nobody has told."""
    if not keys:
        return []
    given, encoded = _given(sorted(keys))
    rows = sql.fetch(
        f"SELECT given.* FROM {given} LEFT JOIN {TABLE} AS stored "
        "USING (store_id, source, external_id) WHERE stored.id IS NULL",
        [encoded],
    )
    return sorted(_key_of(row) for row in rows)


def _numbered(told: Mapping[Key, OrderFact], new: Collection[Key]) -> list[Row]:
    return [
        {**dict(zip(KEY_COLUMNS, key, strict=True)), "number": number}
        for key in new
        if (number := same.plain_number(clip(told[key].number, 60)))
    ]


def _wait_for_others(told: Mapping[Key, OrderFact], new: Collection[Key]) -> None:
    rows = _numbered(told, new)
    given, encoded = sql.recordset({"store_id": "bigint", "number": "text"}, rows)
    sql.run(
        f"""
        SELECT pg_advisory_xact_lock(lock) FROM (
          SELECT DISTINCT hashtextextended(number, store_id) AS lock FROM {given} ORDER BY lock
        ) AS locks
        """,
        [encoded],
    )


def _candidates(told: Mapping[Key, OrderFact], new: Collection[Key]) -> dict[Key, list[Row]]:
    """The orders of other sources that go by the same number, with who calls them otherwise."""
    given, encoded = sql.recordset({**KEY_COLUMNS, "number": "text"}, _numbered(told, new))
    rows = sql.fetch(
        f"""
        SELECT given.store_id, given.source AS by_source, given.external_id AS by_id, other.id,
               other.source, other.external_id, other.email, other.placed_at,
               ARRAY(SELECT alias.source FROM {ALIAS_TABLE} AS alias
                     WHERE alias.store_id = given.store_id AND alias.order_id = other.id) AS callers
        FROM {given} CROSS JOIN LATERAL (
          SELECT id, source, external_id, email, placed_at FROM {TABLE}
          WHERE store_id = given.store_id AND upper(number) IN (given.number, '#' || given.number)
            AND source <> given.source AND deleted_at IS NULL LIMIT {MOST_CANDIDATES}
        ) AS other
        """,
        [encoded],
    )
    found: dict[Key, list[Row]] = {}
    for row in rows:
        found.setdefault((row["store_id"], row["by_source"], row["by_id"]), []).append(row)
    return found


def _chosen(told: Mapping[Key, OrderFact], candidates: Mapping[Key, list[Row]]) -> dict[Key, Row]:
    """The one order that each new one is; none where it could be several, or two could be it."""
    chosen = {
        key: row for key, rows in candidates.items() if (row := _choice(key, told[key], rows))
    }
    claims: dict[tuple[int, int], int] = {}
    for row in chosen.values():
        place = (row["store_id"], row["id"])
        claims[place] = claims.get(place, 0) + 1
    return {key: row for key, row in chosen.items() if claims[row["store_id"], row["id"]] == 1}


def _choice(key: Key, fact: OrderFact, rows: Iterable[Row]) -> Row | None:
    """Better sources' orders before lesser ones'; never one of two."""
    ours, rank = same.Told(fact.email, fact.placed_at), same.rank(key[1])
    alike = [row for row in rows if same.is_same(ours, same.Told(row["email"], row["placed_at"]))]
    better = [row for row in alike if same.rank(row["source"]) > rank]
    lesser = [row for row in alike if same.rank(row["source"]) < rank]
    among = better or lesser
    if len(among) != 1 or key[1] in among[0]["callers"]:
        return None
    return among[0]


def _is_better(key: Key, row: Row) -> bool:
    return same.rank(key[1]) > same.rank(row["source"])


def _adopt(adopted: Mapping[Key, Row]) -> None:
    """Store the orders under their better source's key, and keep how the lesser one calls them.

    What it told of refunds goes, since a better source tells them itself; its fulfillments stay
    under names of their own.
    """
    if not adopted:
        return
    rows = [
        {"store_id": key[0], "id": row["id"], "source": key[1], "external_id": key[2]}
        for key, row in adopted.items()
    ]
    pairs = sql.pairs([(row["store_id"], row["id"]) for row in rows])
    sql.run(
        f"SELECT FROM {TABLE} AS stored JOIN unnest(%s::bigint[], %s::bigint[]) "
        "AS given(store_id, id) USING (store_id, id) "
        "ORDER BY stored.store_id, stored.source, stored.external_id FOR UPDATE OF stored",
        pairs,
    )
    _call({_key_of(row): row["id"] for row in adopted.values()})
    given, encoded = sql.recordset({"id": "bigint", **KEY_COLUMNS}, rows)
    sql.run(
        f"""
        UPDATE {TABLE} AS stored SET source = given.source, external_id = given.external_id,
          fulfillments_listed_at = NULL
        FROM {given} WHERE stored.store_id = given.store_id AND stored.id = given.id
        """,
        [encoded],
    )
    sql.run(
        "DELETE FROM orders_refund AS refund USING unnest(%s::bigint[], %s::bigint[]) "
        "AS given(store_id, id) "
        "WHERE refund.store_id = given.store_id AND refund.order_id = given.id",
        pairs,
    )
    _rename_fulfillments(adopted)


def _rename_fulfillments(adopted: Mapping[Key, Row]) -> None:
    sources = {(row["store_id"], row["id"]): row["source"] for row in adopted.values()}
    sent = sql.fetch(
        "SELECT store_id, id, order_id, external_id "
        "FROM unnest(%s::bigint[], %s::bigint[]) AS given(store_id, order_id) "
        "JOIN orders_fulfillment USING (store_id, order_id)",
        sql.pairs(sources),
    )
    for row in sent:
        source = sources[row["store_id"], row.pop("order_id")]
        row["external_id"] = same.by_hand(source, row["external_id"])
    columns = {"id": "bigint", "store_id": "bigint", "external_id": "text"}
    sql.update("orders_fulfillment", columns, sent)


def _call(order_ids: Mapping[Key, int]) -> None:
    """Note how a lesser source calls an order."""
    columns = {**KEY_COLUMNS, "order_id": "bigint"}
    rows = [
        dict(zip(columns, (*key, order_id), strict=True)) for key, order_id in order_ids.items()
    ]
    sql.insert(ALIAS_TABLE, columns, rows, conflict=tuple(KEY_COLUMNS))
