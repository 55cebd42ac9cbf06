"""Reading what a caller sends: JSON in UTF-8 that says so, and no more of it than is needed."""

from typing import Any, cast

import msgspec
from django.http import HttpRequest
from ninja.parser import Parser

from aftercart.web.api.problems import ApiProblem

LARGEST = 10 * 1024 * 1024
MEDIA_TYPE = "application/json"


class StrictJson(Parser):
    """JSON as RFC 8259 has it, where Python's own reader takes NaN, UTF-16 and infinite numbers."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The body.

        Raises:
            ApiProblem: it is too large, says that it is something else, or is no JSON.
        """
        if len(request.body) > LARGEST:
            raise ApiProblem(413, f"The body is larger than {LARGEST // 1024**2} MB; send less.")
        if request.content_type != MEDIA_TYPE:
            raise ApiProblem(415, f"Send JSON, with the header Content-Type: {MEDIA_TYPE}.")
        try:
            return cast(dict[str, Any], msgspec.json.decode(request.body))
        except (msgspec.DecodeError, RecursionError) as error:
            raise ApiProblem(400, f"The body cannot be read: {error}.") from error
