"""Mails through Amazon SES v2, by boto3: https://docs.aws.amazon.com/ses/latest/APIReference-V2/"""

from anymail.exceptions import AnymailAPIError
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    SSLError,
)

from aftercart.connectors.email.provider import ProviderTransport, chain
from aftercart.conversation.messages.ports import Outcome

NEVER_SENT = (
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    SSLError,
)
FOR_THIS_MAIL = frozenset({"BadRequestException", "MessageRejected", "InvalidParameterValue"})
NOT_NOW = frozenset({"ServiceUnavailable", "ServiceUnavailableException"})
NOT_VERIFIED = "not verified"


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
        code = refusal.response.get("Error", {}).get("Code", "")
        status = refusal.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in FOR_THIS_MAIL and NOT_VERIFIED not in str(refusal):
            return self.rejected(refusal)
        if code in NOT_NOW:
            return self.try_later(refusal)
        return self.unclear(refusal) if status >= 500 else self.unavailable(refusal)
