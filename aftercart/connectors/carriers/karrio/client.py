"""A Karrio server's trackers: made once with their carrier, then read by their id."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from aftercart.connectors import http
from aftercart.connectors.base import Answer, Asked, ConnectionFailed, Heard, Identity, Limit
from aftercart.connectors.carriers.aggregating import Line, is_told, key, pushed, stable
from aftercart.connectors.carriers.asked import server
from aftercart.connectors.carriers.calling import read_json
from aftercart.connectors.carriers.karrio import codes
from aftercart.connectors.reading import plain

LABEL = "Karrio"
EXISTS = 409
TRACKER = ("carrier_name", "estimated_delivery", "info")

Found = Mapping[str, Any]


class Trackers:
    """Any Karrio server, asked with a token; see the README beside this file."""

    is_aggregator = True  # though only of the carriers that it can be told
    carriers: frozenset[str] = codes.CARRIERS.slugs
    batch = 10
    cost = 31  # one that is gone is made anew, or found where it exists; and its webhooks
    limits: tuple[Limit, ...] = (Limit(300, 60),)

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """Ask for one tracker.

        Raises:
            ConnectionFailed: the token is refused, or nobody answers there.
        """
        line = _line(credentials, settings)
        reply = line.send("GET", "/v1/trackers", parameters=(("limit", "1"),))
        if not reply.ok or not isinstance(read_json(LABEL, reply).get("results"), list):
            raise ConnectionFailed(_("There is no Karrio server at this address."), permanent=True)
        return Identity(name=LABEL, url=line.address)

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
            line, secret, address, lambda: _is_posted(line, address)
        )
        answer = line.in_turn(parcels[: self.batch], lambda parcel: _heard(line, parcel))
        return line.answer(pushed(answer.heard)) if is_posted else answer


def _line(credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Line:
    token = key(LABEL, credentials, "token")
    return Line(LABEL, server(settings, ""), {"Authorization": f"Token {token}"})


def _is_posted(line: Line, address: str) -> bool:
    """Whether the server has our webhook. It makes the secret itself, so we cannot add it."""
    listed = read_json(LABEL, line.send("GET", "/v1/webhooks")).get("results")
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict) and one.get("url") == address:
            return not one.get("disabled")
    return False


def _heard(line: Line, parcel: Asked) -> Heard:
    carrier = codes.CARRIERS.theirs(parcel.carrier)
    if not carrier:
        said = _("%(carrier)s has to be told the carrier, and has none that we know for this one.")
        return Heard(number=parcel.number, problem=said % {"carrier": LABEL})
    known = str(parcel.memo.get("id") or "")
    if known:
        reply = line.send("GET", f"/v1/trackers/{quote(known, safe='')}")
        if reply.status != 404:
            return _told(parcel, reply)
    wanted = {"tracking_number": parcel.number, "carrier_name": carrier}
    reply = line.send("POST", "/v1/trackers", json=wanted)
    return _existing(line, parcel, wanted) if reply.status == EXISTS else _told(parcel, reply)


def _existing(line: Line, parcel: Asked, wanted: Mapping[str, str]) -> Heard:
    """The tracker that is there already."""
    reply = line.send("GET", "/v1/trackers", parameters=tuple(wanted.items()))
    listed = read_json(LABEL, reply).get("results")
    for one in listed if isinstance(listed, list) else []:
        number = str(one.get("tracking_number") or "") if isinstance(one, dict) else ""
        if number.upper() == parcel.number.upper():
            return _of_tracker(parcel, one)
    return Heard(number=parcel.number, problem=_words({}))


def _told(parcel: Asked, reply: http.Reply) -> Heard:
    found = read_json(LABEL, reply)
    if not reply.ok:
        return Heard(number=parcel.number, problem=_words(found), memo=parcel.memo)
    return _of_tracker(parcel, found)


def _of_tracker(parcel: Asked, found: Found) -> Heard:
    """News; where there are none, what the server heard from the carrier instead."""
    memo = {"id": str(found["id"])} if found.get("id") else {}
    events = found.get("events")
    if not isinstance(events, list) or not events:
        said = _words({"messages": found.get("messages")}) if found.get("messages") else ""
        none = _("%(carrier)s has no news of this number yet.") % {"carrier": LABEL}
        return Heard(number=parcel.number, problem=said or none, memo=memo)
    kept = {name: found.get(name) for name in TRACKER}
    body = stable({**kept, "tracking_number": parcel.number, "events": events})
    return Heard(number=parcel.number, body=body, memo=memo)


def _words(found: Found) -> str:
    """Errors are the server's own, messages those of the carrier behind it."""
    for name in ("errors", "messages"):
        listed = found.get(name)
        first = listed[0] if isinstance(listed, list) and listed else None
        if isinstance(first, dict):
            said = plain(str(first.get("message") or first.get("code") or ""), 300)
            if said:
                return said
    return _("%(carrier)s does not know this number.") % {"carrier": LABEL}
