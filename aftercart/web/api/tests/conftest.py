import pytest

from aftercart.web.api.tests.calling import Caller


@pytest.fixture
def caller(db: None) -> Caller:
    """A program with a store's key."""
    return Caller("acme")
