"""Reads of customers, always for one store."""

from collections.abc import Collection
from datetime import datetime

import msgspec

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
    """A demand for privacy, the newest first in lists. `export` is there while it is open."""

    id: int
    kind: str
    received_at: datetime
    complete_by: datetime
    completed_at: datetime | None
    has_export: bool


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


def privacy_requests(store_id: int, limit: int = 100) -> list[PrivacyRequestView]:
    """What people demanded of this store, the newest first."""
    rows = sql.fetch(
        """
        SELECT id, kind, received_at, complete_by, completed_at, export IS NOT NULL AS has_export
        FROM customers_privacyrequest WHERE store_id = %s
        ORDER BY received_at DESC, id DESC LIMIT %s
        """,
        [store_id, limit],
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
