"""`GET /t/<token>`: the shopper's page, sent as the bytes that were rendered.

The database is asked every time whether the page is still true, many requests in one statement; its
bytes come from memory as long as their ETag is the one that is true. So no answer is ever old, and
hardly any needs a template or moves the page out of the database.
"""

import asyncio
import gzip
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

import msgspec
import structlog

from aftercart.core import clock
from aftercart.edge import notices
from aftercart.edge.asgi import Headers, Request, Send
from aftercart.edge.database import Line, Statement, Unavailable
from aftercart.edge.gather import Full, Gatherer
from aftercart.edge.kept import KeptBytes
from aftercart.edge.values import (
    INT8,
    INT8_ARRAY,
    TEXT,
    TEXT_ARRAY,
    TIMESTAMPTZ,
    bigint,
    bigints,
    moment,
    read_bigint,
    read_boolean,
    read_bytes,
    read_text,
    texts,
)

PREFIX = "/t/"
ROUTE = "/t/{token}"
BATCH, ROOM = 256, 4096
RENDERS_WAITING = 200
RETRY_AFTER: Headers = [(b"retry-after", b"10")]
ALLOW: Headers = [(b"allow", b"GET, HEAD")]

LOOK_UP = Statement(
    "look_up_pages",
    """
SELECT wanted.position, page.etag,
  page.stale OR page.body IS NULL OR coalesce(page.fresh_until <= $1, false)
FROM unnest($2, $3) WITH ORDINALITY AS wanted(store_id, token, position)
JOIN pages_trackingpage AS page
  ON page.store_id = wanted.store_id AND page.token = wanted.token
""",
    takes=(TIMESTAMPTZ, INT8_ARRAY, TEXT_ARRAY),
    gives=(read_bigint, read_text, read_boolean),
)
FETCH = Statement(
    "fetch_page",
    """
SELECT etag, body FROM pages_trackingpage
WHERE store_id = $1 AND token = $2 AND body IS NOT NULL
""",
    takes=(INT8, TEXT),
    gives=(read_text, read_bytes),
)

# `unsafe-inline` is for the page's own style; there is no script at all. Pictures of products come
# from the shop. The dashboard shows the page in a frame, also where the store has its own domain.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: https: http:; "
    "font-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'self' {dashboard}"
)
HEADERS: Headers = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"private, no-cache"),
    (b"x-robots-tag", b"noindex, nofollow"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"vary", b"accept-encoding"),
]
GZIP = (b"content-encoding", b"gzip")
FOR_TLS = (b"strict-transport-security", b"max-age=31536000")

log = structlog.get_logger(__name__)


class Page(msgspec.Struct, frozen=True):
    """A page as it is sent. `body` is gzip; `headers` are those of the compressed answer."""

    etag: str
    tag: bytes
    body: bytes
    headers: Headers
    plain_headers: Headers


Place = tuple[str, bool]
"""What the database says of a page: the ETag of its bytes, and whether they are stale."""


Running = dict[str, asyncio.Task[Page | None]]


