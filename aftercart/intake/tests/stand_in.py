"""A shop that can be asked, in memory: what it answers is set by the test."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar

from aftercart.connectors.base import Field, Identity, Page, Pulled
from aftercart.connectors.shops.api.connector import Api


class Shop(Api):
    """Speaks like our own webhooks, and can be asked."""

    system = "standin"
    fields: tuple[Field, ...] = (Field(name="secret", label="Secret", secret=True),)

    def __init__(self) -> None:
        self.puller = Puller()

    def source(self, settings: Mapping[str, Any]) -> str:
        return "standin"


class Puller:
    """Gives its pages one after the other, or fails as it is told."""

    every_seconds = 300
    pages: ClassVar[list[Page]] = []
    failure: ClassVar[Exception | None] = None
    asked: ClassVar[list[tuple[datetime, dict[str, Any]]]] = []
    subscribed: ClassVar[list[str]] = []

    @classmethod
    def reset(cls) -> None:
        cls.pages, cls.failure, cls.asked, cls.subscribed = [], None, [], []

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        if self.failure:
            raise self.failure
        return Identity(name="Stand-in shop")

    def subscribe(
        self, credentials: Mapping[str, str], settings: Mapping[str, Any], address: str
    ) -> dict[str, Any]:
        self.subscribed.append(address)
        return {"webhook": 7}

    def pull(
        self,
        credentials: Mapping[str, str],
        settings: Mapping[str, Any],
        changed_since: datetime,
        cursor: Mapping[str, Any],
    ) -> Iterator[Page]:
        self.asked.append((changed_since, dict(cursor)))
        for page in self.pages[int(cursor.get("page", 0)) :]:
            if self.failure:
                raise self.failure
            yield page


def page(number: int, *bodies: bytes, total: int | None = None) -> Page:
    """The page that is followed by page `number`."""
    objects = tuple(Pulled(topic="orders", dedupe_key=body[:32], body=body) for body in bodies)
    return Page(objects=objects, cursor={"page": number}, total=total)
