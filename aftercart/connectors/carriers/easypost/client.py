"""EasyPost's trackers: made once for each number, then read by their id."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from aftercart.connectors import http
from aftercart.connectors.base import Answer, Asked, Heard, Identity, Limit
from aftercart.connectors.carriers.aggregating import Line, is_told, key, pushed, stable
from aftercart.connectors.carriers.asked import server
from aftercart.connectors.carriers.calling import read_json
from aftercart.connectors.carriers.easypost import codes
from aftercart.connectors.reading import plain

LABEL = "EasyPost"
ADDRESS = "https://api.easypost.com/v2"
# They change though nothing happened to the parcel.
UNSTABLE = ("updated_at", "fees")


class Trackers:
    """Asked with the merchant's API key; see the README beside this file."""

    needs = "api_key"
    carriers: frozenset[str] = frozenset()
    batch = 10
    cost = 22  # a tracker that is gone is made anew; and its webhook is looked up
    limits: tuple[Limit, ...] = (Limit(300, 60),)

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """Ask for one tracker: EasyPost names nobody.

        Raises:
            ConnectionFailed: the key is refused, or nobody answers.
        """
        _line(credentials, settings).send("GET", "/trackers", parameters=(("page_size", "1"),))
        return Identity(name=LABEL)

    def ask(
        self,
        credentials: Mapping[str, str],
        settings: Mapping[str, Any],
        parcels: Sequence[Asked],
        address: str,
    ) -> Answer:
        """Each parcel by its tracker, which is made where there is none.

        Raises:
            ConnectionFailed: the source cannot be used now; nothing was learnt.
        """
        line = _line(credentials, settings)
        secret = credentials.get("secret", "")
        is_posted = bool(secret) and is_told(
            line, secret, address, lambda: _is_posted(line, address, secret)
        )
        answer = line.in_turn(parcels[: self.batch], lambda parcel: _heard(line, parcel))
        return line.answer(pushed(answer.heard)) if is_posted else answer


def _line(credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Line:
    """The key is the user's name, without a password."""
    basic = base64.b64encode(f"{key(LABEL, credentials)}:".encode()).decode()
    return Line(LABEL, server(settings, ADDRESS), {"Authorization": f"Basic {basic}"})


def _is_posted(line: Line, address: str, secret: str) -> bool:
    """Whether EasyPost has our webhook; where not, it is given."""
    listed = read_json(LABEL, line.send("GET", "/webhooks")).get("webhooks")
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict) and one.get("url") == address:
            return not one.get("disabled_at")
    made = {"webhook": {"url": address, "webhook_secret": secret}}
    return line.send("POST", "/webhooks", json=made).ok


def _heard(line: Line, parcel: Asked) -> Heard:
    known = str(parcel.memo.get("id") or "")
    if known:
        reply = line.send("GET", f"/trackers/{quote(known, safe='')}")
        if reply.status != 404:
            return _told(parcel, reply)
    tracker = {"tracking_code": parcel.number, "carrier": codes.CARRIERS.theirs(parcel.carrier)}
    given = {name: value for name, value in tracker.items() if value}
    # For a number it knows already, EasyPost answers with the tracker that there is.
    return _told(parcel, line.send("POST", "/trackers", json={"tracker": given}))


def _told(parcel: Asked, reply: http.Reply) -> Heard:
    found = read_json(LABEL, reply)
    error = found.get("error")
    if isinstance(error, dict) or not reply.ok:
        return _problem(parcel, error if isinstance(error, dict) else {})
    memo = {"id": str(found["id"])} if found.get("id") else {}
    if not found.get("tracking_details"):
        said = _("%(carrier)s has no news of this number yet.") % {"carrier": LABEL}
        return Heard(number=parcel.number, problem=said, memo=memo)
    body = stable({**found, "tracking_code": parcel.number}, UNSTABLE)
    return Heard(number=parcel.number, body=body, memo=memo)


def _problem(parcel: Asked, error: Mapping[str, Any]) -> Heard:
    said = plain(str(error.get("message") or error.get("code") or ""), 300)
    return Heard(
        number=parcel.number,
        problem=said or _("%(carrier)s does not know this number.") % {"carrier": LABEL},
        memo=parcel.memo,
    )
