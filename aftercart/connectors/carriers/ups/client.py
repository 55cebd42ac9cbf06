"""Asking UPS's Track API, and having its Track Alert tell us the rest.

Track answers one number a request. Track Alert takes up to 100 numbers a request and posts what
happens to them within 14 days, but nothing that happened before: so Track is asked first.
"""

import base64
import hashlib
import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import msgspec
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
from aftercart.connectors.carriers.ups import payload
from aftercart.connectors.reading import decoder, plain, text
from aftercart.core import clock

LABEL = "UPS"
ADDRESS = "https://onlinetools.ups.com"
# The first version, in which we name the address and the credential; in the second one a person
# enters them at UPS, and UPS asks us for a token.
ALERTS = "/api/track/v1/subscription/standard/package"
PUSHED_FOR = timedelta(days=14)
RENEWED_BEFORE = timedelta(days=1)
TRIED_AGAIN_AFTER = timedelta(days=1)
# Only these may be subscribed: parcels, and those of Roadie.
PUSHED = re.compile(r"1Z[0-9A-Z]{16}|1R[0-9A-Z]{14,16}")
NEVER_KNOWN = re.compile(r"invalid (inquiry|tracking) ?number|inquiry number must", re.IGNORECASE)

_body = decoder(payload.Body)
_subscribed = decoder(payload.Subscribed)


class Track:
    """UPS's Track and Track Alert APIs with a merchant's own keys (OAuth client credentials)."""

    carriers: frozenset[str] = frozenset({"ups"})
    batch = 10
    cost = 11  # one for each number, and one to subscribe them
    limits: tuple[Limit, ...] = (Limit(300, 60),)

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """Ask for a token: UPS names nobody."""
        _Line(credentials, settings).token()
        return Identity(name=LABEL)

    def ask(
        self,
        credentials: Mapping[str, str],
        settings: Mapping[str, Any],
        parcels: Sequence[Asked],
        address: str,
    ) -> Answer:
        """Each parcel in turn, then the subscription of those that have none.

        A failure in between keeps what was heard so far; the others were not answered.
        """
        line = _Line(credentials, settings)
        heard: list[Heard] = []
        resets_at: datetime | None = None
        for parcel in parcels[: self.batch]:
            try:
                heard.append(_heard(parcel, line.details(parcel.number)))
            except ConnectionFailed as failure:
                if not heard:
                    raise
                if failure.retry_after is not None:
                    resets_at = clock.now() + timedelta(seconds=failure.retry_after)
                break
        if resets_at is None and _is_pushed_to(credentials, settings, address):
            heard = _followed(line, heard, address, credentials["credential"])
        return Answer(
            heard=tuple(heard),
            requests=line.requests,
            remaining=None if resets_at is None else 0,
            resets_at=resets_at,
        )


class _Line(Line):
    label = LABEL
    usual = ADDRESS

    def token(self) -> tuple[str, float]:
        basic = base64.b64encode(":".join(self.keys).encode()).decode()
        return form_token(
            LABEL,
            f"{self.address}/security/v1/oauth/token",
            {"grant_type": "client_credentials"},
            {"Authorization": f"Basic {basic}"},
        )

    def details(self, number: str) -> http.Reply:
        path = f"/api/track/v1/details/{quote(number, safe='')}"
        parameters = (
            ("locale", "en_US"),
            ("returnSignature", "false"),
            ("returnMilestones", "false"),
            ("returnPOD", "false"),
        )
        return self.send("GET", path, headers=_named(), parameters=parameters)

    def subscribe(self, numbers: Sequence[str], address: str, credential: str) -> http.Reply:
        destination = {"url": address, "credentialType": "Bearer", "credential": credential}
        wanted = {
            "locale": "en_US",
            "countryCode": "US",
            "trackingNumberList": list(numbers),
            "destination": destination,
        }
        return self.send("POST", ALERTS, headers=_named(), json=wanted)


