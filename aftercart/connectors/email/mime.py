"""A mail in the form that Django and anymail send: plain text and HTML of the same."""

from django.core.mail import EmailMultiAlternatives

from aftercart.conversation.messages.ports import OutgoingMail

REFERENCE = "aftercart"
"""Under this name providers carry our own id of a message, and hand it back in their receipts."""


def as_message(mail: OutgoingMail) -> EmailMultiAlternatives:
    """The mail with its headers."""
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=mail.sender,
        to=[mail.recipient],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={"Message-ID": mail.message_id, **mail.headers},
    )
    message.attach_alternative(mail.html, "text/html")
    return message
