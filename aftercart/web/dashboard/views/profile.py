"""One's own name and memberships. Password and second factor are django-allauth's pages."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from aftercart.core.actions import users
from aftercart.core.models import Member, User
from aftercart.web.dashboard import flashes
from aftercart.web.dashboard.forms.profile import ProfileForm


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Belongs to the person, not to a store: also for one who has left every account."""
    user = request.user
    assert isinstance(user, User)
    form = ProfileForm(request.POST or None, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        users.rename(user, form.cleaned_data["name"])
        flashes.done(request, _("Your name is saved."))
        return redirect("dashboard:profile")
    context = {
        "form": form,
        "has_second_factor": is_mfa_enabled(user),
        "memberships": Member.objects.select_related("account").filter(user=user),
    }
    return render(request, "dashboard/profile.html", context, status=422 if form.errors else 200)
