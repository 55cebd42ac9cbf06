"""Asking the Postal Service's tracking API (v3), one number a request."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from aftercart.connectors import http
from aftercart.connectors.base import (
    Answer,
    Asked,
    ConnectionFailed,
    Heard,
    Identity,
    Limit,
    ParseError,
)
from aftercart.connectors.carriers.calling import form_token
from aftercart.connectors.carriers.lines import Line
from aftercart.connectors.carriers.usps import payload
from aftercart.connectors.carriers.usps.parse import error_words
from aftercart.connectors.reading import decoder

LABEL = "USPS"
ADDRESS = "https://apis.usps.com"
# What a scanner reads of a label: the routing code with the destination's ZIP comes first.
ROUTED = re.compile(r"420\d{5}(\d{4})?(?P<number>9[1-5]\d{20,24})")
NEVER_KNOWN = re.compile(
    r"not (a )?valid|invalid|wrong (format|length)|may not contain", re.IGNORECASE
)
NOT_YET = re.compile(r"not yet|check back|try again", re.IGNORECASE)

_body = decoder(payload.Body | list[payload.Body])  # type: ignore[arg-type]


class Tracking:
    """The tracking API with a merchant's own keys (OAuth client credentials)."""

    carriers: frozenset[str] = frozenset({"usps"})
    batch = 1
    cost = 1
    limits: tuple[Limit, ...] = (Limit(60, 3600),)

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """Ask for a token: the Postal Service names nobody."""
        _Line(credentials, settings).token()
        return Identity(name=LABEL)

    def ask(
        self,
        credentials: Mapping[str, str],
        settings: Mapping[str, Any],
        parcels: Sequence[Asked],
        address: str,
    ) -> Answer:
        """The one parcel; what it says of itself, or why it does not."""
        line = _Line(credentials, settings)
        heard = tuple(_heard(one, line.tracking(one.number)) for one in parcels[: self.batch])
        return Answer(heard=heard, requests=line.requests)


class _Line(Line):
    label = LABEL
    usual = ADDRESS

    def token(self) -> tuple[str, float]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.keys[0],
            "client_secret": self.keys[1],
            "scope": "tracking",
        }
        return form_token(LABEL, f"{self.address}/oauth2/v3/token", form)

    def tracking(self, number: str) -> http.Reply:
        path = f"/tracking/v3/tracking/{quote(_unrouted(number), safe='')}"
        return self.send("GET", path, parameters=(("expand", "DETAIL"),))


def _unrouted(number: str) -> str:
    routed = ROUTED.fullmatch(number)
    return routed["number"] if routed else number


def _heard(parcel: Asked, reply: http.Reply) -> Heard:
    """News, or the error in their place: a label of today is not known yet, which is no failure.

    Raises:
        ConnectionFailed: the reply cannot be read.
    """
    try:
        raw: payload.Body | list[payload.Body] = _body(reply.body)
    except ParseError as error:
        message = _("The answer of %(carrier)s cannot be read.") % {"carrier": LABEL}
        raise ConnectionFailed(message) from error
    one = raw if isinstance(raw, payload.Body) else next(iter(raw), payload.Body())
    if reply.ok and one.error is None and one.tracking_number:
        return Heard(number=parcel.number, body=_under(parcel.number, reply.body), memo=parcel.memo)
    unknown = _("%(carrier)s does not know this number.") % {"carrier": LABEL}
    said = unknown if one.error is None else error_words(one.error)
    return Heard(
        number=parcel.number,
        problem=said,
        is_refused=NEVER_KNOWN.search(said) is not None and NOT_YET.search(said) is None,
        memo=parcel.memo,
    )


def _under(number: str, body: bytes) -> bytes:
    """The reply under the number as it was asked for, where that holds the routing code."""
    if not ROUTED.fullmatch(number):
        return body
    said = json.loads(body)
    one = said[0] if isinstance(said, list) else said
    one["trackingNumber"] = number
    return json.dumps(said).encode()
