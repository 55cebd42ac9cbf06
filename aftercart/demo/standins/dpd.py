"""DPD: the login and the life cycle service over SOAP.

Faults as 500s, entries that lie ahead, the number left out, local times in the form of English.
"""

import re
from datetime import datetime
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from aftercart.connectors.base import Limit
from aftercart.core.time_zones import certain_time_zone
from aftercart.demo.standins.base import Move, Request, Response, Script, StandIn, as_xml

SPACE = "http://dpd.com/common/service/types/ParcelLifeCycleService/2.0"
ENVELOPE = (
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>{}'
    "</soap:Body></soap:Envelope>"
)

SPOKEN: dict[tuple[str, str], tuple[str, str]] = {
    ("info_received", ""): ("Shipment", "The parcel data have been sent to DPD."),
    ("picked_up", ""): ("PickedUp", "DPD has received your parcel."),
    ("in_transit", ""): ("BetweenDepots", "The parcel is at the parcel dispatch centre."),
    ("out_for_delivery", ""): (
        "Courier", "The parcel has left the delivery centre and is on its way to the consignee."),
    ("attempt_failed", ""): (
        "DeliveryFailure", "Unfortunately we have not been able to deliver your parcel."),
    ("available_for_pickup", ""): ("ParcelShop", "Delivered by driver to Pickup parcelshop"),
    ("delivered", "collected_by_customer"): (
        "PickedUpByConsignee", "The parcel was collected by the consignee."),
    ("returning", ""): ("ReturnToSender", "The parcel is on its way back to the sender."),
    ("delivered", ""): ("Delivered", "The parcel was delivered successfully."),
}  # fmt: skip


class Dpd(StandIn):
    """It knows one DELIS user."""

    system = "dpd"
    limits = (Limit(30, 60),)
    token_seconds = 86_400
    delis_id, password = "dpd-user", "dpd-secret"

    def key_of(self, request: Request) -> str:
        """Limits are the user's; tokens count against none."""
        return "" if request.path.endswith("/getAuth") else self.delis_id

    def answer(self, request: Request) -> Response:
        """Tokens and life cycles."""
        said = request.body.decode(errors="replace")
        if request.path.endswith("/getAuth"):
            return self._token(said)
        if not self._is_token_known(_inside(said, "authToken")):
            return _fault("LOGIN_7", "The authentication is not valid or has expired.")
        return self._life_cycle(_inside(said, "parcelLabelNumber"))

    def _token(self, said: str) -> Response:
        if (_inside(said, "delisId"), _inside(said, "password")) != (self.delis_id, self.password):
            return _fault("LOGIN_5", "The combination of user and password is not valid.")
        token = f"<return><authToken>{self.issue_token()}</authToken></return>"
        return as_xml(ENVELOPE.format(token))

    def _is_token_known(self, token: str) -> bool:
        ends_at = self._tokens.get(token)
        return ends_at is not None and self.clock() < ends_at

    def _life_cycle(self, number: str) -> Response:
        script = self.scripts.get(number)
        moves = script.so_far(self.clock()) if script else ()
        if script is None or not moves:
            return _fault("TRACKING_1", "No parcel was found for this number.")
        entries = "".join(_entry(move) for move in moves) + _ahead()
        info = f"<shipmentInfo><serviceDescription>{_words(_service(script))}</serviceDescription>"
        result = f"<trackingresult>{info}</shipmentInfo>{entries}</trackingresult>"
        return as_xml(
            ENVELOPE.format(
                f'<getTrackingDataResponse xmlns="{SPACE}">{result}</getTrackingDataResponse>'
            )
        )


def _service(script: Script) -> str:
    return script.service or "DPD CLASSIC"


def _inside(said: str, name: str) -> str:
    found = re.search(rf"<{name}>(.*?)</{name}>", said)
    return found[1] if found else ""


def _fault(code: str, words: str) -> Response:
    detail = f"<errorCode>{code}</errorCode><errorMessage>{escape(words)}</errorMessage>"
    return as_xml(
        ENVELOPE.format(
            f"<soap:Fault><faultstring>Fault</faultstring><detail>{detail}</detail></soap:Fault>"
        ),
        500,
    )


def _entry(move: Move) -> str:
    code, words = SPOKEN.get((move.status, move.reason)) or SPOKEN[move.status, ""]
    place = f"{move.place.city} ({move.place.country})" if move.place.country else ""
    return (
        f"<statusInfo><status>{code}</status><label>{_words('Parcel')}</label>"
        f"<description><content>{_words(words)}</content></description>"
        "<statusHasBeenReached>true</statusHasBeenReached>"
        f"<location>{_words(place)}</location><date>{_words(_local(move))}</date></statusInfo>"
    )


def _ahead() -> str:
    return (
        "<statusInfo><status>Delivered</status>"
        "<statusHasBeenReached>false</statusHasBeenReached></statusInfo>"
    )


def _words(said: str) -> str:
    return f"<content>{escape(said)}</content><bold>false</bold>"


def _local(move: Move) -> str:
    zone = certain_time_zone(move.place.country)
    here: datetime = move.at.astimezone(ZoneInfo(zone)) if zone else move.at
    hour = here.hour % 12 or 12
    half = "AM" if here.hour < 12 else "PM"
    return f"{here.month}/{here.day}/{here.year} {hour}:{here:%M:%S} {half}"
