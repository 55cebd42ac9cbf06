"""A store to import into."""

import pytest

from aftercart.core.models import Account, Store


def make_store(slug: str, **fields: str) -> Store:
    account = Account.objects.create(name=slug)
    given = {"name": slug.title(), "time_zone": "Europe/Berlin", "currency": "EUR"}
    return Store.objects.create(account=account, slug=slug, **{**given, **fields})


@pytest.fixture
def store(db: None) -> Store:
    return make_store("northwind")


@pytest.fixture
def other_store(db: None) -> Store:
    return make_store("southwind")
