"""Inviting people and giving roles."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from aftercart.core.models import Member, Role, User
from aftercart.core.roles import grantable
from aftercart.web.dashboard.forms.passwords import RULES

MEANINGS = {
    Role.OWNER: _("Everything, owners included."),
    Role.ADMIN: _("Connections, imports, brand, stores, and every member but owners."),
    Role.AGENT: _("Sees everything about orders, sends messages again, downloads orders."),
    Role.VIEWER: _("Sees orders and messages, changes nothing."),
}
"""What each role may do, in a sentence."""


def role_choices(actor: Member) -> list[tuple[str, str]]:
    """The roles that the actor may give."""
    return [(role, str(Role(role).label)) for role in grantable(actor.role)]


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("Role"), initial=Role.AGENT)

    def __init__(self, actor: Member, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(actor)  # type: ignore[attr-defined]


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class JoinForm(forms.Form):
    """What an invited person who is new here tells us."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        help_text=RULES,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, email: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        name = self.cleaned_data.get("name", "")
        validate_password(password, User(email=self.email, name=name))
        return password
