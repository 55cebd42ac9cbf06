"""Roles, members, invitations and stores: what people do with an account."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from aftercart.core import clock, sql
from aftercart.core.actions import accounts, invitations, members, stores
from aftercart.core.actions.acting import NotAllowed
from aftercart.core.actions.invitations import AlreadyMember, ForSomebodyElse, InvitationOver
from aftercart.core.actions.members import LastOwner
from aftercart.core.actions.stores import NewStore, SlugTaken
from aftercart.core.models import Account, Invitation, Member, Role, Store, User
from aftercart.core.queries import open_invitations, places_of
from aftercart.core.roles import at_least, grantable, may_manage

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

Join = Callable[..., Member]


def person(email: str) -> User:
    return User.objects.create_user(email)


@pytest.fixture
def store() -> Store:
    return accounts.open_account(
        person("ada@example.com"), "Northwind", NewStore(name="Northwind", slug="northwind")
    )


@pytest.fixture
def owner(store: Store) -> Member:
    return Member.objects.get(account=store.account)


@pytest.fixture
def join(store: Store) -> Join:
    def make(role: str, email: str = "") -> Member:
        email = email or f"{role}{Member.objects.count()}@example.com"
        return Member.objects.create(account=store.account, user=person(email), role=role)

    return make


def recorded(store: Store) -> list[dict[str, Any]]:
    return sql.fetch(
        "SELECT type, actor, data ->> 'role' AS role FROM core_event "
        "WHERE store_id = %s ORDER BY id",
        [store.id],
    )


@pytest.mark.parametrize(
    ("actor", "target", "may"),
    [
        ("owner", "owner", True),
        ("owner", "viewer", True),
        ("admin", "owner", False),
        ("admin", "admin", True),
        ("agent", "viewer", False),
        ("nobody", "viewer", False),
    ],
)
def test_only_owners_manage_owners(actor: str, target: str, may: bool) -> None:
    assert may_manage(actor, target) is may


def test_a_role_reaches_those_below_it() -> None:
    assert at_least("agent", "viewer")
    assert not at_least("agent", "admin")
    assert not at_least("made up", "viewer")
    assert grantable("admin") == ["admin", "agent", "viewer"]
    assert grantable("agent") == []


def test_opening_an_account_is_recorded_with_its_owner(store: Store, owner: Member) -> None:
    assert owner.role == Role.OWNER
    assert recorded(store) == [
        {"type": "account.opened", "actor": f"member:{owner.id}", "role": None}
    ]


def test_an_installation_is_claimed_once(store: Store) -> None:
    with pytest.raises(accounts.InstallationTaken):
        accounts.claim_installation(person("late@example.com"), NewStore(name="Late", slug="late"))
    assert not Store.objects.filter(slug="late").exists()


def test_an_empty_installation_is_claimed() -> None:
    found = accounts.claim_installation(person("a@example.com"), NewStore(name="First", slug="a"))
    assert Account.objects.get().name == "First"
    assert places_of(User.objects.get().id)[0].store == found


def test_a_role_is_changed_and_recorded(store: Store, owner: Member, join: Join) -> None:
    agent = join(Role.AGENT)
    members.change_role(store.id, owner, agent.id, Role.ADMIN)
    agent.refresh_from_db()
    assert agent.role == Role.ADMIN
    assert recorded(store)[-1] == {
        "type": "member.changed",
        "actor": f"member:{owner.id}",
        "role": "admin",
    }


def test_an_admin_cannot_make_or_unmake_owners(store: Store, owner: Member, join: Join) -> None:
    admin, agent = join(Role.ADMIN), join(Role.AGENT)
    for target, role in ((agent, Role.OWNER), (owner, Role.AGENT)):
        with pytest.raises(NotAllowed):
            members.change_role(store.id, admin, target.id, role)
    with pytest.raises(NotAllowed):
        members.remove(store.id, admin, owner.id)
    with pytest.raises(NotAllowed):
        members.change_role(store.id, agent, agent.id, Role.ADMIN)


def test_another_accounts_member_is_out_of_reach(store: Store, owner: Member) -> None:
    elsewhere = accounts.open_account(
        person("eve@example.com"), "Contoso", NewStore(name="Contoso", slug="contoso")
    )
    theirs = Member.objects.get(account=elsewhere.account)
    with pytest.raises(Member.DoesNotExist):
        members.change_role(store.id, owner, theirs.id, Role.VIEWER)
    with pytest.raises(Member.DoesNotExist):
        members.remove(store.id, owner, theirs.id)


def test_what_counts_is_the_role_at_that_moment(store: Store, owner: Member, join: Join) -> None:
    """Not the one that a request began with."""
    admin, agent = join(Role.ADMIN), join(Role.AGENT)
    invitation = invitations.invite(store.id, owner, "new@example.com", Role.AGENT)
    Member.objects.filter(id=admin.id).update(role=Role.VIEWER)
    attempts: list[Callable[[], object]] = [
        lambda: members.change_role(store.id, admin, agent.id, Role.ADMIN),
        lambda: members.remove(store.id, admin, agent.id),
        lambda: invitations.invite(store.id, admin, "eve@example.com", Role.ADMIN),
        lambda: invitations.revoke(store.id, admin, invitation.id),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()
    Member.objects.filter(id=admin.id).delete()
    for attempt in [*attempts, lambda: members.leave(store.id, admin)]:
        with pytest.raises(NotAllowed):
            attempt()
    assert Invitation.objects.get() == invitation


def test_two_owners_who_remove_each_other_leave_one(
    store: Store, owner: Member, join: Join
) -> None:
    second = join(Role.OWNER)
    members.remove(store.id, owner, second.id)
    with pytest.raises(NotAllowed):
        members.remove(store.id, second, owner.id)
    assert Member.objects.get(account=store.account) == owner


def test_nobody_comes_back_by_what_they_offered_before(
    store: Store, owner: Member, join: Join
) -> None:
    admin = join(Role.ADMIN)
    tokens = {
        role: invitations.renew(invitations.invite(store.id, admin, f"{role}@x.example", role).id)
        for role in (Role.ADMIN, Role.VIEWER)
    }
    mine = invitations.invite(store.id, owner, "mine@example.com", Role.AGENT)
    members.remove(store.id, owner, admin.id)
    for token in tokens.values():
        with pytest.raises(InvitationOver):
            invitations.find(token)
    assert open_invitations(store.account_id) == [mine]
    assert [event["type"] for event in recorded(store)[-3:]] == [
        "invitation.revoked",
        "invitation.revoked",
        "member.removed",
    ]


def test_a_lower_role_keeps_the_offers_that_it_reaches(
    store: Store, owner: Member, join: Join
) -> None:
    second = join(Role.OWNER)
    invitations.invite(store.id, second, "owner@x.example", Role.OWNER)
    kept = invitations.invite(store.id, second, "agent@x.example", Role.AGENT)
    members.change_role(store.id, owner, second.id, Role.ADMIN)
    assert open_invitations(store.account_id) == [kept]


def test_the_last_owner_stays(store: Store, owner: Member, join: Join) -> None:
    join(Role.ADMIN)
    with pytest.raises(LastOwner):
        members.change_role(store.id, owner, owner.id, Role.ADMIN)
    with pytest.raises(LastOwner):
        members.remove(store.id, owner, owner.id)
    with pytest.raises(LastOwner):
        members.leave(store.id, owner)
    second = join(Role.OWNER)
    members.leave(store.id, owner)
    assert Member.objects.get(account=store.account, role=Role.OWNER) == second
    assert recorded(store)[-1]["type"] == "member.removed"


def test_an_invitation_lets_one_person_in_once(store: Store, owner: Member) -> None:
    with clock.moved_to(NOON):
        invitation = invitations.invite(store.id, owner, " New@Example.com ", Role.AGENT)
        token = invitations.renew(invitation.id)
        assert invitations.find(token).email == "new@example.com"
        user, entered = invitations.join(token, "New Person", "correct horse battery")
        assert (entered, user.email, user.name) == (store, "new@example.com", "New Person")
        assert user.check_password("correct horse battery")
        assert Member.objects.get(user=user).role == Role.AGENT
        with pytest.raises(InvitationOver):
            invitations.find(token)
    assert [event["type"] for event in recorded(store)[1:]] == ["member.invited", "member.joined"]


def test_the_log_never_learns_an_address(store: Store, owner: Member) -> None:
    invitation = invitations.invite(store.id, owner, "new@example.com", Role.AGENT)
    invitations.join(invitations.renew(invitation.id), "New Person", "correct horse battery")
    members.remove(store.id, owner, Member.objects.get(user__email="new@example.com").id)
    told = [row["told"] for row in sql.fetch("SELECT core_event::text AS told FROM core_event")]
    assert len(told) == 4
    assert not any("example.com" in line or "New Person" in line for line in told)


def test_only_the_hash_of_a_token_is_kept(store: Store, owner: Member) -> None:
    token = invitations.renew(invitations.invite(store.id, owner, "n@example.com", "agent").id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_invitation::text FROM core_invitation")
        assert token not in cursor.fetchone()[0]


def test_an_invitation_ends_after_48_hours(store: Store, owner: Member) -> None:
    with clock.moved_to(NOON):
        invitation = invitations.invite(store.id, owner, "new@example.com", Role.AGENT)
        token = invitations.renew(invitation.id)
    with clock.moved_to(NOON + timedelta(hours=47, minutes=59)):
        assert invitations.find(token)
    with clock.moved_to(NOON + timedelta(hours=48)):
        with pytest.raises(InvitationOver):
            invitations.find(token)
        with pytest.raises(InvitationOver):
            invitations.join(token, "Late", "correct horse battery")


def test_a_new_link_ends_the_old_one(store: Store, owner: Member) -> None:
    invitation = invitations.invite(store.id, owner, "new@example.com", Role.AGENT)
    first, second = invitations.renew(invitation.id), invitations.renew(invitation.id)
    with pytest.raises(InvitationOver):
        invitations.find(first)
    assert invitations.find(second) == invitation


def test_inviting_twice_keeps_one_invitation_with_the_new_role(store: Store, owner: Member) -> None:
    first = invitations.invite(store.id, owner, "new@example.com", Role.AGENT)
    token = invitations.renew(first.id)
    second = invitations.invite(store.id, owner, "NEW@example.com", Role.VIEWER)
    assert (first.id, second.role) == (second.id, Role.VIEWER)
    assert open_invitations(store.account_id) == [second]
    with pytest.raises(InvitationOver):
        invitations.find(token)


def test_a_member_is_not_invited_again(store: Store, owner: Member, join: Join) -> None:
    member = join(Role.AGENT)
    with pytest.raises(AlreadyMember):
        invitations.invite(store.id, owner, member.user.email.upper(), Role.AGENT)


def test_an_invitation_is_for_its_address_alone(store: Store, owner: Member) -> None:
    token = invitations.renew(invitations.invite(store.id, owner, "new@example.com", "agent").id)
    with pytest.raises(ForSomebodyElse):
        invitations.accept(token, person("other@example.com"))
    assert invitations.find(token)


def test_one_who_has_a_sign_in_uses_it(store: Store, owner: Member) -> None:
    known = person("known@example.com")
    token = invitations.renew(invitations.invite(store.id, owner, known.email, "agent").id)
    with pytest.raises(AlreadyMember):
        invitations.join(token, "Known", "correct horse battery")
    assert invitations.accept(token, known) == store
    assert Member.objects.get(user=known).role == Role.AGENT


def test_a_revoked_invitation_is_over(store: Store, owner: Member, join: Join) -> None:
    invitation = invitations.invite(store.id, owner, "new@example.com", Role.OWNER)
    token = invitations.renew(invitation.id)
    with pytest.raises(NotAllowed):
        invitations.revoke(store.id, join(Role.ADMIN), invitation.id)
    invitations.revoke(store.id, owner, invitation.id)
    with pytest.raises(InvitationOver):
        invitations.find(token)
    assert recorded(store)[-1]["type"] == "invitation.revoked"


def test_an_admin_invites_no_owner(store: Store, join: Join) -> None:
    with pytest.raises(NotAllowed):
        invitations.invite(store.id, join(Role.ADMIN), "new@example.com", Role.OWNER)
    assert not Invitation.objects.exists()


def test_an_admin_does_not_change_what_an_owner_offered(
    store: Store, owner: Member, join: Join
) -> None:
    invitations.invite(store.id, owner, "new@example.com", Role.OWNER)
    with pytest.raises(NotAllowed):
        invitations.invite(store.id, join(Role.ADMIN), "NEW@example.com", Role.VIEWER)
    assert Invitation.objects.get().role == Role.OWNER


def test_a_store_is_added_and_changed(store: Store, owner: Member) -> None:
    second = stores.create(owner, NewStore(name="Second", slug="second", currency="EUR"))
    assert (second.account, second.currency) == (store.account, "EUR")
    assert recorded(second)[0]["type"] == "store.created"
    assert stores.change(second, owner, {"name": "Renamed", "currency": "EUR"}) == ["name"]
    assert stores.change(second, owner, {"name": "Renamed"}) == []
    assert [event["type"] for event in recorded(second)] == ["store.created", "store.changed"]


def test_a_slug_belongs_to_one_store(store: Store, owner: Member) -> None:
    with pytest.raises(SlugTaken):
        stores.create(owner, NewStore(name="Again", slug=store.slug))
    assert Store.objects.filter(account=store.account).count() == 1


def test_a_stores_slug_and_account_cannot_be_changed(store: Store, owner: Member) -> None:
    for name in ("slug", "account_id", "is_demo"):
        with pytest.raises(KeyError):
            stores.change(store, owner, {name: "other"})
