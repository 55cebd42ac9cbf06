"""The OpenAPI document, its examples, and the page made from it."""

from typing import Any

import jsonschema_rs
import pytest
from django.test import Client

from aftercart.web.api import examples
from aftercart.web.api.tests.calling import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def document() -> dict[str, Any]:
    found: dict[str, Any] = Client().get("/api/v1/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for methods in document["paths"].values() for one in methods.values()]


def check(document: dict[str, Any], schema: dict[str, Any], value: object) -> None:
    """Whether the value is as the schema says, by the rules of OpenAPI 3.1."""
    whole = {**schema, "components": document["components"]}
    jsonschema_rs.validate(whole, value)


def test_its_schemas_are_schemas(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema)


def test_every_operation_is_told_completely(document: dict[str, Any]) -> None:
    found = operations(document)
    assert len({operation["operationId"] for operation in found}) == len(found) == 4
    for operation in found:
        assert operation["summary"]
        assert operation["description"]
        assert operation["security"] == [{"ApiKey": []}]
        assert {"401", "429", "500"} <= operation["responses"].keys()
        if "requestBody" in operation:
            assert {"400", "409", "413", "415", "422"} <= operation["responses"].keys()
            assert "Idempotency-Key" in [one["name"] for one in operation["parameters"]]
        for status, response in operation["responses"].items():
            if status == "304":
                continue
            kind = "application/json" if status < "300" else "application/problem+json"
            assert list(response["content"]) == [kind]


def test_every_example_is_as_its_schema_says(document: dict[str, Any]) -> None:
    for operation in operations(document):
        contents = [
            operation["responses"][status]["content"]
            for status in ("200", "202")
            if status in operation["responses"]
        ]
        if "requestBody" in operation:
            contents.append(operation["requestBody"]["content"])
        for content in contents:
            media = content["application/json"]
            check(document, media["schema"], media["example"])


def test_the_examples_are_what_really_happens(caller: Caller) -> None:
    put = examples.BY_OPERATION["putOrder"]
    assert caller.post("orders", put.body).status_code == put.status
    scans = examples.BY_OPERATION["putTrackingEvents"]
    answer = caller.post("tracking-events", scans.body)
    assert (answer.status_code, answer.json()) == (scans.status, scans.answer)
    standing = caller.get("orders/1042").json()
    standing["tracking_page_url"] = examples.STANDING["tracking_page_url"]
    assert standing == examples.STANDING
    assert caller.get("orders").json().keys() == examples.BY_OPERATION["listOrders"].answer.keys()


def test_the_reference_page_shows_every_operation_without_a_script() -> None:
    page = Client().get("/api/v1/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assert "<script" not in text
    for operation in ("Create or update an order", "Read an order", "Send tracking events"):
        assert operation in text
