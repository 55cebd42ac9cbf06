"""A load generator: raw HTTP/1.1 over sockets that stay open, in a process of its own.

It must cost less than what it measures, so requests are built beforehand and answers are only
counted: the status line and the declared length. Read a plan from stdin as JSON, write the result
to stdout as JSON.

Closed loop (`rate` 0): every connection sends its next request when it has its answer. Open loop:
requests are sent at a constant rate whatever comes back, and a latency counts from when a request
should have been sent.
"""

import array
import asyncio
import json
import sys
import time
from collections import deque
from itertools import count
from pathlib import Path
from typing import Any

import uvloop

WARM_UP = 1.0
HEX = b"0123456789abcdef"


class Requests:
    """Prepared requests, handed out in turn. A `{id}` in one is replaced by a running number."""

    def __init__(self, path: str, unique: str) -> None:
        blob = Path(path).read_bytes()
        sizes = array.array("I")
        head = 4 + 4 * int.from_bytes(blob[:4], "little")
        sizes.frombytes(blob[4:head])
        self._parts: list[tuple[bytes, bytes]] = []
        for size in sizes:
            before, _, after = blob[head : head + size].partition(b"{id}")
            self._parts.append((before, after))
            head += size
        self._unique = unique.encode()
        self._numbers = count()

    def next(self) -> bytes:
        number = next(self._numbers)
        before, after = self._parts[number % len(self._parts)]
        if not after:
            return before
        return b"%b%b%012x%b" % (before, self._unique, number, after)


class Run:
    """Counts answers and latencies from `begin` to `end` (monotonic seconds)."""

    def __init__(self, requests: Requests, begin: float, end: float) -> None:
        self.requests = requests
        self.begin, self.end = begin, end
        self.latencies = array.array("d")
        self.statuses: dict[bytes, int] = {}
        self.free: deque[Client] = deque()
        self.late: deque[float] = deque()
        self.closed_loop = True

    def answered(self, client: "Client", since: float, status: bytes) -> None:
        now = time.perf_counter()
        if self.begin <= now <= self.end:
            self.latencies.append(now - since)
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if now > self.end:
            return
        if self.closed_loop:
            client.ask(now)
        elif self.late:
            client.ask(self.late.popleft())
        else:
            self.free.append(client)


class Client(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.since = 0.0
        self.transport: Any = None
        self._wanted = 0
        self._status = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def ask(self, since: float) -> None:
        self.since = since
        self._wanted = 0
        self.transport.write(self.run.requests.next())

    def data_received(self, data: bytes) -> None:
        if self._wanted == 0:
            head = data.find(b"\r\n\r\n")
            at = data.find(b"content-length: ", 0, head)
            length = int(data[at + 16 : data.index(b"\r", at)]) if at > 0 else 0
            self._status = data[9:12]
            self._wanted = head + 4 + length
        self._wanted -= len(data)
        if self._wanted <= 0:
            self._wanted = 0
            self.run.answered(self, self.since, self._status)


async def measure(plan: dict[str, Any]) -> dict[str, Any]:
    """Carry out a plan: `host`, `port`, `requests`, `unique`, `connections`, `seconds`, `rate`."""
    loop = asyncio.get_running_loop()
    begin = time.perf_counter() + WARM_UP
    run = Run(Requests(plan["requests"], plan["unique"]), begin, begin + plan["seconds"])
    run.closed_loop = not plan["rate"]
    clients = []
    for _ in range(plan["connections"]):
        _, client = await loop.create_connection(lambda: Client(run), plan["host"], plan["port"])
        clients.append(client)
    if run.closed_loop:
        for client in clients:
            client.ask(time.perf_counter())
        await asyncio.sleep(run.end - time.perf_counter() + 0.2)
    else:
        run.free.extend(clients)
        await _send_steadily(run, plan["rate"])
    for client in clients:
        client.transport.close()
    return _result(run, plan["seconds"])


async def _send_steadily(run: Run, rate: float) -> None:
    started, sent = time.perf_counter(), 0
    while (now := time.perf_counter()) < run.end:
        while sent < (now - started) * rate:
            should = started + sent / rate
            sent += 1
            if run.free:
                run.free.popleft().ask(should)
            else:
                run.late.append(should)
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.3)


def _result(run: Run, seconds: float) -> dict[str, Any]:
    # What waited for a free connection to the very end counts as that late; it is not left out.
    latencies = sorted([*run.latencies, *(run.end - should for should in run.late)])
    return {
        "per_second": len(run.latencies) / seconds,
        "p50_ms": _percentile(latencies, 0.50) * 1000,
        "p99_ms": _percentile(latencies, 0.99) * 1000,
        "statuses": {status.decode(): count for status, count in run.statuses.items()},
        "unanswered": len(run.late),
    }


def _percentile(ordered: list[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("nan")


if __name__ == "__main__":
    print(json.dumps(uvloop.run(measure(json.load(sys.stdin)))))
