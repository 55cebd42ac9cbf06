"""Rendering a page with Django, in threads of its own, bound to the page's store."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from aftercart.conversation.pages import actions as pages
from aftercart.core.tenancy import bound
from aftercart.edge.database import Unavailable

AT_ONCE = 2


class Renderer:
    """Renders in a few threads, each with its own connection to the database."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="render")

    async def render(self, store_id: int, token: str) -> tuple[str, bytes] | None:
        """The page's ETag and its bytes as gzip; None where there is no such page.

        Raises:
            Unavailable: the database is away.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _render, store_id, token)


def _render(store_id: int, token: str) -> tuple[str, bytes] | None:
    close_old_connections()
    try:
        with bound(store_id):
            page = pages.render(store_id, token)
    except (DatabaseError, InterfaceError) as error:
        is_lost = connection.connection is None or connection.connection.closed
        connection.close()
        if is_lost:
            raise Unavailable(type(error).__name__) from error
        raise
    finally:
        close_old_connections()
    return (page.etag, bytes(page.body)) if page is not None else None
