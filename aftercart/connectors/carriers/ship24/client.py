"""Ship24's trackers: made together, each read by its id."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from aftercart.connectors import http
from aftercart.connectors.base import Answer, Asked, ConnectionFailed, Heard, Identity, Limit
from aftercart.connectors.carriers.aggregating import Line, key, pushed, stable
from aftercart.connectors.carriers.asked import server
from aftercart.connectors.carriers.calling import read_json
from aftercart.connectors.carriers.ship24 import codes
from aftercart.connectors.reading import plain

LABEL = "Ship24"
ADDRESS = "https://api.ship24.com/public/v1"
# Counted from now, or of Ship24's own records.
UNSTABLE = ("statistics", "metadata", "tracker", "eventId", "trackerId")

Found = Mapping[str, Any]


class Trackers:
    """Asked with the merchant's API key; see the README beside this file."""

    carriers: frozenset[str] = frozenset()
    batch = 9
    cost = 10  # each tracker, and a request to make those that are missing
    limits: tuple[Limit, ...] = (Limit(10, 1),)

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """Ask for one tracker: Ship24 names nobody.

        Raises:
            ConnectionFailed: the key is refused, or nobody answers.
        """
        line = _line(credentials, settings)
        read_json(LABEL, line.send("GET", "/trackers", parameters=(("limit", "1"),)))
        return Identity(name=LABEL)

    def ask(
        self,
        credentials: Mapping[str, str],
        settings: Mapping[str, Any],
        parcels: Sequence[Asked],
        address: str,
    ) -> Answer:
        """Each parcel by its tracker; those that have none get one, all in one request.

        Raises:
            ConnectionFailed: the source cannot be used now; nothing was learnt.
        """
        line, wanted = _line(credentials, settings), parcels[: self.batch]
        known = [parcel for parcel in wanted if parcel.memo.get("id")]
        new = [parcel for parcel in wanted if not parcel.memo.get("id")]
        answer = line.in_turn(known, lambda parcel: _heard(line, parcel))
        heard = list(answer.heard)
        gone = {one.number for one in heard if not one.memo}
        new += [parcel for parcel in known if parcel.number in gone]
        kept = [one for one in heard if one.memo]
        kept += _made(line, new, is_first=not kept) if line.remaining != 0 else []
        # Whoever entered the webhook's secret has set the webhook up: it posts of all trackers.
        is_posted = bool(credentials.get("secret") and address)
        return line.answer(pushed(kept) if is_posted else kept)


def _line(credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Line:
    headers = {"Authorization": f"Bearer {key(LABEL, credentials)}"}
    return Line(LABEL, server(settings, ADDRESS), headers)


def _heard(line: Line, parcel: Asked) -> Heard:
    """What is known under a tracker's id; without a memo where the tracker is gone."""
    known = str(parcel.memo["id"])
    reply = line.send("GET", f"/trackers/{quote(known, safe='')}/results")
    if reply.status == 404:
        return Heard(number=parcel.number)
    data = read_json(LABEL, reply).get("data")
    listed = data.get("trackings") if isinstance(data, dict) else None
    if not reply.ok or not isinstance(listed, list):
        return Heard(number=parcel.number, problem=_words(reply), memo=parcel.memo)
    told = [one for one in listed if _has_events(one)]
    if not told:
        return _no_news(parcel, known)
    body = stable({"data": {"trackings": [_steady(one, parcel.number) for one in told]}})
    return Heard(number=parcel.number, body=body, memo=parcel.memo)


def _has_events(tracking: Any) -> bool:
    events = tracking.get("events") if isinstance(tracking, dict) else None
    return isinstance(events, list) and bool(events)


def _steady(tracking: Found, number: str) -> Found:
    events = [_kept(one) for one in tracking["events"] if isinstance(one, dict)]
    return {**_kept(tracking), "events": events, "tracker": {"trackingNumber": number}}


def _kept(found: Found) -> Found:
    return {name: value for name, value in found.items() if name not in UNSTABLE}


def _no_news(parcel: Asked, known: str) -> Heard:
    said = _("%(carrier)s has no news of this number yet.") % {"carrier": LABEL}
    return Heard(number=parcel.number, problem=said, memo={"id": known})


def _made(line: Line, parcels: Sequence[Asked], *, is_first: bool) -> list[Heard]:
    """New trackers. Of a 207 each part is told; what failed as a whole is asked again."""
    if not parcels:
        return []
    try:
        reply = line.send("POST", "/trackers/bulk", json=[_wanted(parcel) for parcel in parcels])
        told = read_json(LABEL, reply).get("data")
    except ConnectionFailed:
        if is_first:
            raise
        return []
    if not isinstance(told, list):
        return [Heard(number=parcel.number, problem=_words(reply)) for parcel in parcels]
    return [_of_part(parcel, part) for parcel, part in zip(parcels, told, strict=False)]


def _of_part(parcel: Asked, part: Any) -> Heard:
    """The parts come in the order in which they were asked for."""
    given = part if isinstance(part, dict) else {}
    tracker = given.get("tracker")
    if isinstance(tracker, dict) and tracker.get("trackerId"):
        return _no_news(parcel, str(tracker["trackerId"]))
    return Heard(number=parcel.number, problem=_first_words(given.get("errors")))


def _wanted(parcel: Asked) -> dict[str, Any]:
    """What helps Ship24 to find the carrier, and the parcel among those of one number."""
    courier = codes.CARRIERS.theirs(parcel.carrier)
    given = {
        "trackingNumber": parcel.number,
        "courierCode": [courier] if courier else None,
        "destinationCountryCode": parcel.country,
        "destinationPostCode": parcel.postcode,
        "shippingDate": parcel.shipped_on.isoformat() if parcel.shipped_on else None,
    }
    return {name: value for name, value in given.items() if value}


def _words(reply: http.Reply) -> str:
    try:
        return _first_words(read_json(LABEL, reply).get("errors"))
    except ConnectionFailed:
        return _first_words(None)


def _first_words(errors: Any) -> str:
    first = errors[0] if isinstance(errors, list) and errors else {}
    told = first if isinstance(first, dict) else {}
    said = plain(str(told.get("message") or told.get("code") or ""), 300)
    return said or _("%(carrier)s does not know this number.") % {"carrier": LABEL}
