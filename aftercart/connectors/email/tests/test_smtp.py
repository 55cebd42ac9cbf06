"""Mails to a real SMTP server over TLS, and over lines that break: what each means for a mail."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aftercart.config.environment import parse_email_url
from aftercart.config.mail import mail_settings
from aftercart.conversation.consent import queries as consent
from aftercart.conversation.messages import pausing
from aftercart.conversation.messages.models import Message
from aftercart.conversation.messages.tests.shop import Shop, after
from aftercart.core import clock
from tests.standins.certificates import Kind, trusted_file
from tests.standins.smtp import SmtpStandIn, Tls, smtp_server

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ENCRYPTED: tuple[Tls, ...] = ("starttls", "tls")

Serve = Callable[..., AbstractContextManager[SmtpStandIn]]


@pytest.fixture(autouse=True)
def _standing_clock():
    pausing.forget()
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def serve(settings, monkeypatch, tmp_path: Path) -> Serve:
    """A server to which the outbox sends as `EMAIL_URL` says, and whose authority we trust."""
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted_file(tmp_path)))

    @contextmanager
    def serving(tls: Tls, certificate: Kind = "good", url: str = "") -> Iterator[SmtpStandIn]:
        with smtp_server(tls=tls, certificate=certificate) as standin:
            use(settings, url.replace("PORT", str(standin.port)) or standin.url)
            yield standin

    return serving


def use(settings, url: str) -> None:
    """Everything that a start with this `EMAIL_URL` sets, with less patience."""
    for name, value in mail_settings(parse_email_url(url)).items():
        setattr(settings, name, value)
    settings.MAIL_ROUTE = "smtp"
    settings.MAIL_TRANSPORT = "aftercart.connectors.email.smtp.SmtpTransport"
    settings.EMAIL_TIMEOUT = 2
    settings.DEFAULT_FROM_EMAIL = "Aftercart <orders@aftercart.example>"


def confirmation() -> tuple[Shop, Message]:
    """An order's confirmation, as far as it has got after the first try."""
    shop = Shop()
    shop.place()
    after(2)
    return shop, again(shop)


def again(shop: Shop) -> Message:
    (message,) = shop.messages()
    return message


@pytest.mark.parametrize("tls", ENCRYPTED)
def test_a_mail_goes_out_encrypted_and_signed_in(serve: Serve, tls: Tls):
    with serve(tls, url=f"smtp://shop:secret@127.0.0.1:PORT?tls={tls}") as standin:
        standin.password = "secret"
        _, message = confirmation()
        assert (message.state, message.reason) == ("sent", "")
        assert standin.encrypted == [True]


@pytest.mark.parametrize("tls", ENCRYPTED)
@pytest.mark.parametrize(
    ("certificate", "why"),
    [
        ("self_signed", "self-signed"),
        ("wrong_name", "not valid for '127.0.0.1'"),
        ("expired", "expired"),
    ],
)
def test_a_certificate_that_is_none_gets_no_mail_and_loses_none(
    serve: Serve, tls: Tls, certificate: Kind, why: str
):
    with serve(tls, certificate) as standin:
        _, message = confirmation()
        assert (message.state, message.attempts) == ("planned", 0)
        assert "certificate is not to be trusted" in message.reason
        assert why in message.reason.replace("self signed", "self-signed")
        assert standin.mails == []


def test_nothing_goes_in_clear_where_encryption_was_asked_for(serve: Serve):
    with serve("none", url="smtp://shop:secret@127.0.0.1:PORT?tls=starttls") as standin:
        standin.password = "secret"
        _, message = confirmation()
        assert (message.state, message.attempts) == ("planned", 0)
        assert "offers no STARTTLS" in message.reason
        assert standin.mails == []


def test_a_server_that_wants_encryption_is_not_argued_with(serve: Serve):
    with serve("starttls", url="smtp://127.0.0.1:PORT?tls=none") as standin:
        _, message = confirmation()
        assert (message.state, message.attempts) == ("planned", 0)
        assert "STARTTLS" in message.reason
        assert standin.mails == []


@pytest.mark.parametrize(
    ("spoken", "asked_for", "why"),
    [
        ("none", "tls", "does not speak TLS as EMAIL_URL asks"),
        ("tls", "none", "did not answer in time"),
        ("tls", "starttls", "did not answer in time"),
    ],
)
def test_the_other_kind_of_port_is_said_and_loses_no_mail(
    serve: Serve, spoken: Tls, asked_for: Tls, why: str
):
    with serve(spoken, url=f"smtp://127.0.0.1:PORT?tls={asked_for}") as standin:
        _, message = confirmation()
        assert (message.state, message.attempts) == ("planned", 0)
        assert why in message.reason
        assert standin.mails == []


