"""The server under every stand-in that speaks HTTP: on a port that is free, and gone at the end."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Handler(BaseHTTPRequestHandler):
    """A handler that keeps silent about what it does, and keeps its connections as real ones do."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def send(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        """Send an answer; one that is shorter than its headers say breaks off there."""
        self.send_response(status)
        length = str(len(body))
        for name, value in {"Content-Length": length, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection |= headers.get("Content-Length", length) != length

    def hang_up(self) -> None:
        """End the connection without a word more."""
        self.close_connection = True

    def log_message(self, *_said: Any) -> None:
        """Tests look at what a stand-in has kept instead."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, handler: type[Handler], port: int) -> None:
        super().__init__(("127.0.0.1", port), handler)
        self.callers: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.callers.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.callers.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Close the kept connections too: the next server may be given this one's port."""
        super().server_close()
        for caller in list(self.callers):
            with contextlib.suppress(OSError):
                caller.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def listening(
    handler: type[Handler], port: int = 0, context: ssl.SSLContext | None = None
) -> Iterator[int]:
    """Let the handler answer on 127.0.0.1 within the block; yields the port."""
    server = _Server(handler, port)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