def _named() -> dict[str, str]:
    """Both are required: an id of the request, and who asks."""
    return {"transId": uuid.uuid4().hex, "transactionSrc": "aftercart"}


def _heard(parcel: Asked, reply: http.Reply) -> Heard:
    """News; or a warning beside a 200, or an error, which for a young label is quite usual.

    Raises:
        ConnectionFailed: the reply cannot be read.
    """
    try:
        raw = _body(reply.body)
    except ParseError as error:
        message = _("The answer of %(carrier)s cannot be read.") % {"carrier": LABEL}
        raise ConnectionFailed(message) from error
    shipments = (raw.track_response.shipment if raw.track_response else None) or []
    if reply.ok and any(shipment.package for shipment in shipments):
        return Heard(number=parcel.number, body=reply.body, memo=parcel.memo)
    problems = [one for shipment in shipments for one in shipment.warnings or []]
    problems += (raw.response.errors if raw.response else None) or []
    said = "; ".join(plain(one.message, 300) or text(one.code, 60) for one in problems)[:600]
    return Heard(
        number=parcel.number,
        problem=said or _("%(carrier)s does not know this number.") % {"carrier": LABEL},
        is_refused=reply.status == 400 and NEVER_KNOWN.search(said) is not None,
        memo=parcel.memo,
    )


def _is_pushed_to(
    credentials: Mapping[str, str], settings: Mapping[str, Any], address: str
) -> bool:
    return bool(address and credentials.get("credential") and settings.get("push") != "no")


def _followed(line: _Line, heard: list[Heard], address: str, credential: str) -> list[Heard]:
    """What was heard, with until when UPS will post news of it by itself."""
    now = clock.now()
    # UPS keeps the address and the credential of the day it was told: another of either is new.
    to = hashlib.sha256(f"{address} {credential}".encode()).hexdigest()[:16]
    wanted = [one.number for one in heard if _needs_subscription(one, to, now)]
    taken = _taken(line, wanted, address, credential) if wanted else frozenset()
    return [
        _as_tried(one, one.number in taken, to, now)
        if one.number in wanted
        else _as_before(one, now)
        for one in heard
    ]


def _needs_subscription(one: Heard, to: str, now: datetime) -> bool:
    if one.is_refused or not PUSHED.fullmatch(one.number):
        return False
    if one.memo.get("alert_to") != to:
        return True
    again_at = _memo(one, "alert_again_at")
    if again_at is not None:
        return now >= again_at
    until = _memo(one, "alert_until")
    return until is None or until - now < RENEWED_BEFORE


def _taken(line: _Line, numbers: list[str], address: str, credential: str) -> frozenset[str]:
    """The numbers that UPS will post about. None where it refuses: the merchant's app may lack the
    product, and parcels are followed by asking all the same."""
    try:
        reply = line.subscribe(numbers, address, credential)
        answer = _subscribed(reply.body)
    except (ConnectionFailed, ParseError):
        return frozenset()
    valid = answer.valid_tracking_numbers if reply.ok else None
    return frozenset(number.strip().upper() for number in valid or [])


def _as_tried(one: Heard, was_taken: bool, to: str, now: datetime) -> Heard:
    memo = {name: value for name, value in one.memo.items() if not name.startswith("alert_")}
    memo["alert_to"] = to
    if was_taken:
        until = now + PUSHED_FOR
        memo["alert_until"] = until.isoformat()
        return msgspec.structs.replace(one, memo=memo, pushed_until=until)
    memo["alert_again_at"] = (now + TRIED_AGAIN_AFTER).isoformat()
    return msgspec.structs.replace(one, memo=memo)


def _as_before(one: Heard, now: datetime) -> Heard:
    until = _memo(one, "alert_until")
    if until is None or until <= now:
        return one
    return msgspec.structs.replace(one, pushed_until=until)


def _memo(one: Heard, name: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(one.memo.get(name, "")))
    except ValueError:
        return None
    return at if at.tzinfo else None
