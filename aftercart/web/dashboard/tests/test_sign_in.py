"""Signing in and out, forgotten passwords, the first owner, and second factors."""

import re
import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from aftercart.core.models import Account, Member, Role, Store, User
from aftercart.web.dashboard.tests.people import PASSWORD, browser_of, make_member
from aftercart.web.dashboard.tests.signing import deferred, link_in, newest_mail, run_jobs, sign_in

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "another long pass phrase"


@pytest.fixture(autouse=True)
def fast_and_unlimited(settings: Settings) -> None:
    """Hash quickly, and forget the tries that other tests made."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def ada(store: Store, fast_and_unlimited: None) -> Member:
    return make_member(store, Role.OWNER, "ada@example.com", PASSWORD)


@pytest.fixture
def mail_leaves(settings: Settings) -> None:
    """As if EMAIL_URL named a server: what is sent is in `mail.outbox`."""
    settings.MAIL_ROUTE = "smtp"


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_right_password_lets_in(ada: Member) -> None:
    answer = sign_in("Ada@Example.com")
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(ada: Member) -> None:
    answers = [sign_in("ada@example.com", "wrong"), sign_in("nobody@example.com", "wrong")]
    texts = {re.sub(r'value="[^"]*"', "", text_of(answer)) for answer in answers}
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(texts) == 1
    assert "do not belong together" in texts.pop()


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password is hashed, which is what an answer takes its time for."""

    algorithm = "counting"
    count = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.count += 1
        return str(super().encode(password, salt))


