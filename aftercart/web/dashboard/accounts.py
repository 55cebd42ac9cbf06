"""How sign-in behaves here, told to django-allauth."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People come by invitation; only an empty installation lets its first owner sign up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        from aftercart.core.models import Account

        return not Account.objects.exists()
