"""`POST /in/<public_id>`: verify a webhook as its system demands, store it, and only then say so.

Unknown and removed connections answer 404, paused ones 410 (but for demands for privacy, which are
heard all the same), forged requests 401. While the database is away the answer is 503, at once, so
that the sender tries again.
"""

import asyncio
import hashlib
from collections.abc import Callable

import msgspec
import structlog

from aftercart.connectors.base import (
    Accepted,
    Acknowledged,
    Refused,
    Verdict,
    WebhookRequest,
    heard_while_paused,
)
from aftercart.edge.asgi import Headers, Receive, Request, Send
from aftercart.edge.bodies import Bodies, Gone, TooLarge, TooMuch
from aftercart.edge.connections import ConnectionCache, Known
from aftercart.edge.database import Unavailable
from aftercart.edge.inbox import LARGE, Delivery, InboxWriter, Unstorable

PREFIX = "/in/"
ROUTE = "/in/{connection}"
LONGEST_TOPIC = 80
LONGEST_KEY = 32
RETRY_AFTER: Headers = [(b"retry-after", b"5")]
ALLOW: Headers = [(b"allow", b"POST")]
CLOSE: Headers = [(b"connection", b"close")]
STORED: Headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]

log = structlog.get_logger(__name__)
encode = msgspec.json.Encoder().encode


class Webhooks:
    """The door for webhooks."""

    def __init__(
        self,
        connections: ConnectionCache,
        writer: InboxWriter,
        bodies: Bodies,
        count: Callable[[str, str], None],
        note_refusal: Callable[[Known, str], None],
    ) -> None:
        """
        Args:
            count: told the system and what became of each delivery.
            note_refusal: shows at the connection that a delivery was refused, and why.
        """
        self.connections = connections
        self.writer = writer
        self.bodies = bodies
        self.count = count
        self.note_refusal = note_refusal

    async def handle(self, request: Request, receive: Receive, send: Send) -> None:
        """Answer one delivery."""
        request.route = ROUTE
        if request.scope["method"] != "POST":
            await request.refuse(send, 405, "Method not allowed", "Webhooks are posted.", ALLOW)
            return
        public_id = request.scope["path"][len(PREFIX) :]
        try:
            known = self.connections.get(public_id) or await self.connections.find(public_id)
            if known is None or not _is_heard(known):
                await self._turn_away(request, send, known)
                return
            declared = request.headers.get(b"content-length")
            body = await self.bodies.read(receive, declared)
            await self._take(request, send, known, body)
        except Unavailable:
            detail = "It could not be stored just now. Send it again."
            self.count("", "unavailable")
            await request.refuse(send, 503, "Service unavailable", detail, RETRY_AFTER)
        except TooMuch:
            self.count("", "unavailable")
            detail = "Too much arrives at once. Send it again."
            await request.refuse(send, 503, "Service unavailable", detail, RETRY_AFTER)
        except TooLarge:
            self.count("", "too_large")
            detail = "The body is larger than 20 MB."
            await request.refuse(send, 413, "Content too large", detail, CLOSE)
        except Gone:
            self.count("", "gone")
            await request.refuse(send, 408, "Request timeout", "The body did not arrive.", CLOSE)

    async def _turn_away(self, request: Request, send: Send, known: Known | None) -> None:
        if known is None:
            self.count("", "unknown")
            await request.refuse(send, 404, "Not found", "There is no such connection.")
        else:
            self.count(known.system, "paused")
            await request.refuse(send, 410, "Gone", "This connection is paused.")

    async def _take(self, request: Request, send: Send, known: Known, body: bytes) -> None:
        system = known.system
        if known.connector is None or known.secrets is None:
            # Not the sender's fault, and mended by the right release or by giving the key back.
            raise Unavailable("no connector or no keys")
        asked = _webhook_request(request, body)
        if len(body) < LARGE:
            verdict = _verdict(known, asked)
        else:
            verdict = await asyncio.to_thread(_verdict, known, asked)
        if isinstance(verdict, Accepted) and not _is_heard(known, verdict.topic):
            await self._turn_away(request, send, known)
        elif isinstance(verdict, Accepted):
            try:
                await self.writer.store(_delivery(known, verdict, body))
            except Unstorable:
                self.count(system, "unstorable")
                await request.refuse(send, 422, "Unprocessable", "It cannot be stored.")
                return
            self.count(system, "stored")
            await request.respond(send, 200, STORED, b"")
        elif isinstance(verdict, Acknowledged):
            self.count(system, "acknowledged")
            await request.respond(send, 200, STORED, b"")
        else:
            self.count(system, "refused")
            self.note_refusal(known, verdict.reason)
            await request.refuse(send, verdict.status, "Refused", verdict.reason)


def _is_heard(known: Known, topic: str = "") -> bool:
    """Whether a topic, or any at all, is taken in, also where the connection is paused."""
    if known.state != "paused":
        return True
    heard = heard_while_paused(known.connector) if known.connector is not None else frozenset()
    return topic in heard if topic else bool(heard)


def _webhook_request(request: Request, body: bytes) -> WebhookRequest:
    scope = request.scope
    return WebhookRequest(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        headers=_texts(request.headers),
        body=body,
    )


def _texts(headers: dict[bytes, bytes]) -> dict[str, str]:
    """The headers as text: decoded in one go, since neither names nor values hold a line break."""
    words = b"\n".join([word for pair in headers.items() for word in pair])
    parts = iter(words.decode("latin-1").split("\n"))
    return dict(zip(parts, parts, strict=True))


def _verdict(known: Known, asked: WebhookRequest) -> Verdict:
    """What the connector says; where the current secret does not fit, the one it replaced may."""
    verdict: Verdict = Refused(reason="This connection has no secret.", status=401)
    for secrets in known.accepted_secrets():
        assert known.connector is not None
        try:
            verdict = known.connector.receive(asked, secrets)
        except Exception:
            # A hostile request must never look genuine, and never bring the door down.
            log.exception("webhook.verify_failed", system=known.system)
            return Refused(reason="The request cannot be read.", status=400)
        if not isinstance(verdict, Refused) or verdict.status != 401:
            return verdict
    return verdict


def _delivery(known: Known, accepted: Accepted, body: bytes) -> Delivery:
    headers = encode(accepted.headers).decode() if accepted.headers else "{}"
    return Delivery(
        known.store_id,
        known.connection_id,
        _fitting(accepted.dedupe_key),
        accepted.topic.replace("\0", "")[:LONGEST_TOPIC],
        headers.replace("\\u0000", ""),
        body,
    )


def _fitting(key: bytes) -> bytes:
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key).digest()
