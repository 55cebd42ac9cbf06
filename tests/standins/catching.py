"""A server that keeps what is posted to it, as the edge hands it on to a connector."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aftercart.connectors.base import WebhookRequest
from tests.standins.listening import Handler, listening


@dataclass
class Catcher:
    """`answers` are given first, one each; after that `status`."""

    address: str = ""
    status: int = 200
    answers: list[int] = field(default_factory=list)
    caught: list[WebhookRequest] = field(default_factory=list)


@contextmanager
def catching() -> Iterator[Catcher]:
    """Let a catcher listen within the block."""
    catcher = Catcher()

    class Catching(Handler):
        def do_POST(self) -> None:
            lower = {name.lower(): value for name, value in self.headers.items()}
            catcher.caught.append(
                WebhookRequest(
                    method="POST", path=self.path, query="", headers=lower, body=self.body()
                )
            )
            self.send(catcher.answers.pop(0) if catcher.answers else catcher.status, {})

    with listening(Catching) as port:
        catcher.address = f"http://127.0.0.1:{port}/in/unguessable"
        yield catcher
