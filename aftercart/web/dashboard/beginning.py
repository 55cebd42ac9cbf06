"""Getting started: a list that checks itself."""

import msgspec
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercart.core.models import Member
from aftercart.core.queries import members_of, open_invitations
from aftercart.web.dashboard import systems
from aftercart.web.dashboard.access import Rights
from aftercart.web.dashboard.queries import connections, home


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do; `posts` where it is done by a button, not on a page."""

    text: str
    why: str
    action: str
    address: str
    is_done: bool
    posts: bool = False


def steps(store_id: int, member: Member) -> list[Step]:
    """What a new store needs, in the order in which it makes sense; nothing for others to do."""
    if not Rights(member.role)["manage_connections"]:
        return []
    done = home.begun(store_id)
    connected = {
        family
        for family, ones in systems.offered().items()
        if {one.system for one in ones} & connections.systems_of(store_id)
    }
    choose = reverse("dashboard:connection_choose")
    return [
        Step(
            text=_("Connect your shop"),
            why=_("Its orders of the last 60 days come by themselves."),
            action=_("Connect a shop"),
            address=choose,
            is_done=bool(connected & {"shop", "own"}),
        ),
        Step(
            text=_("Connect tracking"),
            why=_("So that every scan of a parcel is known here."),
            action=_("Connect tracking"),
            address=choose,
            is_done="tracking" in connected or done["has_scan"],
        ),
        Step(
            text=_("Make it look like your brand"),
            why=_("Logo, colours and sender, on the page and in every mail."),
            action=_("Open Brand"),
            address=reverse("dashboard:brand"),
            is_done=done["has_brand"],
        ),
        Step(
            text=_("See the first order come in"),
            why=_("Within minutes after connecting."),
            action=_("Open Orders"),
            address=reverse("dashboard:orders"),
            is_done=done["has_order"],
        ),
        Step(
            text=_("Send yourself a test mail"),
            why=_("Read it as your customers will."),
            action=_("Send it to %s") % member.user.email,
            address=reverse("dashboard:test_mail"),
            is_done=done["has_test"],
            posts=True,
        ),
        Step(
            text=_("Invite somebody"),
            why=_("Whoever answers your customers needs this page too."),
            action=_("Open Members"),
            address=reverse("dashboard:members"),
            is_done=len(members_of(member.account_id)) > 1
            or bool(open_invitations(member.account_id)),
        ),
    ]
