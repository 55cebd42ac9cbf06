"""One kind of due work, done over and over in a thread of its own."""

import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError, connection

from aftercart.core import clock
from aftercart.intake import stopping

IDLE_SECONDS = 2.0
"""How long to sleep when nothing is due and nobody wakes us."""
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
LONGEST_DATABASE_DELAY = 3.0

log = structlog.get_logger(__name__)


class WorkLoop(threading.Thread):
    """Calls `run_batch` until the process ends: at once while there is work, later when not.

    Whatever goes wrong is logged, shown in the worker's beat, and tried again; no loop ends by it.
    """

    def __init__(
        self, path: str, run_batch: Callable[[], int], on_work: Callable[[], None]
    ) -> None:
        super().__init__(
            name=path.removeprefix("aftercart.").removesuffix(".run_batch"), daemon=True
        )
        self.run_batch = run_batch
        self.on_work = on_work
        self.state: dict[str, Any] = {"handled": 0}
        self._wake = threading.Event()
        self._failures = 0

    def wake(self) -> None:
        """Look for work now."""
        self._wake.set()

    def run(self) -> None:
        while not stopping.asked():
            self._wake.clear()
            started = time.monotonic()
            handled = self._try()
            if handled:
                self.state["handled"] += handled
                self.state["last_batch"] = {
                    "rows": handled,
                    "seconds": round(time.monotonic() - started, 3),
                }
                self.on_work()
            elif not stopping.asked():
                self._wake.wait(self._delay())
        connection.close()

    def _try(self) -> int:
        """Rows handled by a batch; nothing where it failed."""
        try:
            handled = self.run_batch()
        except stopping.Stopped:
            return 0
        except (DatabaseError, InterfaceError) as error:
            connection.close()
            self._failed(error)
            return 0
        except Exception as error:
            log.exception("worker.failed", kind=self.name)
            self._failed(error)
            return 0
        if self._failures:
            log.info("worker.recovered", kind=self.name)
            self._failures = 0
            self.state.pop("error", None)
        return handled

    def _failed(self, error: Exception) -> None:
        self._failures += 1
        lost = isinstance(error, DatabaseError | InterfaceError)
        if lost and self._failures == 1:
            log.warning("worker.database_trouble", kind=self.name, error=type(error).__name__)
        self.state["error"] = {"type": type(error).__name__, "at": clock.now().isoformat()}
        self._longest = LONGEST_DATABASE_DELAY if lost else LONGEST_DELAY

    def _delay(self) -> float:
        if not self._failures:
            return IDLE_SECONDS
        return min(FIRST_DELAY * 2.0 ** min(self._failures - 1, 10), self._longest)

    _longest = LONGEST_DELAY
