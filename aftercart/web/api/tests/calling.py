"""A program that calls the API with a store's key, and what it sends."""

from typing import Any

import msgspec
from django.test import Client

from aftercart.core.models import Account, Store
from aftercart.core.tenancy import bound
from aftercart.intake.actions import connections
from aftercart.intake.models import Connection

ORDER: dict[str, Any] = {
    "external_id": "A-1",
    "number": "#1001",
    "placed_at": "2026-11-20T10:00:00Z",
    "updated_at": "2026-11-20T10:00:00Z",
    "currency": "EUR",
    "total": "59.90",
    "email": "ada@example.com",
    "lines": [
        {"external_id": "1", "title": "Mug", "quantity": 2, "price": "24.00"},
        {"external_id": "2", "title": "Soap", "quantity": 1, "price": "11.90"},
    ],
    "fulfillments": [
        {
            "external_id": "f1",
            "created_at": "2026-11-20T16:00:00Z",
            "parcels": [{"number": "1Z999AA10123456784", "carrier": "UPS"}],
            "items": [{"line_external_id": "1", "quantity": 2}],
        }
    ],
}
SCAN: dict[str, Any] = {
    "tracking_number": "1Z999AA10123456784",
    "occurred_at": "2026-11-21T08:15:00+01:00",
    "status": "in_transit",
    "text": "Departed facility",
    "city": "Köln",
    "country": "DE",
}


class Caller:
    """A client with a store's key."""

    def __init__(self, slug: str, scopes: str = "") -> None:
        account, _ = Account.objects.get_or_create(name="Acme")
        self.store = Store.objects.create(account=account, name=slug, slug=slug)
        self.key = connections.add(self.store.pk, "api", {"scopes": scopes}).secrets["api_key"]
        self.client = Client()

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        headers.setdefault("Authorization", f"Bearer {self.key}")
        return self.client.generic(
            method,
            f"/api/v1/{path}",
            data=body if isinstance(body, (bytes, str)) else msgspec.json.encode(body),
            content_type=headers.pop("Content-Type", "application/json"),
            headers=headers,
        )

    def post(self, path: str, body: object, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, "", **headers)

    def connection_id(self) -> int:
        with bound(self.store.pk):
            return int(Connection.objects.get(store=self.store).pk)
