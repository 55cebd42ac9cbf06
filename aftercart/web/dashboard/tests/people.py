"""Accounts, their members, and browsers in which they are signed in."""

from itertools import count

from django.test import Client

from aftercart.core.models import Account, Member, Role, Store, User

PASSWORD = "correct horse battery"
_numbers = count(1)


def make_store(slug: str, account: Account | None = None, **changes: object) -> Store:
    """A store, in an account of its own unless one is given."""
    account = account or Account.objects.create(name=slug.title())
    given = {"name": slug.title(), "time_zone": "Europe/Berlin", "currency": "EUR", **changes}
    return Store.objects.create(account=account, slug=slug, **given)


def make_member(
    store: Store, role: str = Role.OWNER, email: str = "", password: str | None = None
) -> Member:
    """A new person with this role in the store's account, who has a password only if given one."""
    email = email or f"{role}{next(_numbers)}@example.com"
    user = User.objects.create_user(email, password, name=email.partition("@")[0].title())
    return Member.objects.create(account=store.account, user=user, role=role)


def browser_of(member: Member) -> Client:
    """A browser in which the member is signed in; forms need their proof as in a real one."""
    client = Client()
    client.force_login(member.user)
    return client


def browser_in(store: Store, role: str = Role.OWNER) -> Client:
    """A browser in which a new member with this role is signed in."""
    return browser_of(make_member(store, role))
