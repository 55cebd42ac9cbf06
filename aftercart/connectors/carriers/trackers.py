"""What trackers have in common that ask a carrier in one plain request, with a key or a token."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from aftercart.connectors import http
from aftercart.connectors.base import Answer, Asked, Heard, Identity, Limit
from aftercart.connectors.carriers.asked import entered, server
from aftercart.connectors.carriers.calling import with_token


class KeyTracker(ABC):
    """Proves in every request who asks, by what the merchant entered.

    Attributes:
        label: the carrier's name for messages.
        probe: a number that nobody has. Whoever may not ask is refused before it is looked for.
    """

    label: ClassVar[str]
    probe: ClassVar[str]
    carriers: frozenset[str]
    batch = 1
    cost = 1
    limits: tuple[Limit, ...]

    @abstractmethod
    def request(
        self, credentials: Mapping[str, str], settings: Mapping[str, Any], numbers: Sequence[str]
    ) -> http.Reply:
        """Ask after up to `batch` numbers."""

    @abstractmethod
    def heard(self, reply: http.Reply, numbers: Sequence[str]) -> Sequence[Heard]:
        """What the reply says of each number, or why it says nothing."""

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """Ask after a number that nobody has.

        Raises:
            ConnectionFailed: the credentials are refused, or nobody answers.
        """
        self.request(credentials, settings, [self.probe])
        return Identity(name=self.label)

    def ask(
        self,
        credentials: Mapping[str, str],
        settings: Mapping[str, Any],
        parcels: Sequence[Asked],
        address: str,
    ) -> Answer:
        """One request for all.

        Raises:
            ConnectionFailed: the source cannot be used now; nothing was learnt.
        """
        numbers = [one.number for one in parcels]
        reply = self.request(credentials, settings, numbers)
        return Answer(heard=tuple(self.heard(reply, numbers)))


class TokenTracker(ABC):
    """Asks with a token that the merchant's keys bring.

    Attributes:
        label: the carrier's name for messages.
        usual: the address to ask where the merchant named no other.
        keys: the names of the fields that bring a token.
    """

    label: ClassVar[str]
    usual: ClassVar[str]
    keys: ClassVar[tuple[str, ...]]
    carriers: frozenset[str]
    batch = 1
    cost = 1
    limits: tuple[Limit, ...]

    @abstractmethod
    def token(self, address: str, keys: Sequence[str]) -> tuple[str, float]:
        """A new token, and its life in seconds."""

    @abstractmethod
    def request(
        self, address: str, keys: Sequence[str], token: str, numbers: Sequence[str]
    ) -> http.Reply:
        """Ask after up to `batch` numbers."""

    @abstractmethod
    def heard(self, reply: http.Reply, numbers: Sequence[str]) -> Sequence[Heard]:
        """What the reply says of each number, or why it says nothing."""

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """Ask for a token: such carriers name nobody.

        Raises:
            ConnectionFailed: it is refused, or nobody answers.
        """
        self.token(server(settings, self.usual), self._keys(credentials, settings))
        return Identity(name=self.label)

    def ask(
        self,
        credentials: Mapping[str, str],
        settings: Mapping[str, Any],
        parcels: Sequence[Asked],
        address: str,
    ) -> Answer:
        """One request for all.

        Raises:
            ConnectionFailed: the source cannot be used now; nothing was learnt.
        """
        at, keys = server(settings, self.usual), self._keys(credentials, settings)
        numbers = [one.number for one in parcels]
        reply = with_token(
            self.label,
            at,
            keys,
            lambda: self.token(at, keys),
            lambda token: self.request(at, keys, token, numbers),
        )
        return Answer(heard=tuple(self.heard(reply, numbers)))

    def _keys(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> list[str]:
        return [entered(name, credentials, settings) for name in self.keys]


def answered(numbers: Sequence[str], items: Any, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The items of a list that answer a number, once each, with the number as it was asked for.

    Args:
        items: what stands in the place of the list; nothing but a list of objects answers.
        name: under which an item has its number.
    """
    waiting = {number.upper(): number for number in numbers}
    for item in items if isinstance(items, list) else []:
        asked = str(item.get(name)) if isinstance(item, dict) else ""
        number = waiting.pop(asked.upper(), None)
        if number is not None:
            yield number, item
