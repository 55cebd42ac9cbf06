"""What a mail is known by: its Message-ID, its thread, and our own id that receipts carry back."""

from email.utils import formataddr, parseaddr

from django.conf import settings
from django.utils.crypto import salted_hmac

PURPOSE = "aftercart.conversation.messages"
UNSAFE_IN_NAMES = dict.fromkeys(map(ord, "\r\n\t\x00"), " ")


def message_id(store_id: int, message: int) -> str:
    """The Message-ID: the same for the same message however often it is tried, and unguessable."""
    return f"<{_digest(f'message:{store_id}:{message}')}@{sending_domain()}>"


def thread_id(store_id: int, order_id: int) -> str:
    """What every mail about an order refers to, so that mail programs show them as one thread."""
    return f"<order.{_digest(f'order:{store_id}:{order_id}')}@{sending_domain()}>"


def reference(store_id: int, message: int) -> str:
    """Our own id of a message, for providers that carry it back in their receipts."""
    return f"{store_id}-{message}"


def message_of(store_id: int, reference_text: str) -> int | None:
    """The message of this store that a receipt's reference names; None for anything else."""
    store, _, message = reference_text.partition("-")
    if store != str(store_id) or not (message.isascii() and message.isdecimal()):
        return None
    return int(message) if len(message) < 19 else None


def sending_address() -> str:
    """The address that mail is sent from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def sending_domain() -> str:
    return sending_address().rpartition("@")[2] or "localhost"


def sender(name: str) -> str:
    """The From header: the store's name with the address that mail is sent from."""
    clean = " ".join(name.translate(UNSAFE_IN_NAMES).split())
    return formataddr((clean, sending_address())) if clean else sending_address()


def _digest(text: str) -> str:
    return salted_hmac(PURPOSE, text, algorithm="sha256").hexdigest()[:32]
