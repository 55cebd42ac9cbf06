"""The edge's lines: values as Postgres understands them, and healing after every kind of loss."""

import asyncio
import os
import time
from datetime import UTC, datetime

import psycopg
import pytest

from aftercart.core.database.roles import EDGE
from aftercart.edge import values
from aftercart.edge.database import Line, Statement, Unavailable, edge_address
from tests.support.apart import run_apart

PING = Statement("ping", "SELECT $1::int8", (values.INT8,), (values.read_bigint,))
SLEEP = Statement("sleep", "SELECT pg_sleep(30)::text", gives=(values.read_text,))
WRONG = Statement("wrong", "SELECT 1 / $1::int8", (values.INT8,), (values.read_bigint,))
ECHO = Statement(
    "echo",
    "SELECT n, b, t, $4::timestamptz, n > 0 FROM unnest($1, $2, $3) AS given(n, b, t)",
    (values.INT8_ARRAY, values.BYTEA_ARRAY, values.TEXT_ARRAY, values.TIMESTAMPTZ),
    (
        values.read_bigint,
        values.read_bytes,
        values.read_text,
        values.read_moment,
        values.read_boolean,
    ),
)

pytestmark = pytest.mark.django_db(transaction=True)


def line() -> Line:
    return Line(edge_address(os.environ["DATABASE_URL"]), "test")


def terminate(pid: int) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
        owner.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


async def pid_of(one: Line) -> int:
    rows = await one.fetch(
        Statement("pid", "SELECT pg_backend_pid()::int8", gives=(values.read_bigint,))
    )
    return int(rows[0][0])


def test_values_go_there_and_come_back():
    at = datetime(2026, 11, 22, 12, 34, 56, 789012, UTC)
    numbers, blobs, words = [-1, 2**62], [b"", b"\x00\xff" * 9], ["", "Łódź 🚚"]

    async def run() -> list[tuple]:
        return await line().fetch(
            ECHO,
            [
                values.bigints(numbers),
                values.byteas(blobs),
                values.texts(words),
                values.moment(at),
            ],
        )

    rows = run_apart(run())
    assert rows == [(-1, b"", "", at, False), (2**62, b"\x00\xff" * 9, "Łódź 🚚", at, True)]


def test_columns_may_be_empty():
    async def run() -> list[tuple]:
        empty = [values.bigints([]), values.byteas([]), values.texts([])]
        return await line().fetch(ECHO, [*empty, values.moment(datetime.now(UTC))])

    assert run_apart(run()) == []


def test_it_works_as_the_edges_own_role():
    async def run() -> str:
        rows = await line().fetch(
            Statement("role", "SELECT current_user::text", gives=(values.read_text,))
        )
        return str(rows[0][0])

    assert run_apart(run()) == EDGE


def test_megabytes_go_through():
    echo = Statement(
        "size", "SELECT octet_length($1)::int8", (values.BYTEA,), (values.read_bigint,)
    )

    async def run() -> int:
        return int((await line().fetch(echo, [b"x" * 20_000_000]))[0][0])

    assert run_apart(run()) == 20_000_000


def test_a_statement_that_fails_leaves_the_line_as_it_was():
    async def run() -> None:
        one = line()
        before = await pid_of(one)
        with pytest.raises(psycopg.errors.DivisionByZero):
            await one.fetch(WRONG, [values.bigint(0)])
        assert await pid_of(one) == before

    run_apart(run())


def test_a_connection_lost_meanwhile_is_replaced_without_a_word():
    async def run() -> None:
        one = line()
        before = await pid_of(one)
        await asyncio.to_thread(terminate, before)
        assert await pid_of(one) != before

    run_apart(run())


def test_a_connection_lost_in_mid_statement_is_unavailable_only_if_it_stays_so():
    async def run() -> None:
        one = line()
        pid = await pid_of(one)
        asked = asyncio.ensure_future(one.fetch(SLEEP))
        await asyncio.sleep(0.2)
        await asyncio.to_thread(terminate, pid)
        await asyncio.sleep(0.5)
        # It was repeated on a new connection, where it sleeps again.
        assert not asked.done()
        asked.cancel()
        assert (await one.fetch(PING, [values.bigint(7)])) == [(7,)]

    run_apart(run())


def test_a_server_that_hangs_is_given_up_in_time():
    async def run() -> None:
        one = Line(edge_address(os.environ["DATABASE_URL"]), "test", 0.3)
        await pid_of(one)
        started = time.monotonic()
        with pytest.raises(Unavailable):
            await one.fetch(SLEEP)
        assert time.monotonic() - started < 2
        assert (await one.fetch(PING, [values.bigint(7)])) == [(7,)]

    run_apart(run())


def test_no_server_is_said_at_once_and_not_asked_for_again_by_everybody():
    async def run() -> None:
        one = Line("postgresql://nobody@127.0.0.1:1/none?connect_timeout=1", "test")
        for _ in range(50):
            with pytest.raises(Unavailable):
                await one.fetch(PING, [values.bigint(1)])

    started = time.monotonic()
    run_apart(run())
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("pause", [0, 0.3])
@pytest.mark.parametrize("after", [0, 0.05])
def test_whoever_is_cut_short_leaves_nothing_behind_for_the_next(after: float, pause: float):
    """Be it while the statement is prepared (at once) or while it runs, and whether its answer has
    come by the time that the next one asks or not."""
    slow = Statement(
        "slow",
        "SELECT 1::int8 FROM pg_sleep(0.1)",
        gives=(values.read_bigint,),
    )

    async def run() -> None:
        one = line()
        assert await one.fetch(PING, [values.bigint(7)]) == [(7,)]
        asked = asyncio.ensure_future(one.fetch(slow))
        await asyncio.sleep(after)
        asked.cancel()
        await asyncio.wait([asked])
        await asyncio.sleep(pause)
        assert await one.fetch(PING, [values.bigint(8)]) == [(8,)]
        assert await one.fetch(slow) == [(1,)]

    run_apart(run())
