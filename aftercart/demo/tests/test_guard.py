"""The live demo says in a sentence why it cannot be told, and finds the app on its own port."""

import json
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from aftercart.demo import guard, live


@pytest.fixture(autouse=True)
def home(settings, tmp_path: Path) -> Path:
    settings.ENVIRONMENT = SimpleNamespace(home=tmp_path)
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    return tmp_path


def answering(status: int) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(status)))


def test_the_app_is_found_where_it_runs(home: Path):
    assert guard.app_address() == "http://127.0.0.1:8000"
    (home / guard.UP_FILE).write_text(json.dumps({"pid": 7, "url": "http://127.0.0.1:8123"}))
    assert guard.app_address() == "http://127.0.0.1:8123"


@pytest.mark.parametrize("content", ["", "{}", '{"url": "just starting"}'])
def test_a_file_that_names_no_app_is_passed_over(home: Path, content: str):
    (home / guard.UP_FILE).write_text(content)
    assert guard.app_address() == "http://127.0.0.1:8000"


def test_two_cannot_tell_at_once(capsys):
    with guard.alone():
        assert live.run(0, 1) == 1
    assert "The demo is live already" in capsys.readouterr().out
    with guard.alone():
        pass


def test_an_app_that_is_not_ready_is_named():
    guard.see_app(answering(200), "http://127.0.0.1:8123")
    with pytest.raises(guard.CannotTell, match="does not answer at http"):
        guard.see_app(answering(503), "http://127.0.0.1:8123")


def test_an_app_that_ends_meanwhile_ends_the_demo_with_a_sentence(capsys):
    def refuse() -> int:
        raise httpx.ConnectError("Connection refused")

    assert live.in_words(refuse) == 1
    assert "does not take news any more (Connection refused)" in capsys.readouterr().out
