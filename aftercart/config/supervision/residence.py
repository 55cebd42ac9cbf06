"""One supervisor to a home: it says who it is, and clears up after one that was killed.

The lock goes with the process that holds it, so a `kill -9` leaves no stale lock; what may be left
are children on their way out, which are waited for.
"""

import contextlib
import fcntl
import json
import os
import signal
import time
from pathlib import Path
from typing import IO, TypedDict

LONGEST_LEAVE = 10.0
"""Seconds that what a killed supervisor left may take to end by itself."""


class Occupant(TypedDict):
    """Who runs from a home; `children` are process ids."""

    pid: int
    url: str
    children: list[int]


NOBODY: Occupant = {"pid": 0, "url": "just starting", "children": []}


class AlreadyRunningError(Exception):
    """Another supervisor runs from this home; the text says which and what to do."""


class Residence:
    """The right to run from a home, held until `leave` or the end of the process."""

    def __init__(self, home: Path) -> None:
        """
        Raises:
            AlreadyRunningError: another supervisor has it.
        """
        home.mkdir(parents=True, exist_ok=True, mode=0o711)
        self._file: IO[str] = (home / "up.lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            found = self._read()
            raise AlreadyRunningError(
                f"Aftercart already runs from {home} (process {found['pid']}, {found['url']}). "
                "Stop it, or set AFTERCART_HOME to another folder."
            ) from error
        for pid in self._read()["children"]:
            _see_off(pid)

    def tell(self, url: str, children: list[int]) -> None:
        """Write down who runs here."""
        self._write({"pid": os.getpid(), "url": url, "children": children})

    def leave(self) -> None:
        self._write(NOBODY)
        self._file.close()

    def _read(self) -> Occupant:
        self._file.seek(0)
        try:
            found: Occupant = json.load(self._file)
        except ValueError:
            return NOBODY
        return found

    def _write(self, content: Occupant) -> None:
        self._file.seek(0)
        self._file.truncate()
        json.dump(content, self._file)
        self._file.flush()


def _see_off(pid: int) -> None:
    """Wait for a child of a killed supervisor to end, and end it if it does not."""
    deadline = time.monotonic() + LONGEST_LEAVE
    while _is_ours(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    if _is_ours(pid):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def _is_ours(pid: int) -> bool:
    """Whether the process is a program of ours and not one that was given its old number."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"aftercart" in words and (b"serve" in words or b"work" in words)
