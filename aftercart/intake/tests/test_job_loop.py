"""What becomes of a job that fails."""

import asyncio
import traceback
from types import SimpleNamespace
from typing import Any

import pytest
from pgqueuer.domain.errors import RetryRequested

from aftercart.intake.job_loop import MOST_ATTEMPTS, JobGivenUp, JobLoop
from tests.support.apart import run_apart


def fail(email: str) -> None:
    raise ValueError(f"nobody is called {email}")


def attempt(number: int) -> None:
    job: Any = SimpleNamespace(payload=b'{"email": "kim@example.com"}', attempts=number - 1)
    run = JobLoop()._entrypoint("fail", fail)

    async def once() -> None:
        await asyncio.wait_for(run(job), 20)

    run_apart(once())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("number", "raised"), [(1, RetryRequested), (MOST_ATTEMPTS, JobGivenUp)], ids=["first", "last"]
)
def test_a_job_that_fails_is_tried_again_and_then_given_up(
    number: int, raised: type[Exception]
) -> None:
    """What it quoted is in neither, since PgQueuer keeps both."""
    with pytest.raises(raised) as caught:
        attempt(number)
    assert "kim@example.com" not in "".join(traceback.format_exception(caught.value))
