"""AfterShip's Tracking API 2026-07: trackings listed by their numbers, made where there is none."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from aftercart.connectors import http
from aftercart.connectors.base import Answer, Asked, ConnectionFailed, Heard, Identity, Limit
from aftercart.connectors.carriers.aftership import codes
from aftercart.connectors.carriers.aggregating import Line, key, pushed, stable
from aftercart.connectors.carriers.asked import server
from aftercart.connectors.carriers.calling import read_json
from aftercart.connectors.reading import plain

LABEL = "AfterShip"
ADDRESS = "https://api.aftership.com/tracking/2026-07"
EXISTS, NUMBER_INVALID = 4003, 4005
# They change though nothing happened to the parcel.
UNSTABLE = ("updated_at", "last_updated_at", "tracked_count", "active")

Found = Mapping[str, Any]


class Trackings:
    """Asked with the merchant's API key; see the README beside this file."""

    needs = "api_key"
    carriers: frozenset[str] = frozenset()
    batch = 5
    cost = 6
    # Of a list; a new tracking may be made 20 times a second.
    limits: tuple[Limit, ...] = (Limit(6, 1),)

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """Ask for one tracking: AfterShip names nobody.

        Raises:
            ConnectionFailed: the key is refused, or nobody answers.
        """
        reply = _line(credentials, settings).send("GET", "/trackings", parameters=(("limit", "1"),))
        _trackings(reply)
        return Identity(name=LABEL)

    def ask(
        self,
        credentials: Mapping[str, str],
        settings: Mapping[str, Any],
        parcels: Sequence[Asked],
        address: str,
    ) -> Answer:
        """All parcels in one list; those that are not in it are made known.

        Raises:
            ConnectionFailed: the source cannot be used now; nothing was learnt.
        """
        line, wanted = _line(credentials, settings), parcels[: self.batch]
        listed = _trackings(
            line.send(
                "GET",
                "/trackings",
                parameters=(("tracking_numbers", ",".join(one.number for one in wanted)),),
            )
        )
        heard = _all_heard(line, wanted, listed)
        # Whoever entered the webhook's secret has set the webhook up: it posts of all trackings.
        return line.answer(pushed(heard) if credentials.get("secret") and address else heard)


def _line(credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Line:
    return Line(LABEL, server(settings, ADDRESS), {"as-api-key": key(LABEL, credentials)})


def _trackings(reply: http.Reply) -> list[Found]:
    """
    Raises:
        ConnectionFailed: the answer is no list of trackings.
    """
    data = read_json(LABEL, reply).get("data")
    listed = data.get("trackings") if isinstance(data, dict) else None
    if not reply.ok or not isinstance(listed, list):
        raise ConnectionFailed(_("The answer of %(carrier)s cannot be read.") % {"carrier": LABEL})
    return [one for one in listed if isinstance(one, dict)]


def _all_heard(line: Line, parcels: Sequence[Asked], listed: Sequence[Found]) -> list[Heard]:
    heard = []
    for parcel in parcels:
        tracking = _ours(parcel, listed)
        try:
            heard.append(_told(parcel, tracking) if tracking else _made(line, parcel))
        except ConnectionFailed:
            if not heard:
                raise
    return heard


def _ours(parcel: Asked, listed: Sequence[Found]) -> Found | None:
    """Of the trackings of a number the one we made, else the one of its carrier, else any."""
    same = [one for one in listed if _is_number(one, parcel.number)]
    for is_ours in (_is_remembered, _is_carriers):
        found = next((one for one in same if is_ours(one, parcel)), None)
        if found is not None:
            return found
    return next(iter(same), None)


def _is_number(tracking: Found, number: str) -> bool:
    return str(tracking.get("tracking_number") or "").upper() == number.upper()


def _is_remembered(tracking: Found, parcel: Asked) -> bool:
    return bool(tracking.get("id")) and tracking.get("id") == parcel.memo.get("id")


def _is_carriers(tracking: Found, parcel: Asked) -> bool:
    return codes.CARRIERS.ours(str(tracking.get("slug") or "")) == parcel.carrier


def _told(parcel: Asked, tracking: Found) -> Heard:
    memo = {"id": str(tracking["id"])} if tracking.get("id") else {}
    if not tracking.get("checkpoints"):
        said = _("%(carrier)s has no news of this number yet.") % {"carrier": LABEL}
        return Heard(number=parcel.number, problem=said, memo=memo)
    kept = {name: value for name, value in tracking.items() if name not in UNSTABLE}
    body = stable({"data": {**kept, "tracking_number": parcel.number}})
    return Heard(number=parcel.number, body=body, memo=memo)


def _made(line: Line, parcel: Asked) -> Heard:
    """A new tracking; one that exists all the same has come up meanwhile, or is not listed."""
    reply = line.send("POST", "/trackings", json=dict(_wanted(parcel)))
    answer = read_json(LABEL, reply)
    meta, data = answer.get("meta"), answer.get("data")
    found = data if isinstance(data, dict) else {}
    tracking = found.get("tracking") if isinstance(found.get("tracking"), dict) else found
    code = meta.get("code") if isinstance(meta, dict) else None
    if tracking and (reply.ok or code == EXISTS):
        return _told(parcel, tracking)
    said = plain(str(meta.get("message") or ""), 300) if isinstance(meta, dict) else ""
    return Heard(
        number=parcel.number,
        problem=said or _("%(carrier)s does not know this number.") % {"carrier": LABEL},
        is_refused=code == NUMBER_INVALID,
    )


def _wanted(parcel: Asked) -> Iterator[tuple[str, str]]:
    """What AfterShip is told; some carriers tell more to whoever knows where the parcel goes."""
    yield "tracking_number", parcel.number
    slug = codes.CARRIERS.theirs(parcel.carrier)
    if slug:
        yield "slug", slug
    if parcel.postcode:
        yield "destination_postal_code", parcel.postcode
    if parcel.shipped_on:
        yield "tracking_ship_date", parcel.shipped_on.isoformat()
