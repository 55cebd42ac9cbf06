"""django-allauth's forms for passwords, in our words."""

from typing import Any

from allauth.account import forms as theirs
from django.utils.translation import gettext_lazy as _

RULES = _("Ten characters or more, and not a common one.")


class _OurWords:
    """What a new password is called, and what it must be like."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = RULES
        self.fields["password2"].label = _("New password, once more")


class ChangePasswordForm(_OurWords, theirs.ChangePasswordForm):  # type: ignore[misc]
    """Asks for the present password too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Present password")


class SetPasswordForm(_OurWords, theirs.SetPasswordForm):  # type: ignore[misc]
    """For whoever has signed in with a passkey alone so far."""


class ResetPasswordKeyForm(_OurWords, theirs.ResetPasswordKeyForm):  # type: ignore[misc]
    """At the end of a mailed link."""
