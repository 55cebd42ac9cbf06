"""Where an invitation's link leads: to joining, as a new user or as the one signed in."""

from allauth.account.models import EmailAddress
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from aftercart.core.actions import invitations
from aftercart.core.actions.invitations import AlreadyMember, ForSomebodyElse, InvitationOver
from aftercart.core.models import Invitation, Store, User
from aftercart.web.dashboard import flashes
from aftercart.web.dashboard.access import go_to
from aftercart.web.dashboard.forms.members import JoinForm
from aftercart.web.dashboard.navigation import mail_stays_here


@sensitive_post_parameters("password")
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Open to whoever holds the link: it is the proof."""
    try:
        offer = invitations.find(token)
        if request.user.is_authenticated:
            return _as_user(request, token, offer)
        return _as_stranger(request, token, offer)
    except InvitationOver:
        return render(request, "dashboard/invitation_over.html", status=410)


def _as_user(request: HttpRequest, token: str, offer: Invitation) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)
    context = {"offer": offer, "is_mine": user.email.lower() == offer.email}
    if request.method != "POST":
        return render(request, "dashboard/invitation_accept.html", context)
    try:
        store = invitations.accept(token, user)
    except ForSomebodyElse:
        return render(request, "dashboard/invitation_accept.html", context, status=409)
    return _welcome(request, store)


def _as_stranger(request: HttpRequest, token: str, offer: Invitation) -> HttpResponse:
    known = User.objects.filter(email=offer.email).exists()
    form = JoinForm(offer.email, request.POST if request.method == "POST" else None)
    if request.method == "POST" and not known and form.is_valid():
        try:
            user, store = _join(token, form.cleaned_data["name"], form.cleaned_data["password"])
        except AlreadyMember:
            known = True
        else:
            login(request, user)
            return _welcome(request, store)
    context = {"offer": offer, "form": form, "known": known}
    status = 422 if form.errors else 200
    return render(request, "dashboard/invitation_join.html", context, status=status)


def _join(token: str, name: str, password: str) -> tuple[User, Store]:
    """The new user; whose address is proven by the link, unless that never travelled by mail."""
    with transaction.atomic():
        user, store = invitations.join(token, name, password)
        EmailAddress.objects.create(
            user=user, email=user.email, primary=True, verified=not mail_stays_here()
        )
    return user, store


def _welcome(request: HttpRequest, store: Store) -> HttpResponse:
    go_to(request, store.id)
    flashes.done(request, _("You are in. This is %s.") % store.name)
    return redirect("dashboard:home")
