"""The record of demands for privacy: what was asked, until when, and when it was done."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from aftercart.commerce.customers.facts import DisclosureFact, ErasureFact
from aftercart.commerce.customers.hashes import hash_of, names_of
from aftercart.core import clock, sql
from aftercart.core.facts import Incoming
from aftercart.core.text import clip

COMPLETE_WITHIN = timedelta(days=30)  # the time that shops give, and the GDPR's month
TABLE = "customers_privacyrequest"
COLUMNS = {
    "store_id": "bigint",
    "kind": "text",
    "source": "text",
    "external_id": "text",
    "subject_hash": "text",
    "received_at": "timestamptz",
    "complete_by": "timestamptz",
    "completed_at": "timestamptz",
    "export": "jsonb",
}

Demand = Incoming[ErasureFact] | Incoming[DisclosureFact]


def of_person(kind: str, demand: Demand) -> dict[str, Any]:
    """The row of a person's demand."""
    fact = demand.fact
    subject_hash = hash_of(names_of(demand.source, fact.customer_external_id, fact.email)[0])
    told_id = fact.request_id if isinstance(fact, DisclosureFact) else subject_hash
    return row(kind, demand, clip(told_id, 300) or subject_hash, subject_hash)


def row(kind: str, demand: Incoming[Any], external_id: str, subject_hash: str) -> dict[str, Any]:
    """The row of a demand that has just come."""
    now = clock.now()
    return {
        "store_id": demand.store_id,
        "kind": kind,
        "source": clip(demand.source, 160),
        "external_id": external_id,
        "subject_hash": subject_hash,
        "received_at": now,
        "complete_by": now + COMPLETE_WITHIN,
        "completed_at": None,
        "export": None,
    }


def keep_disclosures(requests: Iterable[dict[str, Any]]) -> None:
    """One that is told again keeps its first date, and counts as done where it was done."""
    sql.insert(
        TABLE,
        COLUMNS,
        _each_once(requests),
        conflict=("store_id", "kind", "external_id"),
        update=("export",),
        update_when="stored.completed_at IS NULL",
    )


def keep_erasures(requests: Iterable[dict[str, Any]]) -> None:
    """One that is told again was done again: what was bought in between is forgotten too."""
    sql.insert(
        TABLE,
        COLUMNS,
        _each_once(requests),
        conflict=("store_id", "kind", "external_id"),
        update=("received_at", "complete_by", "completed_at"),
    )


def open_anew(requests: Iterable[dict[str, Any]]) -> None:
    """A demand that was done is to be done again: there may be something new to do."""
    sql.insert(
        TABLE,
        COLUMNS,
        _each_once(requests),
        conflict=("store_id", "kind", "external_id"),
        update=("received_at", "complete_by", "completed_at"),
        update_when="stored.completed_at IS NOT NULL",
    )


def drop_exports(hashes: Collection[tuple[int, str]]) -> None:
    """Who was forgotten must not live on in what was gathered to be handed over."""
    if not hashes:
        return
    sql.run(
        f"""
        UPDATE {TABLE} AS request SET export = NULL
        FROM unnest(%s::bigint[], %s::text[]) AS gone(store_id, subject_hash)
        WHERE request.store_id = gone.store_id AND request.subject_hash = gone.subject_hash
          AND request.kind = 'disclosure' AND request.export IS NOT NULL
        """,
        [list(column) for column in zip(*sorted(hashes), strict=True)],
    )


def _each_once(requests: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = {(one["store_id"], one["external_id"]): one for one in requests}
    return [rows[key] for key in sorted(rows)]
