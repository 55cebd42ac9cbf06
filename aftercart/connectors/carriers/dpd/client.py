"""DPD's SOAP services: a token of the login service, and the life cycle of one parcel a request."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, tostring
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from aftercart.connectors import http
from aftercart.connectors.base import Heard, Limit
from aftercart.connectors.carriers import xml
from aftercart.connectors.carriers.calling import call, read_xml, refused
from aftercart.connectors.carriers.trackers import TokenTracker
from aftercart.connectors.reading import plain

LABEL = "DPD"
LOGIN, LIFE_CYCLE = "/services/LoginService/V2_0/", "/services/ParcelLifeCycleService/V2_0/"
TOKEN_SECONDS = 23 * 3600.0
"""A token is good until three in the morning; asking once too often costs nothing."""
ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
    "<s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
)
LOGIN_SPACE = "http://dpd.com/common/service/types/LoginService/2.0"
TRACK_SPACE = "http://dpd.com/common/service/types/ParcelLifeCycleService/2.0"
AUTH_SPACE = "http://dpd.com/common/service/types/Authentication/2.0"


class DpdTracker(TokenTracker):
    """Asked with a customer's DELIS user; see the README beside this file."""

    label = LABEL
    usual = "https://public-ws.dpd.com"
    keys = ("delis_id", "password")
    carriers: frozenset[str] = frozenset({"dpd", "dpd_de", "dpd_uk"})
    limits: tuple[Limit, ...] = (Limit(30, 60),)

    def token(self, address: str, keys: Sequence[str]) -> tuple[str, float]:
        """Of the login service."""
        body = (
            f'<a:getAuth xmlns:a="{LOGIN_SPACE}"><delisId>{escape(keys[0])}</delisId>'
            f"<password>{escape(keys[1])}</password>"
            "<messageLanguage>en_US</messageLanguage></a:getAuth>"
        )
        root = read_xml(LABEL, _posted(f"{address}{LOGIN}getAuth", "", body))
        token = next(xml.descendants(root, "authToken"), None)
        if token is None or not token.text:
            raise refused(LABEL)
        return token.text.strip(), TOKEN_SECONDS

    def request(
        self, address: str, keys: Sequence[str], token: str, numbers: Sequence[str]
    ) -> http.Reply:
        """The life cycle of one parcel."""
        header = (
            f'<a:authentication xmlns:a="{AUTH_SPACE}"><delisId>{escape(keys[0])}</delisId>'
            f"<authToken>{escape(token)}</authToken><messageLanguage>en_US</messageLanguage>"
            "</a:authentication>"
        )
        body = (
            f'<t:getTrackingData xmlns:t="{TRACK_SPACE}">'
            f"<parcelLabelNumber>{escape(numbers[0])}</parcelLabelNumber></t:getTrackingData>"
        )
        reply = _posted(f"{address}{LIFE_CYCLE}getTrackingData", header, body)
        # A fault comes as a 500; one about the token is what `with_token` waits for.
        if "LOGIN" in _fault(read_xml(LABEL, reply))[0]:
            raise refused(LABEL)
        return reply

    def heard(self, reply: http.Reply, numbers: Sequence[str]) -> list[Heard]:
        """News, with the number that DPD leaves out beside them; or the fault in their place."""
        root = read_xml(LABEL, reply)
        result = next(xml.descendants(root, "trackingresult"), None)
        if result is None or not xml.children(result, "statusInfo"):
            code, words = _fault(root)
            said = words or code or _("It is not known yet.")
            return [Heard(number=numbers[0], problem=said)]
        alone = Element("reply", {"parcelLabelNumber": numbers[0]})
        alone.append(result)
        return [Heard(number=numbers[0], body=tostring(alone))]


def _posted(url: str, header: str, body: str) -> http.Reply:
    return call(
        LABEL,
        "POST",
        url,
        headers={"Content-Type": "text/xml; charset=utf-8", "Accept": "text/xml"},
        content=ENVELOPE.format(header=header, body=body).encode(),
        readable=(500,),
    )


def _fault(root: Element) -> tuple[str, str]:
    """The code and the words of a fault; empty where there is none."""
    code = next(xml.descendants(root, "errorCode"), None)
    words = next(xml.descendants(root, "errorMessage"), None)
    if words is None:
        words = next(xml.descendants(root, "faultstring"), None)
    return (
        plain(code.text if code is not None else "", 60),
        plain(words.text if words is not None else "", 300),
    )
