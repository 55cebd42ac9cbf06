"""Repeating a request with the same `Idempotency-Key`."""

import os

import psycopg
import pytest

from aftercart.core import clock
from aftercart.core.tenancy import bound
from aftercart.intake import housekeeping
from aftercart.intake.models import ApiReply
from aftercart.web.api.tests.calling import ORDER, SCAN, Caller

pytestmark = pytest.mark.django_db


def test_the_same_key_gets_the_same_answer_and_does_nothing_twice(caller: Caller) -> None:
    first = caller.post("orders", ORDER, **{"Idempotency-Key": '"k-1"'})
    caller.post("orders", {**ORDER, "updated_at": "2026-11-20T12:00:00Z", "total": "1.00"})
    again = caller.post("orders", ORDER, **{"Idempotency-Key": "k-1"})
    assert again.content == first.content
    assert again["Idempotency-Replayed"] == "true"
    with bound(caller.store.pk):
        assert ApiReply.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(caller: Caller) -> None:
    caller.post("orders", ORDER, **{"Idempotency-Key": "k-1"})
    answer = caller.post("orders", {**ORDER, "total": "1.00"}, **{"Idempotency-Key": "k-1"})
    assert answer.status_code == 422


def test_a_key_belongs_to_its_store(caller: Caller) -> None:
    caller.post("orders", ORDER, **{"Idempotency-Key": "k-1"})
    stranger = Caller("other")
    answer = stranger.post("orders", {**ORDER, "total": "1.00"}, **{"Idempotency-Key": "k-1"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ('"k-1"', "k-1", True),
        ('"a \\"b\\" c"', '"a \\"b\\" c"', True),
        ('"k-1"', '"K-1"', False),
        ('"k-1"', '" k-1"', False),
    ],
)
def test_a_key_is_a_quoted_string_or_bare(
    caller: Caller, first: str, second: str, is_same: bool
) -> None:
    caller.post("orders", ORDER, **{"Idempotency-Key": first})
    answer = caller.post("orders", ORDER, **{"Idempotency-Key": second})
    assert ("Idempotency-Replayed" in answer) is is_same


@pytest.mark.parametrize("key", ["", '""', '"open', 'a"b', '"a"b"', "\u00e9", "k" * 256, '"\\x"'])
def test_a_key_that_is_none_is_refused(caller: Caller, key: str) -> None:
    answer = caller.post("orders", ORDER, **{"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["title"]) == (400, "Bad Request")
    assert caller.get("orders").json()["orders"] == []


def test_the_same_key_at_another_address_is_refused(caller: Caller) -> None:
    caller.post("orders", ORDER, **{"Idempotency-Key": "k-1"})
    answer = caller.post("tracking-events", {"events": [SCAN]}, **{"Idempotency-Key": "k-1"})
    assert answer.status_code == 422


def test_a_request_that_is_refused_uses_no_key_up(caller: Caller) -> None:
    refused = caller.post("orders", {**ORDER, "total": "a lot"}, **{"Idempotency-Key": "k-1"})
    assert refused.status_code == 422
    assert caller.post("orders", ORDER, **{"Idempotency-Key": "k-1"}).status_code == 200


def test_while_the_first_is_worked_on_the_second_waits(caller: Caller) -> None:
    connection_id = caller.connection_id()
    with psycopg.connect(os.environ["DATABASE_URL"]) as another:
        another.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", ["k-1", connection_id]
        )
        answer = caller.post("orders", ORDER, **{"Idempotency-Key": "k-1"})
    assert answer.status_code == 409
    assert caller.post("orders", ORDER, **{"Idempotency-Key": "k-1"}).status_code == 200


def test_after_a_day_the_key_is_free_again(caller: Caller) -> None:
    caller.post("orders", ORDER, **{"Idempotency-Key": "k-1"})
    with clock.moved_to(clock.now() + housekeeping.REPLIES_FOR):
        housekeeping.run(clock.now())
    changed = {**ORDER, "total": "1.00"}
    assert caller.post("orders", changed, **{"Idempotency-Key": "k-1"}).status_code == 200
