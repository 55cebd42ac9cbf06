"""The REST API keeps its own OpenAPI document, whatever is sent to it (schemathesis)."""

from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from aftercart.web.api.idempotency import BARE, HEADER, QUOTED
from tests.support.live import StartLiveApp
from tests.support.shops import open_store

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]

EXAMPLES = 40


def test_every_operation_answers_as_documented(live_app_with: StartLiveApp) -> None:
    app = live_app_with("serve")
    sender = open_store("shop")
    schema = schemathesis.openapi.from_url(f"{app.url}/api/v1/openapi.json")
    key = {"Authorization": f"Bearer {sender.api_key}"}
    tried = 0
    for result in schema.get_all_operations():
        tried += _try(result.ok(), key)
    assert tried >= 4 * EXAMPLES // 2


def _try(operation: Any, headers: dict[str, str]) -> int:
    cases = []

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=HealthCheck
    )
    @given(case=operation.as_strategy())
    def check(case: schemathesis.Case) -> None:
        cases.append(case)
        case.call_and_validate(headers={**headers, **_own_key(case)})

    check()
    return len(cases)


def _own_key(case: schemathesis.Case) -> dict[str, str]:
    """Each request with a key gets one that no other has: one that was used is rightly refused."""
    given = str(case.headers.get(HEADER, ""))
    is_good = QUOTED.fullmatch(given) or BARE.fullmatch(given)
    return {HEADER: uuid4().hex} if is_good else {}
