"""Postmark's sending and searching API as far as we use it, over a real socket."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.standins.listening import Handler, listening

TOKEN = "a-server-token"


@dataclass
class Answer:
    """What is answered once in place of success; `status` 0 closes the line without a word."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    takes_it: bool = False


@dataclass
class PostmarkStandIn:
    """What it was told to answer, and what it took."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    mails: list[dict[str, Any]] = field(default_factory=list)

    def send(self, mail: dict[str, Any], token: str) -> Answer:
        if token != TOKEN:
            return Answer(401, {"ErrorCode": 10, "Message": "Bad or missing Server API token."})
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None and not answer.takes_it:
            return answer
        self.mails.append(mail)
        if answer is not None:
            return answer
        body = {
            "To": mail["To"],
            "SubmittedAt": "2026-11-23T09:00:00Z",
            "MessageID": f"pm-{len(self.mails)}",
            "ErrorCode": 0,
            "Message": "OK",
        }
        return Answer(200, body)

    def search(self, wanted: dict[str, str]) -> Answer:
        found = [
            {"MessageID": f"pm-{place}", "Status": "Sent"}
            for place, mail in enumerate(self.mails, start=1)
            if mail.get("Metadata", {}).get("aftercart") == wanted.get("metadata_aftercart")
        ]
        return Answer(200, {"TotalCount": len(found), "Messages": found})


@contextmanager
def postmark_api() -> Iterator[PostmarkStandIn]:
    """The API on a free port of 127.0.0.1."""
    standin = PostmarkStandIn()

    class Answering(Handler):
        def do_POST(self) -> None:
            mail = json.loads(self.body())
            self._answer(standin.send(mail, self.headers["X-Postmark-Server-Token"]))

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            assert parts.path == "/messages/outbound"
            self._answer(standin.search(dict(parse_qsl(parts.query))))

        def _answer(self, answer: Answer) -> None:
            if not answer.status:
                self.hang_up()
                return
            headers = {**answer.headers, "Content-Type": "application/json"}
            self.send(answer.status, headers, json.dumps(answer.body).encode())

    with listening(Answering) as port:
        standin.url = f"http://127.0.0.1:{port}/"
        yield standin
