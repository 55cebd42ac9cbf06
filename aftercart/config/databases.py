"""Which login each process uses: none of the running ones may bypass row-level security."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from aftercart.config.environment import Environment

ENGINE = "aftercart.core.database"
ROLE_NAMES = {"face": "aftercart_face", "worker": "aftercart_worker", "edge": "aftercart_edge"}


def databases(environment: Environment, role: str) -> dict[str, dict[str, Any]]:
    """Django's DATABASES for a process of the given role (`owner`, `face`, `worker`)."""
    options: dict[str, Any] = {"connect_timeout": 5}
    if role in ROLE_NAMES:
        options["assume_role"] = ROLE_NAMES[role]
    url = environment.database_url
    if role == "face" and environment.database_face_url:
        url = environment.database_face_url
    return {"default": {**parse(url), "OPTIONS": options}}


def parse(url: str) -> dict[str, Any]:
    """The parts of a `postgresql://` URL as Django names them; `?host=/path` is a socket folder."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": ENGINE,
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": str(parts.port or query.get("port") or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
