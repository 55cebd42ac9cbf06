from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client

from aftercart.core.models import Member, Role, Store
from aftercart.web.dashboard.tests.filled import Filled, fill
from aftercart.web.dashboard.tests.people import browser_of, make_member, make_store


@pytest.fixture
def store(db: None) -> Store:
    return make_store("northwind")


@pytest.fixture
def owner(store: Store) -> Member:
    return make_member(store, Role.OWNER)


@pytest.fixture
def browser_as_owner(owner: Member) -> Client:
    return browser_of(owner)


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker) -> Iterator[Filled]:
    """A store with something on every page, made once for a module and then taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield fill(make_store("filled"))
        transaction.set_rollback(True)
