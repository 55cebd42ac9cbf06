"""The OpenAPI document: django-ninja's, made true where it is not, and complete with examples."""

from typing import Any

from django.conf import settings
from ninja import NinjaAPI

from aftercart.web.api import examples
from aftercart.web.api.idempotency import BARE, HEADER, QUOTED
from aftercart.web.api.problems import MEDIA_TYPE

FIRST_ERROR = 400
KEY = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "ak_…",
    "description": "A store's API key, shown once when its API connection is made.",
}
IDEMPOTENCY = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": "Makes it safe to repeat the request: for 24 hours the same key gets the same "
    "answer, with `Idempotency-Replayed: true`.",
    "schema": {"type": "string", "pattern": f"^({QUOTED.pattern}|{BARE.pattern})$"},
    "example": '"9f0c1c3e-7f0b-4f53-9d0c-2b8a3d1f6a51"',
}


class DocumentedApi(NinjaAPI):
    """django-ninja documents every answer as `application/json`; our errors are RFC 9457."""

    def get_openapi_schema(self, **options: Any) -> Any:
        document = super().get_openapi_schema(**options)
        document["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
        document["servers"] = [{"url": settings.PUBLIC_URL}]
        document["components"]["securitySchemes"] = {"ApiKey": KEY}
        for operations in document["paths"].values():
            for method, operation in operations.items():
                _complete(operation, repeatable=method == "post")
        return document


def _complete(operation: dict[str, Any], *, repeatable: bool) -> None:
    responses = operation["responses"]
    _rename_errors(responses)
    example = examples.BY_OPERATION[operation["operationId"]]
    answer = responses[example.status]
    if repeatable:
        operation["parameters"].append(IDEMPOTENCY)
        operation["requestBody"]["content"]["application/json"]["example"] = example.body
    else:
        answer["headers"] = {"ETag": {"schema": {"type": "string"}}}
        responses[304] = {"description": "Nothing has changed since the ETag in `If-None-Match`."}
    answer["content"]["application/json"]["example"] = example.answer


def _rename_errors(responses: dict[Any, Any]) -> None:
    for status, response in responses.items():
        if int(status) >= FIRST_ERROR:
            content = response["content"].pop("application/json")
            response["content"] = {MEDIA_TYPE: content}
