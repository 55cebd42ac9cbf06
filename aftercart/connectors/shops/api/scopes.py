"""What a system of one's own may do: the key of a warehouse need not read orders."""

from django.utils.translation import gettext_noop as _

SEND_ORDERS, READ_ORDERS, SEND_TRACKING = "orders:write", "orders:read", "tracking:write"

CHOICES = (
    (SEND_ORDERS, _("Send orders, and see what has become of each")),
    (READ_ORDERS, _("Read orders")),
    (SEND_TRACKING, _("Send tracking events")),
)
BY_TOPIC = {"orders": SEND_ORDERS, "tracking-events": SEND_TRACKING}


def may(granted: str, scope: str) -> bool:
    """Whether what was chosen (names with blanks between them; nothing: everything) includes it."""
    return not granted or scope in granted.split()
