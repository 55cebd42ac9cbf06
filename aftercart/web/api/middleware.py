"""Every error under the API's addresses is a problem, also where Django itself has answered."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from aftercart.web.api.problems import MEDIA_TYPE, ApiProblem, problem_response

PREFIX = "/api/"
KEPT = ("Allow", "Retry-After")
DETAILS = {
    HTTPStatus.BAD_REQUEST: "The request cannot be read.",
    HTTPStatus.FORBIDDEN: "This is not allowed here.",
    HTTPStatus.NOT_FOUND: "There is nothing at this address; /api/v1/docs lists what there is.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address takes other methods; the header Allow lists them.",
}
ANY_OTHER = "Something went wrong here. Try again later; quote the request_id if it happens again."


class ApiProblems:
    """Stands around everything that may answer a request."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.respond(request)
        if not request.path.startswith(PREFIX):
            return response
        spent = getattr(request, "spent", None)
        if is_foreign(response):
            response = _as_problem(response)
        for name, value in (spent.headers() if spent else {}).items():
            response[name] = value
        return response


def is_foreign(response: HttpResponse) -> bool:
    """Whether it is an error that is not told as ours are."""
    is_error = response.status_code >= HTTPStatus.BAD_REQUEST
    return is_error and response.get("Content-Type") != MEDIA_TYPE


def _as_problem(response: HttpResponse) -> HttpResponse:
    status = HTTPStatus(response.status_code)
    kept = {name: response[name] for name in KEPT if name in response}
    return problem_response(ApiProblem(status, DETAILS.get(status, ANY_OTHER), headers=kept))
