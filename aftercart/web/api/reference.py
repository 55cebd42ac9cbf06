"""The API's reference page, rendered from its own OpenAPI document; it needs no script."""

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from aftercart.web.api.bodies import LARGEST
from aftercart.web.api.endpoints import api
from aftercart.web.api.examples import BY_OPERATION
from aftercart.web.api.pace import REQUESTS


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation with its parameters, body and answers."""
    document = api.get_openapi_schema()
    context = {
        "document": document,
        "description": _marked(document["info"]["description"]),
        "operations": list(_operations(document)),
        "megabytes": LARGEST // 1024**2,
        "requests": REQUESTS,
    }
    return render(request, "api/reference.html", context)


def _operations(document: Any) -> Any:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            example = BY_OPERATION[operation["operationId"]]
            yield {
                "method": method.upper(),
                "path": path,
                "operation": operation,
                "description": _marked(operation["description"]),
                "parameters": [
                    {**one, "meaning": _marked(one.get("description", ""))}
                    for one in operation["parameters"]
                ],
                "body": _rows(document, _body_schema(operation)),
                "answers": [
                    (status, _name_of(answer)) for status, answer in operation["responses"].items()
                ],
                "sent": _shown(example.body),
                "answered": _shown(example.answer),
            }


def _shown(value: dict[str, Any] | None) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() if value else ""


def _marked(text: str) -> SafeString:
    """What stands in backticks in the document, as code."""
    parts = escape(text).split("`")
    marked = (f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts))
    return mark_safe("".join(marked))  # noqa: S308 - escaped above


def _body_schema(operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    schema: dict[str, Any] = content.get("application/json", {}).get("schema", {})
    return schema


def _rows(document: Any, schema: dict[str, Any], depth: int = 0) -> list[dict[str, Any]]:
    resolved = _resolve(document, schema)
    required = set(resolved.get("required", []))
    rows = []
    for name, field in resolved.get("properties", {}).items():
        rows.append(
            {
                "name": name,
                "depth": depth,
                "indent": "  " * depth,
                "required": name in required,
                "type": _type_of(field),
                "meaning": _marked(field.get("description", "")),
            }
        )
        inner = _inner(field)
        if inner and depth < 2:
            rows += _rows(document, inner, depth + 1)
    return rows


def _inner(field: dict[str, Any]) -> dict[str, Any]:
    options: list[dict[str, Any]] = [field, *field.get("anyOf", [])]
    for option in options:
        if "$ref" in option:
            return option
        items: dict[str, Any] = option.get("items", {})
        if "$ref" in items:
            return items
    return {}


def _resolve(document: Any, schema: dict[str, Any]) -> dict[str, Any]:
    reference_path = schema.get("$ref", "")
    if not reference_path:
        return schema
    schemas: dict[str, dict[str, Any]] = document["components"]["schemas"]
    return schemas[reference_path.rsplit("/", 1)[1]]


def _type_of(field: dict[str, Any]) -> str:
    if "anyOf" in field:
        return " or ".join(_type_of(option) for option in field["anyOf"])
    if "$ref" in field:
        return str(field["$ref"].rsplit("/", 1)[1].removesuffix("In"))
    if "enum" in field:
        return " | ".join(value or '""' for value in field["enum"])
    if field.get("type") == "array":
        return f"list of {_type_of(field.get('items', {}))}"
    return str(field.get("format") or field.get("type", "any"))


def _name_of(answer: dict[str, Any]) -> str:
    for content in answer.get("content", {}).values():
        return str(content.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1])
    return str(answer.get("description", ""))
