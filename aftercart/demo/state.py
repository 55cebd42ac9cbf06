"""What the demo remembers beside the database: how to sign in, and how far its story is told."""

from datetime import datetime
from pathlib import Path

import msgspec
from django.conf import settings

FILE_MODE = 0o600  # it holds the demo's password


class DemoState(msgspec.Struct):
    """`written_at` is the moment the story was written for; `told_live` how much came after it.

    `told_at` says when the latest of that was told, as carriers go on saying it. `asked` are the
    numbers of the parcels of which their carriers tell, in their own words.
    """

    email: str
    password: str
    store: str
    tracking_path: str
    written_at: datetime
    told_live: int = 0
    told_at: list[datetime] = []
    asked: list[str] = []


def _path() -> Path:
    path: Path = settings.ENVIRONMENT.home / "demo.json"
    return path


def remember(state: DemoState) -> None:
    """Write the state, readable for its owner alone."""
    path = _path()
    path.touch(mode=FILE_MODE)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(state)))


def recall() -> DemoState | None:
    """The state as it was last written, or None before the demo was filled."""
    path = _path()
    return msgspec.json.decode(path.read_bytes(), type=DemoState) if path.exists() else None
