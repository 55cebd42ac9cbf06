"""Binding the database to one store, so that row-level security stands behind every query."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from aftercart.core.database.roles import FACE, STORE_SETTING


@contextmanager
def bound(store_id: int) -> Iterator[None]:
    """Inside the block, one transaction, only this store's rows can be seen or written.

    The binding is local to the transaction, so it is safe behind a transaction-mode pooler.
    """
    with transaction.atomic():
        before = _current_binding()
        _bind(FACE, str(store_id))
        yield
        _bind(*before)


def _current_binding() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('role'), coalesce(current_setting(%s, true), '')",
            [STORE_SETTING],
        )
        role, store = cursor.fetchone()
        return role, store


def _bind(role: str, store: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config(%s, %s, true)",
            [role, STORE_SETTING, store],
        )
