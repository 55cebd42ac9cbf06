"""What changes when the reader is not the one who paid."""

import msgspec
from django.utils.translation import gettext as _

from aftercart.conversation.messages.rendering.focus import Focus
from aftercart.conversation.messages.rendering.letter import Letter
from aftercart.conversation.messages.rendering.parts import (
    LONGEST_PARAGRAPH,
    clipped,
    giver_of,
)


def gift_words(focus: Focus) -> str:
    """How the parcel is called to whom it is for."""
    giver = giver_of(focus)
    if giver:
        return _("a gift from %(name)s") % {"name": giver}
    return _("a gift for you")


def gift(focus: Focus, letter: Letter) -> Letter:
    """The letter with the giver's own words in it, for the one it is for; else as it was."""
    message = clipped(focus.order.gift_message, LONGEST_PARAGRAPH)
    if not (focus.for_gift and message):
        return letter
    return msgspec.structs.replace(letter, quote=message, quote_by=giver_of(focus))
