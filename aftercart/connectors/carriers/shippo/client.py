"""Shippo's Tracks: registered once with their carrier, then read by carrier and number."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from aftercart.connectors import http
from aftercart.connectors.base import Answer, Asked, ConnectionFailed, Heard, Identity, Limit
from aftercart.connectors.carriers.aggregating import Line, is_told, key, pushed, stable
from aftercart.connectors.carriers.asked import server
from aftercart.connectors.carriers.calling import read_json
from aftercart.connectors.carriers.shippo import codes
from aftercart.connectors.reading import plain

LABEL = "Shippo"
ADDRESS = "https://api.goshippo.com"
UPDATED = "track_updated"
TRACK = (
    "carrier",
    "eta",
    "address_from",
    "address_to",
    "servicelevel",
)
STATUS = ("status", "status_details", "status_date", "substatus", "location")


class Tracks:
    """Asked with the merchant's API token; see the README beside this file."""

    is_aggregator = True  # though only of the carriers that it can be told
    carriers: frozenset[str] = codes.CARRIERS.slugs
    batch = 10
    cost = 22  # a Track that is gone is registered anew; and its webhook is looked up
    limits: tuple[Limit, ...] = (Limit(500, 60),)

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """Ask for the webhooks: Shippo names nobody.

        Raises:
            ConnectionFailed: the token is refused, or nobody answers.
        """
        read_json(LABEL, _line(credentials, settings).send("GET", "/webhooks"))
        return Identity(name=LABEL)

    def ask(
        self,
        credentials: Mapping[str, str],
        settings: Mapping[str, Any],
        parcels: Sequence[Asked],
        address: str,
    ) -> Answer:
        """Each parcel by its Track, which is registered where there is none.

        Raises:
            ConnectionFailed: the source cannot be used now; nothing was learnt.
        """
        line = _line(credentials, settings)
        secret = credentials.get("secret", "")
        is_test = key(LABEL, credentials).startswith("shippo_test_")
        is_posted = bool(secret) and is_told(
            line, secret, address, lambda: _is_posted(line, with_token(address, secret), is_test)
        )
        answer = line.in_turn(parcels[: self.batch], lambda parcel: _heard(line, parcel))
        return line.answer(pushed(answer.heard)) if is_posted else answer


def with_token(address: str, secret: str) -> str:
    """The address that Shippo is to post to: its query holds what makes a delivery genuine."""
    return f"{address}?{urlencode({'token': secret})}"


def _line(credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Line:
    token = key(LABEL, credentials)
    return Line(LABEL, server(settings, ADDRESS), {"Authorization": f"ShippoToken {token}"})


def _is_posted(line: Line, address: str, is_test: bool) -> bool:
    """Whether Shippo has our webhook; where not, it is given."""
    listed = read_json(LABEL, line.send("GET", "/webhooks")).get("results")
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict) and (one.get("url"), one.get("event")) == (address, UPDATED):
            return bool(one.get("active", True))
    made = {"url": address, "event": UPDATED, "active": True, "is_test": is_test}
    return line.send("POST", "/webhooks", json=made).ok


def _heard(line: Line, parcel: Asked) -> Heard:
    carrier = codes.carrier_of(parcel.number, parcel.carrier)
    if not carrier:
        said = _("%(carrier)s has to be told the carrier, and has none that we know for this one.")
        return Heard(number=parcel.number, problem=said % {"carrier": LABEL})
    if parcel.memo.get("carrier") == carrier:
        reply = line.send(
            "GET", f"/tracks/{quote(carrier, safe='')}/{quote(parcel.number, safe='')}"
        )
        if reply.status != 404:
            return _told(parcel, carrier, reply)
    wanted = {"carrier": carrier, "tracking_number": parcel.number}
    return _told(parcel, carrier, line.send("POST", "/tracks", json=wanted))


def _told(parcel: Asked, carrier: str, reply: http.Reply) -> Heard:
    if not reply.ok:
        return Heard(number=parcel.number, problem=_problem(reply))
    found = read_json(LABEL, reply)
    memo = {"carrier": carrier}
    listed, latest = found.get("tracking_history"), found.get("tracking_status")
    told = [_steady(one) for one in listed] if isinstance(listed, list) else []
    newest = _steady(latest)
    if not told and not newest["status_date"]:
        said = _("%(carrier)s has no news of this number yet.") % {"carrier": LABEL}
        return Heard(number=parcel.number, problem=said, memo=memo)
    kept = {
        **{name: found.get(name) for name in TRACK},
        "tracking_number": parcel.number,
        "tracking_history": told,
        "tracking_status": newest,
    }
    return Heard(number=parcel.number, body=stable(kept), memo=memo)


def _steady(status: Any) -> dict[str, Any]:
    """Without ids and days of Shippo's own records."""
    given = status if isinstance(status, dict) else {}
    return {name: given.get(name) for name in STATUS}


def _problem(reply: http.Reply) -> str:
    """Errors are a sentence in `detail`, or sentences by the field that they are about."""
    try:
        found = read_json(LABEL, reply)
    except ConnectionFailed:
        found = {}
    told = found.get("detail") or next(iter(found.values()), "")
    said = plain(str(told[0] if isinstance(told, list) and told else told), 300)
    return said or _("%(carrier)s does not know this number.") % {"carrier": LABEL}
