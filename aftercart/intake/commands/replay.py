"""`aftercart replay CONNECTION FILE…`: post recorded payloads to the running edge, signed as their
system signs them. For support, and for tests.
"""

import argparse
import sys
from pathlib import Path
from uuid import uuid4

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from aftercart.connectors.base import Connector
from aftercart.connectors.registry import connector
from aftercart.core.sealing import UnsealError
from aftercart.intake import queries
from aftercart.intake.commands.recordings import Recording, deliveries
from aftercart.intake.credentials import unseal, with_settings
from aftercart.intake.models import Connection

FAILED, MISUSED = 1, 2
TIMEOUT_SECONDS = 30
LONGEST_DETAIL = 200


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.description = (
        "Signs recorded payloads as the connection's system would, and posts them to the running "
        "edge. A list, or a wrapper such as {orders: [...]}, is posted object by object."
    )
    parser.add_argument("connection", help="its address, public id, number or name")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="JSON as it came")
    parser.add_argument("--topic", default="", help="what the files are about; else it is guessed")
    parser.add_argument(
        "--to", default=settings.PUBLIC_URL, metavar="URL", help="where the edge runs"
    )


def run(arguments: argparse.Namespace) -> int:
    """Post every file.

    Returns:
        0 if everything was taken, 1 if something was refused, 2 if there is no such connection.
    """
    found = queries.named(arguments.connection)
    if len(found) != 1:
        problem = _("several connections are called that") if found else _("there is none")
        sys.stderr.write(f"{arguments.connection}: {problem}\n")
        return MISUSED
    try:
        posting = Posting(found[0], arguments.to)
    except UnsealError as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    with posting.client:
        results = [posting.post(path, arguments.topic) for path in arguments.files]
    return 0 if all(results) else FAILED


class Posting:
    """Posts recordings to one connection's address."""

    def __init__(self, connection: Connection, base_url: str) -> None:
        """
        Raises:
            UnsealError: its secrets cannot be opened.
        """
        secrets = unseal(connection.public_id, connection.credentials)
        self.connector: Connector = connector(connection.system)
        self.credentials = with_settings(connection.settings, secrets.current)
        self.path = f"/in/{connection.public_id}"
        self.client = httpx.Client(base_url=base_url, timeout=TIMEOUT_SECONDS)

    def post(self, path: Path, topic: str) -> bool:
        """Post what is in a file, and say how it was answered; whether all of it was taken."""
        try:
            answers = [
                (recording.topic, self._post(recording))
                for recording in deliveries(self.connector.system, path, topic)
            ]
        except (OSError, ValueError, KeyError, httpx.TransportError) as error:
            _say(f"{path.name}: {type(error).__name__}: {error}")
            return False
        if not answers:
            _say(f"{path.name}: {_('holds nothing that could be posted')}")
        for told, answer in answers:
            detail = "" if answer.is_success else f"  {_detail(answer)}"
            _say(f"{path.name}: {told or '-'}  {answer.status_code}{detail}")
        return all(answer.is_success for _told, answer in answers)

    def _post(self, recording: Recording) -> httpx.Response:
        headers = self.connector.sign(
            recording.topic, recording.body, self.credentials, str(uuid4())
        )
        return self.client.post(self.path, content=recording.body, headers=headers)


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return answer.text[:LONGEST_DETAIL]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
