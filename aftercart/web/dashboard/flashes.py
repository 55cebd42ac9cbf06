"""What the next page says about what has just been done, with a way back where there is one."""

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

UNDO = "undo:"

HINTS = "hints"
"""In the session: the pages whose sentence of what they are for has been hidden."""


def done(request: HttpRequest, text: str, undo: str = "") -> None:
    """Say that something is done. `undo` is an address that takes it back when posted to."""
    messages.success(request, text, extra_tags=f"{UNDO}{undo}" if undo else "")


def refused(request: HttpRequest, text: str) -> None:
    """Say that something was not done, and what would help."""
    messages.error(request, text)


def undo_of(message: Message) -> str:
    """The address that takes it back, or nothing."""
    tags = message.extra_tags or ""
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""
