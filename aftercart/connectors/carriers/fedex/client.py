"""FedEx's Track API v1: a token, up to 30 numbers in a request, an answer to each of them."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from aftercart.connectors import http
from aftercart.connectors.base import Answer, Asked, Heard, Identity, Limit
from aftercart.connectors.carriers import reuse
from aftercart.connectors.carriers.asked import entered, server
from aftercart.connectors.carriers.calling import call, form_token, read_json, refused, with_token
from aftercart.connectors.carriers.fedex.days import shipping_day
from aftercart.connectors.reading import plain, text

LABEL = "FedEx"
ADDRESS = "https://apis.fedex.com"
MOST_NUMBERS = 30
NUMBER = re.compile(r"[A-Za-z0-9]{8,40}")
# A number that FedEx never gives, to see whether the key may track at all.
PROBE = "000000000000"
# The number itself is wrong; asking again is in vain.
NEVER = ("INVALID", "EMPTY")
# FedEx is in trouble with this number at the moment: no news, and not "unknown" either.
NOT_NOW = ("UNAVAILABLE", "INTERNAL", "SYSTEM", "TIMEOUT")
# What changes in a result although nothing happened to the parcel.
RESTLESS = ("distanceToDestination", "availableNotifications", "customDeliveryOptions")
RESTLESS_OF_DELIVERY = ("deliveryOptionEligibilityDetails", "deliveryToday")

Result = dict[str, Any]


class FedExTracker:
    """Asked with a project's key and secret; see the README beside this file."""

    carriers: frozenset[str] = frozenset({"fedex"})
    batch = MOST_NUMBERS
    cost = 1
    limits: tuple[Limit, ...] = (Limit(500, 10), Limit(100_000, 86_400))

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """A new token, and one request with it: a key may lack the right to track.

        Raises:
            ConnectionFailed: they are refused, or nobody answers.
        """
        line = _Line(credentials, settings)
        token, _life = line.token()
        line.track(token, [PROBE])
        return Identity(name=LABEL)

    def ask(
        self,
        credentials: Mapping[str, str],
        settings: Mapping[str, Any],
        parcels: Sequence[Asked],
        address: str,
    ) -> Answer:
        """Ask after up to 30 parcels in one request.

        Raises:
            ConnectionFailed: the source cannot be used now; nothing was learnt.
        """
        numbers = [one.number for one in parcels if NUMBER.fullmatch(one.number)]
        heard = [_never_ours(one.number) for one in parcels if one.number not in numbers]
        if not numbers:
            return Answer(heard=tuple(heard), requests=0)
        line = _Line(credentials, settings)
        reply = with_token(
            LABEL, line.address, line.keys, line.token, lambda token: line.track(token, numbers)
        )
        return Answer(heard=(*heard, *_heard(reply, parcels, numbers)))


class _Line:
    """Requests to one server with one merchant's keys."""

    def __init__(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> None:
        self.address = server(settings, ADDRESS)
        names = ("client_id", "client_secret")
        self.keys = [entered(name, credentials, settings) for name in names]

    def token(self) -> tuple[str, float]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.keys[0],
            "client_secret": self.keys[1],
        }
        return form_token(LABEL, f"{self.address}/oauth/token", form)

    def track(self, token: str, numbers: Sequence[str]) -> http.Reply:
        """The reply about these numbers; FedEx also says with a 400 that a token is not good."""
        infos = [{"trackingNumberInfo": {"trackingNumber": number}} for number in numbers]
        reply = call(
            LABEL,
            "POST",
            f"{self.address}/track/v1/trackingnumbers",
            headers={"Authorization": f"Bearer {token}", "X-locale": "en_US"},
            json={"includeDetailedScans": True, "trackingInfo": infos},
        )
        if reply.status == 400 and "JWT" in _stated(read_json(LABEL, reply)):
            raise refused(LABEL)
        return reply


def _heard(reply: http.Reply, parcels: Sequence[Asked], numbers: Sequence[str]) -> list[Heard]:
    """What was said of each number; one that FedEx leaves out was not answered."""
    answer = read_json(LABEL, reply)
    if not reply.ok:
        problem = _stated(answer)
        return [Heard(number=number, problem=problem) for number in numbers]
    waiting = {one.number.upper(): one for one in parcels if one.number in numbers}
    found = []
    for complete in _results(_mapping(answer.get("output")).get("completeTrackResults")):
        asked = waiting.pop(str(complete.get("trackingNumber")).upper(), None)
        one = _of_number(asked, _results(complete.get("trackResults"))) if asked else None
        if one is not None:
            found.append(one)
    return found


def _of_number(asked: Asked, results: Sequence[Result]) -> Heard | None:
    told = [one for one in results if not _is_problem(one)]
    ours = reuse.ours(told, _shipping_day, asked.shipped_on)
    if ours:
        return Heard(number=asked.number, body=_body(asked.number, ours))
    if told:
        problem = _("%(carrier)s only knows another parcel with this number.")
        return Heard(number=asked.number, problem=problem % {"carrier": LABEL})
    return _unknown(asked.number, _mapping(results[0].get("error"))) if results else None


def _unknown(number: str, problem: Result) -> Heard | None:
    code = str(problem.get("code") or "")
    if any(word in code for word in NOT_NOW):
        return None
    return Heard(
        number=number,
        problem=plain(str(problem.get("message") or code), 300),
        is_refused=any(code.endswith(word) for word in NEVER),
    )


def _shipping_day(result: Result) -> date | None:
    return shipping_day(
        (
            (str(one.get("type")), str(one.get("dateTime") or ""))
            for one in _results(result.get("dateAndTimes"))
        ),
        (str(scan.get("date") or "") for scan in _results(result.get("scanEvents"))),
    )


def _is_problem(result: Result) -> bool:
    return bool(_mapping(result.get("error"))) and not result.get("scanEvents")


def _body(number: str, results: Sequence[Result]) -> bytes:
    """The reply about one number without what changes by itself, in one order."""
    kept = [_at_rest(one) for one in results]
    one = {"trackingNumber": number, "trackResults": kept}
    body = {"output": {"completeTrackResults": [one]}}
    return msgspec.json.encode(body, order="sorted")


def _at_rest(result: Result) -> Result:
    kept = {name: value for name, value in result.items() if name not in RESTLESS}
    delivery = kept.get("deliveryDetails")
    if isinstance(delivery, dict):
        kept["deliveryDetails"] = {
            name: value for name, value in delivery.items() if name not in RESTLESS_OF_DELIVERY
        }
    return kept


def _stated(answer: Result) -> str:
    """The words of an error reply."""
    for error in _results(answer.get("errors")):
        said = plain(str(error.get("message") or ""), 300) or text(str(error.get("code")), 300)
        if said:
            return said
    return _("%(carrier)s reports an error.") % {"carrier": LABEL}


def _never_ours(number: str) -> Heard:
    problem = _("This is no tracking number of %(carrier)s.") % {"carrier": LABEL}
    return Heard(number=number, problem=problem, is_refused=True)


def _results(given: Any) -> list[Result]:
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _mapping(given: Any) -> Result:
    return given if isinstance(given, dict) else {}
