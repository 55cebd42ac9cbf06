"""How the first owner of an empty installation signs up."""

from typing import Any

from allauth.account.forms import SignupForm
from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from aftercart.core.actions import accounts
from aftercart.core.actions.stores import NewStore
from aftercart.core.models import User
from aftercart.web.dashboard.forms.passwords import RULES


class FirstOwnerForm(SignupForm):  # type: ignore[misc]
    """django-allauth's form with a name, and with the store that the new owner begins with."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    store_name = forms.CharField(
        label=_("Name of your store"),
        max_length=150,
        help_text=_("As your customers know it. You can add further stores later."),
    )
    field_order = ("name", "store_name", "email", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
        self.fields["password1"].help_text = RULES

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """User, account and store, or none of them where somebody else was quicker."""
        try:
            with transaction.atomic():
                saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
                return saved
        except accounts.InstallationTaken:
            return None, redirect("account_signup")

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        """Called by django-allauth with the saved user."""
        given: dict[str, Any] = self.cleaned_data
        user.name = given["name"]
        user.save(update_fields=["name"])
        slug = slugify(given["store_name"])[:60] or "store"
        accounts.claim_installation(user, NewStore(name=given["store_name"], slug=slug))
