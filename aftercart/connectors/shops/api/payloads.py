"""The bodies of our own webhooks: the same fields as the REST API takes.

`orders`: one order, a list of them, or `{"orders": […]}`. `tracking-events`: `{"events": […]}`, a
list of events, or one.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import msgspec
from pydantic import BaseModel, TypeAdapter, ValidationError

from aftercart.connectors.base import ParseError
from aftercart.connectors.shops.api import facts
from aftercart.connectors.shops.api.fields import LENIENT
from aftercart.connectors.shops.api.schemas import Order, TrackingEventIn
from aftercart.core import clock

MOST = 10_000
Payload = TypeVar("Payload", bound=BaseModel)


class Body(Generic[Payload]):
    """Reads one object, a list of them, or a list of them under `wrapper`."""

    def __init__(self, kind: type[Payload], wrapper: str) -> None:
        self.wrapper = wrapper
        self.one: TypeAdapter[Payload] = TypeAdapter(kind)
        self.many: TypeAdapter[list[Payload]] = TypeAdapter(list[kind])  # type: ignore[valid-type]

    def read(self, body: bytes) -> list[Payload]:
        """
        Raises:
            ParseError: a field is missing, unknown or unusable.
        """
        content = _json(body)
        try:
            if isinstance(content, dict) and set(content) == {self.wrapper}:
                content = content[self.wrapper]
            if isinstance(content, list):
                return self.many.validate_python(_few(content), context=LENIENT)
            return [self.one.validate_python(content, context=LENIENT)]
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            raise ParseError(_path(first["loc"]), first["msg"]) from error


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ParseError("body", "is not JSON") from error


def _few(content: list[Any]) -> list[Any]:
    if len(content) > MOST:
        raise ParseError("body", f"holds more than {MOST} objects")
    return content


def _path(location: Sequence[str | int]) -> str:
    """`lines[0].quantity` for `("lines", 0, "quantity")`."""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return path.lstrip(".")[:200] or "body"


ORDERS = Body(Order, "orders")
EVENTS = Body(TrackingEventIn, "events")


def read_orders(headers: Mapping[str, str], body: bytes) -> list[Any]:
    """The orders of a body as facts. One without `updated_at` is as new as its delivery.

    Raises:
        ParseError: a field is missing, unknown or unusable.
    """
    sent_at = _sent_at(headers)
    return [facts.order_fact(order, sent_at) for order in ORDERS.read(body)]


def read_tracking_events(headers: Mapping[str, str], body: bytes) -> list[Any]:
    """One fact per parcel that the events are about.

    Raises:
        ParseError: a field is missing, unknown or unusable.
    """
    return list(facts.tracking_facts(EVENTS.read(body)))


def _sent_at(headers: Mapping[str, str]) -> datetime:
    timestamp = headers.get("webhook-timestamp", "")
    return datetime.fromtimestamp(int(timestamp), UTC) if timestamp.isdecimal() else clock.now()
