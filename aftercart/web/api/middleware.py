"""What all answers under the API's addresses have in common.

Every error is a problem, also where Django itself has answered; what is read has an ETag, so that
asking again costs nothing where nothing has changed (RFC 9110); and each tells the key's pace.
"""

import hashlib
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from aftercart.web.api.problems import MEDIA_TYPE, ApiProblem, problem_response

PREFIX = "/api/"
OF_THE_BODY = ("Content-Length", "Content-Language")
DETAILS = {
    HTTPStatus.BAD_REQUEST: "The request cannot be read.",
    HTTPStatus.FORBIDDEN: "This is not allowed here.",
    HTTPStatus.NOT_FOUND: "There is nothing at this address; /api/v1/docs lists what there is.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address takes other methods; the header Allow lists them.",
}
ANY_OTHER = "Something went wrong here. Try again later; quote the request_id if it happens again."


class ApiAnswers:
    """Stands around everything that may answer a request."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = self.respond(request)
        if not request.path.startswith(PREFIX):
            return response
        if is_foreign(response):
            response = _as_problem(response)
        spent = getattr(request, "spent", None)
        if spent is None:  # no key was shown
            return response
        if isinstance(response, HttpResponse) and _is_read(request, response):
            response = _unless_known(request, response)
        for name, value in spent.headers().items():
            response[name] = value
        return response


def is_foreign(response: HttpResponseBase) -> bool:
    """Whether it is an error that is not told as ours are."""
    is_error = response.status_code >= HTTPStatus.BAD_REQUEST
    return is_error and response.get("Content-Type") != MEDIA_TYPE


def _is_read(request: HttpRequest, response: HttpResponse) -> bool:
    return request.method == "GET" and response.status_code == HTTPStatus.OK


def _unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """The answer, or 304 where the caller has it already."""
    tag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return get_conditional_response(request, etag=tag, response=response) or response


def _as_problem(response: HttpResponseBase) -> HttpResponse:
    """In the place of the answer, with all that others have said beside it."""
    status = HTTPStatus(response.status_code)
    problem = problem_response(ApiProblem(status, DETAILS.get(status, ANY_OTHER)))
    for name, value in response.headers.items():
        if name not in OF_THE_BODY:
            problem.headers.setdefault(name, value)
    return problem
