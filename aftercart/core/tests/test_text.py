"""Addresses from outside become links only where that is safe."""

import pytest

from aftercart.core.text import picture_address, web_address


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://shop.example/a.png", "https://shop.example/a.png"),
        ("//cdn.example/a.png", "https://cdn.example/a.png"),
        ("javascript:alert(1)", ""),
        ("data:image/png;base64,AAAA", ""),
        ("https://shop.example/" + "a" * 1000, ""),
        ("https://[", ""),
        ("/elsewhere/a.png", ""),
        (None, ""),
    ],
)
def test_only_web_addresses_are_kept(given: str | None, kept: str) -> None:
    assert web_address(given, 1000) == kept
    assert picture_address(given, 1000) == kept


def test_a_picture_may_also_be_one_that_we_serve() -> None:
    assert picture_address("/static/demo/mug.png", 1000) == "/static/demo/mug.png"
    assert web_address("/static/demo/mug.png", 1000) == ""
    for hostile in ("/static/../secret", "/static/a b", "/static/" + "a" * 1000):
        assert picture_address(hostile, 1000) == ""
