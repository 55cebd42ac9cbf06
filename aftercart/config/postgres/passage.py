"""Letting one system user reach a file below directories that are closed to it.

Postgres refuses to run as root, so root starts it as a user of its own. Where the project lies
below a closed directory (such as root's home), that user is given leave to pass through, by an
access control list that names only this user and only "search": it cannot list the directory.
"""

import errno
import os
import pwd
import stat
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

ACL_ATTRIBUTE = "system.posix_acl_access"
# The layout of the attribute: linux/posix_acl_xattr.h
HEADER = struct.Struct("<I")
ENTRY = struct.Struct("<HHI")
VERSION = 2
OWNER, USER, GROUP, MASK, OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
NO_ID = 0xFFFFFFFF
SEARCH = 1

Entry = tuple[int, int, int]


class ClosedDirectory(Exception):
    """The user may not pass through `directory`, and we may not or cannot change that."""

    def __init__(self, directory: Path) -> None:
        super().__init__(str(directory))
        self.directory = directory


def can(user: pwd.struct_passwd, permission: str, path: Path) -> bool:
    """Whether the user has the permission (`r`, `w` or `x`) on the path and may get there."""
    test = subprocess.run(  # only the kernel, asked as that user, knows about every kind of rule
        ["/usr/bin/test", f"-{permission}", str(path)],
        user=user.pw_uid,
        group=user.pw_gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return test.returncode == 0


def let_through(user: pwd.struct_passwd, path: Path) -> Iterator[Path]:
    """Give the user leave to pass through every closed parent of `path`; yields those it opened.

    Raises:
        ClosedDirectory: one of them could not be opened.
    """
    for directory in reversed(path.parents):
        if can(user, "x", directory):
            continue
        try:
            _add_search(directory, user.pw_uid)
        except (OSError, AttributeError) as error:
            raise ClosedDirectory(directory) from error
        if not can(user, "x", directory):
            raise ClosedDirectory(directory)
        yield directory


def _add_search(directory: Path, user_id: int) -> None:
    """Add the entry `user:<id>:--x` to the directory's list."""
    entries = [entry for entry in _entries(directory) if entry[0::2] != (USER, user_id)]
    group = next(permissions for tag, permissions, _ in entries if tag == GROUP)
    mask = next((permissions for tag, permissions, _ in entries if tag == MASK), group)
    entries = [entry for entry in entries if entry[0] != MASK]
    entries += [(USER, SEARCH, user_id), (MASK, mask | SEARCH, NO_ID)]
    packed = b"".join(ENTRY.pack(*entry) for entry in sorted(entries, key=_order))
    os.setxattr(directory, ACL_ATTRIBUTE, HEADER.pack(VERSION) + packed)


def _order(entry: Entry) -> tuple[int, int]:
    return entry[0], entry[2]


def _entries(directory: Path) -> list[Entry]:
    """The directory's list, or what its plain permissions amount to."""
    try:
        packed = os.getxattr(directory, ACL_ATTRIBUTE)
        return list(ENTRY.iter_unpack(packed[HEADER.size :]))
    except OSError as error:
        if error.errno != errno.ENODATA:
            raise
    mode = stat.S_IMODE(directory.stat().st_mode)
    return [
        (OWNER, mode >> 6 & 7, NO_ID),
        (GROUP, mode >> 3 & 7, NO_ID),
        (OTHER, mode & 7, NO_ID),
    ]
