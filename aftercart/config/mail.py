"""Where mail goes: the app's own mailbox, an SMTP server, or a provider through django-anymail."""

from typing import Any

from aftercart.config.environment import EmailRoute

BACKENDS = {
    "mailbox": "django.core.mail.backends.dummy.EmailBackend",
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
    "postmark": "anymail.backends.postmark.EmailBackend",
    "ses": "anymail.backends.amazon_ses.EmailBackend",
}
# What takes the shoppers' mails from the outbox; see aftercart.conversation.messages.ports.
TRANSPORTS = {
    "mailbox": "",
    "smtp": "aftercart.connectors.email.smtp.SmtpTransport",
    "postmark": "aftercart.connectors.email.postmark.transport.PostmarkTransport",
    "ses": "aftercart.connectors.email.ses.transport.SesTransport",
}
TIMEOUT_SECONDS = 15


def mail_settings(route: EmailRoute) -> dict[str, Any]:
    """Django's and anymail's settings for the route that `EMAIL_URL` names."""
    return {
        "EMAIL_BACKEND": BACKENDS[route.kind],
        "EMAIL_HOST": route.host,
        "EMAIL_PORT": route.port,
        "EMAIL_HOST_USER": route.user,
        "EMAIL_HOST_PASSWORD": route.password,
        "EMAIL_USE_TLS": route.tls == "starttls",
        "EMAIL_USE_SSL": route.tls == "tls",
        "EMAIL_TIMEOUT": TIMEOUT_SECONDS,
        "ANYMAIL": {
            "POSTMARK_SERVER_TOKEN": route.token,
            "AMAZON_SES_CLIENT_PARAMS": _ses_parameters(route),
            "REQUESTS_TIMEOUT": TIMEOUT_SECONDS,
        },
    }


def _ses_parameters(route: EmailRoute) -> dict[str, Any]:
    """One try each: boto3 would send a mail again whose answer did not come, and send it twice."""
    config = {
        "retries": {"total_max_attempts": 1},
        "connect_timeout": TIMEOUT_SECONDS,
        "read_timeout": TIMEOUT_SECONDS,
    }
    return {"config": config, **({"region_name": route.region} if route.region else {})}
