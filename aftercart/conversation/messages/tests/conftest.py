"""Ways out for mail in tests."""

from collections.abc import Iterator

import pytest

from aftercart.conversation.messages import pausing
from tests.standins.smtp import SmtpStandIn, smtp_server


@pytest.fixture(autouse=True)
def _no_pause() -> None:
    """A pause that one test began is not another's."""
    pausing.forget()


@pytest.fixture
def smtp(settings: pytest.FixtureRequest) -> Iterator[SmtpStandIn]:
    """An SMTP server that the outbox sends to."""
    with smtp_server() as standin:
        use_smtp(settings, standin.port)
        yield standin


def use_smtp(settings: object, port: int) -> None:
    """Send by this server of 127.0.0.1."""
    values = {
        "MAIL_ROUTE": "smtp",
        "MAIL_TRANSPORT": "aftercart.connectors.email.smtp.SmtpTransport",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": port,
        "EMAIL_USE_TLS": False,
        "EMAIL_USE_SSL": False,
        "EMAIL_TIMEOUT": 2,
        "DEFAULT_FROM_EMAIL": "Aftercart <orders@aftercart.example>",
    }
    for name, value in values.items():
        setattr(settings, name, value)
