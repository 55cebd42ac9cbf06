"""The worker: does everything that is due, each kind in a thread of its own.

The kinds of due work come from the setting `DUE_WORK`, the odd jobs from `JOBS`. Any number of
workers may run. SIGTERM and SIGINT let each kind finish the batch it has in hand.
"""

import os
import signal
import socket
import time
from types import FrameType

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils.module_loading import import_string

from aftercart.core import clock, jobs, sql
from aftercart.core.collecting import settle_down
from aftercart.intake import channels, stopping
from aftercart.intake.actions import beats
from aftercart.intake.job_loop import JobLoop
from aftercart.intake.work_loop import WorkLoop

LISTEN_SECONDS = 0.5
BEAT_SECONDS = 10.0
HOUSEKEEPING_SECONDS = 3600.0
RECONNECT_SECONDS = 1.0
LONGEST_END = 25.0
"""Seconds that the work in hand may take to end; what does not is rolled back and done later."""

INBOX_KIND = "intake.processing"

log = structlog.get_logger(__name__)


def run() -> None:
    """Work until SIGTERM or SIGINT."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _asked_to_stop)
    worker = Worker()
    settle_down()
    worker.run()


def _asked_to_stop(number: int, frame: FrameType | None) -> None:
    stopping.ask()


class Worker:
    """The threads of one worker, and the ear that wakes them."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"[:120]
        self.started_at = clock.now()
        self.loops = [
            WorkLoop(path, import_string(path), self._wake_all) for path in settings.DUE_WORK
        ]
        self.jobs = JobLoop()
        self._next_beat = self._next_housekeeping = 0.0

    def run(self) -> None:
        """Work until `stopping.ask` is called, then let the work in hand end."""
        log.info("worker.started", worker=self.name, kinds=[loop.name for loop in self.loops])
        for thread in (*self.loops, self.jobs):
            thread.start()
        while not stopping.asked():
            try:
                self._listen()
            except (DatabaseError, InterfaceError) as error:
                log.debug("worker.listener_lost", error=type(error).__name__)
                connection.close()
                self._wake_all()
                time.sleep(RECONNECT_SECONDS)
        self._end()

    def _listen(self) -> None:
        """Wake the inbox's loop when the edge has put something in; beat from time to time."""
        sql.run(f"LISTEN {channels.INBOX}")
        while not stopping.asked():
            self._beat()
            with connection.wrap_database_errors:
                for _ in connection.connection.notifies(timeout=LISTEN_SECONDS, stop_after=1):
                    self._wake(INBOX_KIND)

    def _wake(self, name: str) -> None:
        for loop in self.loops:
            if loop.name == name:
                loop.wake()

    def _wake_all(self) -> None:
        """What one kind did may be due work of another."""
        for loop in self.loops:
            loop.wake()

    def _beat(self) -> None:
        now = time.monotonic()
        if now >= self._next_beat:
            self._next_beat = now + BEAT_SECONDS
            state = {loop.name: loop.state for loop in self.loops} | {"jobs": self.jobs.state}
            beats.beat(self.name, self.started_at, state)
        if now >= self._next_housekeeping:
            self._next_housekeeping = now + HOUSEKEEPING_SECONDS
            jobs.defer("keep_house", once="keep_house")

    def _end(self) -> None:
        self._wake_all()
        deadline = time.monotonic() + LONGEST_END
        for thread in (*self.loops, self.jobs):
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                log.warning("worker.cut_short", kind=thread.name)
        try:
            beats.leave(self.name)
        except (DatabaseError, InterfaceError):
            log.debug("worker.left_silently")
        connection.close()
        log.info("worker.ended", worker=self.name)
