"""Forgetting, as far as it is intake's business: deliveries hold all that shops ever told."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from aftercart.commerce.customers import actions as customers
from aftercart.commerce.customers.facts import ErasureFact, ShopErasureFact
from aftercart.core import clock, jobs, sql
from aftercart.core.facts import Incoming

SHORTEST_ID = 6
"""Shorter numbers stand in many deliveries that are about somebody else."""

Place = tuple[int, bytes]
START: Place = (0, b"")

# What is settled only loses its content; what is not is over, since nobody may read it any more.
_EMPTY = """
UPDATE intake_inboxentry AS entry
SET body = '', headers = '{}', lease = NULL, due_at = NULL,
  settled_at = coalesce(settled_at, %(now)s),
  state = CASE WHEN state IN ('done', 'ignored') THEN state ELSE 'ignored' END,
  error = CASE WHEN state IN ('done', 'ignored') THEN error ELSE %(reason)s END
FROM found WHERE entry.id = found.id AND entry.store_id = found.store_id
"""

_EMPTY_OF_SOURCE = f"""
WITH found AS (
  SELECT entry.id, entry.store_id FROM intake_connection AS connection
  JOIN intake_inboxentry AS entry
    ON entry.store_id = connection.store_id AND entry.connection_id = connection.id
  WHERE connection.store_id = %(store)s AND connection.source = %(source)s
    AND entry.body <> '' AND entry.state <> 'pending'
  LIMIT %(limit)s FOR UPDATE OF entry
) {_EMPTY}
"""

_EMPTY_ABOUT = f"""
WITH looked AS MATERIALIZED (
  SELECT id, store_id, connection_id, dedupe_key, body, received_at, lease
  FROM intake_inboxentry
  WHERE store_id = %(store)s AND (connection_id, dedupe_key) > (%(connection)s, %(key)s::bytea)
  ORDER BY connection_id, dedupe_key LIMIT %(limit)s
), found AS (
  SELECT id, store_id FROM looked
  WHERE received_at <= %(before)s AND lease IS NULL AND EXISTS (
    SELECT FROM unnest(%(words)s::text[]) AS word
    WHERE position(word IN lower(encode(body, 'escape'))) > 0
  )
), emptied AS ({_EMPTY} RETURNING 1)
SELECT connection_id, dedupe_key, (SELECT count(*) FROM emptied) AS emptied FROM looked
ORDER BY connection_id DESC, dedupe_key DESC LIMIT 1
"""


def erase(batch: Sequence[Incoming[ErasureFact]]) -> None:
    """Forget people in every room, and have what was delivered about them emptied."""
    with transaction.atomic():
        customers.erase(batch)
        for demand in batch:
            words = words_of(demand.fact)
            if words:
                jobs.defer(
                    "empty_deliveries",
                    store_id=demand.store_id,
                    words=words,
                    before=clock.now().isoformat(),
                )


def words_of(fact: ErasureFact) -> list[str]:
    """What a delivery about this person holds, in lower case."""
    ids = (fact.customer_external_id, *fact.order_external_ids)
    words = (fact.email, *(one for one in ids if len(one) >= SHORTEST_ID))
    return sorted({word.strip().lower() for word in words} - {""})


def redact(batch: Sequence[Incoming[ShopErasureFact]]) -> None:
    """Take nothing in from these shops any more, and have everybody they told of forgotten."""
    sources = sorted({(demand.store_id, demand.source) for demand in batch})
    with transaction.atomic():
        customers.demand_shop_erasure(batch)
        sql.run(
            """
            UPDATE intake_connection AS connection SET redacted_at = %s, due_at = NULL, lease = NULL
            FROM unnest(%s::bigint[], %s::text[]) AS gone(store_id, source)
            WHERE connection.store_id = gone.store_id AND connection.source = gone.source
            """,
            [clock.now(), *map(list, zip(*sources, strict=True))],
        )
        for store_id, source in sources:
            once = f"erase_shop:{store_id}:{source}"
            jobs.defer("erase_shop", once=once, again=True, store_id=store_id, source=source)


def empty_of_source(store_id: int, source: str, *, limit: int) -> int:
    """Empty up to `limit` deliveries of a source that nobody works on; returns how many."""
    given = {"store": store_id, "source": source, "limit": limit}
    return sql.run(_EMPTY_OF_SOURCE, {**given, **_said(_("The shop had its data erased."))})


def is_worked_on(store_id: int, source: str) -> bool:
    """Whether deliveries of a source wait for a worker, or have one."""
    return bool(
        sql.fetch(
            """
            SELECT FROM intake_connection AS connection
            JOIN intake_inboxentry AS entry
              ON entry.store_id = connection.store_id AND entry.connection_id = connection.id
            WHERE connection.store_id = %s AND connection.source = %s AND entry.due_at IS NOT NULL
            LIMIT 1
            """,
            [store_id, source],
        )
    )


def empty_about(
    store_id: int, words: Sequence[str], before: str, after: Place, *, limit: int
) -> Place | None:
    """Empty those of a store's next `limit` deliveries that hold one of these words.

    Args:
        words: in lower case.
        before: an ISO moment; what was received later is left alone.

    Returns:
        the place to go on after; None where there was nothing more to look at.
    """
    rows = sql.fetch(
        _EMPTY_ABOUT,
        {
            "store": store_id,
            "connection": after[0],
            "key": after[1],
            "words": list(words),
            "before": before,
            "limit": limit,
            **_said(_("The customer asked to be forgotten")),
        },
    )
    return (rows[0]["connection_id"], bytes(rows[0]["dedupe_key"])) if rows else None


def _said(reason: str) -> dict[str, object]:
    return {"now": clock.now(), "reason": reason}
