"""From the outbox to a real SMTP server, and what becomes of a message when that fails."""

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import psycopg
import pytest
from django.db import connection

from aftercart.conversation.consent import queries as consent
from aftercart.conversation.journeys import work as journeys
from aftercart.conversation.messages import work as outbox_work
from aftercart.conversation.messages.models import Message
from aftercart.conversation.messages.tests.conftest import use_smtp
from aftercart.conversation.messages.tests.shop import Shop, after, work
from aftercart.core import clock
from aftercart.core.models import Event
from tests.standins.smtp import SmtpStandIn, smtp_server
from tests.support.live import free_port

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _standing_clock():
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def shop() -> Shop:
    return Shop()


def only(shop: Shop) -> Message:
    (message,) = shop.messages()
    return message


def events(kind: str) -> list[Event]:
    return list(Event.objects.filter(type=kind))


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_mail_carries_what_it_must(shop: Shop, smtp: SmtpStandIn):
    shop.place()
    after(2)
    (mail,) = smtp.mails
    assert mail["To"] == "anna@example.com"
    assert mail["From"] == "Northwind <orders@aftercart.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@aftercart.example>")
    assert mail["References"] == mail["In-Reply-To"]
    assert mail["Feedback-ID"].count(":") == 3
    assert mail["List-Unsubscribe"] is None
    assert "Blue mug" in body(mail, "plain")
    assert "Blue mug" in body(mail, "html")
    message = only(shop)
    assert (message.state, message.due_at, message.sent_at) == ("sent", None, clock.now())
    assert message.message_id == mail["Message-ID"]
    assert message.html.split() == body(mail, "html").split()
    assert len(events("message.sent")) == 1


def test_mails_of_one_order_are_one_thread(shop: Shop, smtp: SmtpStandIn):
    shop.place()
    after(2)
    shop.fulfil("1", "f1", "00340434161094021501")
    after(20)
    first, second = smtp.mails
    assert first["References"] == second["References"]
    assert first["Message-ID"] != second["Message-ID"]


def test_a_batch_goes_over_one_connection(shop: Shop, smtp: SmtpStandIn):
    for number in range(20):
        shop.place(str(number), email=f"shopper{number}@example.com")
    after(2)
    assert len(smtp.mails) == 20
    assert smtp.sessions == 1


def test_a_refusal_for_now_is_tried_again_later(shop: Shop, smtp: SmtpStandIn):
    smtp.answer("rcpt", "451 4.7.1 Greylisted, try again")
    shop.place()
    after(2)
    message = only(shop)
    assert (message.state, message.attempts) == ("planned", 1)
    assert "Greylisted" in message.reason
    assert message.due_at is not None
    assert message.due_at > clock.now()
    after(3)
    assert only(shop).state == "sent"
    assert only(shop).reason == ""
    assert len(smtp.mails) == 1


def test_what_is_refused_for_two_days_is_given_up(shop: Shop, smtp: SmtpStandIn):
    smtp.answer("data", "452 4.3.1 Disk full", times=1000)
    shop.place()
    after(2)
    for _ in range(60):
        after(60)
    message = only(shop)
    assert message.state == "failed"
    assert "Disk full" in message.reason
    assert message.due_at is None
    assert len(events("message.failed")) == 1
    assert 10 < message.attempts < 30


def test_a_bad_address_bounces_and_is_not_written_to_again(shop: Shop, smtp: SmtpStandIn):
    smtp.answer("rcpt", "550 5.1.1 <anna@example.com>: no such user")
    shop.place()
    after(2)
    message = only(shop)
    assert message.state == "bounced"
    assert "anna@example.com" not in message.reason
    assert consent.suppressed(shop.store.id, ["Anna@Example.com"])
    assert "anna@example.com" not in str(events("message.bounced")[0].data)
    shop.fulfil("1", "f1", "00340434161094021501")
    after(20)
    second = shop.messages()[-1]
    assert second.state == "skipped"
    assert "came back" in second.reason
    assert smtp.mails == []


def test_a_refusal_that_is_not_about_the_address_suppresses_nobody(shop: Shop, smtp: SmtpStandIn):
    smtp.answer("rcpt", "550 5.7.1 Relaying denied")
    shop.place()
    after(2)
    assert only(shop).state == "failed"
    assert not consent.suppressed(shop.store.id, ["anna@example.com"])


def test_content_that_is_refused_fails(shop: Shop, smtp: SmtpStandIn):
    smtp.answer("data", "554 5.6.0 Message rejected")
    shop.place()
    after(2)
    assert only(shop).state == "failed"


def test_a_server_that_vanishes_after_the_text_leaves_it_unknown(shop: Shop, smtp: SmtpStandIn):
    smtp.vanish_after_data = True
    shop.place()
    after(2)
    message = only(shop)
    assert message.state == "unknown"
    assert message.due_at is None
    smtp.vanish_after_data = False
    for _ in range(10):
        after(60)
    assert only(shop).state == "unknown"
    assert len(smtp.mails) == 1
    assert len(events("message.unknown")) == 1


def test_a_slow_server_is_waited_for(shop: Shop, smtp: SmtpStandIn):
    smtp.reply_after = 3.0  # longer than any other answer may take
    shop.place()
    after(2)
    assert only(shop).state == "sent"


