"""Opening an account."""

from django.db import transaction

from aftercart.core import clock, sql
from aftercart.core.actions.stores import NewStore, add_store
from aftercart.core.events import Event, publish
from aftercart.core.models import Account, Member, Role, Store, User
from aftercart.core.tenancy import bound

FIRST_OWNER = 7_243_003
"""The number of the advisory lock: of two people who sign up at once, one finds it empty."""


class InstallationTaken(Exception):
    """Somebody owns this installation already; further people come by invitation."""


def claim_installation(user: User, new_store: NewStore) -> Store:
    """Make the user the owner of an empty installation, with its first store.

    Raises:
        InstallationTaken: an account exists.
        SlugTaken: a store of another account has the slug.
    """
    with transaction.atomic():
        sql.run("SELECT pg_advisory_xact_lock(%s)", [FIRST_OWNER])
        if Account.objects.exists():
            raise InstallationTaken
        return open_account(user, new_store.name, new_store)


def open_account(user: User, name: str, new_store: NewStore) -> Store:
    """Open an account with the user as its owner, and its first store.

    Raises:
        SlugTaken: another store has the slug.
    """
    with transaction.atomic():
        account = Account.objects.create(name=name)
        member = Member.objects.create(account=account, user=user, role=Role.OWNER)
        store = add_store(account, new_store)
        opened = Event(
            store_id=store.id,
            type="account.opened",
            occurred_at=clock.now(),
            actor=f"member:{member.id}",
            data={"account_id": account.id},
        )
        with bound(store.id):
            publish([opened])
    return store
