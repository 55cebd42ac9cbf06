"""The tests of these rooms let nobody react; what others make of the events is tested there."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def nobody_reacts(settings: Any) -> None:
    settings.EVENT_HANDLERS = []
