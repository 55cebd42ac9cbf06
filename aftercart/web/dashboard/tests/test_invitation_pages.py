"""Inviting, and joining by the link."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from pytest_django import Settings

from aftercart.core import clock
from aftercart.core.models import Invitation, Member, Role, Store, User
from aftercart.web.dashboard.tests.people import (
    PASSWORD,
    browser_in,
    browser_of,
    make_member,
    make_store,
)
from aftercart.web.dashboard.tests.signing import link_in, newest_mail, run_jobs

pytestmark = pytest.mark.django_db

MEMBERS = "/settings/members/"


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def link_shown(browser: Client) -> str:
    """The path of the link that the members' page shows once."""
    found = re.search(r"http://127.0.0.1:8000(/invitation/[^<]+)<", text_of(browser.get(MEMBERS)))
    assert found
    return found[1]


def invite(browser: Client, email: str = "new@example.com", role: str = Role.AGENT) -> Any:
    return browser.post(f"{MEMBERS}invite/", {"email": email, "role": role})


def test_where_no_mail_leaves_the_link_is_shown_once(browser_as_owner: Client) -> None:
    invite(browser_as_owner)
    assert Client().get(link_shown(browser_as_owner)).status_code == 200
    assert "/invitation/" not in text_of(browser_as_owner.get(MEMBERS))


def test_the_invitation_is_mailed_by_a_worker(browser_as_owner: Client, settings: Settings) -> None:
    settings.MAIL_ROUTE = "smtp"
    invite(browser_as_owner)
    assert mail.outbox == []
    run_jobs()
    assert newest_mail().to == ["new@example.com"]
    assert "Northwind" in newest_mail().subject
    assert "as Agent" in str(newest_mail().body)
    assert "Join Northwind" in text_of(Client().get(link_in(newest_mail())))


def test_an_invitation_taken_back_meanwhile_is_not_mailed(
    browser_as_owner: Client, settings: Settings
) -> None:
    settings.MAIL_ROUTE = "smtp"
    invite(browser_as_owner)
    browser_as_owner.post(f"{MEMBERS}invitations/{Invitation.objects.get().id}/revoke/")
    run_jobs()
    assert mail.outbox == []


