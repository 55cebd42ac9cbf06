"""Changing what members may do, and parting with them. An account always keeps an owner."""

from typing import Any

from aftercart.core import clock
from aftercart.core.actions.acting import NotAllowed, held
from aftercart.core.actions.invitations import withdraw_offers
from aftercart.core.events import Event, publish
from aftercart.core.models import Member, Role
from aftercart.core.roles import may_manage
from aftercart.core.tenancy import bound


class LastOwner(Exception):
    """The account would be left without an owner."""


def change_role(store_id: int, actor: Member, member_id: int, role: str) -> Member:
    """Give a member of the actor's account another role; open offers that it no longer reaches end.

    Args:
        store_id: the store of the account in which the act is recorded.

    Raises:
        Member.DoesNotExist: the account has no such member.
        NotAllowed: only owners make or change owners.
        LastOwner: the account has no other owner.
    """
    with bound(store_id):
        actor = held(actor)
        member = _member(actor, member_id)
        if not (may_manage(actor.role, member.role) and may_manage(actor.role, role)):
            raise NotAllowed
        if member.role == role:
            return member
        if member.role == Role.OWNER:
            _require_another_owner(member)
        before, member.role = member.role, role
        member.save(update_fields=["role"])
        withdraw_offers(store_id, actor, member, role)
        _record(store_id, "member.changed", actor, member, {"before": before, "role": role})
    return member


def remove(store_id: int, actor: Member, member_id: int) -> Member:
    """End a membership in the actor's account, and what it offered; the sign-in stays theirs.

    Raises:
        Member.DoesNotExist: the account has no such member.
        NotAllowed: only owners remove owners.
        LastOwner: the account has no other owner.
    """
    with bound(store_id):
        actor = held(actor)
        member = _member(actor, member_id)
        if not may_manage(actor.role, member.role):
            raise NotAllowed
        _end(store_id, actor, member)
    return member


def leave(store_id: int, actor: Member) -> None:
    """End one's own membership.

    Raises:
        NotAllowed: it has ended already.
        LastOwner: the account has no other owner.
    """
    with bound(store_id):
        actor = held(actor)
        _end(store_id, actor, _member(actor, actor.id))


def _member(actor: Member, member_id: int) -> Member:
    return Member.objects.select_related("user").get(id=member_id, account_id=actor.account_id)


def _require_another_owner(member: Member) -> None:
    others = Member.objects.filter(account_id=member.account_id, role=Role.OWNER)
    if not others.exclude(id=member.id).exists():
        raise LastOwner


def _end(store_id: int, actor: Member, member: Member) -> None:
    if member.role == Role.OWNER:
        _require_another_owner(member)
    withdraw_offers(store_id, actor, member)
    _record(store_id, "member.removed", actor, member, {"role": member.role})
    Member.objects.filter(id=member.id).delete()


def _record(store_id: int, kind: str, actor: Member, member: Member, data: dict[str, Any]) -> None:
    event = Event(
        store_id=store_id,
        type=kind,
        occurred_at=clock.now(),
        actor=f"member:{actor.id}",
        data={"member_id": member.id, "user_id": member.user_id, **data},
    )
    publish([event])
