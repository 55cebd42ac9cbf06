"""Figures of the edge: durable webhooks, tracking pages, and the memory of a machine at rest."""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from aftercart.bench.arena import (
    RUNS,
    Arena,
    Row,
    await_ready,
    free_port,
    open_arena,
    row,
    running,
)

SECONDS = 5.0
CONNECTIONS = 64
REST_AFTER = 20.0
"""Seconds after which a machine that does nothing is at rest."""


def webhooks() -> list[Row]:
    """Durable webhooks a second over 64 connections, and their p99 at half that rate."""
    with open_arena() as arena:
        seed = arena.seed("webhooks")
        plan = {"requests": seed["requests"], "connections": CONNECTIONS, "seconds": SECONDS}
        ours: list[float] = []
        floors: list[float] = []
        with arena.app() as app, arena.floor("webhooks", seed) as floor:
            for turn in range(RUNS):
                floors.append(_rate(floor, plan, f"floor{turn}"))
                arena.empty_inbox()
                ours.append(_rate(app, plan, f"ours{turn}"))
                arena.empty_inbox()
            rate = statistics.median(ours) / 2
            late = _latencies(arena, app, floor, {**plan, "rate": rate}, "webhooks")
    return [
        row("edge_webhooks", ours, "webhooks/s", floors),
        row("edge_webhooks_p99_ms", late[0], "ms", late[1], lower_is_better=True),
    ]


def pages() -> list[Row]:
    """Tracking pages a second from one serving process, and their p99 at half that rate."""
    with open_arena() as arena:
        seed = arena.seed("pages")
        with arena.app() as app:
            seed = _warm(arena, app, seed)
            plan = {"requests": seed["requests"], "connections": CONNECTIONS, "seconds": SECONDS}
            ours: list[float] = []
            floors: list[float] = []
            with arena.floor("pages", seed) as floor:
                for turn in range(RUNS):
                    floors.append(_rate(floor, plan, f"floor{turn}"))
                    ours.append(_rate(app, plan, f"ours{turn}"))
                rate = statistics.median(ours) / 2
                late = _latencies(arena, app, floor, {**plan, "rate": rate}, "pages")
    return [
        row("tracking_pages", ours, "pages/s", floors),
        row("tracking_pages_p99_ms", late[0], "ms", late[1], lower_is_better=True),
    ]


def memory() -> list[Row]:
    """The memory of everything that `aftercart up` starts, when nothing happens.

    Pages that processes share are counted once (PSS), the database's included.
    """
    runs = [_memory_at_rest() for _ in range(RUNS)]
    value = statistics.median(runs)
    return [
        {
            "figure": "rest_memory_mb",
            "value": round(value, 1),
            "unit": "MB",
            "floor": None,
            "share": None,
            "runs": [round(run, 1) for run in runs],
        }
    ]


FIGURES: dict[str, Callable[[], list[Row]]] = {
    "edge_webhooks": webhooks,
    "tracking_pages": pages,
    "rest_memory_mb": memory,
}


def _memory_at_rest() -> float:
    """Megabytes, in a new home, after the sign-in page was looked at once."""
    with tempfile.TemporaryDirectory(prefix="aftercart-rest-") as folder:
        home = Path(folder) / "home"
        Path(folder).chmod(0o711)  # the database may run as a user of its own
        port = free_port()
        environment = {
            **os.environ,
            "AFTERCART_HOME": str(home),
            "AFTERCART_DEMO": "0",
            "PORT": str(port),
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
        }
        environment.pop("DATABASE_URL", None)
        words = [sys.executable, "-m", "aftercart", "up"]
        with running(words, environment, b"", Path(folder) / "up.log") as process:
            await_ready(f"http://127.0.0.1:{port}/readyz")
            httpx.get(f"http://127.0.0.1:{port}/accounts/login/").raise_for_status()
            time.sleep(REST_AFTER)
            return sum(_megabytes(pid) for pid in _family(process.pid))


def _family(pid: int) -> list[int]:
    """The process and all its descendants."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(path.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(path.parent.name))
    family = [pid]
    for member in family:
        family += children.get(member, [])
    return family


def _megabytes(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))


def _latencies(
    arena: "Arena", app: int, floor: int, plan: Row, name: str
) -> tuple[list[float], list[float]]:
    """The p99 of ours and of the floor, both at the same rate."""
    ours, floors = [], []
    for turn in range(RUNS):
        floors.append(_load(floor, plan, f"{name}-floor-late{turn}")["p99_ms"])
        arena.empty_inbox()
        ours.append(_load(app, plan, f"{name}-late{turn}")["p99_ms"])
        arena.empty_inbox()
    return ours, floors


def _rate(port: int, plan: Row, unique: str) -> float:
    return float(_load(port, {**plan, "rate": 0}, unique)["per_second"])


def _load(port: int, plan: Row, unique: str) -> Row:
    """Carry out a plan from a process of its own; every answer must be a 200."""
    whole = {**plan, "host": "127.0.0.1", "port": port, "unique": unique}
    done = subprocess.run(
        [sys.executable, "-m", "aftercart.bench.load"],
        input=json.dumps(whole),
        capture_output=True,
        text=True,
        check=True,
    )
    result: Row = json.loads(done.stdout)
    print(f"  {unique}: {result}", file=sys.stderr)
    if set(result["statuses"]) != {"200"}:
        raise RuntimeError(f"the load was not served: {result}")
    return result


def _warm(arena: Arena, app: int, seed: Row) -> Row:
    """Have every page rendered once, and give the floor the very bytes and headers."""
    bodies, headers = {}, {}
    with httpx.Client(base_url=f"http://127.0.0.1:{app}") as client:
        for path in seed["paths"]:
            with client.stream("GET", path, headers={"accept-encoding": "gzip"}) as reply:
                reply.raise_for_status()
                bodies[path] = b"".join(reply.iter_raw()).hex()
                headers = dict(reply.headers)
    pages_file = arena.folder / "pages.json"
    pages_file.write_text(json.dumps(bodies))
    return {**seed, "pages": str(pages_file), "headers": headers}
