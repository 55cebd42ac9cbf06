"""Making stores and changing their settings."""

from typing import Any

import msgspec
from django.db import IntegrityError, transaction

from aftercart.core import clock
from aftercart.core.events import Event, publish
from aftercart.core.models import Account, Member, Store
from aftercart.core.tenancy import bound

CHANGEABLE = frozenset(
    {
        "name",
        "time_zone",
        "currency",
        "locale",
        "domain",
        "contact_email",
        "contact_url",
        "shop_url",
    }
)


class SlugTaken(Exception):
    """Another store has the slug."""


class NewStore(msgspec.Struct, frozen=True, kw_only=True):
    """What a store needs to begin. `time_zone` is an IANA name, `currency` ISO 4217."""

    name: str
    slug: str
    time_zone: str = "UTC"
    currency: str = "USD"
    locale: str = "en"
    is_demo: bool = False


def create(actor: Member, new_store: NewStore) -> Store:
    """Add a store to the actor's account.

    Raises:
        SlugTaken: another store has the slug.
    """
    with transaction.atomic():
        store = add_store(actor.account, new_store)
        with bound(store.id):
            publish([_event(store.id, "store.created", actor, {"slug": store.slug})])
    return store


def add_store(account: Account, new_store: NewStore) -> Store:
    """The row of a new store, for callers that record the event themselves.

    Raises:
        SlugTaken: another store has the slug.
    """
    try:
        with transaction.atomic():
            return Store.objects.create(account=account, **msgspec.structs.asdict(new_store))
    except IntegrityError as error:
        raise SlugTaken(new_store.slug) from error


def change(store: Store, actor: Member, values: dict[str, Any]) -> list[str]:
    """Change a store's settings; returns the names of those that are different now.

    Raises:
        KeyError: a setting cannot be changed, or does not exist.
    """
    if not values.keys() <= CHANGEABLE:
        raise KeyError(", ".join(sorted(values.keys() - CHANGEABLE)))
    with bound(store.id):
        stored = Store.objects.select_for_update().get(id=store.id)
        changed = [name for name, value in values.items() if getattr(stored, name) != value]
        if not changed:
            return []
        for name in changed:
            setattr(stored, name, values[name])
        stored.save(update_fields=changed)
        publish([_event(store.id, "store.changed", actor, {"settings": changed})])
    return changed


def _event(store_id: int, kind: str, actor: Member, data: dict[str, Any]) -> Event:
    return Event(
        store_id=store_id,
        type=kind,
        occurred_at=clock.now(),
        actor=f"member:{actor.id}",
        data=data,
    )
