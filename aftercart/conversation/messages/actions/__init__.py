"""The only writers of messages: planning them, recording what became of them, wiping them."""

from aftercart.conversation.messages.actions.erasing import erase
from aftercart.conversation.messages.actions.planning import (
    plan,
    resend,
    send_test,
    send_tracking_link,
)
from aftercart.conversation.messages.actions.receipts import record_receipts

__all__ = ["erase", "plan", "record_receipts", "resend", "send_test", "send_tracking_link"]
