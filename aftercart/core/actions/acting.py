"""Whoever acts in an account, as they are at that moment and not as their request began."""

from aftercart.core.models import Account, Member


class NotAllowed(Exception):
    """The actor's role does not reach that far."""


def held(actor: Member) -> Member:
    """The actor as they are now, with the account locked until the transaction ends.

    So of two owners who remove each other one comes second, and finds that they are none any more.

    Raises:
        NotAllowed: they are no longer a member.
    """
    Account.objects.select_for_update().get(id=actor.account_id)
    current = Member.objects.filter(id=actor.id).first()
    if current is None:
        raise NotAllowed
    return current
