"""Forgetting a person (GDPR article 17), and handing their data over (article 15)."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from aftercart.commerce.customers import rules
from aftercart.commerce.customers.actions import requests
from aftercart.commerce.customers.actions.requests import Demand
from aftercart.commerce.customers.facts import DisclosureFact, ErasureFact
from aftercart.commerce.customers.hashes import hash_of, names_of
from aftercart.commerce.customers.ports import PersonalData, Subject
from aftercart.core import clock, events, sql
from aftercart.core.events import Event
from aftercart.core.facts import Incoming
from aftercart.core.text import clip

KEY_COLUMNS = {
    "store_id": "bigint",
    "source": "text",
    "external_id": "text",
    "email": "text",
    "phone": "text",
}
CUSTOMER_COLUMNS = (
    "id, store_id, source, external_id, email, phone, first_name, last_name, locale, "
    "accepts_marketing, created_at"
)

Customer = dict[str, Any]


def erase(batch: Sequence[Incoming[ErasureFact]]) -> None:
    """Forget people: in this room at once, in the others through `PERSONAL_DATA` and events.

    What stays is the order's business side, and a keyed hash by which the demand itself can be
    found. Publishes `customer.erased` once for each customer and once for each order.
    """
    if not batch:
        return
    with transaction.atomic():
        pairs = _with_customers(batch)
        subjects = [_subject(demand, meant) for demand, meant in pairs]
        orders = {pair for holder in _holders() for pair in holder.erase(subjects)}
        erased = wipe(
            (subject.store_id, row) for subject in subjects for row in subject.customer_ids
        )
        now = clock.now()
        requests.keep_erasures(
            {**requests.of_person("erasure", demand), "completed_at": now} for demand in batch
        )
        requests.drop_exports(_hashes(pairs))
        events.publish(erasures(erased, orders))


def disclose(batch: Sequence[Incoming[DisclosureFact]]) -> None:
    """Gather what is held about people, for the merchant to hand over within 30 days."""
    if not batch:
        return
    with transaction.atomic():
        pairs = _with_customers(batch)
        subjects = [_subject(demand, meant) for demand, meant in pairs]
        gathered = {holder.section: holder.disclose(subjects) for holder in _holders()}
        requests.keep_disclosures(
            {**requests.of_person("disclosure", demand), "export": export}
            for (demand, _), export in zip(pairs, _exports(pairs, gathered), strict=True)
        )


def complete_disclosure(store_id: int, request_id: int, *, actor: str = "") -> bool:
    """Note that the data were handed over, and drop our copy; False where there is nothing open.

    Publishes `disclosure.completed`.
    """
    now = clock.now()
    with transaction.atomic():
        touched = sql.run(
            f"UPDATE {requests.TABLE} SET completed_at = %s, export = NULL "
            "WHERE store_id = %s AND id = %s AND kind = 'disclosure' AND completed_at IS NULL",
            [now, store_id, request_id],
        )
        if touched:
            data = {"request_id": request_id}
            kind = "disclosure.completed"
            events.publish(
                [Event(store_id=store_id, type=kind, occurred_at=now, actor=actor, data=data)]
            )
    return bool(touched)


@cache
def _holders() -> list[PersonalData]:
    return [import_string(path)() for path in settings.PERSONAL_DATA]


def _with_customers(batch: Sequence[Demand]) -> list[tuple[Demand, list[Customer]]]:
    """Each demand with the customers it means, found and locked in one query."""
    given, encoded = sql.recordset(KEY_COLUMNS, [_keys(demand) for demand in batch])
    rows = sql.fetch(
        f"""
        WITH given AS (SELECT * FROM {given}), meant AS (
          SELECT id, store_id FROM given
            JOIN customers_customer USING (store_id, source, external_id)
          UNION SELECT id, store_id FROM given JOIN customers_customer USING (store_id, email)
          UNION SELECT id, store_id FROM given JOIN customers_customer USING (store_id, phone)
        )
        SELECT {CUSTOMER_COLUMNS} FROM customers_customer
        WHERE (id, store_id) IN (SELECT id, store_id FROM meant)
        ORDER BY store_id, source, external_id FOR NO KEY UPDATE
        """,
        [encoded],
    )
    return [(demand, [row for row in rows if _means(demand, row)]) for demand in batch]


def _keys(demand: Demand) -> dict[str, Any]:
    fact = demand.fact
    return {
        "store_id": demand.store_id,
        "source": clip(demand.source, 160),
        "external_id": clip(fact.customer_external_id, 300) or None,
        "email": clip(fact.email, 254).lower() or None,
        "phone": clip(fact.phone, 40) or None,
    }


def _means(demand: Demand, customer: Customer) -> bool:
    same_store = demand.store_id == customer["store_id"]
    return same_store and rules.means(demand.fact, demand.source, customer)


def _subject(demand: Demand, customers: list[Customer]) -> Subject:
    emails = {customer["email"] for customer in customers} | {demand.fact.email.strip().lower()}
    return Subject(
        store_id=demand.store_id,
        source=clip(demand.source, 160),
        customer_ids=tuple(customer["id"] for customer in customers),
        emails=tuple(sorted(emails - {""})),
        order_external_ids=tuple(clip(known, 120) for known in demand.fact.order_external_ids),
    )


def wipe(customers: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Wipe customers, given as `(store_id, customer_id)`; returns them, each once."""
    pairs = sorted(set(customers))
    rows = sql.fetch(
        """
        UPDATE customers_customer AS customer
        SET email = '', phone = '', first_name = '', last_name = '', locale = '',
            accepts_marketing = NULL, erased_at = %s,
            external_id = CASE WHEN external_id LIKE 'email:%%' THEN 'erased:' || customer.id
                               ELSE external_id END
        FROM unnest(%s::bigint[], %s::bigint[]) AS meant(store_id, id)
        WHERE customer.store_id = meant.store_id AND customer.id = meant.id
        RETURNING customer.store_id, customer.id
        """,
        [clock.now(), *sql.pairs(pairs)],
    )
    return sorted((row["store_id"], row["id"]) for row in rows)


