"""The Postgres that comes with the product; see `server`. A packaged one takes its place by
`DATABASE_URL`: the rest of the product only knows an address."""

from aftercart.config.postgres.place import PostgresTrouble, url
from aftercart.config.postgres.place import is_ready as is_running
from aftercart.config.postgres.server import (
    discard,
    ensure_running,
    process_alive,
    release,
    stop,
)

__all__ = [
    "PostgresTrouble",
    "discard",
    "ensure_running",
    "is_running",
    "process_alive",
    "release",
    "stop",
    "url",
]
