"""Handing mails to a provider's API through django-anymail, and reading what it answers."""

from collections.abc import Iterator
from typing import Any

from anymail.exceptions import (
    AnymailAPIError,
    AnymailError,
    AnymailRecipientsRefused,
)
from anymail.message import AnymailStatus
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from aftercart.connectors.email.mime import REFERENCE, as_message
from aftercart.conversation.messages.ports import (
    Outcome,
    OutgoingMail,
    Rejected,
    Taken,
    TryLater,
    Unavailable,
    Unclear,
)


class ProviderTransport:
    """A provider's API. Subclasses know what its errors mean."""

    backend = ""
    provider = ""
    can_be_asked = False

    def __init__(self) -> None:
        self._connection: Any = None

    def hand_over(self, mail: OutgoingMail) -> Outcome:
        """Give one mail to the provider."""
        try:
            message = self.message(mail)
            connection = self._opened()
        except Exception as error:  # noqa: BLE001 - a wrong setting must not end the worker
            return Unavailable(self._told(error))
        try:
            connection.send_messages([message])
        except AnymailRecipientsRefused:
            return self._refused(message)
        except AnymailAPIError as error:
            return self.outcome_of(error)
        except (AnymailError, ValueError) as error:
            return Rejected(self._told(error))
        return Taken(_status(message).message_id or "")

    def look_up(self, reference: str) -> Taken | TryLater | None:
        """Nobody can say, unless the provider can be asked."""
        return None

    def close(self) -> None:
        """Let the provider's connection go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def message(self, mail: OutgoingMail) -> EmailMessage:
        """The mail with our own id, which the provider hands back in its receipts."""
        message = as_message(mail)
        message.metadata = {REFERENCE: mail.reference}  # type: ignore[attr-defined]
        return message

    def outcome_of(self, error: AnymailAPIError) -> Outcome:
        """What an error of the API means for the mail."""
        raise NotImplementedError

    def unavailable(self, error: Exception, wait_seconds: float | None = None) -> Unavailable:
        return Unavailable(self._told(error), wait_seconds)

    def unclear(self, error: Exception) -> Unclear:
        reason = _("Nobody knows whether %(provider)s took it: %(why)s")
        return Unclear(reason % {"provider": self.provider, "why": brief(error)})

    def rejected(self, error: Exception) -> Rejected:
        return Rejected(self._told(error))

    def _told(self, error: Exception) -> str:
        return _("%(provider)s does not take it: %(why)s") % {
            "provider": self.provider,
            "why": brief(error),
        }

    def _opened(self) -> Any:
        if self._connection is None:
            connection = get_connection(self.backend, fail_silently=False)
            connection.open()
            self._connection = connection
        return self._connection

    def _refused(self, message: EmailMessage) -> Outcome:
        reason = _("%(provider)s does not send to this address any more")
        return Rejected(reason % {"provider": self.provider}, bad_address=True)


def _status(message: EmailMessage) -> AnymailStatus:
    return message.anymail_status  # type: ignore[attr-defined]


def brief(error: Exception) -> str:
    """What went wrong in one line: the innermost error says it best, and holds no mail."""
    innermost = list(chain(error))[-1]
    text = " ".join(str(innermost).split()) or type(innermost).__name__
    return "".join(c if c.isprintable() else " " for c in text)[:200]


def chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from, outermost first."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__
