"""Where the embedded server of a home is, and what can be seen of it from outside."""

import contextlib
import hashlib
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

OWNER = "aftercart"
DATABASE = "aftercart"
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_BYTES = 103
"""What every system takes: `sun_path` has 104 bytes on macOS (108 on Linux), one the end mark."""

LOG_BYTES = 5_000_000


class PostgresTrouble(Exception):
    """The embedded server cannot be used; the text says why and what to do."""


def url(home: Path, user: str = OWNER) -> str:
    """The address of the database of this home, whether the server runs or not."""
    return f"postgresql://{user}@/{DATABASE}?host={quote(str(socket_folder(home)), safe='')}"


def data(home: Path) -> Path:
    return home / "postgres"


def socket_folder(home: Path) -> Path:
    """The data folder; where its path is too long for a socket, a short one of the same owner."""
    folder = data(home)
    if len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_PATH_BYTES:
        return folder
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path("/tmp") / f"aftercart-{digest}"  # noqa: S108 - its owner is checked before use


def is_ready(home: Path) -> bool:
    """Whether the server of this home answers."""
    return _status(home) == "ready" and _answers(home)


def pid(home: Path) -> int | None:
    try:
        return int((data(home) / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def is_postmaster(pid: int, home: Path) -> bool:
    """Whether the process is this home's server, and not one that was given its old number."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it is gone, or there is no /proc
        if Path("/proc/self").exists():
            return False
        command = subprocess.run(
            ["/bin/ps", "-p", str(pid), "-o", "args="], capture_output=True, check=False
        ).stdout
    return b"postgres" in command and os.fsencode(data(home)) in command


@contextlib.contextmanager
def log(home: Path) -> Iterator[int]:
    path = home / "postgres.log"
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def log_tail(home: Path) -> str:
    lines = (home / "postgres.log").read_text(errors="replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-8:])


def _status(home: Path) -> str | None:
    """What the last line of postmaster.pid says: `starting`, `ready`, `stopping`, … or None."""
    try:
        lines = (data(home) / "postmaster.pid").read_text().splitlines()
    except OSError:
        return None
    return lines[7].strip() if len(lines) > 7 else "starting"


def _answers(home: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(2)
        try:
            client.connect(str(socket_folder(home) / SOCKET_NAME))
        except OSError:
            return False
        return True
