"""The one gate of the dashboard: who is asking, for which store, and in which role.

A view under `store_view` runs inside the database's binding to one store, in its time zone.
What each role may do is the table `RIGHTS`; see also docs/members-and-roles.md.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from aftercart.core.models import Member, Role, Store, User
from aftercart.core.queries import Place, places_of
from aftercart.core.roles import at_least
from aftercart.core.tenancy import bound

Parameters = ParamSpec("Parameters")

CURRENT_STORE = "store"
"""In the session: the store one is in. In an address: `?store=slug` goes there."""

MEANT_STORE = "_store"
"""In a form: the store it was made for, whatever the session says by the time it is sent."""

RIGHTS: dict[str, Role] = {
    "see_orders": Role.VIEWER,
    "see_messages": Role.VIEWER,
    "leave_account": Role.VIEWER,
    "export_orders": Role.AGENT,
    "resend_messages": Role.AGENT,
    "manage_connections": Role.ADMIN,
    "run_imports": Role.ADMIN,
    "answer_privacy": Role.ADMIN,
    "change_brand": Role.ADMIN,
    "manage_members": Role.ADMIN,
    "manage_stores": Role.ADMIN,
    "manage_owners": Role.OWNER,
}
"""Every right with the least role that has it."""


class StoreRequest(HttpRequest):
    """A request that passed the gate."""

    user: User
    store: Store
    member: Member
    places: list[Place]


StoreView = Callable[Concatenate[StoreRequest, Parameters], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, Parameters], HttpResponseBase]


class Rights:
    """What a member may do, for templates: `{% if rights.manage_members %}`."""

    def __init__(self, role: str) -> None:
        self.role = role

    def __getitem__(self, name: str) -> bool:
        return at_least(self.role, RIGHTS[name])


def store_view(
    minimum_role: Role,
) -> Callable[[StoreView[Parameters]], View[Parameters]]:
    """Let only members of the store in whose role reaches the minimum.

    A stranger is sent to sign in; another store's member gets 404; too low a role gets a page that
    says so. Inside, `request.store`, `request.member` and `request.places` are there.
    """

    def decorate(view: StoreView[Parameters]) -> View[Parameters]:
        @wraps(view)
        def gate(
            request: HttpRequest, *args: Parameters.args, **kwargs: Parameters.kwargs
        ) -> HttpResponseBase:
            if not enter(request):
                return render(request, "dashboard/no_store.html", status=403)
            inside = cast(StoreRequest, request)
            if not at_least(inside.member.role, minimum_role):
                return _refused(request, minimum_role)
            with bound(inside.store.id), timezone.override(zone_of(inside.store)):
                return view(inside, *args, **kwargs)

        guarded: Any = login_required(gate)
        guarded.minimum_role = minimum_role
        return guarded  # type: ignore[no-any-return]

    return decorate


def enter(request: HttpRequest) -> bool:
    """Find the member's current store and put it on the request; False where there is none.

    Raises:
        Http404: a store is asked for that is not the member's, or not there at all.
    """
    if hasattr(request, "places"):
        return hasattr(request, "store")
    assert isinstance(request.user, User)
    places = places_of(request.user.id)
    inside = cast(StoreRequest, request)
    inside.places = places
    if not places:
        return False
    place = _asked_for(request, places) or _remembered(request, places) or places[0]
    inside.store, inside.member = place.store, place.member
    return True


def go_to(request: HttpRequest, store_id: int) -> None:
    """Make a store the current one; the next request's gate checks the membership."""
    request.session[CURRENT_STORE] = store_id


def zone_of(store: Store) -> ZoneInfo:
    """The store's time zone, or UTC where its name is no longer known."""
    try:
        return ZoneInfo(store.time_zone)
    except (KeyError, ValueError):
        return ZoneInfo("UTC")


def _asked_for(request: HttpRequest, places: list[Place]) -> Place | None:
    """The store that the address or the form names."""
    slug = request.POST.get(MEANT_STORE) or request.GET.get(CURRENT_STORE)
    if not slug:
        return None
    place = next((place for place in places if place.store.slug == slug), None)
    if place is None:
        raise Http404
    if request.method == "GET":
        go_to(request, place.store.id)
    return place


def _remembered(request: HttpRequest, places: list[Place]) -> Place | None:
    store_id = request.session.get(CURRENT_STORE)
    return next((place for place in places if place.store.id == store_id), None)


def _refused(request: HttpRequest, minimum_role: Role) -> HttpResponse:
    context = {"needed": minimum_role.label}
    return render(request, "dashboard/role_too_low.html", context, status=403)
