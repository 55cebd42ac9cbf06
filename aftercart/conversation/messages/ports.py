"""What this room needs from outside: somebody who takes a mail and says what became of it."""

from typing import Protocol

import msgspec


class OutgoingMail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail, ready to go. `headers` have no line breaks; `reference` is our own id of it."""

    sender: str
    recipient: str
    subject: str
    html: str
    text: str
    message_id: str
    reference: str
    reply_to: str = ""
    headers: dict[str, str] = {}


class Taken(msgspec.Struct, frozen=True):
    """The other side answers for it now. `provider_id` is how its receipts will name it."""

    provider_id: str = ""


class Rejected(msgspec.Struct, frozen=True):
    """It will never be taken. `bad_address`: because of whom it is for, not of what it says."""

    reason: str
    bad_address: bool = False


class TryLater(msgspec.Struct, frozen=True):
    """Not taken, for certain; this very mail may be tried again."""

    reason: str


class Unavailable(msgspec.Struct, frozen=True):
    """Not taken, for certain, and nothing else would be now. `wait_seconds` if it named a time."""

    reason: str
    wait_seconds: float | None = None


class Unclear(msgspec.Struct, frozen=True):
    """Nobody knows whether it was taken: the line broke between the hand-over and the answer."""

    reason: str


Outcome = Taken | Rejected | TryLater | Unavailable | Unclear


class Transport(Protocol):
    """A way out for mail. One connection is kept between `hand_over` calls until `close`.

    `can_be_asked`: whether `look_up` may ever know.
    """

    can_be_asked: bool

    def hand_over(self, mail: OutgoingMail) -> Outcome:
        """Give one mail away. Raises nothing: whatever happens is an outcome."""
        ...

    def look_up(self, reference: str) -> Taken | TryLater | None:
        """What became of a mail whose outcome was unclear.

        Returns:
            Taken; TryLater where it certainly was not taken; None where nobody can say.
        """
        ...

    def close(self) -> None:
        """Let the connection go."""
        ...
