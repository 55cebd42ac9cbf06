"""What is logged tells what went wrong and where, and nothing about anybody."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from django.conf import settings
from django.db import IntegrityError
from django.test import Client

from aftercart.core import logs
from aftercart.core.models import User

SECRET = "kim@example.com"

Written = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def written() -> Iterator[Written]:
    """The lines that were logged, with logging as it is in production."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = logged_at("info")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logs.configure(settings.LOGGING)
    root.handlers, root.level = before, level


def logged_at(level: str) -> io.StringIO:
    structlog.reset_defaults()
    logs.configure({"format": "json", "level": level})
    (handler,) = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    stream = io.StringIO()
    handler.setStream(stream)
    return stream


def fail() -> None:
    try:
        raise KeyError(SECRET)
    except KeyError as error:
        raise ValueError(f"no such customer: {SECRET}") from error


def test_an_exception_is_told_by_kind_and_place(written: Written) -> None:
    try:
        fail()
    except ValueError:
        structlog.get_logger("ours").exception("something.failed", customer=7)
    [line] = written()
    assert (line["event"], line["customer"], line["level"]) == ("something.failed", 7, "error")
    assert line["exception"].endswith("builtins.ValueError")
    assert "builtins.KeyError\n\nwhich led to" in line["exception"]
    assert line["exception"].count("in fail") == 2
    assert SECRET not in json.dumps(line)


def test_the_same_goes_for_what_others_log(written: Written) -> None:
    try:
        fail()
    except ValueError:
        logging.getLogger("somebody.else").exception("It failed")
    [line] = written()
    assert line["event"] == "It failed"
    assert "builtins.ValueError" in line["exception"]
    assert SECRET not in json.dumps(line)


@pytest.mark.django_db
def test_of_a_row_that_is_refused_only_the_constraint_is_told(written: Written) -> None:
    User.objects.create_user(SECRET)
    try:
        User.objects.create_user(SECRET)
    except IntegrityError:
        structlog.get_logger("ours").exception("something.failed")
    [line] = written()
    assert "sqlstate=23505 table=core_user constraint=core_user_email_key" in line["exception"]
    assert SECRET not in json.dumps(line)


def test_a_request_is_named_by_its_route(written: Written) -> None:
    """Here one whose form lacks its proof; Django would name the whole path, with its token."""
    Client(enforce_csrf_checks=True).post("/invitation/a-secret-token/")
    events = {line["event"] for line in written() if line["logger"].startswith("django.")}
    assert events == {"request.failed route=/invitation/<str:token>/"}
    assert "a-secret-token" not in json.dumps(written())


def test_when_asked_to_debug_it_tells_all(written: Written) -> None:
    stream = logged_at("debug")
    try:
        fail()
    except ValueError:
        structlog.get_logger("ours").exception("something.failed")
    assert SECRET in stream.getvalue()