def test_a_server_that_is_away_costs_no_attempts(shop: Shop, settings):
    port = free_port()
    use_smtp(settings, port)
    for number in range(30):
        shop.place(str(number), email=f"shopper{number}@example.com")
    after(2)
    assert {message.state for message in shop.messages()} == {"planned"}
    assert {message.attempts for message in shop.messages()} == {0}
    assert "refuses the connection" in shop.messages()[0].reason
    assert outbox_work.run_batch() == 0, "nothing is tried while the pause lasts"
    with smtp_server(port) as standin:
        after(6)
        assert len(standin.mails) == 30
    assert {message.state for message in shop.messages()} == {"sent"}


def test_a_server_that_says_421_is_left_alone_for_a_while(shop: Shop, smtp: SmtpStandIn):
    smtp.answer("rcpt", "421 4.3.2 Shutting down")
    for number in range(3):
        shop.place(str(number), email=f"shopper{number}@example.com")
    after(2)
    assert smtp.mails == []
    assert {message.attempts for message in shop.messages()} == {0}
    after(6)
    assert len(smtp.mails) == 3


def test_a_sender_that_is_not_allowed_loses_no_mail(shop: Shop, smtp: SmtpStandIn):
    smtp.answer("mail", "550 5.7.1 Sender address rejected")
    shop.place()
    after(2)
    assert only(shop).state == "planned"
    assert "does not take mail from us" in only(shop).reason
    after(6)
    assert only(shop).state == "sent"


def test_a_wrong_password_is_said_and_loses_no_mail(shop: Shop, smtp: SmtpStandIn, settings):
    smtp.password = "right"
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "shop", "wrong"
    shop.place()
    after(2)
    assert only(shop).state == "planned"
    assert "user name or password" in only(shop).reason
    settings.EMAIL_HOST_PASSWORD = "right"
    after(6)
    assert only(shop).state == "sent"


def test_two_days_without_a_server_end_in_failure(shop: Shop, settings):
    use_smtp(settings, free_port())
    shop.place()
    after(2)
    after(49 * 60)
    assert only(shop).state == "failed"
    assert "48 hours" in only(shop).reason


def test_no_address_and_no_real_address_are_said_so(shop: Shop, smtp: SmtpStandIn):
    shop.place("1", email="")
    shop.place("2", email="not-an-address")
    shop.place("3", email="anna@example.com\nBcc: all@example.com")
    after(2)
    assert {message.state for message in shop.messages()} == {"skipped"}
    assert smtp.mails == []
    assert len(events("message.skipped")) == 3
    assert all(event.data["reason"] for event in events("message.skipped"))


def test_hostile_names_stay_in_their_header(smtp: SmtpStandIn, shop: Shop):
    shop.store.name = 'Evil", <root@example.org>\r\nBcc: all@example.com'
    shop.store.save()
    shop.place("1", number="#1\r\nX-Injected: yes")
    after(2)
    (mail,) = smtp.mails
    assert mail["Bcc"] is None
    assert mail["X-Injected"] is None
    assert smtp.recipients == ["anna@example.com"]


def test_what_is_no_longer_true_when_the_server_is_back_is_not_sent(shop: Shop, settings):
    port = free_port()
    use_smtp(settings, port)
    shop.place()
    after(2)
    shop.place("1", cancelled_at=clock.now(), updated_at=clock.now() + timedelta(seconds=1))
    with smtp_server(port) as standin:
        after(30)
        assert [mail["Subject"] for mail in standin.mails] == ["Cancelled: order #1001"]
    confirmation = shop.messages()[0]
    assert (confirmation.state, confirmation.reason) == ("skipped", "The order was cancelled")


@pytest.mark.django_db(transaction=True)
def test_a_lease_that_ran_out_in_mid_send_is_unknown_and_not_sent_again(settings):
    with smtp_server() as standin:
        use_smtp(settings, standin.port)
        standin.reply_after = 30.0
        shop = Shop()
        shop.place()
        clock.move_by(timedelta(minutes=2))
        journeys.run_batch()
        sender = threading.Thread(target=_work_at, args=(clock.now(),), daemon=True)
        sender.start()
        _until(lambda: standin.mails)
        assert only(shop).state == "sending"
        clock.move_by(timedelta(minutes=10))
        work()
        assert only(shop).state == "unknown"
        assert len(standin.mails) == 1


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_while_a_mail_is_handed_over_learns_of_it_later(settings):
    with smtp_server() as standin:
        use_smtp(settings, standin.port)
        standin.reply_after = 1.0
        shop = Shop()
        shop.place()
        clock.move_by(timedelta(minutes=2))
        journeys.run_batch()
        sender = threading.Thread(target=_work_at, args=(clock.now(),), daemon=True)
        sender.start()
        _until(lambda: standin.mails)
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        connection.close()
        sender.join(20)
        assert only(shop).state == "sent"
        assert len(standin.mails) == 1


def _work_at(moment: datetime) -> None:
    with clock.moved_to(moment):
        outbox_work.run_batch()
    connection.close()


def _until(condition) -> None:
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert condition()
