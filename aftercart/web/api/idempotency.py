"""`Idempotency-Key`: the same request sent again gets the same answer and does nothing twice."""

import hashlib
import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from aftercart.intake.api_keys import Caller
from aftercart.intake.replies import KeyBusy, KeyTaken, Reply, reply_once
from aftercart.web.api.problems import ApiProblem

HEADER = "Idempotency-Key"
# A string of RFC 8941, as the draft wants it; or bare, as many callers send it.
QUOTED = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\]){1,255})"')
BARE = re.compile(r"[!#-\[\]-~]{1,255}")


def answered_once(
    request: HttpRequest, caller: Caller, answer: Callable[[], Reply]
) -> HttpResponse:
    """Answer a request, or repeat the answer that its key got before.

    Raises:
        ApiProblem: the key is unusable, belongs to another request, or is being worked on.
    """
    key = _key(request)
    if not key:
        return _response(answer())
    try:
        return _response(reply_once(caller, key, _fingerprint(request), answer))
    except KeyBusy as error:
        raise ApiProblem(
            409, "A request with this Idempotency-Key is still being worked on; try again."
        ) from error
    except KeyTaken as error:
        raise ApiProblem(
            422, "This Idempotency-Key was used for another request; choose a new one."
        ) from error


def _key(request: HttpRequest) -> str:
    """The key, or nothing where the header is not there."""
    given = request.headers.get(HEADER)
    if given is None:
        return ""
    quoted = QUOTED.fullmatch(given.strip())
    if quoted:
        return re.sub(r"\\(.)", r"\1", quoted[1])
    if not BARE.fullmatch(given.strip()):
        raise ApiProblem(400, f"{HEADER} must be 1 to 255 printable characters, best in quotes.")
    return given.strip()


def _fingerprint(request: HttpRequest) -> str:
    parts = [(request.method or "").encode(), request.path.encode(), request.body]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _response(reply: Reply) -> HttpResponse:
    response = HttpResponse(reply.body, status=reply.status, content_type="application/json")
    if reply.repeated:
        response["Idempotency-Replayed"] = "true"
    return response
