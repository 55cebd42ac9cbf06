"""What is shown once, on the page after the one that made it: sealed in the session until then."""

import base64

from django.http import HttpRequest

from aftercart.core import sealing

SEALED_FOR = "shown-once"
PREFIX = "once:"


def keep(request: HttpRequest, name: str, secrets: dict[str, str]) -> None:
    """Keep secrets for the next page that takes them by this name."""
    if secrets:
        sealed = sealing.seal(secrets, SEALED_FOR)
        request.session[PREFIX + name] = base64.b64encode(sealed).decode()


def take(request: HttpRequest, name: str) -> dict[str, str]:
    """What was kept under the name, which is gone with it; nothing if there is nothing."""
    kept = request.session.pop(PREFIX + name, "")
    return sealing.unseal(base64.b64decode(kept), SEALED_FOR) if kept else {}
