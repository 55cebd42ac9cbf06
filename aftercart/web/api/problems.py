"""Errors as RFC 9457 problem details: what was wrong, where, and what to do."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from django.http import HttpResponse

MEDIA_TYPE = "application/problem+json"


class ApiProblem(Exception):
    """An answer other than success, raised anywhere below an endpoint."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Sequence[dict[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})


def problem_response(problem: ApiProblem) -> HttpResponse:
    """The problem as `application/problem+json`."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
        "request_id": structlog.contextvars.get_contextvars().get("request_id", ""),
        "errors": problem.errors,
    }
    response = HttpResponse(
        msgspec.json.encode(body),
        status=problem.status,
        content_type=MEDIA_TYPE,
        headers=problem.headers,
    )
    if problem.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="Aftercart"'
    return response


def from_validation(errors: Sequence[dict[str, Any]]) -> ApiProblem:
    """Pydantic's errors, each with a JSON pointer into the body."""
    fields = [
        {"pointer": _pointer(error["loc"]), "detail": str(error["msg"])[:300]} for error in errors
    ]
    return ApiProblem(422, "Some fields cannot be used; `errors` names them.", fields[:50])


def _pointer(location: Sequence[str | int]) -> str:
    # The first parts are ninja's: where the value came from, and the parameter's name.
    parts = [str(part) for part in location[2:] if part != "payload"]
    return "/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in parts)