def test_a_new_person_joins(browser_as_owner: Client, store: Store) -> None:
    invite(browser_as_owner)
    browser = Client()
    link = link_shown(browser_as_owner)
    assert "You will sign in as" in text_of(browser.get(link))
    answer = browser.post(link, {"name": "Newa", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    member = Member.objects.get(user__email="new@example.com")
    assert (member.role, member.account) == (Role.AGENT, store.account)
    assert browser.get("/orders/").status_code == 200
    assert browser.get("/settings/members/").status_code == 403
    assert not EmailAddress.objects.get(user=member.user).verified
    assert Client().get(link).status_code == 410


def test_a_weak_password_does_not_join(browser_as_owner: Client) -> None:
    invite(browser_as_owner)
    link = link_shown(browser_as_owner)
    answer = Client().post(link, {"name": "Newa", "password": "password"})
    assert answer.status_code == 422
    assert 'value="Newa"' in text_of(answer)
    assert not User.objects.filter(email="new@example.com").exists()


def test_a_known_person_signs_in_and_accepts(browser_as_owner: Client, store: Store) -> None:
    elsewhere = make_member(make_store("contoso"), Role.OWNER, "known@example.com")
    invite(browser_as_owner, "known@example.com", Role.VIEWER)
    link = link_shown(browser_as_owner)
    assert "/accounts/login/?next=%2Finvitation%2F" in text_of(Client().get(link))
    browser = browser_of(elsewhere)
    assert browser.get(link).status_code == 200
    assert Member.objects.filter(user=elsewhere.user).count() == 1
    browser.post(link)
    assert Member.objects.filter(user=elsewhere.user).count() == 2
    page = text_of(browser.get("/"))
    assert "Northwind" in page
    assert "Contoso" in page


def test_a_known_address_cannot_be_taken_over_by_joining(
    browser_as_owner: Client, store: Store
) -> None:
    known = make_member(make_store("contoso"), Role.OWNER, "known@example.com").user
    invite(browser_as_owner, "known@example.com")
    link = link_shown(browser_as_owner)
    Client().post(link, {"name": "Thief", "password": PASSWORD})
    known.refresh_from_db()
    assert not known.has_usable_password()
    assert not Member.objects.filter(user=known, account=store.account).exists()


def test_somebody_else_cannot_accept(browser_as_owner: Client) -> None:
    invite(browser_as_owner)
    link = link_shown(browser_as_owner)
    other = browser_in(make_store("contoso"))
    assert "for somebody else" in text_of(other.get(link))
    assert other.post(link).status_code == 409
    assert Invitation.objects.get().accepted_at is None


def test_an_overdue_link_says_so_and_can_be_renewed(browser_as_owner: Client) -> None:
    with clock.moved_to(datetime.now(UTC) - timedelta(hours=49)):
        invite(browser_as_owner)
        old = link_shown(browser_as_owner)
    assert Client().get(old).status_code == 410
    assert "The link is over" in text_of(browser_as_owner.get(MEMBERS))
    browser_as_owner.post(f"{MEMBERS}invitations/{Invitation.objects.get().id}/again/")
    assert Client().get(link_shown(browser_as_owner)).status_code == 200


def test_a_guessed_link_is_over(store: Store) -> None:
    assert Client().get("/invitation/guessed/").status_code == 410


def test_an_admin_neither_makes_nor_touches_owners(store: Store, owner: Member) -> None:
    browser = browser_in(store, Role.ADMIN)
    page = text_of(browser.get(MEMBERS))
    assert '<option value="owner"' not in page
    assert f"{MEMBERS}{owner.id}/remove/" not in page
    assert invite(browser, role=Role.OWNER).status_code == 422
    invite(browser_of(owner), "chosen@example.com", Role.OWNER)
    assert "An owner has invited" in text_of(invite(browser, "chosen@example.com", Role.VIEWER))
    assert browser.post(f"{MEMBERS}{owner.id}/role/", {"role": "viewer"}).status_code == 404
    assert browser.post(f"{MEMBERS}{owner.id}/remove/").status_code == 404
    assert Member.objects.get(id=owner.id).role == Role.OWNER


def test_the_last_owner_is_told_why_not(browser_as_owner: Client, owner: Member) -> None:
    answer = browser_as_owner.post("/leave/", follow=True)
    assert "You are the only owner" in text_of(answer)
    assert Member.objects.filter(id=owner.id).exists()


def test_a_member_is_removed_after_one_question(browser_as_owner: Client, store: Store) -> None:
    agent = make_member(store, Role.AGENT)
    where = f"{MEMBERS}{agent.id}/remove/"
    assert "will no longer see" in text_of(browser_as_owner.get(where))
    assert Member.objects.filter(id=agent.id).exists()
    assert "no longer a member" in text_of(browser_as_owner.post(where, follow=True))
    assert not Member.objects.filter(id=agent.id).exists()


def test_a_role_is_changed_on_the_page(browser_as_owner: Client, store: Store) -> None:
    agent = make_member(store, Role.AGENT)
    where = f"{MEMBERS}{agent.id}/role/"
    assert "Admin" in text_of(browser_as_owner.post(where, {"role": "admin"}, follow=True))
    agent.refresh_from_db()
    assert agent.role == Role.ADMIN
    assert browser_as_owner.post(where, {"role": "emperor"}).status_code == 302
    agent.refresh_from_db()
    assert agent.role == Role.ADMIN


def test_hostile_names_are_shown_as_they_are(browser_as_owner: Client, store: Store) -> None:
    member = make_member(store, Role.AGENT)
    member.user.name = "<script>alert(1)</script>"
    member.user.save()
    page = browser_as_owner.get(MEMBERS).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
