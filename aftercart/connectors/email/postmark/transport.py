"""Mails through Postmark's API: https://postmarkapp.com/developer/api/email-api"""

import contextlib
import ssl

import requests
from anymail.exceptions import AnymailAPIError
from anymail.utils import get_anymail_setting
from django.core.mail import EmailMessage
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from aftercart.connectors import http
from aftercart.connectors.email.mime import REFERENCE
from aftercart.connectors.email.provider import ProviderTransport, chain
from aftercart.conversation.messages.ports import (
    Outcome,
    OutgoingMail,
    Taken,
    TryLater,
)

API = "https://api.postmarkapp.com/"
NEVER_CONNECTED = (
    NewConnectionError,
    NameResolutionError,
    ConnectTimeoutError,
    ssl.SSLCertVerificationError,
)

# https://postmarkapp.com/developer/api/overview#error-codes: what stands in the way of every mail.
# 10 bad token, 100 maintenance, 400/401 sender unknown or unconfirmed, 405 out of credits,
# 412 account not approved, 1235 stream unknown.
IN_THE_WAY_OF_ALL = frozenset({10, 100, 400, 401, 405, 412, 413, 1235})


class PostmarkTransport(ProviderTransport):
    """Postmark can be asked later what became of a mail, by the id we gave it."""

    backend = "anymail.backends.postmark.EmailBackend"
    provider = "Postmark"
    can_be_asked = True

    def message(self, mail: OutgoingMail) -> EmailMessage:
        message = super().message(mail)
        # Otherwise Postmark writes a Message-ID of its own over ours.
        message.extra_headers["X-PM-KeepID"] = "true"
        return message

    def outcome_of(self, error: AnymailAPIError) -> Outcome:
        status = error.status_code
        if status is None:
            never = any(isinstance(cause, NEVER_CONNECTED) for cause in chain(error))
            return self.unavailable(error) if never else self.unclear(error)
        if status == requests.codes.too_many_requests:
            return self.unavailable(error, _retry_after(error.response))
        if status in {401, 403, 404, 503} or _code(error.response) in IN_THE_WAY_OF_ALL:
            return self.unavailable(error)
        if 400 <= status < 500:
            return self.rejected(error)
        return self.unclear(error)

    def look_up(self, reference: str) -> Taken | TryLater | None:
        """https://postmarkapp.com/developer/api/messages-api#outbound-message-search"""
        try:
            reply = http.request(
                "GET",
                _setting("api_url", API).rstrip("/") + "/messages/outbound",
                headers={"X-Postmark-Server-Token": _setting("server_token", "")},
                parameters=(("count", "1"), ("offset", "0"), (f"metadata_{REFERENCE}", reference)),
            )
            found = reply.json() if reply.ok else None
        except http.RequestFailed:
            return None
        if not isinstance(found, dict) or not isinstance(found.get("Messages"), list):
            return None
        if not found["Messages"]:
            return TryLater("")
        return Taken(str(found["Messages"][0].get("MessageID", "")))


def _code(response: requests.Response | None) -> int | None:
    if response is not None:
        with contextlib.suppress(ValueError, AttributeError):
            return int(response.json()["ErrorCode"])
    return None


def _retry_after(response: requests.Response | None) -> float | None:
    text = response.headers.get("Retry-After", "") if response is not None else ""
    return min(float(text), 3600.0) if text.isdecimal() else None


def _setting(name: str, default: str) -> str:
    return str(get_anymail_setting(name, esp_name="Postmark", default=default))
