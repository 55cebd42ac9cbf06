"""`Idempotency-Key`: the same request sent again gets the same answer and does nothing twice."""

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from aftercart.intake.api_keys import Caller
from aftercart.intake.replies import KeyBusy, KeyTaken, Reply, reply_once
from aftercart.web.api.problems import ApiProblem

MAX_LENGTH = 255


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
    # The draft wants a quoted string; many callers send it bare.
    key = request.headers.get("Idempotency-Key", "").strip().strip('"')
    if len(key) > MAX_LENGTH or not key.isprintable():
        raise ApiProblem(400, f"Idempotency-Key must be at most {MAX_LENGTH} printable characters.")
    return key


def _fingerprint(request: HttpRequest) -> str:
    parts = [(request.method or "").encode(), request.path.encode(), request.body]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _response(reply: Reply) -> HttpResponse:
    response = HttpResponse(reply.body, status=reply.status, content_type="application/json")
    if reply.repeated:
        response["Idempotency-Replayed"] = "true"
    return response
