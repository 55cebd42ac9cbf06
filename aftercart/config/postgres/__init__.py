"""The Postgres that comes with the product; see `server`. A packaged one takes its place by
`DATABASE_URL`: the rest of the product only knows an address."""

from aftercart.config.postgres.server import (
    PostgresTrouble,
    ensure_running,
    is_running,
    process_alive,
    release,
    stop,
    url,
)

__all__ = [
    "PostgresTrouble",
    "ensure_running",
    "is_running",
    "process_alive",
    "release",
    "stop",
    "url",
]