class Pages:
    """The door for shoppers."""

    def __init__(
        self,
        lookups: Sequence[Line],
        bodies: Line,
        render: Callable[[int, str], Awaitable[tuple[str, bytes] | None]],
        on_render: Callable[[str], None],
        dashboard: str,
    ) -> None:
        """
        Args:
            render: makes the page of a store's token anew: its ETag and its bytes as gzip, or None
                where there is no such page.
            on_render: told what became of each rendering.
            dashboard: the origin that may show pages in a frame.
        """
        policy = CONTENT_SECURITY_POLICY.format(dashboard=dashboard).encode()
        self._headers: Headers = [*HEADERS, (b"content-security-policy", policy)]
        if dashboard.startswith("https:"):
            self._headers.append(FOR_TLS)
        self._bodies = bodies
        self._lookups = lookups
        self._render = render
        self._on_render = on_render
        # Kept by its own token: a page must never be shown under another's link.
        self._kept: KeptBytes[Page] = KeptBytes()
        self._places: Gatherer[tuple[int, str], Place | None] = Gatherer(
            self._look_up, lanes=len(lookups), batch=BATCH, room=ROOM, hopeless=Unavailable
        )
        self._fetching: Running = {}
        self._rendering: Running = {}

    async def handle(self, request: Request, send: Send) -> None:
        """Answer with the page."""
        request.route = ROUTE
        if request.scope["method"] not in ("GET", "HEAD"):
            await request.refuse(send, 405, "Method not allowed", "Pages are read.", ALLOW)
            return
        token = request.scope["path"][len(PREFIX) :]
        store_id = _store_of(token)
        try:
            # The usual way is written out here: every call would be felt.
            place = await self._places.put((store_id, token)) if store_id else None
            page = self._kept.get(token) if place else None
            if place and (page is None or page.etag != place[0] or place[1]):
                page = await self._page(store_id, token, is_stale=place[1])
        except (Unavailable, Full):
            headers = [*notices.HTML, *RETRY_AFTER]
            await request.respond(send, 503, headers, notices.come_back())
            return
        if page is None:
            await request.respond(send, 404, notices.HTML, notices.not_found())
        elif page.tag in request.headers.get(b"if-none-match", b""):
            await request.respond(send, 304, page.plain_headers, b"")
        elif accepts_gzip(request.headers.get(b"accept-encoding", b"")):
            await request.respond_with(send, 200, page.headers, page.body)
        else:
            body = gzip.decompress(page.body)
            await request.respond(send, 200, page.plain_headers, body)

    async def _page(self, store_id: int, token: str, *, is_stale: bool) -> Page | None:
        """The page as it is true now, made anew where it is stale, else as the database has it.

        Raises:
            Unavailable: it cannot be had at this moment.
        """
        if is_stale:
            return await self._rendered(store_id, token)
        return await self._fetched(store_id, token)

    async def _look_up(
        self, lane: int, wanted: Sequence[tuple[int, str]]
    ) -> Sequence[Place | None]:
        stores = bigints([store_id for store_id, _ in wanted])
        tokens = texts([token for _, token in wanted])
        rows = await self._lookups[lane].fetch(LOOK_UP, [moment(clock.now()), stores, tokens])
        found: list[Place | None] = [None] * len(wanted)
        for position, etag, is_stale in rows:
            found[position - 1] = (etag, is_stale)
        return found

    async def _fetched(self, store_id: int, token: str) -> Page | None:
        """The bytes from the database; those who want the same page share one fetch."""

        async def fetch() -> Page | None:
            rows = await self._bodies.fetch(FETCH, [bigint(store_id), token.encode()])
            if not rows:
                raise Unavailable("the page has just changed")
            return self._keep(token, *rows[0])

        return await _shared(self._fetching, token, fetch)

    async def _rendered(self, store_id: int, token: str) -> Page | None:
        """The page made anew; those who want the same page share one rendering."""

        async def render() -> Page | None:
            if len(self._rendering) > RENDERS_WAITING:
                raise Unavailable("too many pages to render")
            try:
                made = await self._render(store_id, token)
            except Unavailable:
                self._on_render("unavailable")
                raise
            except Exception as error:
                log.exception("page.render_failed", store=store_id)
                self._on_render("failed")
                raise Unavailable("render failed") from error
            self._on_render("rendered" if made else "unknown")
            return self._keep(token, *made) if made else None

        return await _shared(self._rendering, token, render)

    def _keep(self, token: str, etag: str, body: bytes) -> Page:
        tag = f'W/"{etag}"'.encode()
        plain = [*self._headers, (b"etag", tag)]
        length = (b"content-length", b"%d" % len(body))
        page = Page(etag, tag, body, [*plain, GZIP, length], plain)
        self._kept.put(token, page, len(body) + 2000)
        return page


def _store_of(token: str) -> int:
    """The store that a token names, 0 where it cannot be one. Whether it is one, the database says.

    `links.store_of` is stricter, and takes as long as everything else here together.
    """
    if not token.isascii() or not token.isalnum() or not 26 < len(token) <= 38:
        return 0
    return int(token[:-26], 36)


def accepts_gzip(header: bytes) -> bool:
    """Whether the sender of this `accept-encoding` can unpack gzip (RFC 9110, 12.5.3)."""
    if header in (b"gzip", b"gzip, deflate", b"gzip, deflate, br", b"gzip, deflate, br, zstd"):
        return True
    for part in header.split(b","):
        coding, _, weight = part.strip().partition(b";")
        if coding.strip() in (b"gzip", b"*"):
            return weight.replace(b" ", b"") not in (b"q=0", b"q=0.0", b"q=0.00", b"q=0.000")
    return False


async def _shared(
    running: Running, key: str, start: Callable[[], Coroutine[Any, Any, Page | None]]
) -> Page | None:
    """The result of what runs under this key already, or of what is started now.

    Whoever goes away does not stop it for the others.
    """
    task = running.get(key)
    if task is None:
        task = asyncio.ensure_future(start())
        running[key] = task
        task.add_done_callback(lambda _: running.pop(key, None))
    return await asyncio.shield(task)
