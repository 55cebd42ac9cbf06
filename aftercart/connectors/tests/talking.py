"""Servers on real sockets whose every byte a test chooses."""

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

Talk = Callable[[socket.socket], None]


@contextlib.contextmanager
def server(talk: Talk, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server on 127.0.0.1 that talks to each caller in a thread; yields its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=converse, args=(caller,), daemon=True).start()

    def converse(caller: socket.socket) -> None:
        with contextlib.suppress(OSError), caller:
            talk(context.wrap_socket(caller, server_side=True) if context else caller)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for callers
        listener.close()


def request_of(caller: socket.socket) -> bytes:
    """One whole request: its head, and the body that the head announces."""
    received = b""
    while not _is_whole(received):
        more = caller.recv(65536)
        if not more:
            raise ConnectionError("the caller has gone")
        received += more
    return received


def _is_whole(received: bytes) -> bool:
    head, end, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"\r\nContent-Length: (\d+)", head, re.IGNORECASE)
    return bool(end) and len(body) >= (int(length[1]) if length else 0)


def answering(*lines: bytes, body: bytes = b"", seen: list[bytes] | None = None) -> Talk:
    """Answers one request and says that the connection ends with it."""
    fixed = (b"Connection: close", b"Content-Length: %d" % len(body))
    head = b"\r\n".join((b"HTTP/1.1 200 OK", *lines, *fixed, b"", b""))

    def talk(caller: socket.socket) -> None:
        received = request_of(caller)
        if seen is not None:
            seen.append(received)
        caller.sendall(head + body)

    return talk
