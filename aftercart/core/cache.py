"""Django's cache in Postgres, which all processes share.

Attempts to sign in are counted in it, and codes that were used are remembered: in the memory of one
process, each further process would give a guesser as many attempts again. Keys name people and
addresses, so only their hashes are stored. Values are JSON: reading one never runs code.
"""

import hashlib
from datetime import timedelta
from typing import Any

import msgspec
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

from aftercart.core import clock, sql

FOREVER = timedelta(days=3650)


class SharedCache(BaseCache):
    """Each operation is one statement."""

    def __init__(self, location: str, parameters: dict[str, Any]) -> None:
        super().__init__(parameters)

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Of several who add at once, one is told that it was theirs."""
        return self._put(key, value, timeout, version, "WHERE stored.expires_at <= %(now)s")

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        self._put(key, value, timeout, version, "")

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        rows = sql.fetch_rows(
            "SELECT value FROM core_cacheentry WHERE key = %s AND expires_at > %s",
            [self._hashed(key, version), clock.now()],
        )
        return msgspec.json.decode(rows[0][0]) if rows else default

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        now = clock.now()
        given = [now + self._lasting(timeout), self._hashed(key, version), now]
        return bool(
            sql.run(
                "UPDATE core_cacheentry SET expires_at = %s WHERE key = %s AND expires_at > %s",
                given,
            )
        )

    def delete(self, key: Any, version: int | None = None) -> bool:
        given = [self._hashed(key, version)]
        return bool(sql.run("DELETE FROM core_cacheentry WHERE key = %s", given))

    def clear(self) -> None:
        sql.run("DELETE FROM core_cacheentry")

    def _put(self, key: Any, value: Any, timeout: Any, version: int | None, condition: str) -> bool:
        now = clock.now()
        touched = sql.run(
            f"""
            INSERT INTO core_cacheentry AS stored (key, value, expires_at)
            VALUES (%(key)s, %(value)s, %(expires_at)s)
            ON CONFLICT (key) DO UPDATE
            SET value = excluded.value, expires_at = excluded.expires_at {condition}
            """,
            {
                "key": self._hashed(key, version),
                "value": msgspec.json.encode(value).decode(),
                "expires_at": now + self._lasting(timeout),
                "now": now,
            },
        )
        return bool(touched)

    def _hashed(self, key: Any, version: int | None) -> str:
        return hashlib.sha256(self.make_key(key, version).encode()).hexdigest()

    def _lasting(self, timeout: Any) -> timedelta:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return FOREVER if seconds is None else timedelta(seconds=seconds)


def forget_expired() -> int:
    """Delete what is over; returns how many."""
    return sql.run("DELETE FROM core_cacheentry WHERE expires_at <= %s", [clock.now()])
