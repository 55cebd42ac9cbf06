"""Reads of customers, always for one store."""

from collections.abc import Collection, Iterable
from datetime import datetime

import msgspec

from aftercart.commerce.customers.hashes import hash_of
from aftercart.core import sql


class CustomerView(msgspec.Struct, frozen=True, kw_only=True):
    """A customer as a page may show them; erased ones have nothing but their dates."""

    id: int
    email: str
    phone: str
    first_name: str
    last_name: str
    locale: str
    accepts_marketing: bool | None
    created_at: datetime
    erased_at: datetime | None


class PrivacyRequestView(msgspec.Struct, frozen=True, kw_only=True):
    """A demand for privacy.

    Attributes:
        source: who passed it on.
        has_export: whether there is something to hand over, while it is open.
        about: the person's address as far as it is in what is to be handed over.
    """

    id: int
    kind: str
    source: str
    received_at: datetime
    complete_by: datetime
    completed_at: datetime | None
    has_export: bool
    about: str


def customers(store_id: int, customer_ids: Collection[int]) -> dict[int, CustomerView]:
    """The customers with these ids, in one query."""
    rows = sql.fetch(
        """
        SELECT id, email, phone, first_name, last_name, locale, accepts_marketing, created_at,
               erased_at
        FROM customers_customer WHERE store_id = %s AND id = ANY(%s)
        """,
        [store_id, list(customer_ids)],
    )
    return {row["id"]: CustomerView(**row) for row in rows}


def forgotten(people: Iterable[tuple[int, str]]) -> dict[tuple[int, str], datetime]:
    """Those of the `(store_id, name)` who asked to be forgotten, with when they last did.

    Args:
        people: names as `hashes.names_of` gives them.
    """
    hashes = {person: hash_of(person[1]) for person in set(people)}
    if not hashes:
        return {}
    rows = sql.fetch(
        """
        SELECT store_id, external_id, completed_at
        FROM unnest(%s::bigint[], %s::text[]) AS asked(store_id, external_id)
        JOIN customers_privacyrequest USING (store_id, external_id)
        WHERE kind = 'erasure' AND completed_at IS NOT NULL
        """,
        [[store_id for store_id, _ in hashes], list(hashes.values())],
    )
    known = {(row["store_id"], row["external_id"]): row["completed_at"] for row in rows}
    return {
        person: known[person[0], digest]
        for person, digest in hashes.items()
        if (person[0], digest) in known
    }


def privacy_requests(
    store_id: int, *, request_id: int | None = None, limit: int = 100
) -> list[PrivacyRequestView]:
    """What was demanded of this store: what is open, the most urgent first, then what is done.

    Args:
        request_id: only this one.
    """
    rows = sql.fetch(
        """
        SELECT id, kind, source, received_at, complete_by, completed_at,
               export IS NOT NULL AS has_export,
               coalesce(nullif(export #>> '{customers,0,email}', ''),
                        export #>> '{orders,0,order,email}', '') AS about
        FROM customers_privacyrequest WHERE store_id = %s AND id = coalesce(%s, id)
        ORDER BY completed_at IS NOT NULL, completed_at DESC, complete_by, id LIMIT %s
        """,
        [store_id, request_id, limit],
    )
    return [PrivacyRequestView(**row) for row in rows]


def disclosure_export(store_id: int, request_id: int) -> str | None:
    """The gathered data of an open disclosure as JSON text, or None."""
    rows = sql.fetch(
        "SELECT export::text AS export FROM customers_privacyrequest "
        "WHERE store_id = %s AND id = %s AND kind = 'disclosure'",
        [store_id, request_id],
    )
    return rows[0]["export"] if rows else None


def open_disclosures(store_id: int) -> tuple[int, datetime | None]:
    """How many disclosures wait to be handed over, and until when the first of them must be."""
    rows = sql.fetch(
        """
        SELECT count(*) AS waiting, min(complete_by) AS first FROM customers_privacyrequest
        WHERE store_id = %s AND kind = 'disclosure' AND completed_at IS NULL
        """,
        [store_id],
    )
    return rows[0]["waiting"], rows[0]["first"]
