"""Australia Post's tracking API: a key and a password, up to ten numbers in a request."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from aftercart.connectors import http
from aftercart.connectors.base import Heard, Limit
from aftercart.connectors.carriers.asked import entered, server
from aftercart.connectors.carriers.calling import call, read_json, stated
from aftercart.connectors.carriers.trackers import KeyTracker, answered

LABEL = "Australia Post"
ADDRESS = "https://digitalapi.auspost.com.au"
# "Invalid tracking ID": it never was one. "Product not trackable" stays so too.
NEVER = ("ESB-10001", "51101", "ESB-20010")


class AustraliaPostTracker(KeyTracker):
    """Asked with an account's API key and password; see the README beside this file."""

    label = LABEL
    probe = "7XX1000"
    carriers: frozenset[str] = frozenset({"australia_post", "startrack"})
    batch = 10
    limits: tuple[Limit, ...] = (Limit(10, 60),)

    def request(
        self, credentials: Mapping[str, str], settings: Mapping[str, Any], numbers: Sequence[str]
    ) -> http.Reply:
        """The results of up to ten numbers."""
        names = ("api_key", "password", "account_number")
        key, password, account = (entered(name, credentials, settings) for name in names)
        proven = base64.b64encode(f"{key}:{password}".encode()).decode()
        return call(
            LABEL,
            "GET",
            f"{server(settings, ADDRESS)}/shipping/v1/track",
            headers={"Authorization": f"Basic {proven}", "Account-Number": account},
            parameters=(("tracking_ids", ",".join(numbers)),),
        )

    def heard(self, reply: http.Reply, numbers: Sequence[str]) -> list[Heard]:
        """News or an error for each number; one error for all where the request was refused."""
        answer = read_json(LABEL, reply)
        if not reply.ok:
            return [Heard(number=number, problem=_stated(answer)) for number in numbers]
        results = answered(numbers, answer.get("tracking_results"), "tracking_id")
        return [_of_number(number, one) for number, one in results]


def _of_number(number: str, one: dict[str, Any]) -> Heard:
    if one.get("errors"):
        return Heard(number=number, problem=_stated(one), is_refused=_code(one) in NEVER)
    body = {"tracking_results": [{**one, "tracking_id": number}]}
    return Heard(number=number, body=msgspec.json.encode(body, order="sorted"))


def _first(answer: dict[str, Any]) -> dict[str, Any]:
    errors = answer.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else {}
    return first if isinstance(first, dict) else {}


def _code(answer: dict[str, Any]) -> str:
    return str(_first(answer).get("code") or "")


def _stated(answer: dict[str, Any]) -> str:
    first = _first(answer)
    return stated(LABEL, first.get("message"), first.get("name"), _code(answer))
