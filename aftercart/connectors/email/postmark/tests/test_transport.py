"""Mails through Postmark's API: what each of its answers, and its silence, means for a message."""

from datetime import UTC, datetime

import pytest

from aftercart.conversation.consent import queries as consent
from aftercart.conversation.messages import pausing
from aftercart.conversation.messages.tests.shop import Shop, after
from aftercart.core import clock
from tests.standins.postmark import TOKEN, Answer, PostmarkStandIn, postmark_api
from tests.support.live import free_port

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def api(settings):
    pausing.forget()
    with postmark_api() as standin, clock.moved_to(NOW):
        use_postmark(settings, standin.url)
        yield standin


def use_postmark(settings, url: str, token: str = TOKEN) -> None:
    settings.MAIL_ROUTE = "postmark"
    settings.MAIL_TRANSPORT = "aftercart.connectors.email.postmark.transport.PostmarkTransport"
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": token,
        "POSTMARK_API_URL": url,
        "REQUESTS_TIMEOUT": 2,
    }
    settings.ALLOWED_PRIVATE_HOSTS = frozenset({"127.0.0.1"})


def confirmed(shop: Shop):
    """The order's confirmation, as far as it has got."""
    (message,) = shop.messages()
    return message


def test_a_mail_is_taken_with_our_own_id_in_it(api: PostmarkStandIn):
    shop = Shop()
    shop.place()
    after(2)
    (mail,) = api.mails
    message = confirmed(shop)
    assert (message.state, message.provider_id) == ("sent", "pm-1")
    assert mail["Metadata"] == {"aftercart": f"{shop.store.id}-{message.id}"}
    headers = {header["Name"]: header["Value"] for header in mail["Headers"]}
    assert headers["Message-ID"] == message.message_id
    assert headers["X-PM-KeepID"] == "true"
    assert mail["TextBody"].strip() == message.text.strip()
    assert "Blue mug" in mail["HtmlBody"]


def test_an_address_that_postmark_gave_up_is_suppressed_here_too(api: PostmarkStandIn):
    body = {
        "ErrorCode": 406,
        "Message": "You tried to send to recipient(s) that have been marked as inactive. Found "
        "inactive addresses: anna@example.com. Inactive recipients are ones that have generated a "
        "hard bounce, a spam complaint, or a manual suppression.",
    }
    api.answers.append(Answer(422, body))
    shop = Shop()
    shop.place()
    after(2)
    assert confirmed(shop).state == "bounced"
    assert consent.suppressed(shop.store.id, ["anna@example.com"])


def test_a_mail_that_postmark_finds_wrong_fails(api: PostmarkStandIn):
    api.answers.append(Answer(422, {"ErrorCode": 300, "Message": "Invalid 'Subject'."}))
    shop = Shop()
    shop.place()
    after(2)
    assert confirmed(shop).state == "failed"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(422, {"ErrorCode": 400, "Message": "The 'From' address is no Sender Signature."}),
        Answer(422, {"ErrorCode": 405, "Message": "Not allowed to send: out of credits."}),
        Answer(429, {"ErrorCode": 429, "Message": "Too many requests."}, {"Retry-After": "30"}),
        Answer(503, {"ErrorCode": 100, "Message": "Maintenance."}),
    ],
)
def test_what_stands_in_the_way_of_all_mails_costs_none_of_them(api: PostmarkStandIn, answer):
    api.answers.append(answer)
    shop = Shop()
    for number in range(5):
        shop.place(str(number), email=f"shopper{number}@example.com")
    after(2)
    assert {(m.state, m.attempts) for m in shop.messages()} == {("planned", 0)}
    after(6)
    assert {m.state for m in shop.messages()} == {"sent"}


def test_a_wrong_token_is_said_and_nothing_is_lost(settings):
    pausing.forget()
    with postmark_api() as standin, clock.moved_to(NOW):
        use_postmark(settings, standin.url, token="wrong")
        shop = Shop()
        shop.place()
        after(2)
        assert confirmed(shop).state == "planned"
        assert "Postmark does not take it" in confirmed(shop).reason
        assert "wrong" not in confirmed(shop).reason


def test_silence_after_it_was_taken_is_looked_up_and_not_sent_twice(api: PostmarkStandIn):
    api.answers.append(Answer(0, takes_it=True))
    shop = Shop()
    shop.place()
    after(2)
    assert confirmed(shop).state == "unknown"
    after(11)
    message = confirmed(shop)
    assert (message.state, message.provider_id) == ("sent", "pm-1")
    assert len(api.mails) == 1


def test_silence_about_what_never_arrived_ends_in_sending_it(api: PostmarkStandIn):
    api.answers.append(Answer(0))
    shop = Shop()
    shop.place()
    after(2)
    assert confirmed(shop).state == "unknown"
    after(11)
    assert confirmed(shop).state == "sent"
    assert len(api.mails) == 1


def test_nobody_there_is_no_attempt(settings):
    pausing.forget()
    with clock.moved_to(NOW):
        use_postmark(settings, f"http://127.0.0.1:{free_port()}/")
        shop = Shop()
        shop.place()
        after(2)
        message = confirmed(shop)
        assert (message.state, message.attempts) == ("planned", 0)
