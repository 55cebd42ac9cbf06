"""Writing mails: from an order's snapshot to subject, HTML and plain text.

Pure given its inputs: no database, no network, no clock (the snapshot says when it was taken).
"""

from collections.abc import Callable

from django.utils import translation

from aftercart.conversation.messages.rendering import html, text
from aftercart.conversation.messages.rendering.focus import LIMITS, Focus
from aftercart.conversation.messages.rendering.letter import Letter, RenderContext, RenderedMail
from aftercart.conversation.messages.rendering.letters import arriving, ordering, sending, troubled
from aftercart.conversation.messages.rendering.parts import clipped
from aftercart.conversation.pages.facts import OrderSnapshot

__all__ = ["TEMPLATES", "RenderContext", "RenderedMail", "render"]

LONGEST_SUBJECT = 160

TEMPLATES: dict[str, Callable[[Focus], Letter]] = {
    "order_confirmation": ordering.confirmation,
    "shipped": sending.shipped,
    "in_transit": sending.in_transit,
    "out_for_delivery": arriving.out_for_delivery,
    "delivered": arriving.delivered,
    "available_for_pickup": troubled.available_for_pickup,
    "attempt_failed": troubled.attempt_failed,
    "exception": troubled.exception,
    "cancelled": ordering.cancelled,
    "refunded": ordering.refunded,
    "tracking_link": ordering.tracking_link,
}


def render(template: str, snapshot: OrderSnapshot, context: RenderContext) -> RenderedMail:
    """A mail about an order, in the shopper's language as far as we have it.

    Raises:
        LookupError: there is no such template.
    """
    for limits in LIMITS:
        mail = _written(template, Focus(snapshot, context, limits))
        if len(mail.html.encode()) <= html.LARGEST:
            break
    return mail


def _written(template: str, focus: Focus) -> RenderedMail:
    with translation.override(focus.formats.language):
        letter = TEMPLATES[template](focus)
        subject = clipped(letter.subject, LONGEST_SUBJECT)
        return RenderedMail(
            subject=subject[:1].upper() + subject[1:],
            html=html.written(letter, focus),
            text=text.written(letter, focus),
        )
