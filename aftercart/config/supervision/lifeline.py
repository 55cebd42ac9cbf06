"""How a child notices that its supervisor is gone, even by `kill -9`.

The supervisor keeps the writing end of a pipe and never writes. When it dies, the system closes
that end, and whoever reads the other one learns of it at once.
"""

import contextlib
import os
import signal
import threading
import time

VARIABLE = "AFTERCART_LIFELINE"
LONGEST_FAREWELL = 30.0
"""Seconds that a child has to finish what it is doing."""


def watch() -> None:
    """Have this process stop when its supervisor is gone; does nothing for one without."""
    descriptor = os.environ.pop(VARIABLE, "")
    if descriptor.isdecimal():
        os.set_inheritable(int(descriptor), False)
        threading.Thread(target=_wait, args=(int(descriptor),), daemon=True).start()


def _wait(descriptor: int) -> None:
    with contextlib.suppress(OSError):
        os.read(descriptor, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(LONGEST_FAREWELL)
    os._exit(1)
