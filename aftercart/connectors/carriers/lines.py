"""A line to a carrier: its server, a merchant's client id and secret, and the token they bring."""

from collections.abc import Mapping
from typing import Any

from aftercart.connectors import http
from aftercart.connectors.carriers.asked import entered, server
from aftercart.connectors.carriers.calling import call, with_token


class Line:
    """Requests to one server with one merchant's keys, counted. A subclass asks for the token.

    Attributes:
        label: the carrier's name for messages.
        usual: the address to ask where the merchant named no other.
        requests: how many were made, tokens left out.
    """

    label = ""
    usual = ""

    def __init__(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> None:
        self.address = server(settings, self.usual)
        names = ("client_id", "client_secret")
        self.keys = [entered(name, credentials, settings) for name in names]
        self.requests = 0

    def token(self) -> tuple[str, float]:
        """A new token, and its life in seconds."""
        raise NotImplementedError

    def send(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **request: Any
    ) -> http.Reply:
        """One request with a token that is good; see `calling.call`."""

        def use(token: str) -> http.Reply:
            self.requests += 1
            given = {"Authorization": f"Bearer {token}", **(headers or {})}
            url = f"{self.address}{path}"
            return call(self.label, method, url, headers=given, **request)

        return with_token(self.label, self.address, self.keys, self.token, use)
