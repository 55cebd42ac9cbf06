"""A shop that behaves as Shopify does: client credentials, GraphQL Admin API, webhooks.

Over real sockets. Tokens end, queries cost points from a bucket that refills, THROTTLED comes in a
200, a query over the limit is refused, connections are paged by cursors, rights are checked per
field, business errors are `userErrors`. Queries are checked against the part of Shopify's schema
that lies beside this file. After shopify.dev: "Rate limits",
"Client credentials grant", "Webhooks".
"""

import base64
import hashlib
import hmac
import json
import re
import secrets
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from graphql import execute_sync, parse, validate
from graphql.language import OperationDefinitionNode

from tests.standins.listening import Handler, listening
from tests.standins.shopify_graphql import actual_cost, requested_cost, schema

ALL_SCOPES = ("read_orders", "read_fulfillments", "read_products", "read_customers")
GARBAGE = b"<!DOCTYPE html><html><head><title>Something went wrong</title></head></html>"

Node = dict[str, Any]
Reply = tuple[int, bytes, dict[str, str]]


@dataclass
class Shop:
    """A shop's data, and switches for how it misbehaves.

    Attributes:
        scopes: what the app may do.
        token_seconds: how long a token is good; the answer says a day all the same where
            `lies_about_tokens`.
        largest_query: the points that a single query may cost.
        bucket_size: the most points that wait; `restored` come back each second.
        taken: points that somebody else takes before each query, one each.
        wait: seconds before each answer.
        failures: answers to give first, one each: `garbage`, `cut` (in the middle), `gone` (the
            connection ends without a word), a status, or other JSON.
        signs_wrong: webhooks are signed with another secret.
        asked: the name of every query, for tests to look at.
        tokens_given: how many tokens were asked for.
        delivered: what each webhook was answered, as (topic, status).
    """

    domain: str = "acme.myshopify.com"
    client_id: str = "client-of-ours"
    secret: str = "shpss_made_up_for_tests"
    is_installed: bool = True
    scopes: tuple[str, ...] = ALL_SCOPES
    token_seconds: float = 86_400
    lies_about_tokens: bool = False
    largest_query: float = 1000.0
    bucket_size: float = 2000.0
    restored: float = 100.0
    taken: list[float] = field(default_factory=list)
    wait: float = 0.0
    signs_wrong: bool = False
    failures: list[Any] = field(default_factory=list)
    url: str = ""
    orders: list[Node] = field(default_factory=list)
    products: list[Node] = field(default_factory=list)
    subscriptions: list[Node] = field(default_factory=list)
    tokens: dict[str, float] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    throttled: int = 0
    tokens_given: int = 0
    delivered: list[tuple[str, int]] = field(default_factory=list)
    available: float = 0.0
    filled_at: float = 0.0
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.available, self.filled_at = self.bucket_size, time.monotonic()

    def revoke_tokens(self) -> None:
        """Tokens that were given are no longer accepted; new ones may be asked for."""
        self.tokens.clear()

    def deliver(self, topic: str, body: Node, delivery_id: str = "") -> list[int]:
        """Post a webhook to every subscription of the topic; returns what was answered."""
        name = topic.replace("/", "_").upper()
        uris = [one["uri"] for one in self.subscriptions if one["topic"] == name]
        return [self.post(uri, topic, json.dumps(body).encode(), delivery_id) for uri in uris]

    def post(self, uri: str, topic: str, body: bytes, delivery_id: str = "") -> int:
        """Post a signed webhook to an address."""
        key = b"somebody else's" if self.signs_wrong else self.secret.encode()
        digest = hmac.new(key, body, hashlib.sha256).digest()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Shopify-Captain-Hook",
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
            "X-Shopify-Shop-Domain": self.domain,
            "X-Shopify-API-Version": "2026-10",
            "X-Shopify-Webhook-Id": delivery_id or secrets.token_hex(16),
            "X-Shopify-Event-Id": secrets.token_hex(16),
            "X-Shopify-Triggered-At": datetime.now(UTC).isoformat(),
        }
        request = urllib.request.Request(uri, data=body, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                status = int(answer.status)
        except urllib.error.HTTPError as error:
            status = error.code
        self.delivered.append((topic, status))
        return status

    def answer(self, path: str, token: str, body: bytes) -> Reply | None:
        """What a POST is answered; None ends the connection without a word."""
        time.sleep(self.wait)
        failure = self.failures.pop(0) if self.failures else None
        if failure == "gone":
            return None
        if failure is not None:
            return _failed(failure)
        if path == "/admin/oauth/access_token":
            return self.token(parse_qs(body.decode()))
        if re.fullmatch(r"/admin/api/\d{4}-\d{2}/graphql\.json", path):
            return self.graphql(token, json.loads(body))
        return _json(404, {"errors": "Not Found"})

    def token(self, form: dict[str, list[str]]) -> Reply:
        """POST /admin/oauth/access_token"""
        self.tokens_given += 1
        given = {name: values[0] for name, values in form.items()}
        if given.get("grant_type") != "client_credentials":
            return _json(400, {"error": "unsupported_grant_type"})
        known = (self.client_id, self.secret)
        if (given.get("client_id"), given.get("client_secret")) != known:
            return _json(400, {"error": "application_cannot_be_found"})
        if not self.is_installed:
            return 400, b"<h1>Oauth error app_not_installed</h1>", {"Content-Type": "text/html"}
        value = f"shpat_{secrets.token_hex(16)}"
        self.tokens[value] = time.monotonic() + self.token_seconds
        seconds = 86_399 if self.lies_about_tokens else int(self.token_seconds)
        answer = {"access_token": value, "scope": ",".join(self.scopes), "expires_in": seconds}
        return _json(200, answer)

    def graphql(self, token: str, asked: dict[str, Any]) -> Reply:
        """POST /admin/api/{version}/graphql.json"""
        if self.tokens.get(token, 0.0) < time.monotonic():
            wrong = "[API] Invalid API key or access token (unrecognized login or wrong password)"
            return _json(401, {"errors": wrong})
        document = parse(asked["query"])
        mistakes = validate(schema(), document)
        if mistakes:
            errors = [{"message": one.message, "extensions": {"code": "bad"}} for one in mistakes]
            return _json(200, {"errors": errors})
        return self._executed(document, asked.get("variables") or {})

    def _executed(self, document: Any, variables: dict[str, Any]) -> Reply:
        operation = next(
            one for one in document.definitions if isinstance(one, OperationDefinitionNode)
        )
        self.asked.append(operation.name.value if operation.name else "")
        cost = requested_cost(operation, variables)
        if cost > self.largest_query:
            said = f"Query cost is {cost:g}, which exceeds the single query max cost limit"
            return _json(200, _error(said, "MAX_COST_EXCEEDED"))
        if not self._pay(cost):
            self.throttled += 1
            answer = _error("Throttled", "THROTTLED")
            return _json(200, {**answer, "extensions": self._cost(cost, None)})
        result = execute_sync(
            schema(), document, variable_values=variables, context_value=self, root_value={}
        )
        actual = actual_cost(result.data)
        self._pay(actual - cost)
        answer = {**result.formatted, "extensions": self._cost(cost, actual)}
        return _json(200, answer)

    def _pay(self, points: float) -> bool:
        with self.lock:
            now = time.monotonic()
            refilled = self.available + (now - self.filled_at) * self.restored
            self.available, self.filled_at = min(refilled, self.bucket_size), now
            self.available -= self.taken.pop(0) if self.taken and points > 0 else 0
            if points > self.available:
                return False
            self.available -= points
            return True

    def _cost(self, requested: float, actual: float | None) -> dict[str, Any]:
        status = {
            "maximumAvailable": self.bucket_size,
            "currentlyAvailable": int(self.available),
            "restoreRate": self.restored,
        }
        cost = {
            "requestedQueryCost": requested,
            "actualQueryCost": actual,
            "throttleStatus": status,
        }
        return {"cost": cost}


@contextmanager
def running(shop: Shop, port: int = 0) -> Iterator[Shop]:
    """Let the shop answer at `shop.url` within the block."""
    with listening(_handler(shop), port) as taken:
        shop.url = f"http://127.0.0.1:{taken}"
        yield shop


def _handler(shop: Shop) -> type[Handler]:
    class Answering(Handler):
        def do_POST(self) -> None:
            token = self.headers.get("X-Shopify-Access-Token", "")
            reply = shop.answer(self.path, token, self.body())
            if reply is None:
                self.hang_up()
                return
            status, body, headers = reply
            self.send(status, headers, body)

    return Answering


def _failed(failure: Any) -> Reply:
    if isinstance(failure, dict | list):
        return _json(200, failure)
    if failure == "garbage":
        return 200, GARBAGE, {"Content-Type": "text/html"}
    if failure == "cut":
        return 200, b'{"data":', {"Content-Type": "application/json", "Content-Length": "100"}
    headers = {"Retry-After": "2.0"} if failure == 429 else {}
    status, body, kind = _json(int(failure), {"errors": "refused"})
    return status, body, {**kind, **headers}


def _json(status: int, body: Any) -> Reply:
    return status, json.dumps(body).encode(), {"Content-Type": "application/json"}


def _error(message: str, code: str) -> dict[str, Any]:
    return {"errors": [{"message": message, "extensions": {"code": code}}]}
