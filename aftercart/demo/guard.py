"""What the live demo needs before it begins: nobody else who tells it, and an app that listens."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from django.conf import settings

UP_FILE, LIVE_FILE = "up.lock", "demo-live.lock"
TIMEOUT_SECONDS = 10


class CannotTell(Exception):
    """The demo cannot be live now; the text says why and what to do."""


@contextmanager
def alone() -> Iterator[None]:
    """Be the only one who tells the story. A `kill -9` leaves no stale lock.

    Raises:
        CannotTell: somebody else tells it from the same home.
    """
    path = _home() / LIVE_FILE
    with path.open("a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotTell(
                "The demo is live already, in another window. End it there with Ctrl-C first."
            ) from error
        yield


def app_address() -> str:
    """Where the app listens: what `aftercart up` wrote down, whose port our settings may lack."""
    try:
        url = json.loads((_home() / UP_FILE).read_bytes())["url"]
    except (OSError, ValueError, KeyError):
        url = ""
    return url if url.startswith("http") else str(settings.PUBLIC_URL)


def see_app(client: httpx.Client, address: str) -> None:
    """Look whether the app is there.

    Raises:
        CannotTell: it does not answer.
    """
    try:
        client.get(f"{address}/readyz").raise_for_status()
    except httpx.HTTPError as error:
        raise CannotTell(
            f"The app does not answer at {address}. Start it with `make run` and try again; if it "
            "runs elsewhere, set PORT or PUBLIC_URL as it has them."
        ) from error


def _home() -> Path:
    home: Path = settings.ENVIRONMENT.home
    return home
