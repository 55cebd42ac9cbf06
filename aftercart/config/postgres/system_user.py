"""The system user that the embedded Postgres runs as.

Postgres refuses to run as root. Anybody else runs it as themselves; root runs it as the user
`aftercart`, which is made when it is not there.
"""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aftercart.config.postgres import passage

NAME = "aftercart"
READ_AND_SEARCH = stat.S_IROTH | stat.S_IXOTH


class NoSystemUser(Exception):
    """Postgres cannot be run as any user; the text says what to do."""


@dataclass(frozen=True, slots=True)
class User:
    """Who a program runs as; `switch` when that is somebody else than we are."""

    id: int
    group: int
    switch: bool

    def arguments(self) -> dict[str, Any]:
        """What `subprocess` needs to run a program as this user."""
        if not self.switch:
            return {}
        return {"user": self.id, "group": self.group, "extra_groups": []}


def for_postgres(data: Path, programs: Path, tell: Callable[[str], None]) -> User:
    """The user for the data folder (which may not exist yet), able to reach it and the programs.

    Raises:
        NoSystemUser: there is none, the data are somebody else's, or a directory is closed.
    """
    if os.geteuid() != 0:
        return _ourselves(data)
    account = _account(data, tell)
    try:
        for path in (data, programs / "postgres"):
            for directory in passage.let_through(account, path):
                tell(f"Letting the database's user ({account.pw_name}) pass through {directory}.")
    except passage.ClosedDirectory as error:
        raise NoSystemUser(
            f"The database runs as the user {account.pw_name}, which may not pass through "
            f"{error.directory}. Allow it (chmod o+x {error.directory}), or move the project or "
            "AFTERCART_HOME to a place such as /opt."
        ) from error
    if not passage.can(account, "x", programs / "postgres"):
        _open_to_all(programs.parent)
    return User(account.pw_uid, account.pw_gid, switch=True)


def give(path: Path, user: User) -> None:
    """Make the user the owner of a file or folder that we have just made."""
    if user.switch:
        os.chown(path, user.id, user.group)


def _ourselves(data: Path) -> User:
    if data.exists() and data.stat().st_uid != os.geteuid():
        owner = data.stat().st_uid
        raise NoSystemUser(
            f"The data in {data} belong to another user (number {owner}). Run this as the user "
            "who made them, or set AFTERCART_HOME to a folder of your own."
        )
    return User(os.geteuid(), os.getegid(), switch=False)


def _account(data: Path, tell: Callable[[str], None]) -> pwd.struct_passwd:
    """Who owns the data, else the account of our name, made when it is not there."""
    if data.exists() and data.stat().st_uid:
        return pwd.getpwuid(data.stat().st_uid)
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        tell(f"Making a system user for the database ({NAME}) ...")
        _make_account()
        return pwd.getpwnam(NAME)


def _make_account() -> None:
    program = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is None:
        raise NoSystemUser(
            f"Postgres may not run as root. Make a system user named {NAME}, or run this as "
            "another user."
        )
    nobody_home = ["--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
    made = subprocess.run(
        [program, "--system", "--user-group", *nobody_home, NAME],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise NoSystemUser(f"The system user {NAME} could not be made: {made.stderr.strip()}")


def _open_to_all(folder: Path) -> None:
    """Let everybody read the programs, where the installation was made for its owner alone."""
    for path in (folder, *folder.rglob("*")):
        if path.is_symlink():
            continue
        mode = path.stat().st_mode
        executable = path.is_dir() or mode & stat.S_IXUSR
        path.chmod(mode | (READ_AND_SEARCH if executable else stat.S_IROTH))
