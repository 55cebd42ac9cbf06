"""Whether this worker was asked to end. Long work looks here between two steps."""

import threading

_asked = threading.Event()


class Stopped(Exception):
    """The worker is ending; the work is to be taken up again where it stopped."""


def ask() -> None:
    """Ask all work of this process to come to an end."""
    _asked.set()


def asked() -> bool:
    """Whether the process is ending."""
    return _asked.is_set()


def raise_if_asked() -> None:
    """
    Raises:
        Stopped: the process is ending.
    """
    if asked():
        raise Stopped


def forget() -> None:
    """Work again, in a process that goes on (tests)."""
    _asked.clear()
