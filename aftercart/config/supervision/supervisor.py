"""Keeps the programs of one installation running, and stops them in order.

It imports neither Django nor a database driver: it is there all day and should weigh nothing. Every
child is in a session of its own, so that a Ctrl-C in the terminal reaches only the supervisor, and
holds a lifeline (see `lifeline`), so that none outlives it.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from aftercart.config.supervision import lifeline

Tell = Callable[[str], None]

FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
STEADY_AFTER = 60.0
"""Seconds; a child that ran this long had a good start, and its next restart is quick again."""

LONGEST_STOP = 30.0


@dataclass
class Child:
    """A program that is to run all the time. `words` are those of the command `aftercart`."""

    name: str
    words: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    start_at: float = 0.0

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def delay_after_end(self) -> float:
        """Count an unwanted end; returns the seconds to wait before the next start."""
        if time.monotonic() - self.started_at > STEADY_AFTER:
            self.failures = 0
        self.failures += 1
        return min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** (self.failures - 1))


@dataclass
class Supervisor:
    """`look_after` is called about once a second, for whatever else is to be kept running."""

    tell: Tell
    children: list[Child] = field(default_factory=list)
    look_after: Callable[[], None] = lambda: None
    stopping: bool = False
    in_a_hurry: bool = False

    def __post_init__(self) -> None:
        self._wake = threading.Event()
        self._pipe = os.pipe()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        signal.signal(signal.SIGCHLD, lambda *_: self._wake.set())

    def run_once(self, words: list[str]) -> int:
        """Run a program to its end; returns its exit status, negative when it was stopped."""
        child = Child(words[0], words)
        self._start(child)
        while child.is_alive() and not self.stopping:
            self._wait(0.2)
        return self._finish(child)

    def start_all(self) -> None:
        for child in self.children:
            self._start(child)

    def keep_running(self, until: Callable[[], bool] = lambda: False) -> None:
        """Restart what ends, until asked to stop or until the condition holds."""
        while not self.stopping and not until():
            for child in self.children:
                self._keep(child)
            self.look_after()
            self._wait(1.0 if self._all_alive() else 0.1)

    def wait_until(self, condition: Callable[[], bool], failures: int) -> bool:
        """Keep all running until the condition holds; False when a child keeps ending at once."""

        def settled() -> bool:
            return condition() or any(child.failures >= failures for child in self.children)

        while not self.stopping and not settled():
            for child in self.children:
                self._keep(child)
            self._wait(0.05)
        return not self.stopping and condition()

    def stop_all(self) -> None:
        """Stop the children one after another; the first is the one that takes in work."""
        self.stopping = True
        for child in self.children:
            self._finish(child)

    def process_ids(self) -> list[int]:
        return [child.process.pid for child in self.children if child.process]

    def _start(self, child: Child) -> None:
        reading = self._pipe[0]
        child.process = subprocess.Popen(
            [sys.executable, "-m", "aftercart", *child.words],
            env={**os.environ, lifeline.VARIABLE: str(reading)},
            stdin=subprocess.DEVNULL,
            pass_fds=[reading],
            start_new_session=True,
        )
        child.started_at = time.monotonic()
        child.start_at = 0.0

    def _keep(self, child: Child) -> None:
        if child.is_alive() or self.stopping:
            return
        if child.start_at == 0.0:
            delay = child.delay_after_end()
            child.start_at = time.monotonic() + delay
            status = child.process.returncode if child.process else 0
            self.tell(f"{child.name} ended ({_reason(status)}); starting it again in {delay:g} s.")
        elif time.monotonic() >= child.start_at:
            self._start(child)

    def _finish(self, child: Child) -> int:
        """Ask the child to stop and wait until it has; returns its exit status."""
        if child.process is None:
            return 0
        if child.process.poll() is None:
            child.process.terminate()
        deadline = time.monotonic() + LONGEST_STOP
        while child.process.poll() is None and not self.in_a_hurry:
            if time.monotonic() > deadline:
                self.tell(f"{child.name} does not stop; ending it.")
                break
            self._wait(0.05)
        if child.process.poll() is None:
            os.killpg(child.process.pid, signal.SIGKILL)
        return child.process.wait()

    def _all_alive(self) -> bool:
        return all(child.is_alive() for child in self.children)

    def _wait(self, seconds: float) -> None:
        self._wake.wait(seconds)
        self._wake.clear()

    def _asked_to_stop(self, *_: object) -> None:
        self.in_a_hurry = self.stopping
        self.stopping = True
        self._wake.set()


def _reason(status: int) -> str:
    if status >= 0:
        return f"status {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"
