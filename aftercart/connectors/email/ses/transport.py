"""Mails through Amazon SES v2, by boto3: https://docs.aws.amazon.com/ses/latest/APIReference-V2/"""

import re
from email.utils import getaddresses

from anymail.exceptions import AnymailAPIError
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProxyConnectionError,
    SSLError,
)
from django.utils.translation import gettext as _

from aftercart.connectors.email.provider import ProviderTransport, chain
from aftercart.conversation.messages import identity
from aftercart.conversation.messages.ports import Outcome, TryLater

NEVER_SENT = (
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProxyConnectionError,
    SSLError,
)
FOR_THIS_MAIL = frozenset({"BadRequestException", "MessageRejected", "InvalidParameterValue"})
NOT_NOW = frozenset({"ServiceUnavailable", "ServiceUnavailableException"})
# "Email address is not verified. The following identities failed the check in region …: a, b"
NOT_VERIFIED = re.compile(r"not verified\b(?:.*?\bregion [\w-]+:)?\s*(?P<identities>.*)", re.DOTALL)
TOO_FAST = "Maximum sending rate exceeded"
ONE_SECOND = 1.0
"""SES counts mails per second."""


class SesRefusal(Exception):
    """What SES said, without what boto3 puts around it."""


class SesTransport(ProviderTransport):
    """SES cannot be asked what became of a mail; its receipts come through SNS."""

    backend = "anymail.backends.amazon_ses.EmailBackend"
    provider = "Amazon SES"

    def outcome_of(self, error: AnymailAPIError) -> Outcome:
        causes = list(chain(error))
        refusal = next((cause for cause in causes if isinstance(cause, ClientError)), None)
        if refusal is None:
            never = any(isinstance(cause, NEVER_SENT) for cause in causes)
            return self.unavailable(error) if never else self.unclear(error)
        return self._refusal(refusal)

    def _refusal(self, refusal: ClientError) -> Outcome:
        """What is not about this mail is about all: throttling, a paused account, a wrong key."""
        told = refusal.response.get("Error", {})
        code, message = told.get("Code", ""), told.get("Message", "")
        said = SesRefusal(f"{code}: {message}")
        status = refusal.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in FOR_THIS_MAIL:
            unverified = NOT_VERIFIED.search(message)
            return (
                self._unverified(unverified["identities"], said)
                if unverified
                else (self.rejected(said))
            )
        if TOO_FAST in message:
            return self.unavailable(said, ONE_SECOND)
        if status >= 500 and code not in NOT_NOW:
            return self.unclear(said)
        return self.unavailable(said)

    def _unverified(self, identities: str, said: SesRefusal) -> Outcome:
        """Our own address stands in the way of every mail; a shopper's of one, in the sandbox."""
        named = {address.lower() for _name, address in getaddresses([identities])}
        if not any(named) or identity.sending_address().lower() in named:
            return self.unavailable(said)
        return TryLater(
            _(
                "Amazon SES is in its sandbox for this account, where it sends to verified "
                "addresses only. Ask Amazon for production access"
            )
        )