def test_the_time_it_takes_does_not_tell_who_is_known(store: Store, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    make_member(store, Role.OWNER, "ada@example.com", PASSWORD)
    make_member(store, Role.VIEWER, "never-signed-in@example.com")
    for address in ("ada@example.com", "never-signed-in@example.com", "nobody@example.com"):
        before = CountingHasher.count
        sign_in(address, "wrong")
        assert CountingHasher.count - before == 1, address


def test_trying_passwords_is_slowed_down(ada: Member) -> None:
    for _ in range(6):
        sign_in("ada@example.com", "wrong")
    assert "Too many" in text_of(sign_in("ada@example.com"))


def test_naming_other_hosts_and_ports_gives_no_further_tries(ada: Member) -> None:
    for port in range(5):
        given = {"login": "Ada@example.com", "password": "wrong"}
        Client().post("/accounts/login/", given, headers={"host": f"localhost:{9000 + port}"})
    assert "Too many" in text_of(sign_in("ada@example.com"))


def test_signing_in_leads_to_where_one_wanted(ada: Member) -> None:
    answer = Client().post(
        "/accounts/login/?next=/orders/", {"login": "ada@example.com", "password": PASSWORD}
    )
    assert answer["Location"] == "/orders/"


def test_signing_in_leads_nowhere_else(ada: Member) -> None:
    given = {"login": "ada@example.com", "password": PASSWORD, "next": "https://evil.example/"}
    assert Client().post("/accounts/login/", given)["Location"] == "/"


def test_signing_out_takes_a_form(ada: Member) -> None:
    browser = browser_of(ada)
    browser.get("/accounts/logout/")
    assert browser.get("/orders/").status_code == 200
    browser.post("/accounts/logout/")
    assert browser.get("/orders/").status_code == 302


def test_a_forgotten_password_is_replaced_by_mail(ada: Member, mail_leaves: None) -> None:
    browser = Client()
    assert browser.post("/accounts/password/reset/", {"email": "ada@example.com"})["Location"]
    assert mail.outbox == []
    run_jobs()
    assert newest_mail().to == ["ada@example.com"]
    form = browser.get(link_in(newest_mail()), follow=True)
    assert "Choose a new password" in text_of(form)
    browser.post(form.request["PATH_INFO"], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert sign_in("ada@example.com", NEW_PASSWORD).status_code == 302
    assert "used up" in text_of(Client().get(link_in(mail.outbox[0]), follow=True))


def test_a_waiting_mail_does_not_show_its_link(ada: Member, mail_leaves: None) -> None:
    Client().post("/accounts/password/reset/", {"email": "ada@example.com"})
    ((name, arguments),) = deferred()
    assert name == "send_account_mail"
    assert "password" not in arguments["sealed"]
    run_jobs()
    assert "/accounts/password/reset/key/" in str(newest_mail().body)


def test_a_forged_host_does_not_get_into_a_mail(ada: Member, mail_leaves: None) -> None:
    given = {"email": "ada@example.com"}
    Client().post("/accounts/password/reset/", given, headers={"host": "evil.example"})
    run_jobs()
    assert "evil.example" not in str(newest_mail().body)
    assert link_in(newest_mail())


def test_an_unknown_address_is_not_told_apart(ada: Member, mail_leaves: None) -> None:
    known = Client().post("/accounts/password/reset/", {"email": "ada@example.com"})
    unknown = Client().post("/accounts/password/reset/", {"email": "who@example.com"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    run_jobs()
    assert "Nobody is known here" in str(newest_mail().body)


def test_where_no_mail_leaves_the_page_says_what_to_do(ada: Member) -> None:
    assert "aftercart manage changepassword" in text_of(Client().get("/accounts/password/reset/"))
    Client().post("/accounts/password/reset/", {"email": "ada@example.com"})
    assert deferred() == []


def test_the_first_owner_signs_up_on_an_empty_installation(db: None) -> None:
    browser = Client()
    assert "Become its first owner" in text_of(browser.get("/accounts/login/"))
    given = {
        "name": "Ada Okafor",
        "store_name": "Fjord & Field",
        "email": "Ada@Example.com",
        "password1": PASSWORD,
    }
    assert browser.post("/accounts/signup/", given)["Location"] == "/"
    member = Member.objects.get()
    assert (member.user.email, member.user.name, member.role) == (
        "ada@example.com",
        "Ada Okafor",
        Role.OWNER,
    )
    assert Store.objects.get().slug == "fjord-field"
    assert "Getting started: 0 of 6" in text_of(browser.get("/"))


def test_nobody_signs_up_on_a_taken_installation(ada: Member) -> None:
    given = {"name": "Eve", "store_name": "Evil", "email": "e@example.com", "password1": PASSWORD}
    answer = Client().post("/accounts/signup/", given)
    assert "By invitation" in text_of(answer)
    assert not User.objects.filter(email="e@example.com").exists()
    assert Account.objects.count() == 1


def test_a_weak_password_is_refused_with_words(db: None) -> None:
    given = {"name": "Ada", "store_name": "A", "email": "a@example.com", "password1": "short"}
    assert "at least 10 characters" in text_of(Client().post("/accounts/signup/", given))
    assert not User.objects.exists()


# Second factors


@pytest.fixture
def browser(ada: Member) -> Client:
    """Signed in, and having said a moment ago that it is still oneself."""
    browser = Client()
    sign_in("ada@example.com", browser=browser)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return browser


def code_of(secret: str, steps_from_now: int = 0) -> str:
    counter = int(time.time()) // 30 + steps_from_now
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


def switch_on_totp(browser: Client) -> str:
    """Set an authenticator app up; returns its secret."""
    page = browser.get("/accounts/2fa/totp/activate/").content.decode()
    found = re.search(r"<code data-copy>([A-Z2-7]+)</code>", page)
    assert found
    answer = browser.post("/accounts/2fa/totp/activate/", {"code": code_of(found[1])})
    assert answer.status_code == 302
    return found[1]


def test_an_authenticator_app_is_asked_for_its_code(browser: Client) -> None:
    secret = switch_on_totp(browser)
    fresh = Client()
    assert sign_in("ada@example.com", browser=fresh)["Location"] == "/accounts/2fa/authenticate/"
    assert fresh.get("/orders/").status_code == 302
    wrong = fresh.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "This code is not right" in text_of(wrong)
    right = fresh.post("/accounts/2fa/authenticate/", {"code": code_of(secret, 1)})
    assert (right.status_code, right["Location"]) == (302, "/")
    assert fresh.get("/orders/").status_code == 200


def test_a_wrong_code_switches_nothing_on(browser: Client) -> None:
    browser.get("/accounts/2fa/totp/activate/")
    answer = browser.post("/accounts/2fa/totp/activate/", {"code": "123456"})
    assert answer.status_code == 200
    assert not Authenticator.objects.exists()


def test_the_secret_of_an_app_is_sealed_at_rest(browser: Client) -> None:
    secret = switch_on_totp(browser)
    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP).data
    assert secret not in str(stored)


def test_a_recovery_code_lets_in_once(browser: Client) -> None:
    switch_on_totp(browser)
    page = browser.get("/accounts/2fa/recovery-codes/").content.decode()
    codes = re.findall(r'<li class="code">([^<]+)</li>', page)
    assert len(codes) == 10
    for expected in (302, 200):
        fresh = Client()
        sign_in("ada@example.com", browser=fresh)
        answer = fresh.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert answer.status_code == expected


def test_switching_it_off_asks_who_one_is(ada: Member, browser: Client) -> None:
    switch_on_totp(browser)
    later = browser_of(ada)
    answer = later.get("/accounts/2fa/totp/deactivate/")
    assert answer["Location"].startswith("/accounts/")
    assert "reauthenticate" in answer["Location"]
    browser.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/2fa/totp/activate/",
    ],
)
def test_sign_in_pages_stand_in_our_frame(browser: Client, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 200
    assert 'class="shell"' in answer.content.decode()


def test_a_change_of_password_is_told_by_mail(browser: Client, mail_leaves: None) -> None:
    given = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert browser.post("/accounts/password/change/", given).status_code == 302
    run_jobs()
    assert "change your password now" in str(newest_mail().body)


def test_a_new_address_is_confirmed_by_mail(browser: Client, mail_leaves: None) -> None:
    browser.post("/accounts/email/", {"action_add": "", "email": "new@example.com"})
    run_jobs()
    assert newest_mail().to == ["new@example.com"]
    link = link_in(newest_mail())
    assert "Is <strong>new@example.com</strong> yours?" in text_of(browser.get(link))
    browser.post(link)
    assert EmailAddress.objects.get(email="new@example.com").verified


def add_address(browser: Client, address: str, *, verified: bool) -> None:
    browser.post("/accounts/email/", {"action_add": "", "email": address})
    EmailAddress.objects.filter(email=address).update(verified=verified)


def make_main(browser: Client, address: str) -> str:
    given = {"action_primary": "", "email": address}
    return text_of(browser.post("/accounts/email/", given, follow=True))


def test_only_a_confirmed_address_can_be_the_main_one(ada: Member, browser: Client) -> None:
    add_address(browser, "boss@example.com", verified=False)
    assert "Confirm the address first" in make_main(browser, "boss@example.com")
    ada.user.refresh_from_db()
    assert ada.user.email == "ada@example.com"
    add_address(browser, "new@example.com", verified=True)
    make_main(browser, "new@example.com")
    ada.user.refresh_from_db()
    assert ada.user.email == "new@example.com"


def test_nobody_takes_the_address_that_another_signs_in_with(
    ada: Member, store: Store, browser: Client
) -> None:
    make_member(store, Role.VIEWER, "bob@example.com")
    add_address(browser, "bob@example.com", verified=True)
    assert "Somebody else signs in" in make_main(browser, "bob@example.com")
    ada.user.refresh_from_db()
    assert ada.user.email == "ada@example.com"
