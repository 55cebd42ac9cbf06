"""Where outside systems reach us."""

from django.conf import settings


def intake_address(public_id: str) -> str:
    """The address to which the other side posts its webhooks."""
    return f"{settings.PUBLIC_URL}/in/{public_id}"