def _exports(
    pairs: Sequence[tuple[Demand, list[Customer]]], gathered: dict[str, list[list[dict[str, Any]]]]
) -> list[dict[str, Any]]:
    """One document per demand: the customers, and a section from each room."""
    return [
        {
            "customers": [_shown(customer) for customer in customers],
            **{section: of_each[position] for section, of_each in gathered.items()},
        }
        for position, (_, customers) in enumerate(pairs)
    ]


def _shown(customer: Customer) -> dict[str, Any]:
    return {name: value for name, value in customer.items() if name not in ("id", "store_id")}


def _hashes(pairs: Sequence[tuple[Demand, list[Customer]]]) -> set[tuple[int, str]]:
    """Every hash under which somebody may have demanded to see what is held of these people."""
    known: set[tuple[int, str]] = set()
    for demand, customers in pairs:
        names = names_of(demand.source, demand.fact.customer_external_id, demand.fact.email)
        for customer in customers:
            names += names_of(customer["source"], customer["external_id"], customer["email"])
        known |= {(demand.store_id, hash_of(name)) for name in names}
    return known


def erasures(
    customers: Iterable[tuple[int, int]], orders: Iterable[tuple[int, int]]
) -> Iterable[Event]:
    """What the other rooms hear of it: `customer.erased` by order and by customer."""
    now = clock.now()
    for store_id, order_id in sorted(orders):
        yield Event(store_id=store_id, type="customer.erased", occurred_at=now, order_id=order_id)
    for store_id, customer_id in customers:
        yield Event(
            store_id=store_id, type="customer.erased", occurred_at=now, customer_id=customer_id
        )
