"""The rooms' tests let only the rooms react; what conversation does is tested there."""

from typing import Any

import pytest

from tests.support.rooms import OWN_REACTIONS


@pytest.fixture(autouse=True)
def only_rooms_react(settings: Any) -> None:
    settings.EVENT_HANDLERS = OWN_REACTIONS
