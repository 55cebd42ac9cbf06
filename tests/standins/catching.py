"""A server that keeps what is posted to it, as the edge hands it on to a connector."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aftercart.connectors.base import WebhookRequest


@dataclass
class Catcher:
    """`answers` are given first, one each; after that 200."""

    address: str = ""
    answers: list[int] = field(default_factory=list)
    caught: list[WebhookRequest] = field(default_factory=list)


@contextmanager
def catching() -> Iterator[Catcher]:
    """Let a catcher listen within the block."""
    catcher = Catcher()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            lower = {name.lower(): value for name, value in self.headers.items()}
            catcher.caught.append(
                WebhookRequest(method="POST", path=self.path, query="", headers=lower, body=body)
            )
            self.send_response(catcher.answers.pop(0) if catcher.answers else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_said: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    catcher.address = f"http://127.0.0.1:{server.server_address[1]}/in/unguessable"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield catcher
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
