"""How sign-in behaves here, told to django-allauth."""

import base64
from typing import Any
from urllib.parse import urljoin, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aftercart.core import sealing
from aftercart.core.models import Account
from aftercart.web.dashboard.mail import Mail, post

SECOND_FACTOR = "second-factor"
SEALED_PARTS = ("secret", "seed")
"""Of what django-allauth keeps: an app's secret, and what recovery codes grow from."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People come by invitation; only an empty installation lets its first owner sign up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "E-mail and password do not belong together. Look at both, or choose a new password."
        ),
        "too_many_login_attempts": _(
            "Too many attempts. Wait five minutes, or choose a new password."
        ),
        "enter_current_password": _("This is not your present password."),
        "incorrect_password": _("This is not your password."),
        "email_taken": _("Somebody here has this address already."),
        "cannot_remove_primary_email": _(
            "This is the main address. Make another one the main one first."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return not Account.objects.exists()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Leave the mail to a worker.

        So a slow mail server keeps nobody waiting, and the time an answer takes does not tell
        whether an address is known.
        """
        place = urlsplit(settings.PUBLIC_URL).netloc
        given = {"request": self.request, "email": email, "place": place, **context}
        message = self.render_mail(template_prefix, email, given)
        mail = Mail(to=email, subject=message.subject, text=str(message.body))
        with transaction.atomic():
            post(mail)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """django-allauth counts by address and host, of which a guesser may name many."""
        return str(credentials.get("email", "")).lower()

    def get_reset_password_from_key_url(self, key: str) -> str:
        return at_our_address(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return at_our_address(super().get_email_confirmation_url(request, emailconfirmation))

    def format_email_subject(self, subject: str) -> str:
        return subject

    def get_from_email(self) -> str:
        return str(settings.DEFAULT_FROM_EMAIL)


def at_our_address(url: str) -> str:
    """The URL at PUBLIC_URL: a mail must not lead to whatever host a request claimed to be for."""
    return urljoin(settings.PUBLIC_URL, urlsplit(url).path)


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The secrets of authenticator apps and recovery codes are sealed at rest."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right. Wait for the app's next one, and enter that."),
    }

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 - theirs
        known = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return str(gettext("Passkey %d") % (known + 1))

    def encrypt(self, text: str) -> str:
        sealed = sealing.seal({"secret": text}, SECOND_FACTOR)
        return base64.urlsafe_b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        sealed = base64.urlsafe_b64decode(encrypted_text)
        return sealing.unseal(sealed, SECOND_FACTOR)["secret"]


def reseal_second_factors() -> int:
    """Seal anew what an older key has sealed, so that it can be retired; returns how many.

    Those that no key at hand opens are left as they are.
    """
    with transaction.atomic():
        stored = Authenticator.objects.select_for_update().exclude(
            type=Authenticator.Type.WEBAUTHN  # which has no secret of ours
        )
        return sum(_reseal(one) for one in stored)


def _reseal(one: Authenticator) -> bool:
    adapter = MfaAdapter()
    old = {
        name: text
        for name, text in one.data.items()
        if name in SEALED_PARTS
        and not sealing.is_sealed_with_current_key(base64.urlsafe_b64decode(text))
    }
    try:
        new = {name: adapter.encrypt(adapter.decrypt(text)) for name, text in old.items()}
    except sealing.UnsealError:
        return False
    if new:
        one.data = {**one.data, **new}
        one.save(update_fields=["data"])
    return bool(new)
