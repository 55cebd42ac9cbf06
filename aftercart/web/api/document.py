"""The OpenAPI document, with errors under the media type that they really have."""

from typing import Any

from ninja import NinjaAPI

PROBLEM = "application/problem+json"
FIRST_ERROR = 400


class DocumentedApi(NinjaAPI):
    """django-ninja documents every answer as `application/json`; our errors are RFC 9457."""

    def get_openapi_schema(self, **options: Any) -> Any:
        document = super().get_openapi_schema(**options)
        for operations in document["paths"].values():
            for operation in operations.values():
                _rename_errors(operation["responses"])
        return document


def _rename_errors(responses: dict[Any, Any]) -> None:
    for status, response in responses.items():
        content = response.get("content", {})
        if int(status) >= FIRST_ERROR and "application/json" in content:
            response["content"] = {PROBLEM: content["application/json"]}
