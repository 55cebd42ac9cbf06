"""Handing mails to an SMTP server (RFC 5321), over one connection for many.

The protocol is spoken step by step, because what a failure means depends on the step: until the
last dot of the text is out, the server cannot have taken the mail; after it, only its answer tells.
"""

import contextlib
import re
import smtplib
import socket
import ssl
from email.errors import MessageError
from email.utils import parseaddr

from django.conf import settings
from django.core.mail.message import sanitize_address
from django.utils.translation import gettext as _

from aftercart.connectors.email.mime import as_message
from aftercart.conversation.messages.ports import (
    Outcome,
    OutgoingMail,
    Rejected,
    Taken,
    TryLater,
    Unavailable,
    Unclear,
)

DEFAULT_SECONDS = 15.0
FINAL_REPLY_SECONDS = 90.0
"""RFC 5321, 4.5.3.2.6 would wait ten minutes; a lease does not last that long."""

CLOSING = 421
TOO_BIG = 552

# Enhanced codes (RFC 3463) that speak of the mailbox itself: bad, moved, disabled.
BAD_MAILBOX = re.compile(r"\b5\.(1\.(1|2|3|6|10)|2\.1)\b")


class _Lost(Exception):
    """The line broke at a step where the server cannot have taken the mail."""


class _Unusable(smtplib.SMTPException):
    """There is a server, and it is not as the settings say."""


class SmtpTransport:
    """A connection to the server that the settings `EMAIL_*` name."""

    can_be_asked = False

    def __init__(self) -> None:
        self._server: smtplib.SMTP | None = None

    def hand_over(self, mail: OutgoingMail) -> Outcome:
        """Give one mail to the server."""
        try:
            data = _encoded(mail)
            recipient = sanitize_address(mail.recipient, "ascii")
        except (ValueError, MessageError, UnicodeError) as error:
            return Rejected(_("It cannot be put into a mail: %(error)s") % {"error": error})
        was_open = self._server is not None
        try:
            return self._try(parseaddr(mail.sender)[1], recipient, data)
        except _Lost as lost:
            if not was_open:
                return Unavailable(str(lost))
        # A server may close a connection between two mails; nothing of this one was taken.
        try:
            return self._try(parseaddr(mail.sender)[1], recipient, data)
        except _Lost as lost:
            return Unavailable(str(lost))

    def look_up(self, reference: str) -> Taken | TryLater | None:
        """SMTP has no way to ask."""
        return None

    def close(self) -> None:
        """Say goodbye, if the server still listens."""
        if self._server is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._server.quit()
            self._server = None

    def _try(self, sender: str, recipient: str, data: bytes) -> Outcome:
        try:
            server = self._server = self._server or _connected()
            return self._converse(server, sender, recipient, data)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise _Lost(_why(error)) from error

    def _converse(self, server: smtplib.SMTP, sender: str, recipient: str, data: bytes) -> Outcome:
        options = [f"size={len(data)}"] if server.has_extn("size") else []
        code, reply = server.mail(sender, options)
        if code != 250:
            return self._refused_sender(code, reply)
        code, reply = server.rcpt(recipient)
        if code not in {250, 251}:
            return self._refused(code, reply)
        code, reply = server.docmd("DATA")
        if code != 354:
            return self._refused(code, reply)
        server.send(data)
        return self._finished(server)

    def _finished(self, server: smtplib.SMTP) -> Outcome:
        """From the last dot on, silence means that nobody knows."""
        try:
            if server.sock is not None:
                server.sock.settimeout(FINAL_REPLY_SECONDS)
            server.send(b".\r\n")
            code, reply = server.getreply()
            if server.sock is not None:
                server.sock.settimeout(server.timeout)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            reason = _("The line to the mail server broke before it answered: %(why)s")
            return Unclear(reason % {"why": _why(error)})
        if 200 <= code < 300:
            return Taken()
        if code < 400:
            self._drop()
            reason = _("The mail server's answer cannot be understood: %(reply)s")
            return Unclear(reason % {"reply": _said(code, reply)})
        return self._refused(code, reply)

    def _refused_sender(self, code: int, reply: bytes) -> Outcome:
        """Who may not send this mail may send no other: a matter of settings, not of the mail."""
        if code == TOO_BIG or (400 <= code < 500 and code != CLOSING):
            return self._refused(code, reply)
        self._drop()
        return Unavailable(
            _("The mail server does not take mail from us: %(reply)s")
            % {"reply": _said(code, reply)}
        )

    def _refused(self, code: int, reply: bytes) -> Outcome:
        said = _said(code, reply)
        if code < 400:
            raise smtplib.SMTPResponseException(code, reply)
        if code == CLOSING:
            self._drop()
            return Unavailable(_("The mail server closes: %(reply)s") % {"reply": said})
        self._reset()
        if 400 <= code < 500:
            return TryLater(_("The mail server asks to try later: %(reply)s") % {"reply": said})
        return Rejected(
            _("The mail server refuses it: %(reply)s") % {"reply": said},
            bad_address=BAD_MAILBOX.search(said) is not None,
        )

    def _reset(self) -> None:
        try:
            if self._server is not None:
                self._server.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


