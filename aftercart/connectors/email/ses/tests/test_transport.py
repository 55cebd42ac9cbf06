"""Mails through Amazon SES: what each of its answers, and its silence, means for a message."""

import json
from datetime import UTC, datetime

import pytest

from aftercart.config.environment import parse_email_url
from aftercart.config.mail import mail_settings
from aftercart.conversation.consent import queries as consent
from aftercart.conversation.messages import pausing
from aftercart.conversation.messages.models import Message
from aftercart.conversation.messages.tests.shop import Shop, after
from aftercart.core import clock
from tests.standins.ses import KEY_ID, REGION, SECRET, Answer, SesStandIn, ses_api
from tests.support.live import free_port

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _standing_clock(monkeypatch, tmp_path):
    pausing.forget()
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def api(settings):
    with ses_api() as standin:
        use_ses(settings, standin.url)
        yield standin


def use_ses(settings, url: str) -> None:
    """Everything that a start with `EMAIL_URL=ses://…` sets, at another address."""
    for name, value in mail_settings(parse_email_url(f"ses://{REGION}")).items():
        setattr(settings, name, value)
    parameters = settings.ANYMAIL["AMAZON_SES_CLIENT_PARAMS"]
    parameters["config"] = {**parameters["config"], "read_timeout": 2}
    settings.ANYMAIL = {"AMAZON_SES_CLIENT_PARAMS": {**parameters, "endpoint_url": url}}
    settings.MAIL_ROUTE = "ses"
    settings.MAIL_TRANSPORT = "aftercart.connectors.email.ses.transport.SesTransport"
    settings.DEFAULT_FROM_EMAIL = "Aftercart <orders@aftercart.example>"


def confirmed(shop: Shop) -> Message:
    """The order's confirmation, as far as it has got."""
    (message,) = shop.messages()
    return message


def confirmation() -> tuple[Shop, Message]:
    """It after the first try."""
    shop = Shop()
    shop.place()
    after(2)
    return shop, confirmed(shop)


def test_a_mail_is_taken_with_our_own_id_in_it(api: SesStandIn):
    shop, message = confirmation()
    (mail,) = api.mails
    assert (message.state, message.provider_id) == ("sent", "ses-1")
    assert json.loads(mail["X-Metadata"]) == {"aftercart": f"{shop.store.id}-{message.id}"}
    assert mail["To"] == "anna@example.com"
    assert mail["From"] == "Northwind <orders@aftercart.example>"
    assert mail["References"]
    text = mail.get_body(("plain",))
    assert text is not None
    assert "Blue mug" in text.get_content()


@pytest.mark.parametrize(
    "answer",
    [
        Answer(429, "TooManyRequestsException", "Maximum sending rate exceeded."),
        Answer(429, "TooManyRequestsException", "Daily message quota exceeded."),
        Answer(400, "LimitExceededException", "Daily message quota exceeded."),
        Answer(400, "AccountSuspendedException", "Sending is suspended for the account."),
        Answer(400, "SendingPausedException", "Sending is paused for this account."),
        Answer(400, "MailFromDomainNotVerifiedException", "MAIL FROM is not verified."),
        Answer(404, "NotFoundException", "Configuration set <main> does not exist."),
        Answer(403, "AccessDeniedException", "User is not authorized to perform ses:SendEmail"),
        Answer(403, "ExpiredTokenException", "The security token included is expired."),
        Answer(503, "ServiceUnavailable", "Service unavailable"),
    ],
)
def test_what_stands_in_the_way_of_all_mails_costs_none_of_them(api: SesStandIn, answer: Answer):
    api.answers.append(answer)
    shop = Shop()
    for number in range(5):
        shop.place(str(number), email=f"shopper{number}@example.com")
    after(2)
    assert {(m.state, m.attempts) for m in shop.messages()} == {("planned", 0)}
    assert "Amazon SES does not take it" in shop.messages()[0].reason
    assert api.calls == 1, "boto3 must not try again by itself"
    after(6)
    assert {m.state for m in shop.messages()} == {"sent"}
    assert len(api.mails) == 5


def test_a_rate_is_a_matter_of_a_second(api: SesStandIn):
    """SES counts mails per second, so a longer pause would only lose time."""
    api.answers += [Answer(429, "TooManyRequestsException", "Maximum sending rate exceeded.")] * 4
    shop, _ = confirmation()
    for _second in range(4):
        after(1.1 / 60)
    assert confirmed(shop).state == "sent"


def test_a_sender_that_is_not_verified_loses_no_mail(api: SesStandIn, caplog):
    api.verified = set()
    shop, message = confirmation()
    assert (message.state, message.attempts) == ("planned", 0)
    assert "not verified" in message.reason
    assert "@" not in message.reason
    assert "not verified" in caplog.text
    assert "@" not in caplog.text
    api.verified = {"orders@aftercart.example"}
    after(6)
    assert confirmed(shop).state == "sent"


def test_the_sandbox_holds_up_only_who_is_not_verified(api: SesStandIn):
    api.is_sandbox = True
    api.verified = {"aftercart.example", "tester@example.com"}
    shop = Shop()
    shop.place("1", email="anna@example.com")
    shop.place("2", email="tester@example.com")
    after(2)
    first, second = shop.messages()
    assert (first.state, second.state) == ("planned", "sent")
    assert "sandbox" in first.reason
    assert first.attempts == 1
    api.is_sandbox = False
    after(5)
    assert {message.state for message in shop.messages()} == {"sent"}
    assert len(api.mails) == 2


@pytest.mark.parametrize(
    "answer",
    [
        Answer(400, "MessageRejected", "The message contains a virus."),
        Answer(400, "BadRequestException", "Illegal address"),
    ],
)
def test_a_mail_that_ses_finds_wrong_fails_and_blocks_nobody(api: SesStandIn, answer: Answer):
    api.answers.append(answer)
    shop, message = confirmation()
    assert message.state == "failed"
    assert not consent.suppressed(shop.store.id, ["anna@example.com"])


@pytest.mark.parametrize("answer", [Answer(0), Answer(500, "InternalFailure", "Internal failure")])
@pytest.mark.parametrize("takes_it", [True, False])
def test_silence_is_unknown_and_never_sent_again(api: SesStandIn, answer: Answer, takes_it: bool):
    api.answers.append(Answer(answer.status, answer.error, answer.message, takes_it=takes_it))
    shop, message = confirmation()
    assert (message.state, message.due_at) == ("unknown", None)
    after(60)
    assert confirmed(shop).state == "unknown"
    assert api.calls == 1


def test_nobody_there_is_no_attempt(settings):
    use_ses(settings, f"http://127.0.0.1:{free_port()}")
    _, message = confirmation()
    assert (message.state, message.attempts) == ("planned", 0)


def test_no_credentials_are_said_and_no_attempt(api: SesStandIn, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    _, message = confirmation()
    assert (message.state, message.attempts) == ("planned", 0)
    assert "credentials" in message.reason
    assert api.calls == 0


def test_a_wrong_secret_is_said_and_not_told(api: SesStandIn, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    shop, message = confirmation()
    assert (message.state, message.attempts) == ("planned", 0)
    assert "InvalidSignatureException" in message.reason
    assert "another" not in message.reason
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    after(6)
    assert confirmed(shop).state == "sent"
