"""Doing together what arrives together: the requests of a moment share one statement, one commit.

While one batch is under way the next one gathers. So an idle edge works on a request at once, and a
busy one forms batches as large as the database is slow. Where it is really slow, a further lane
starts the next batch before the first has come back.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

PATIENCE = 0.003
"""Seconds for which items wait for a batch that is under way before another lane takes them."""
BUSY, PAUSE = 8, 0.001
"""After a batch of this many items the next one gathers for so many seconds: those who were just
answered ask again, and one batch of all costs less than a small one and a large one."""


class Full(Exception):
    """More waits than may wait."""


class Gatherer(Generic[Item, Result]):
    """Hands items to `work` in batches, in the order they came."""

    def __init__(
        self,
        work: Callable[[int, Sequence[Item]], Awaitable[Sequence[Result]]],
        *,
        lanes: int,
        batch: int,
        room: int,
        weigh: Callable[[Item], int] = lambda _: 0,
        batch_weight: int = 0,
        hopeless: type[Exception] | tuple[type[Exception], ...] = (),
    ) -> None:
        """
        Args:
            work: does a batch in a lane; returns a result for each item, in order.
            lanes: how many batches may be under way, each in a lane of its own, from 0.
            batch: how many items a batch has at most.
            room: how many items may wait.
            weigh: an item's weight; a batch of more than one weighs at most `batch_weight`.
            hopeless: when `work` raises this, whatever waits fails with it at once instead of
                finding out one slow batch after the other.
        """
        self.work = work
        self.batch = batch
        self.room = room
        self.weigh = weigh
        self.batch_weight = batch_weight
        self.hopeless = hopeless
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._tasks: list[asyncio.Task[None] | None] = [None] * lanes
        self._impatient: asyncio.TimerHandle | None = None
        self._paused: asyncio.TimerHandle | None = None
        self._busy_until = 0.0

    @property
    def waiting(self) -> int:
        """How many items wait for their batch."""
        return len(self._waiting)

    def put(self, item: Item) -> asyncio.Future[Result]:
        """The result to be, or what `work` raised for the batch.

        Raises:
            Full: too many items wait already.
        """
        if len(self._waiting) >= self.room:
            raise Full
        loop = asyncio.get_running_loop()
        promise: asyncio.Future[Result] = loop.create_future()
        self._waiting.append((item, promise))
        if self._tasks[0] is None:
            if loop.time() >= self._busy_until:
                # It starts after what is ready now has had its turn, and so joins in.
                self._tasks[0] = loop.create_task(self._work_off())
            elif self._paused is None:
                self._paused = loop.call_at(self._busy_until, self._end_pause)
        elif self._impatient is None and None in self._tasks:
            self._impatient = loop.call_later(PATIENCE, self._start_another_lane)
        return promise

    async def finish(self) -> None:
        """Wait until nothing waits and nothing is under way."""
        while self._waiting or any(self._tasks):
            tasks = [task for task in self._tasks if task is not None]
            await (asyncio.wait(tasks) if tasks else asyncio.sleep(PAUSE))

    def _end_pause(self) -> None:
        self._paused = None
        if self._waiting and self._tasks[0] is None:
            self._tasks[0] = asyncio.get_running_loop().create_task(self._work_off())

    def _start_another_lane(self) -> None:
        self._impatient = None
        if self._waiting and None in self._tasks:
            lane = self._tasks.index(None)
            loop = asyncio.get_running_loop()
            self._tasks[lane] = loop.create_task(self._work_once(lane))

    async def _work_off(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                batch = self._next_batch()
                await self._do(0, batch)
                if len(batch) >= BUSY:
                    self._busy_until = loop.time() + PAUSE
                    if 0 < len(self._waiting) < len(batch):
                        await asyncio.sleep(PAUSE)
        finally:
            self._tasks[0] = None

    async def _work_once(self, lane: int) -> None:
        try:
            if self._waiting:
                await self._do(lane, self._next_batch())
        finally:
            self._tasks[lane] = None

    async def _do(self, lane: int, taken: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await self.work(lane, [item for item, _ in taken])
        except Exception as error:  # noqa: BLE001 - it is for those who wait
            if isinstance(error, self.hopeless):
                taken = [*taken, *self._waiting]
                self._waiting.clear()
            for _, promise in taken:
                if not promise.done():
                    promise.set_exception(error)
            return
        for (_, promise), result in zip(taken, results, strict=True):
            if not promise.done():  # whoever waited may have gone away
                promise.set_result(result)

    def _next_batch(self) -> list[tuple[Item, asyncio.Future[Result]]]:
        waiting, weight = self._waiting, 0
        if not self.batch_weight and len(waiting) <= self.batch:
            self._waiting = deque()
            return list(waiting)
        taken: list[tuple[Item, asyncio.Future[Result]]] = []
        while waiting and len(taken) < self.batch:
            weight += self.weigh(waiting[0][0])
            if taken and weight > self.batch_weight > 0:
                break
            taken.append(waiting.popleft())
        return taken
