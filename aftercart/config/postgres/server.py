"""The Postgres that comes with the product: real Postgres from a wheel, with its data in the home.

Only the programs of the wheel are used: its Python part opens every parent directory to the world,
trusts process ids that may have been given away, and has one lock for all homes.

Every process that uses the server holds a shared lock on a file while it lives. Whoever leaves last
stops the server; a process that was killed leaves by dying. Nobody has to keep count.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from aftercart.config.postgres import launch, place
from aftercart.config.postgres.place import PostgresTrouble

LONGEST_STOP = 30.0


def ensure_running(home: Path, tell: launch.Tell = lambda _: None) -> str:
    """Have the server running, with its data made if there are none, and hold it for this process.

    Args:
        home: `AFTERCART_HOME`; the data lie in its folder `postgres`.
        tell: called with a short line whenever something takes a moment.

    Returns:
        The owner's URL.

    Raises:
        PostgresTrouble: the server cannot be started.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o711)
    _hold(home)
    with _alone(home):
        if not place.is_ready(home):
            _started(home, launch.start(home, tell))
    return place.url(home)


def process_alive(home: Path) -> bool:
    """Whether the server's process is there; cheap enough to ask every second."""
    child = _children.get(home)
    if child is not None and child.poll() is not None:
        return False
    pid = place.pid(home)
    return pid is not None and place.is_postmaster(pid, home)


def release(home: Path) -> None:
    """Stop using the server. Whoever leaves last stops it."""
    descriptor = _holds.pop(home, None)
    if descriptor is None:
        return
    # Let go before asking for it alone: of two that leave at once, each would see the other's lock.
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        stop(home)
    except BlockingIOError:
        pass  # somebody else still uses it
    finally:
        os.close(descriptor)


def stop(home: Path) -> None:
    """Stop the server at once, whoever uses it; what was committed is safe.

    Raises:
        PostgresTrouble: it does not stop.
    """
    pid = place.pid(home)
    if pid is None or not place.is_postmaster(pid, home):
        return
    for how in (signal.SIGINT, signal.SIGQUIT):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)
        if _gone(home, pid, LONGEST_STOP):
            return
    raise PostgresTrouble(f"Postgres (process {pid}) does not stop. See {home / 'postgres.log'}.")


def discard(home: Path) -> None:
    """Stop the server and throw its data away."""
    stop(home)
    shutil.rmtree(place.data(home), ignore_errors=True)


# What this process holds and has started.
_holds: dict[Path, int] = {}
_children: dict[Path, launch.Process] = {}


def _started(home: Path, process: launch.Process | None) -> None:
    if process is not None:
        _children[home] = process


def _hold(home: Path) -> None:
    if home in _holds:
        return
    descriptor = os.open(home / "postgres.users.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)  # waits while the last user is stopping it
    _holds[home] = descriptor


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    """No other process starts this home's server at the same time."""
    with (home / "postgres.start.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _gone(home: Path, pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        child = _children.get(home)
        if child is not None and child.pid == pid:
            if child.poll() is not None:
                del _children[home]
                return True
        elif not place.is_postmaster(pid, home):
            return True
        time.sleep(0.01)
    return False
