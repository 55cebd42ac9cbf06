"""Who belongs to the account, and who is invited."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aftercart.core import clock, jobs
from aftercart.core.actions import invitations, members
from aftercart.core.actions.acting import NotAllowed
from aftercart.core.models import Invitation, Member, Role
from aftercart.core.queries import members_of, open_invitations
from aftercart.core.roles import may_manage
from aftercart.web.dashboard import flashes, once
from aftercart.web.dashboard.access import StoreRequest, store_view
from aftercart.web.dashboard.forms.members import MEANINGS, InviteForm, RoleForm, role_choices
from aftercart.web.dashboard.mail import invitation_link
from aftercart.web.dashboard.navigation import mail_stays_here

LINK = "invitation-link"


@store_view(Role.ADMIN)
def member_list(request: StoreRequest) -> HttpResponse:
    return _page(request, InviteForm(request.member))


@store_view(Role.ADMIN)
@require_POST
def invite(request: StoreRequest) -> HttpResponse:
    """Offer membership by e-mail; where mail stays in the app, show the link instead."""
    form = InviteForm(request.member, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        invitation = invitations.invite(
            request.store.id, request.member, form.cleaned_data["email"], form.cleaned_data["role"]
        )
    except invitations.AlreadyMember:
        form.add_error("email", _("This person is a member already."))
        return _page(request, form, status=422)
    except NotAllowed:
        form.add_error("email", _("An owner has invited this person, and can alone change that."))
        return _page(request, form, status=422)
    return _hand_over(request, invitation)


@store_view(Role.ADMIN)
@require_POST
def invite_again(request: StoreRequest, invitation_id: int) -> HttpResponse:
    """A new link with another 48 hours; the old one stops working."""
    found = Invitation.objects.filter(
        id=invitation_id, account_id=request.member.account_id, accepted_at=None
    ).first()
    if found is None or not may_manage(request.member.role, found.role):
        raise Http404
    try:
        invitation = invitations.invite(request.store.id, request.member, found.email, found.role)
    except (invitations.AlreadyMember, NotAllowed) as error:
        raise Http404 from error
    return _hand_over(request, invitation)


@store_view(Role.ADMIN)
@require_POST
def revoke(request: StoreRequest, invitation_id: int) -> HttpResponse:
    try:
        gone = invitations.revoke(request.store.id, request.member, invitation_id)
    except (Invitation.DoesNotExist, NotAllowed) as error:
        raise Http404 from error
    flashes.done(request, _("The invitation to %s is taken back.") % gone.email)
    return redirect("dashboard:members")


@store_view(Role.ADMIN)
@require_POST
def change_role(request: StoreRequest, member_id: int) -> HttpResponse:
    if not any(member.id == member_id for member in members_of(request.member.account_id)):
        raise Http404
    form = RoleForm(request.POST)
    if not form.is_valid():
        flashes.refused(request, _("Choose one of the roles."))
        return redirect("dashboard:members")
    role = Role(form.cleaned_data["role"])
    try:
        member = members.change_role(request.store.id, request.member, member_id, role)
    except (Member.DoesNotExist, NotAllowed) as error:
        raise Http404 from error
    except members.LastOwner:
        flashes.refused(request, _("Make somebody else an owner first."))
    else:
        text = _("%(who)s is now: %(role)s.") % {"who": member.user, "role": role.label}
        flashes.done(request, text)
    return redirect("dashboard:members")


@store_view(Role.ADMIN)
def remove(request: StoreRequest, member_id: int) -> HttpResponse:
    """Ask once, in words; then end the membership."""
    target = next((m for m in members_of(request.member.account_id) if m.id == member_id), None)
    if target is None or not may_manage(request.member.role, target.role):
        raise Http404
    if request.method != "POST":
        return render(request, "dashboard/member_remove.html", {"target": target})
    try:
        members.remove(request.store.id, request.member, member_id)
    except (Member.DoesNotExist, NotAllowed) as error:
        raise Http404 from error
    except members.LastOwner:
        flashes.refused(request, _("Make somebody else an owner first."))
    else:
        flashes.done(request, _("%s is no longer a member.") % target.user)
    return redirect("dashboard:members" if target.id != request.member.id else "dashboard:home")


@store_view(Role.VIEWER)
def leave(request: StoreRequest) -> HttpResponse:
    """Ask once; then end one's own membership."""
    if request.method != "POST":
        return render(request, "dashboard/leave.html")
    try:
        members.leave(request.store.id, request.member)
    except NotAllowed as error:
        raise Http404 from error
    except members.LastOwner:
        flashes.refused(request, _("You are the only owner. Make somebody else an owner first."))
        return redirect("dashboard:profile")
    flashes.done(request, _("You left %s.") % request.member.account)
    return redirect("dashboard:home")


def _hand_over(request: StoreRequest, invitation: Invitation) -> HttpResponse:
    """Mail the invitation, or show its link once where no mail leaves."""
    if not mail_stays_here():
        jobs.defer("send_invitation", invitation_id=invitation.id)
        flashes.done(request, _("An invitation is on its way to %s.") % invitation.email)
        return redirect("dashboard:members")
    address = invitation_link(invitations.renew(invitation.id))
    once.keep(request, LINK, {"address": address, "email": invitation.email})
    return redirect("dashboard:members")


def _page(request: StoreRequest, form: InviteForm, status: int = 200) -> HttpResponse:
    account_id, actor = request.member.account_id, request.member
    context = {
        "form": form,
        "members": [
            {"member": member, "is_mine": may_manage(actor.role, member.role)}
            for member in members_of(account_id)
        ],
        "invitations": [
            {
                "invitation": invitation,
                "is_mine": may_manage(actor.role, invitation.role),
                "is_over": invitation.expires_at <= clock.now(),
            }
            for invitation in open_invitations(account_id)
        ],
        "roles": role_choices(actor),
        "meanings": [(role.label, meaning) for role, meaning in MEANINGS.items()],
        "link": once.take(request, LINK),
    }
    return render(request, "dashboard/members.html", context, status=status)
