"""`aftercart serve`: one process that serves pages, API and webhooks on one port.

Granian runs inside this process rather than as a parent with a worker: the same speed, measured,
and 23 MB less at rest. More processes may share the port.
"""

import argparse
import asyncio
import signal
import sys
from typing import Any

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from aftercart.config.environment import Environment, environment
from aftercart.config.supervision import port

WAITING_CONNECTIONS = 1024
REQUESTS_AT_ONCE = 512
"""What is accepted and worked on at once; more wait in the system's queue."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Serves the pages, the API and the webhooks, until it is asked to stop. `aftercart up` "
        "starts it together with a worker and the database; where you start it by yourself, start "
        "`aftercart work` too."
    )
    parser.add_argument(
        "--share-port", action="store_true", help="let several processes serve the same port"
    )


def run(arguments: argparse.Namespace) -> int:
    settings = environment()
    if not arguments.share_port and port.is_taken(settings.host, settings.port):
        print(port.taken_message(settings.port), file=sys.stderr)
        return 1
    from aftercart.config.asgi import application

    uvloop.run(_serve(application, settings))
    return 0


async def _serve(application: Any, settings: Environment) -> None:
    server = Server(
        application,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        backlog=WAITING_CONNECTIONS,
        backpressure=REQUESTS_AT_ONCE,
        log_enabled=False,
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.stop)
    await server.serve()
