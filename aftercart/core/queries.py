"""Reads of the event log, always for one store; and of who may enter which store."""

from dataclasses import dataclass
from typing import Any

from aftercart.core import sql
from aftercart.core.models import Invitation, Member, Store


def timeline(store_id: int, order_id: int, limit: int = 500) -> list[dict[str, Any]]:
    """Everything that happened to an order, newest first, with when it happened and was learned."""
    return sql.fetch(
        """
        SELECT id, type, occurred_at, recorded_at, shipment_id, actor, quiet, data
        FROM core_event WHERE store_id = %s AND order_id = %s
        ORDER BY occurred_at DESC, id DESC LIMIT %s
        """,
        [store_id, order_id, limit],
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A store that a user may enter, and as what."""

    store: Store
    member: Member


def places_of(user_id: int) -> list[Place]:
    """Every store of every account that the user belongs to: real ones first, by name."""
    members = {
        member.account_id: member
        for member in Member.objects.select_related("account", "user").filter(user_id=user_id)
    }
    stores = Store.objects.filter(account_id__in=members).order_by("is_demo", "name", "id")
    return [Place(store, members[store.account_id]) for store in stores]


def members_of(account_id: int) -> list[Member]:
    """The account's members with their users, the longest first."""
    return list(Member.objects.select_related("user").filter(account_id=account_id).order_by("id"))


def open_invitations(account_id: int) -> list[Invitation]:
    """The account's invitations that nobody has accepted, the newest first, overdue ones too."""
    return list(
        Invitation.objects.select_related("invited_by")
        .filter(account_id=account_id, accepted_at=None)
        .order_by("-created_at")
    )


def names_of_members(account_id: int) -> dict[str, str]:
    """Who is behind an event's actor (`member:7`), for the members there are."""
    return {f"member:{member.id}": str(member.user) for member in members_of(account_id)}