@pytest.mark.parametrize("tls", ENCRYPTED)
def test_a_wrong_password_is_said_without_telling_it(serve: Serve, tls: Tls):
    with serve(tls, url=f"smtp://shop:wrong-secret@127.0.0.1:PORT?tls={tls}") as standin:
        standin.password = "secret"
        shop, message = confirmation()
        assert (message.state, message.attempts) == ("planned", 0)
        assert "user name or password: 535" in message.reason
        assert "wrong-secret" not in message.reason
        standin.password = "wrong-secret"
        after(6)
        assert again(shop).state == "sent"


def test_a_password_that_cannot_be_checked_now_is_not_called_wrong(serve: Serve):
    with serve("tls", url="smtp://shop:secret@127.0.0.1:PORT?tls=tls") as standin:
        standin.password, standin.sign_in_reply = "other", "454 4.7.0 Temporary failure"
        _, message = confirmation()
        assert message.state == "planned"
        assert "later: 454 4.7.0 Temporary failure" in message.reason


def test_a_server_without_sign_in_is_said_and_loses_no_mail(serve: Serve):
    """aiosmtpd offers AUTH behind its own STARTTLS only, as many servers do."""
    with serve("starttls", url="smtp://shop:secret@127.0.0.1:PORT?tls=none"):
        _, message = confirmation()
        assert (message.state, message.attempts) == ("planned", 0)
        assert "lets nobody sign in" in message.reason


def test_a_password_that_cannot_be_typed_is_said_and_loses_no_mail(serve: Serve):
    with serve("tls", url="smtp://shop:s%C3%A9same@127.0.0.1:PORT?tls=tls") as standin:
        standin.password = "other"
        _, message = confirmation()
        assert (message.state, message.attempts) == ("planned", 0)
        assert "plain letters" in message.reason
        assert "same" not in message.reason


@pytest.mark.parametrize("tls", ENCRYPTED)
def test_no_for_now_waits_and_no_for_ever_does_not(serve: Serve, tls: Tls):
    with serve(tls) as standin:
        standin.answer("rcpt", "450 4.2.1 Greylisted")
        shop, message = confirmation()
        assert (message.state, message.attempts) == ("planned", 1)
        standin.answer("rcpt", "550 5.1.1 No such mailbox")
        after(3)
        assert again(shop).state == "bounced"
        assert consent.suppressed(shop.store.id, ["anna@example.com"])


@pytest.mark.parametrize("tls", ENCRYPTED)
def test_silence_after_the_last_dot_is_unknown_and_not_sent_again(serve: Serve, tls: Tls):
    with serve(tls) as standin:
        standin.vanish_after_data = True
        shop, message = confirmation()
        assert (message.state, message.due_at) == ("unknown", None)
        standin.vanish_after_data = False
        after(60)
        assert again(shop).state == "unknown"
        assert len(standin.mails) == 1


@pytest.mark.parametrize("tls", ENCRYPTED)
def test_a_line_that_breaks_before_the_text_loses_no_mail(serve: Serve, tls: Tls):
    with serve(tls) as standin:
        standin.vanish_before_text = True
        shop, message = confirmation()
        assert (message.state, message.attempts) == ("planned", 0)
        standin.vanish_before_text = False
        after(6)
        assert again(shop).state == "sent"
        assert len(standin.mails) == 1


def test_an_answer_that_is_none_to_the_text_is_unknown(serve: Serve):
    with serve("none") as standin:
        standin.nonsense_after_data = True
        shop, message = confirmation()
        assert message.state == "unknown"
        assert "cannot be understood" in message.reason
        after(60)
        assert len(standin.mails) == 1
        assert again(shop).state == "unknown"


def test_an_answer_that_is_none_refuses_no_mail(serve: Serve):
    with serve("none") as standin:
        standin.answer("rcpt", "What was that")
        shop, message = confirmation()
        assert (message.state, message.attempts) == ("planned", 0)
        after(6)
        assert again(shop).state == "sent"


@pytest.mark.parametrize("tls", ENCRYPTED)
def test_a_server_that_hangs_up_between_two_mails_gets_each_once(serve: Serve, tls: Tls):
    with serve(tls) as standin:
        standin.closes_after_mail = True
        shop = Shop()
        for number in range(4):
            shop.place(str(number), email=f"shopper{number}@example.com")
        after(2)
        assert {message.state for message in shop.messages()} == {"sent"}
        assert sorted(standin.recipients) == [f"shopper{n}@example.com" for n in range(4)]
        assert standin.sessions >= 4
