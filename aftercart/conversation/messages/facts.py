"""What mail providers say about messages we handed them."""

from datetime import datetime
from typing import Literal

import msgspec

ReceiptKind = Literal["delivered", "deferred", "bounced", "complained", "opened", "clicked", "failed"]


class ReceiptFact(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's receipt. `permanent` bounces and complaints suppress the address."""

    provider_id: str
    kind: ReceiptKind
    recipient: str = ""
    permanent: bool = False
    detail: str = ""
    occurred_at: datetime
