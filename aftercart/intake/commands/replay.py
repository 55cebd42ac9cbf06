"""`aftercart replay CONNECTION FILE…`: post recorded payloads to the running edge, signed as their
system signs them. For support, and for tests.
"""

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from uuid import uuid4

import httpx
import msgspec
from django.conf import settings
from django.utils.translation import gettext as _

from aftercart.connectors.base import Accepted, Connector, WebhookRequest
from aftercart.connectors.registry import connector
from aftercart.core.sealing import UnsealError
from aftercart.intake import queries
from aftercart.intake.commands.recordings import NoRecording, Recording, deliveries
from aftercart.intake.credentials import unseal, with_settings
from aftercart.intake.models import Connection
from aftercart.intake.queries import Settled

FAILED, MISUSED = 1, 2
TIMEOUT_SECONDS = 30
WAIT_SECONDS = 10.0
LOOK_SECONDS = 0.05
LONGEST_DETAIL = 200

EPILOG = """
A FILE holds what the system posts: one object, byte for byte; a list of them, lines of them, or a
wrapper such as {"order": {...}} or {"orders": [...]}, which is posted object by object. A folder
stands for all the JSON files in it. Each line of the answer says what a delivery is about, how the
edge answered, and what became of it: taken in, left alone (nothing reads its topic), waiting (for
the order it belongs to) or parked, with the reason.

examples:
  aftercart replay 3 order.json
  aftercart replay "Our shop" samples/ --topic orders/create

The command ends with 0 if the edge accepted everything, with 1 if it refused something or a file
could not be read, with 2 if there is no such connection.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = (
        "Signs recorded payloads as the connection's system would, and posts them to the running "
        "edge."
    )
    parser.epilog = EPILOG
    parser.add_argument("connection", help="its address, public id, number or name")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="JSON as it came")
    parser.add_argument("--topic", default="", help="what the files are about; else it is guessed")
    parser.add_argument(
        "--wait",
        type=float,
        default=WAIT_SECONDS,
        metavar="SECONDS",
        help="how long to wait in all for what becomes of them; 0 for not at all (default: 10)",
    )
    parser.add_argument(
        "--to", default=settings.PUBLIC_URL, metavar="URL", help="where the edge runs"
    )


def run(arguments: argparse.Namespace) -> int:
    """Post every file.

    Returns:
        0 if everything was accepted, 1 if something was refused, 2 if there is no such connection.
    """
    found = queries.named(arguments.connection)
    if len(found) != 1:
        problem = _("Several connections are called %s.") if found else _("No connection is %s.")
        sys.stderr.write(f"{problem % arguments.connection}\n")
        sys.stderr.write(_("See `aftercart connections list`.") + "\n")
        return MISUSED
    try:
        posting = Posting(found[0], arguments.to, arguments.wait)
    except UnsealError as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    with posting.client:
        results = [posting.post(path, arguments.topic) for path in _files(arguments.files)]
    return 0 if all(results) else FAILED


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("*.json"))
        else:
            yield path


class Posted(msgspec.Struct, frozen=True):
    """A delivery with the edge's answer, and how the inbox knows it if it was accepted."""

    topic: str
    answer: httpx.Response
    key: bytes | None


class Posting:
    """Posts recordings to one connection's address."""

    def __init__(self, connection: Connection, base_url: str, wait: float) -> None:
        """
        Args:
            wait: seconds, for all that is posted.

        Raises:
            UnsealError: its secrets cannot be opened.
        """
        secrets = unseal(connection.public_id, connection.credentials)
        self.connection = connection
        self.connector: Connector = connector(connection.system)
        self.credentials = with_settings(connection.settings, secrets.current)
        self.path = f"/in/{connection.public_id}"
        self.client = httpx.Client(base_url=base_url, timeout=TIMEOUT_SECONDS)
        self.wait = wait

    def post(self, path: Path, topic: str) -> bool:
        """Post what is in a file, and say what became of it; whether all of it was accepted."""
        try:
            recordings = deliveries(self.connector.system, path, topic)
            posted = [self._post(recording) for recording in recordings]
        except (NoRecording, OSError) as error:
            _say(f"{path.name}: {getattr(error, 'strerror', None) or error}")
            return False
        except httpx.TransportError as error:
            silent = _("the edge does not answer at %s") % self.client.base_url
            _say(f"{path.name}: {silent}: {error}")
            return False
        if not posted:
            _say(f"{path.name}: {_('holds nothing that could be posted')}")
        settled = self._settled([one.key for one in posted if one.key is not None])
        for one in posted:
            status, outcome = one.answer.status_code, _told(one, settled)
            _say(f"{path.name}: {one.topic or '-'}  {status}  {outcome}")
        return all(one.answer.is_success for one in posted)

    def _post(self, recording: Recording) -> Posted:
        headers = self.connector.sign(
            recording.topic, recording.body, self.credentials, str(uuid4())
        )
        answer = self.client.post(self.path, content=recording.body, headers=headers)
        return Posted(recording.topic, answer, self._key(answer) if answer.is_success else None)

    def _key(self, answer: httpx.Response) -> bytes | None:
        """How the inbox knows what the edge has just accepted; None where it keeps nothing."""
        request = WebhookRequest(
            method="POST",
            path=self.path,
            query="",
            headers={name.lower(): value for name, value in answer.request.headers.items()},
            body=answer.request.content,
        )
        verdict = self.connector.receive(request, self.credentials)
        return verdict.dedupe_key if isinstance(verdict, Accepted) else None

    def _settled(self, keys: Sequence[bytes]) -> dict[bytes, Settled]:
        """What became of deliveries, as far as it is known when the time to wait is over."""
        began = time.monotonic()
        while True:
            found = queries.settled(self.connection.store_id, self.connection.pk, keys)
            waited = time.monotonic() - began
            if waited >= self.wait or all(one.state != "pending" for one in found.values()):
                self.wait = max(self.wait - waited, 0.0)
                return found
            time.sleep(LOOK_SECONDS)


def _told(one: Posted, settled: dict[bytes, Settled]) -> str:
    if not one.answer.is_success:
        return _detail(one.answer)
    found = settled.get(one.key) if one.key else None
    if found is None:
        return _("left alone: nothing here needs it")
    words = {
        "done": _("taken in"),
        "ignored": _("left alone: nothing here needs it"),
        "waiting": _("waiting"),
        "parked": _("parked"),
        "pending": _("accepted; no worker has come to it yet"),
    }
    said = words[found.state]
    return f"{said}: {found.error}" if found.error and found.state != "pending" else said


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return answer.text[:LONGEST_DETAIL]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
