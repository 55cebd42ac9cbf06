"""One's own e-mail addresses: django-allauth's page, stricter about which may be the main one."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.views import EmailView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from aftercart.core.models import User
from aftercart.web.dashboard import flashes


class Addresses(EmailView):  # type: ignore[misc]
    """The main address is who one is to other members, so it has to be proven first.

    django-allauth lets whoever has not proven any yet name any address, somebody else's too.
    """

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        problem = "action_primary" in request.POST and _problem(request)
        if problem:
            flashes.refused(request, problem)
            return redirect("account_email")
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer


def _problem(request: HttpRequest) -> str:
    user, address = request.user, request.POST.get("email", "")
    assert isinstance(user, User)
    if not EmailAddress.objects.filter(user=user, email__iexact=address, verified=True).exists():
        return _("Confirm the address first: open the link in the mail that we sent there.")
    if User.objects.exclude(pk=user.pk).filter(email__iexact=address).exists():
        return _("Somebody else signs in with this address.")
    return ""
