"""An SMTP server that does what a test tells it: take mails, refuse them, be slow, or vanish.

With or without encryption, from the first byte (`tls`) or asked for by STARTTLS.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.standins import certificates
from tests.support.live import free_port

Stage = Literal["mail", "rcpt", "data"]
Tls = Literal["none", "starttls", "tls"]


@dataclass
class Answer:
    """What the server says once, at one stage, in place of "yes"."""

    stage: Stage
    reply: str
    times: int = 1


@dataclass
class SmtpStandIn:
    """What it was told to do, and what it got.

    Attributes:
        answers: said in turn, each as often as it says; after them everything is taken.
        reply_after: seconds between the last dot and the answer.
        vanish_after_data: close the connection in place of the answer, having taken the mail.
        vanish_before_text: close it in place of asking for the text.
        nonsense_after_data: answer the text, having taken it, with a line that is no reply.
        closes_after_mail: close the connection after each mail, politely answered.
        password: what a user has to know, whatever the name; without one nobody needs to sign in.
        sign_in_reply: what is said to a wrong password in place of "invalid".
        mails: what was taken, in its order.
        encrypted: for each of them, whether it came over TLS.
        sessions: how many connections were made.
    """

    port: int = 0
    tls: Tls = "none"
    answers: list[Answer] = field(default_factory=list)
    reply_after: float = 0.0
    vanish_after_data: bool = False
    vanish_before_text: bool = False
    nonsense_after_data: bool = False
    closes_after_mail: bool = False
    password: str = ""
    sign_in_reply: str | None = None
    mails: list[EmailMessage] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    sessions: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?tls={self.tls}"

    def answer(self, stage: Stage, reply: str, times: int = 1) -> None:
        """Say this at that stage, the next `times`."""
        self.answers.append(Answer(stage, reply, times))

    def _next(self, stage: Stage) -> str | None:
        for answer in self.answers:
            if answer.stage == stage and answer.times > 0:
                answer.times -= 1
                return answer.reply
        return None

    def authenticate(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        mechanism: str,
        data: LoginPassword,
    ) -> AuthResult:
        if data.password.decode() == self.password:
            return AuthResult(success=True)
        return AuthResult(success=False, handled=False, message=self.sign_in_reply)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: Any
    ) -> Any:
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self._next("mail")
        if refusal is None:
            envelope.mail_from = address
        return refusal or "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self._next("rcpt")
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        refusal = self._next("data")
        if refusal is not None:
            return refusal
        assert isinstance(envelope.content, bytes)
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        self.recipients += envelope.rcpt_tos
        self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        if self.vanish_after_data:
            server.transport.abort()
        await asyncio.sleep(self.reply_after)
        return "Done and done" if self.nonsense_after_data else "250 OK"


class _Server(SMTP):
    """aiosmtpd's server, which breaks off where it is told to."""

    event_handler: SmtpStandIn

    async def smtp_DATA(self, arg: str) -> None:
        if self.event_handler.vanish_before_text:
            self.transport.abort()
            return
        await super().smtp_DATA(arg)
        if self.event_handler.closes_after_mail:
            self.transport.close()


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Server(self.handler, **self.SMTP_kwargs)


@contextmanager
def smtp_server(
    port: int = 0, *, tls: Tls = "none", certificate: certificates.Kind = "good"
) -> Iterator[SmtpStandIn]:
    """The server, listening on a free port of 127.0.0.1 unless one is named."""
    standin = SmtpStandIn(port=port or free_port(), tls=tls)
    context = None if tls == "none" else certificates.server_context(certificate)
    controller = _Controller(
        standin,
        hostname="127.0.0.1",
        port=standin.port,
        ssl_context=context if tls == "tls" else None,
        tls_context=context if tls == "starttls" else None,
        require_starttls=tls == "starttls",
        authenticator=standin.authenticate,
        # aiosmtpd knows of no encryption but its own STARTTLS.
        auth_require_tls=tls == "starttls",
        decode_data=False,
        enable_SMTPUTF8=True,
    )
    controller.start()
    try:
        yield standin
    finally:
        controller.stop()
