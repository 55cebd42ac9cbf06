"""Amazon SES's sending API (v2) as far as we use it, over a real socket.

It checks who signed (AWS Signature Version 4), which identities are verified, and the rate.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from tests.standins.listening import Handler, listening

PATH = "/v2/email/outbound-emails"
REGION = "eu-west-1"
KEY_ID, SECRET = "A-KEY-ID", "a-secret-key"


@dataclass
class Answer:
    """What is answered once in place of success; `status` 0 closes the line without a word."""

    status: int
    error: str = ""
    message: str = ""
    takes_it: bool = False


@dataclass
class SesStandIn:
    """What it was told to do, and what it took.

    Attributes:
        verified: addresses and domains that may send; in the sandbox, also be sent to.
        answers: given in turn, before anything else is looked at but the signature.
    """

    url: str = ""
    is_sandbox: bool = False
    verified: set[str] = field(default_factory=lambda: {"aftercart.example"})
    answers: list[Answer] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)
    calls: int = 0

    def send(self, headers: Mapping[str, str], body: bytes) -> Answer:
        self.calls += 1
        if not is_signed(headers, body):
            return Answer(403, "InvalidSignatureException", "The request signature is wrong.")
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None and not answer.takes_it:
            return answer
        mail = _mail_in(json.loads(body))
        unverified = self._unverified(mail)
        if unverified:
            message = (
                "Email address is not verified. The following identities failed the check in "
                f"region {REGION.upper()}: {', '.join(unverified)}"
            )
            return Answer(400, "MessageRejected", message)
        self.mails.append(mail)
        return answer or Answer(200, message=f"ses-{len(self.mails)}")

    def _unverified(self, mail: EmailMessage) -> list[str]:
        checked = [mail["From"], *([mail["To"]] if self.is_sandbox else [])]
        return [str(one) for one in checked if not self._is_verified(parseaddr(str(one))[1])]

    def _is_verified(self, address: str) -> bool:
        return not {address, address.rpartition("@")[2]}.isdisjoint(self.verified)


def _mail_in(asked: dict[str, Any]) -> EmailMessage:
    raw = base64.b64decode(asked["Content"]["Raw"]["Data"])
    parsed = message_from_bytes(raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def is_signed(headers: Mapping[str, str], body: bytes) -> bool:
    """AWS Signature Version 4 over a POST to `PATH`, by our one key."""
    scheme, _, rest = headers.get("authorization", "").partition(" ")
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    if scheme != "AWS4-HMAC-SHA256" or not {"Credential", "SignedHeaders", "Signature"} <= {*parts}:
        return False
    key_id, _, scope = parts["Credential"].partition("/")
    names = parts["SignedHeaders"].split(";")
    canonical = "\n".join(
        (
            "POST",
            PATH,
            "",
            *(f"{name}:{' '.join(headers.get(name, '').split())}" for name in names),
            "",
            parts["SignedHeaders"],
            hashlib.sha256(body).hexdigest(),
        )
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"{scheme}\n{headers.get('x-amz-date', '')}\n{scope}\n{digest}"
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    wanted = hmac.new(key, text.encode(), "sha256").hexdigest()
    return key_id == KEY_ID and hmac.compare_digest(wanted, parts["Signature"])


@contextmanager
def ses_api() -> Iterator[SesStandIn]:
    """The API on a free port of 127.0.0.1."""
    standin = SesStandIn()

    class Answering(Handler):
        def do_POST(self) -> None:
            assert self.path == PATH
            lower = {name.lower(): value for name, value in self.headers.items()}
            self._answer(standin.send(lower, self.body()))

        def _answer(self, answer: Answer) -> None:
            if not answer.status:
                self.hang_up()
                return
            told = {"message": answer.message} if answer.error else {"MessageId": answer.message}
            headers = {"Content-Type": "application/json"}
            if answer.error:
                headers["x-amzn-ErrorType"] = answer.error
            self.send(answer.status, headers, json.dumps(told).encode())

    with listening(Answering) as port:
        standin.url = f"http://127.0.0.1:{port}"
        yield standin
