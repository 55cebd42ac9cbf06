"""Requests of a moment become one batch; a slow batch does not hold up the next for long."""

import asyncio

import pytest

from aftercart.edge.gather import Full, Gatherer
from tests.support.apart import run_apart


class Work:
    """Doubles numbers, slowly, and remembers its batches."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.batches: list[tuple[int, list[int]]] = []

    async def __call__(self, lane: int, items: list[int]) -> list[int]:
        self.batches.append((lane, list(items)))
        await asyncio.sleep(self.seconds)
        if 13 in items:
            raise ValueError("13")
        return [item * 2 for item in items]


def gatherer(work: Work, **options: object) -> Gatherer[int, int]:
    given = {"lanes": 1, "batch": 100, "room": 100, **options}
    return Gatherer(work, **given)  # type: ignore[arg-type]


def test_what_is_ready_together_goes_together_and_gets_its_own_result():
    work = Work()

    async def run() -> list[int]:
        gathering = gatherer(work)
        return list(await asyncio.gather(*(gathering.put(n) for n in range(5))))

    assert run_apart(run()) == [0, 2, 4, 6, 8]
    assert work.batches == [(0, [0, 1, 2, 3, 4])]


def test_what_comes_meanwhile_is_the_next_batch():
    work = Work(0.02)

    async def run() -> None:
        gathering = gatherer(work)
        first = gathering.put(1)
        await asyncio.sleep(0.005)
        await asyncio.gather(first, gathering.put(2), gathering.put(3))

    run_apart(run())
    assert work.batches == [(0, [1]), (0, [2, 3])]


def test_where_a_batch_is_slow_another_lane_takes_the_next():
    work = Work(0.1)

    async def run() -> None:
        gathering = gatherer(work, lanes=2)
        first = gathering.put(1)
        await asyncio.sleep(0.01)
        await asyncio.gather(first, gathering.put(2))
        await gathering.finish()

    run_apart(run())
    assert work.batches == [(0, [1]), (1, [2])]


def test_a_batch_that_fails_fails_for_those_in_it_and_nobody_else():
    async def run() -> list[object]:
        gathering = gatherer(Work(), batch=2)
        promises = [gathering.put(n) for n in (1, 2, 13, 14, 5)]
        return list(await asyncio.gather(*promises, return_exceptions=True))

    results = run_apart(run())
    assert [result for result in results if isinstance(result, int)] == [2, 4, 10]
    assert [str(result) for result in results if isinstance(result, Exception)] == ["13", "13"]


def test_where_there_is_no_hope_nobody_waits_in_vain():
    async def run() -> list[object]:
        gathering = gatherer(Work(0.05), batch=1, hopeless=ValueError)
        promises = [gathering.put(n) for n in (13, 1, 2, 3)]
        return list(await asyncio.gather(*promises, return_exceptions=True))

    assert [str(result) for result in run_apart(run())] == ["13"] * 4


def test_whoever_goes_away_does_not_disturb_the_others():
    async def run() -> int:
        gathering = gatherer(Work(0.01))
        leaving = gathering.put(1)
        staying = gathering.put(2)
        leaving.cancel()
        return await staying

    assert run_apart(run()) == 4


def test_no_more_may_wait_than_there_is_room_for():
    async def run() -> None:
        gathering = gatherer(Work(), room=2)
        gathering.put(1)
        gathering.put(2)
        with pytest.raises(Full):
            gathering.put(3)
        await gathering.finish()
        assert gathering.waiting == 0
        assert await gathering.put(3) == 6

    run_apart(run())


def test_a_batch_has_a_greatest_weight_but_one_item_always_goes():
    work = Work()

    async def run() -> None:
        gathering = gatherer(work, weigh=lambda item: item, batch_weight=10)
        await asyncio.gather(*(gathering.put(n) for n in (4, 6, 5, 50, 1)))

    run_apart(run())
    assert [items for _, items in work.batches] == [[4, 6], [5], [50], [1]]
