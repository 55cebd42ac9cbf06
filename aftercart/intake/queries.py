"""Reads of connections for whoever runs the installation."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.utils.translation import gettext as _

from aftercart.core import sql
from aftercart.core.models import Store
from aftercart.intake.addresses import intake_address
from aftercart.intake.models import Connection


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A live connection, for lists outside the dashboard."""

    id: int
    store: str
    system: str
    name: str
    state: str
    source: str
    public_id: str
    address: str
    last_delivery_at: datetime | None
    last_pull_at: datetime | None
    parked: int
    error: str


def every_connection(store_slug: str = "") -> list[Listed]:
    """The live connections of a store, or of all of them: for whoever runs the installation."""
    found = Connection.objects.filter(removed_at=None).select_related("store")
    if store_slug:
        found = found.filter(store__slug=store_slug)
    parked = _parked()
    return [
        Listed(
            id=one.pk,
            store=one.store.slug,
            system=one.system,
            name=one.name,
            state=one.state,
            source=one.source,
            public_id=one.public_id,
            address=intake_address(one.public_id),
            last_delivery_at=one.last_delivery_at,
            last_pull_at=one.last_pull_at,
            parked=parked.get(one.pk, 0),
            error=one.error,
        )
        for one in found.order_by("store__slug", "pk")
    ]


def _parked() -> dict[int, int]:
    rows = sql.fetch(
        """
        SELECT connection_id, count(*) AS parked FROM intake_inboxentry
        WHERE state IN ('parked', 'waiting') AND state = 'parked'
        GROUP BY connection_id
        """
    )
    return {row["connection_id"]: row["parked"] for row in rows}


class Settled(msgspec.Struct, frozen=True):
    """What became of a delivery."""

    state: str
    error: str


def settled(
    store_id: int, connection_id: int, dedupe_keys: Sequence[bytes]
) -> dict[bytes, Settled]:
    """What became of deliveries of a connection, by how they are recognised."""
    if not dedupe_keys:
        return {}
    rows = sql.fetch(
        "SELECT dedupe_key, state, error FROM intake_inboxentry "
        "WHERE store_id = %s AND connection_id = %s AND dedupe_key = ANY(%s)",
        [store_id, connection_id, list(dedupe_keys)],
    )
    return {bytes(row["dedupe_key"]): Settled(row["state"], row["error"]) for row in rows}


def named(text: str) -> list[Connection]:
    """The live connections that a person may mean: by address, id, number, name or system."""
    live = Connection.objects.filter(removed_at=None).select_related("store")
    public_id = text.rstrip("/").rpartition("/")[2]
    found = list(live.filter(public_id=public_id))
    if not found and text.isascii() and text.isdecimal() and len(text) < 19:
        found = list(live.filter(pk=int(text)))
    return found or list(live.filter(name__iexact=text)) or list(live.filter(system=text))


def store_for(slug: str) -> Store | None:
    """The store with this slug; without one, the only store there is."""
    if slug:
        return Store.objects.filter(slug=slug).first()
    stores = list(Store.objects.all()[:2])
    return stores[0] if len(stores) == 1 else None


def no_store(slug: str) -> str:
    """What to do where `store_for` finds none."""
    known = ", ".join(Store.objects.order_by("slug").values_list("slug", flat=True))
    if not known:
        return _("There is no store yet. Open the dashboard and make one, or start with the demo.")
    if slug:
        return _("There is no store %(slug)s. There is: %(known)s.") % {
            "slug": slug,
            "known": known,
        }
    return _("Which store? Name it with --store SLUG. There is: %s.") % known