def _connected() -> smtplib.SMTP:
    """A connection, encrypted and signed in as the settings ask.

    Raises:
        SMTPException, OSError: there is no usable server.
    """
    context = ssl.create_default_context()
    server = _opened(context)
    try:
        # The last dot goes out by itself; Nagle's algorithm would hold it back for a delayed ACK.
        if server.sock is not None:
            server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            _encrypt(server, context)
        if settings.EMAIL_HOST_USER:
            _sign_in(server)
    except BaseException:
        server.close()
        raise
    return server


def _opened(context: ssl.SSLContext) -> smtplib.SMTP:
    host, port = settings.EMAIL_HOST, settings.EMAIL_PORT
    timeout = float(settings.EMAIL_TIMEOUT or DEFAULT_SECONDS)
    if settings.EMAIL_USE_SSL:
        return smtplib.SMTP_SSL(host, port, timeout=timeout, context=context)
    return smtplib.SMTP(host, port, timeout=timeout)


def _encrypt(server: smtplib.SMTP, context: ssl.SSLContext) -> None:
    """Nothing is said in clear where encryption was asked for."""
    if not server.has_extn("starttls"):
        raise _Unusable(_("The mail server offers no STARTTLS; EMAIL_URL asks for it"))
    server.starttls(context=context)
    server.ehlo_or_helo_if_needed()


def _sign_in(server: smtplib.SMTP) -> None:
    if not server.has_extn("auth"):
        raise _Unusable(_("The mail server lets nobody sign in; EMAIL_URL names a user"))
    try:
        server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except UnicodeError:
        reason = _("The mail server's password may hold plain letters, digits and signs only")
        # Not its cause: that holds the password.
        raise _Unusable(reason) from None
    except smtplib.SMTPAuthenticationError as error:
        said = {"reply": _said(error.smtp_code, error.smtp_error)}
        if error.smtp_code < 500:
            raise _Unusable(_("The mail server lets us sign in later: %(reply)s") % said) from error
        reason = _("The mail server refuses the user name or password: %(reply)s")
        raise _Unusable(reason % said) from error


def _encoded(mail: OutgoingMail) -> bytes:
    """The mail as it goes over the line: CRLF, dots doubled (RFC 5321, 4.5.2), without the end."""
    data = as_message(mail).message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
    if not data.endswith(b"\r\n"):
        data += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", data)


def _said(code: int, reply: bytes | str) -> str:
    """The server's answer in one line, without anything that could hurt a page or a log."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    clean = "".join(c if c.isprintable() else " " for c in text)
    return f"{code} {' '.join(clean.split())}"[:200]


def _why(error: Exception) -> str:
    if isinstance(error, _Unusable):
        return str(error)
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    # smtplib calls it a lost connection.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return _("The mail server did not answer in time")
    if isinstance(error, ConnectionRefusedError):
        return _("The mail server refuses the connection")
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = _("The mail server's certificate is not to be trusted: %(why)s")
        return reason % {"why": error.verify_message}
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
        reason = _("The mail server does not speak TLS as EMAIL_URL asks: %(why)s")
        return reason % {"why": str(error)[:150]}
    return _("The mail server cannot be reached: %(why)s") % {"why": str(error)[:150]}
