"""Which login each process uses: none of the running ones may bypass row-level security."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from aftercart.config.environment import Environment

ENGINE = "aftercart.core.database"
ROLE_NAMES = {"face": "aftercart_face", "worker": "aftercart_worker", "edge": "aftercart_edge"}


def databases(environment: Environment, role: str) -> dict[str, dict[str, Any]]:
    """Django's DATABASES for a process of the given role (`owner`, `face`, `worker`)."""
    urls = {"face": environment.database_face_url, "worker": environment.database_worker_url}
    database = parse(urls.get(role, environment.database_url))
    if role in ROLE_NAMES:
        database["OPTIONS"]["assume_role"] = ROLE_NAMES[role]
    return {"default": database}


def parse(url: str) -> dict[str, Any]:
    """The parts of a `postgresql://` URL as Django names them; `?host=/path` is a socket folder.

    What else stands in its query (`sslmode`, `sslrootcert`, …) is passed on as it is.
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    host, port = query.pop("host", ""), query.pop("port", "")
    return {
        "ENGINE": ENGINE,
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host or parts.hostname or "",
        "PORT": str(parts.port or port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, **query},
    }
