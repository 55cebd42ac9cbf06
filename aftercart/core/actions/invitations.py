"""Inviting people into an account.

An invitation is a row first; its token is made when the mail is (or a link is shown), and only its
hash is kept, so that neither the database nor a waiting job can let anybody in.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from aftercart.core import clock
from aftercart.core.actions.acting import NotAllowed, held
from aftercart.core.events import Event, publish
from aftercart.core.models import Invitation, Member, Store, User
from aftercart.core.roles import grantable, may_manage
from aftercart.core.tenancy import bound

VALID_FOR = timedelta(hours=48)
TOKEN_BYTES = 32


class AlreadyMember(Exception):
    """The person belongs to the account."""


class InvitationOver(Exception):
    """The invitation was used, revoked or replaced, or its time is over."""


class ForSomebodyElse(Exception):
    """The invitation names another address than the one signed in."""


def invite(store_id: int, actor: Member, email: str, role: str) -> Invitation:
    """Offer membership; an open offer to the same address is renewed with the new role.

    Raises:
        NotAllowed: only owners invite owners, and change what owners were offered.
        AlreadyMember: the address belongs to a member.
    """
    email = email.strip().lower()
    with bound(store_id):
        actor = held(actor)
        if not all(may_manage(actor.role, one) for one in (role, *_offered(actor, email))):
            raise NotAllowed
        if Member.objects.filter(account_id=actor.account_id, user__email=email).exists():
            raise AlreadyMember
        invitation, _ = Invitation.objects.update_or_create(
            account_id=actor.account_id,
            email=email,
            accepted_at=None,
            defaults={"role": role, "invited_by_id": actor.user_id, **_unopened()},
            create_defaults={
                "role": role,
                "invited_by_id": actor.user_id,
                "created_at": clock.now(),
                **_unopened(),
            },
        )
        _record(store_id, "member.invited", f"member:{actor.id}", invitation)
    return invitation


def renew(invitation_id: int) -> str:
    """Give an open invitation a new token and another 48 hours; earlier links stop working.

    Returns:
        the token, which exists nowhere else.

    Raises:
        Invitation.DoesNotExist: there is no such open invitation.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        open_one = Invitation.objects.select_for_update().get(id=invitation_id, accepted_at=None)
        open_one.token_hash = hash_of(token)
        open_one.expires_at = clock.now() + VALID_FOR
        open_one.save(update_fields=["token_hash", "expires_at"])
    return token


def revoke(store_id: int, actor: Member, invitation_id: int) -> Invitation:
    """Take an open invitation back.

    Raises:
        Invitation.DoesNotExist: the account has no such open invitation.
        NotAllowed: only owners take back an owner's invitation.
    """
    with bound(store_id):
        actor = held(actor)
        invitation = Invitation.objects.select_for_update().get(
            id=invitation_id, account_id=actor.account_id, accepted_at=None
        )
        if not may_manage(actor.role, invitation.role):
            raise NotAllowed
        _end(store_id, actor, invitation)
    return invitation


def withdraw_offers(store_id: int, actor: Member, member: Member, role: str = "") -> None:
    """Take back what a member has offered and, in the role that they have now, could not offer.

    So that nobody who was shown out comes back in by an invitation made beforehand. Runs in the
    transaction that changes or ends the membership.
    """
    offers = Invitation.objects.select_for_update().filter(
        account_id=member.account_id, invited_by_id=member.user_id, accepted_at=None
    )
    for invitation in offers.exclude(role__in=grantable(role)):
        _end(store_id, actor, invitation)


def _offered(actor: Member, email: str) -> list[str]:
    """The role that an address is offered already, if it is."""
    open_ones = Invitation.objects.filter(
        account_id=actor.account_id, email=email, accepted_at=None
    )
    return list(open_ones.values_list("role", flat=True))


def _end(store_id: int, actor: Member, invitation: Invitation) -> None:
    _record(store_id, "invitation.revoked", f"member:{actor.id}", invitation)
    Invitation.objects.filter(id=invitation.id).delete()


def find(token: str) -> Invitation:
    """The open invitation that a token opens.

    Raises:
        InvitationOver: there is none, or not any more.
    """
    return _open_one(token, lock=False)


def accept(token: str, user: User) -> Store:
    """Make the user a member, as the invitation says.

    Returns:
        a store of the account, to begin in.

    Raises:
        InvitationOver: the invitation cannot be used any more.
        ForSomebodyElse: it names another address than the user's.
    """
    with transaction.atomic():
        invitation = _open_one(token, lock=True)
        if invitation.email != user.email.lower():
            raise ForSomebodyElse
        invitation.accepted_at = clock.now()
        invitation.save(update_fields=["accepted_at"])
        member, _ = Member.objects.get_or_create(
            account_id=invitation.account_id, user=user, defaults={"role": invitation.role}
        )
        store = Store.objects.filter(account_id=invitation.account_id).order_by("id")[0]
        with bound(store.id):
            _record(store.id, "member.joined", f"member:{member.id}", invitation)
    return store


def join(token: str, name: str, password: str) -> tuple[User, Store]:
    """Make a new user of the invited person, and a member of that user.

    Raises:
        InvitationOver: the invitation cannot be used any more.
        AlreadyMember: a user with the address exists and has to sign in instead.
    """
    with transaction.atomic():
        invitation = _open_one(token, lock=True)
        if User.objects.filter(email=invitation.email).exists():
            raise AlreadyMember
        user = User.objects.create_user(invitation.email, password, name=name)
        return user, accept(token, user)


def hash_of(token: str) -> str:
    """What is kept of a token. It is random enough that no salt or slow hash adds anything."""
    return hashlib.sha256(token.encode()).hexdigest()


def _open_one(token: str, *, lock: bool) -> Invitation:
    invitations = Invitation.objects.select_related("account", "invited_by")
    if lock:
        invitations = invitations.select_for_update(of=("self",))
    found = invitations.filter(token_hash=hash_of(token), accepted_at=None).first()
    if found is None or found.expires_at <= clock.now():
        raise InvitationOver
    return found


def _unopened() -> dict[str, str | datetime]:
    """A token nobody has, until `renew` makes one that somebody gets."""
    return {
        "token_hash": hash_of(secrets.token_urlsafe(TOKEN_BYTES)),
        "expires_at": clock.now() + VALID_FOR,
    }


def _record(store_id: int, kind: str, actor: str, invitation: Invitation) -> None:
    """The log cannot forget, so it never learns the address."""
    event = Event(
        store_id=store_id,
        type=kind,
        occurred_at=clock.now(),
        actor=actor,
        data={"invitation_id": invitation.id, "role": invitation.role},
    )
    publish([event])
