"""The real programs as processes of their own, on a free port, over the test's database.

`live_app` is `aftercart serve` and `aftercart work`; `live_app_with` starts them with variables of
one's own. Their data is committed data: a test that uses them has `transactional_db` by itself.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from aftercart.config.supervision.port import answers

PROGRAM = [sys.executable, "-m", "aftercart"]
LONGEST_START = 30.0
LONGEST_STOP = 20.0

StartLiveApp = Callable[..., "LiveApp"]


_held: list[socket.socket] = []


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on, kept for whoever is told of it.

    A socket that is bound and does not listen keeps the system from giving the port to another
    program, and is in nobody's way who names it (SO_REUSEADDR, SO_REUSEPORT).
    """
    holder = socket.socket()
    for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
        holder.setsockopt(socket.SOL_SOCKET, option, 1)
    holder.bind(("127.0.0.1", 0))
    _held.append(holder)
    return int(holder.getsockname()[1])


@dataclass
class LiveApp:
    """The programs under test. `variables` are added to this process's environment."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        ours = {"PORT": str(self.port), "PUBLIC_URL": self.url}
        return {**os.environ, **ours, **self.variables}

    def start(self, *names: str) -> None:
        """Start `serve`, `work` or both at once, and wait until each does its work."""
        for name in names:
            self._launch(name)
        for name in names:
            self._wait_for_start(name)

    def _launch(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [*PROGRAM, name],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _wait_for_start(self, name: str) -> None:
        started = {"serve": self.is_ready, "work": self.has_a_worker}[name]
        deadline = time.monotonic() + LONGEST_START
        while time.monotonic() < deadline and self.is_alive(name):
            if started():
                return
            time.sleep(0.02)
        pytest.fail(f"`aftercart {name}` does not start:\n{self.log(name)}")

    def is_ready(self) -> bool:
        return answers("127.0.0.1", self.port, "/readyz")

    def has_a_worker(self) -> bool:
        """Whether the worker has said that it is alive."""
        query = "SELECT FROM intake_workerbeat WHERE name LIKE %s"
        with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
            pid = self.processes["work"].pid
            return connection.execute(query, [f"%:{pid}"]).fetchone() is not None

    def is_alive(self, name: str) -> bool:
        return self.processes[name].poll() is None

    def kill(self, name: str) -> None:
        """`kill -9` the program and all that it started."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self, name: str) -> int:
        """Ask the program to finish; returns its exit status."""
        self.processes[name].terminate()
        return self._ended(name)

    def _ended(self, name: str) -> int:
        process = self.processes.pop(name)
        try:
            return process.wait(LONGEST_STOP)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            pytest.fail(f"`aftercart {name}` does not stop:\n{self.log(name)}")

    def restart(self, name: str) -> None:
        self.stop(name)
        self.start(name)

    def log(self, name: str) -> str:
        """What the program has written so far."""
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def close(self) -> None:
        """Stop whatever runs, all at once."""
        alive = [name for name in self.processes if self.is_alive(name)]
        for name in alive:
            self.processes[name].terminate()
        for name in alive:
            self._ended(name)


@pytest.fixture
def live_app_with(transactional_db: None, tmp_path: Path) -> Iterator[StartLiveApp]:
    """A function that starts the programs: `live_app_with("serve", "work", EMAIL_URL="smtp://…")`."""
    apps: list[LiveApp] = []

    def start(*names: str, **variables: str) -> LiveApp:
        folder = tmp_path / f"live-{len(apps)}"
        folder.mkdir()
        app = LiveApp(folder, variables)
        apps.append(app)
        app.start(*(names or ("serve", "work")))
        return app

    yield start
    for app in apps:
        app.close()


@pytest.fixture
def live_app(live_app_with: StartLiveApp) -> LiveApp:
    """The server and a worker, running."""
    return live_app_with()


def wait_for(
    condition: Callable[[], object], seconds: float = 10.0, what: str = "it", pause: float = 0.05
) -> object:
    """Wait until the condition holds, asked every `pause` seconds; returns what it returned."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(pause)
    pytest.fail(f"{what} did not happen within {seconds} seconds")
