"""Recording customers."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from aftercart.commerce.customers import rules
from aftercart.commerce.customers.facts import CustomerFact
from aftercart.core import clock, sql
from aftercart.core.facts import Incoming
from aftercart.core.text import clip

TABLE = "customers_customer"
COLUMNS = {
    "store_id": "bigint",
    "source": "text",
    "external_id": "text",
    "email": "text",
    "phone": "text",
    "first_name": "text",
    "last_name": "text",
    "locale": "text",
    "accepts_marketing": "boolean",
    "source_updated_at": "timestamptz",
    "created_at": "timestamptz",
}
KEY = ("store_id", "source", "external_id")
CHANGED_COLUMNS = {"id": "bigint", "store_id": "bigint"} | {
    name: COLUMNS[name] for name in (*rules.PERSONAL, "source_updated_at")
}

Key = tuple[int, str, str]
Told = Incoming[CustomerFact]


def record(batch: Sequence[Told]) -> dict[Key, int]:
    """Record what shops say about customers.

    An older state than the stored one changes nothing, and a field that is empty or withheld keeps
    what is known.

    Returns:
        the customers' ids by `key`.
    """
    told = _newest_of_each(batch)
    if not told:
        return {}
    with transaction.atomic():
        stored = sql.insert(
            TABLE,
            COLUMNS,
            [_row(customer_key, incoming.fact) for customer_key, incoming in told.items()],
            conflict=KEY,
            hold="source_updated_at",
            returning=("id", *COLUMNS, "erased_at", "inserted"),
        )
        sql.update(TABLE, CHANGED_COLUMNS, _changed(stored, told))
    return {_key_of(row): row["id"] for row in stored}


def drop(customers: Sequence[tuple[int, int]]) -> None:
    """Delete customers, given as `(store_id, customer_id)`, whom nothing names any more."""
    if customers:
        sql.run(
            f"DELETE FROM {TABLE} AS customer USING unnest(%s::bigint[], %s::bigint[]) "
            "AS gone(store_id, id) WHERE customer.store_id = gone.store_id "
            "AND customer.id = gone.id",
            sql.pairs(customers),
        )


def key(store_id: int, source: str, external_id: str) -> Key:
    """How a customer is found in what `record` returns."""
    return store_id, clip(source, 160), clip(external_id, 300)


def _newest_of_each(batch: Sequence[Told]) -> dict[Key, Told]:
    """One fact per customer, in the order in which rows are locked everywhere."""
    newest: dict[Key, Told] = {}
    for incoming in batch:
        customer = key(incoming.store_id, incoming.source, incoming.fact.external_id)
        known = newest.get(customer)
        if known is None or rules.newer(known.fact, incoming.fact) is incoming.fact:
            newest[customer] = incoming
    return dict(sorted(newest.items()))


def _key_of(row: dict[str, Any]) -> Key:
    return row["store_id"], row["source"], row["external_id"]


def _row(customer: Key, fact: CustomerFact) -> dict[str, Any]:
    store_id, source, external_id = customer
    return {
        "store_id": store_id,
        "source": source,
        "external_id": external_id,
        **_personal(fact),
        "source_updated_at": fact.updated_at,
        "created_at": fact.created_at or clock.now(),
    }


def _personal(fact: CustomerFact) -> dict[str, Any]:
    return {
        "email": clip(fact.email, 254).lower(),
        "phone": clip(fact.phone, 40),
        "first_name": clip(fact.first_name, 150),
        "last_name": clip(fact.last_name, 150),
        "locale": clip(fact.locale, 12),
        "accepts_marketing": fact.accepts_marketing,
    }


def _changed(stored: list[dict[str, Any]], told: dict[Key, Told]) -> list[dict[str, Any]]:
    rows = []
    for row in stored:
        fact = told[_key_of(row)].fact
        after = rules.merged(row, _personal(fact), fact.updated_at)
        if not row["inserted"] and after != row:
            rows.append(after)
    return rows
