"""A store with an API connection, and a sender that posts to it as a shop's system would."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import msgspec

from aftercart.connectors.registry import connector
from aftercart.conversation.journeys.actions import ensure_builtin
from aftercart.core import sql
from aftercart.core.models import Account, Store
from aftercart.intake.actions import connections
from tests.support.apart import run_apart

CONCURRENCY = 16


@dataclass
class Sender:
    """Posts signed deliveries to one store's connection."""

    store: Store
    public_id: str
    secret: str
    api_key: str

    def delivery(self, topic: str, body: object, delivery_id: str = "") -> "Delivery":
        return Delivery(topic, msgspec.json.encode(body), delivery_id or uuid4().hex)

    def post(self, url: str, delivery: "Delivery") -> httpx.Response:
        return httpx.post(
            f"{url}/in/{self.public_id}",
            content=delivery.body,
            headers=self.headers(delivery),
            timeout=20,
        )

    def headers(self, delivery: "Delivery") -> dict[str, str]:
        return connector("api").sign(
            delivery.topic, delivery.body, {"secret": self.secret}, delivery.id
        )

    def post_all(self, url: str, deliveries: Sequence["Delivery"]) -> list[int]:
        """Post many at once; the status of each, 0 where there was no answer."""
        return run_apart(self._post_all(url, deliveries))

    async def _post_all(self, url: str, deliveries: Sequence["Delivery"]) -> list[int]:
        gate = asyncio.Semaphore(CONCURRENCY)
        async with httpx.AsyncClient(timeout=20) as client:

            async def post(delivery: Delivery) -> int:
                async with gate:
                    try:
                        answer = await client.post(
                            f"{url}/in/{self.public_id}",
                            content=delivery.body,
                            headers=self.headers(delivery),
                        )
                    except httpx.TransportError:
                        return 0
                    return answer.status_code

            return list(await asyncio.gather(*(post(delivery) for delivery in deliveries)))


@dataclass(frozen=True)
class Delivery:
    """What is posted: the same id again is the same delivery."""

    topic: str
    body: bytes
    id: str


def open_store(slug: str) -> Sender:
    """A store with its journeys and an API connection."""
    account, _ = Account.objects.get_or_create(name="Acme")
    store = Store.objects.create(account=account, name=slug.title(), slug=slug)
    ensure_builtin(store.pk)
    added = connections.add(store.pk, "api", {})
    return Sender(store, added.public_id, added.secrets["secret"], added.secrets["api_key"])


def order(n: int, **changes: Any) -> dict[str, Any]:
    """A believable order of two lines in two parcels."""
    return {
        "external_id": f"o-{n}",
        "number": f"#{1000 + n}",
        "currency": "EUR",
        "total": "59.90",
        "email": f"shopper{n}@example.com",
        "lines": [
            {"external_id": "1", "title": "Stoneware mug", "quantity": 2, "price": "24.00"},
            {"external_id": "2", "title": "Olive oil soap", "quantity": 1, "price": "11.90"},
        ],
        **changes,
    }


def settled(store_id: int) -> bool:
    """Whether nothing of the store waits any more."""
    return not sql.fetch(
        """
        SELECT 1 FROM intake_inboxentry WHERE store_id = %(s)s AND state = 'pending'
        UNION ALL SELECT 1 FROM journeys_enrollment WHERE store_id = %(s)s AND due_at <= now()
        UNION ALL SELECT 1 FROM messages_message WHERE store_id = %(s)s AND due_at <= now()
        LIMIT 1
        """,
        {"s": store_id},
    )
