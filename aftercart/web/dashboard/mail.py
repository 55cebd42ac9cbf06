"""Mail to members (sign-in, invitations): sealed into a job, sent by a worker."""

import base64
from urllib.parse import urljoin

import msgspec
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercart.core import jobs, sealing
from aftercart.core.actions import invitations
from aftercart.core.models import Invitation

SEALED_FOR = "account-mail"


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A plain mail to one person."""

    to: str
    subject: str
    text: str


def post(mail: Mail) -> None:
    """Have a worker send the mail if the current transaction commits.

    It may carry a link that lets somebody in, so it waits sealed. Where mail stays in the app
    there is nobody to read it, and it is not kept.
    """
    if settings.MAIL_ROUTE == "mailbox":
        return
    sealed = sealing.seal(msgspec.to_builtins(mail), SEALED_FOR)
    jobs.defer("send_account_mail", sealed=base64.b64encode(sealed).decode())


def send_account_mail(sealed: str) -> None:
    """The job: open the mail and hand it over."""
    opened = sealing.unseal(base64.b64decode(sealed), SEALED_FOR)
    send(msgspec.convert(opened, Mail))


def send_invitation(invitation_id: int) -> None:
    """The job: make the invitation's token and mail it. One that is gone meanwhile is nobody's."""
    invitation = (
        Invitation.objects.select_related("account", "invited_by")
        .filter(id=invitation_id, accepted_at=None)
        .first()
    )
    if invitation is None:
        return
    link = invitation_link(invitations.renew(invitation_id))
    context = {"invitation": invitation, "link": link, "role": invitation.get_role_display()}
    subject = _("Join %s on Aftercart") % invitation.account.name
    text = render_to_string("dashboard/mail/invitation.txt", context)
    send(Mail(to=invitation.email, subject=subject, text=text))


def invitation_link(token: str) -> str:
    """Where an invitation is accepted."""
    return urljoin(settings.PUBLIC_URL, reverse("dashboard:invitation", args=[token]))


def send(mail: Mail) -> None:
    """Hand a mail to the route that `EMAIL_URL` names."""
    subject = " ".join(mail.subject.split())
    send_mail(subject, mail.text, settings.DEFAULT_FROM_EMAIL, [mail.to])
