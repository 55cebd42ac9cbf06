"""What the demo shop posts is in the form that our own API reads."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from aftercart.connectors.registry import connector
from aftercart.core.models import Store
from aftercart.demo import live, offices
from aftercart.demo.script import story
from aftercart.intake import queries
from aftercart.intake.actions import connections
from tests.support.rooms import new_store

pytestmark = pytest.mark.django_db

APP = "http://127.0.0.1:8123"
NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


@pytest.fixture
def store() -> Store:
    made = new_store("demo")
    connections.add(made.id, "api", {})
    return made


def test_everything_that_is_still_to_happen_can_be_read(store: Store):
    moments = story(NOW)
    posted: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        posted.append(request)
        return httpx.Response(200)

    public_id = queries.every_connection(store.slug)[0].public_id
    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        told: Any = live._Narrator(client, APP, public_id, moments, offices.Offices(store, {}))
        for moment in moments:
            if moment.at > NOW:
                told.tell(moment, NOW)
    assert len(posted) > 500
    for request in posted:
        topic = "orders" if b'"events"' not in request.content else "tracking-events"
        facts = connector("api").parse(topic, {}, request.content)
        assert facts, request.content
