"""Who may do what to whom in an account: pure rules over roles."""

from aftercart.core.models import Role

RANKS: dict[str, int] = {Role.VIEWER: 0, Role.AGENT: 1, Role.ADMIN: 2, Role.OWNER: 3}


def at_least(role: str, minimum: str) -> bool:
    """Whether the role reaches the minimum; an unknown role reaches nothing."""
    return RANKS.get(role, -1) >= RANKS[minimum]


def may_manage(actor: str, target: str) -> bool:
    """Whether a member may invite, change or remove one of the target role.

    Admins look after everybody but owners; only an owner makes, changes or removes an owner.
    """
    return at_least(actor, Role.ADMIN) and (actor == Role.OWNER or target != Role.OWNER)


def grantable(actor: str) -> list[str]:
    """The roles that a member may give, from most to least."""
    return [role for role in Role.values if may_manage(actor, role)]
