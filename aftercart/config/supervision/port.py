"""Whether a port is free, and what to say when it is not."""

import socket


def is_taken(host: str, port: int) -> bool:
    """Whether somebody listens on it. The server itself would not notice: it shares ports."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            return True
        return False


def taken_message(port: int) -> str:
    """What the person who starts us can do about it."""
    return (
        f"Port {port} cannot be used: another program listens on it, or it is reserved. "
        f"Choose another one with PORT, for example PORT={port + 1}."
    )


def answers(host: str, port: int, path: str) -> bool:
    """Whether a GET of the path is answered with 200, within a few seconds."""
    try:
        with socket.create_connection((_reachable(host), port), timeout=5) as connection:
            request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
            connection.sendall(request.encode())
            return connection.recv(64).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False


def _reachable(host: str) -> str:
    """An address that reaches a server that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
