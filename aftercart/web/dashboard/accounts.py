"""How sign-in behaves here, told to django-allauth."""

import base64
from typing import Any
from urllib.parse import urljoin, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from aftercart.core import sealing
from aftercart.core.models import Account
from aftercart.web.dashboard.mail import Mail, post

SECOND_FACTOR = "second-factor"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People come by invitation; only an empty installation lets its first owner sign up."""

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

    def encrypt(self, text: str) -> str:
        sealed = sealing.seal({"secret": text}, SECOND_FACTOR)
        return base64.urlsafe_b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        sealed = base64.urlsafe_b64decode(encrypted_text)
        return sealing.unseal(sealed, SECOND_FACTOR)["secret"]
