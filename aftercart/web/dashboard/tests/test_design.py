"""The design language holds together: what is used is there, and nothing is left over."""

import re
from pathlib import Path

import pytest

import aftercart
from aftercart.web.dashboard.templatetags.dashboard import register

ROOT = Path(aftercart.__file__).parent
STYLES = ROOT / "web" / "static" / "aftercart"
TOKENS = STYLES / "tokens.css"
TEMPLATES = [*(ROOT / "web").rglob("*.html")]
SHARED = [
    ROOT / "conversation" / "pages" / "layout" / "page.css",
    ROOT / "conversation" / "messages" / "rendering" / "layout.mjml",
]
DOCUMENT = ROOT.parent / "docs" / "design.md"


def styles() -> str:
    sheets = [*STYLES.glob("*.css"), *(ROOT / "web").glob("*/static/**/*.css")]
    text = "".join(sheet.read_text() for sheet in sheets)
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def markup() -> str:
    """Whatever may name a class or set a property: templates, tags, the script."""
    sources = [*TEMPLATES, *(ROOT / "web" / "dashboard").glob("*.py"), STYLES / "dashboard.js"]
    sources += [ROOT / "web" / "dashboard" / "templatetags" / "dashboard.py"]
    sources += [*(ROOT / "web" / "dashboard" / "forms").glob("*.py")]
    return "".join(source.read_text() for source in sources)


def classes_in(css: str) -> set[str]:
    selectors = re.sub(r"\{[^{}]*\}", "{}", css)
    return set(re.findall(r"\.([a-z][\w-]*)", selectors))


def test_every_property_that_is_used_is_declared() -> None:
    declared = set(re.findall(r"(--[\w-]+)\s*:", styles() + markup()))
    for source in (styles(), SHARED[0].read_text()):
        used = set(re.findall(r"var\((--[\w-]+)", source))
        of_the_page = {"--color-brand", "--color-on-brand", "--logo-plate", "--n"}
        own = set(re.findall(r"(--[\w-]+)\s*:", source))
        assert used - declared - own - of_the_page == set()


def test_every_token_is_used() -> None:
    used = styles() + "".join(source.read_text() for source in SHARED)
    names = re.findall(r"--([\w-]+):", TOKENS.read_text())
    left_over = {
        name
        for name in names
        if f"var(--{name})" not in used and f"['{name.removeprefix('color-')}']" not in used
    }
    assert left_over == set()


def test_every_class_that_is_styled_is_named_somewhere() -> None:
    words = set(re.findall(r"[a-z][\w-]*", markup()))
    made_of_parts = {"depth-1", "depth-2"}
    assert classes_in(styles()) - words - made_of_parts == set()


def test_what_the_document_names_is_there() -> None:
    text = DOCUMENT.read_text()
    classes = {name for found in re.findall(r"`(\.[\w.-]+)`", text) for name in found.split(".")}
    assert classes - {""} - classes_in(styles()) == set()
    tokens = set(re.findall(r"`(--[\w-]+)`", text))
    assert {token for token in tokens if f"{token}:" not in TOKENS.read_text()} == set()
    tags = set(re.findall(r"\{% (\w+)", text)) - {"block", "endblock", "include", "translate"}
    assert tags <= set(register.tags)


@pytest.mark.parametrize("sheet", sorted(sheet.name for sheet in STYLES.glob("*.css")))
def test_no_stylesheet_is_too_long_to_read(sheet: str) -> None:
    assert len((STYLES / sheet).read_text().splitlines()) <= 400
