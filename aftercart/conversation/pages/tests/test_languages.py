"""What the shopper reads, in every language that is offered: whole, and with nothing lost."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.utils import translation
from msgspec.structs import replace

from aftercart.conversation.pages.tests.made import order, parcel, scan
from aftercart.conversation.pages.tests.stored import make_store
from aftercart.conversation.pages.tests.test_rendering import html
from aftercart.delivery.shipments import words
from aftercart.delivery.shipments.facts import REASONS, STATUSES

ROOT = Path(__file__).resolve().parents[4]
LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
HOLES = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
KEYWORDS = ("gettext_noop", "gettext_lazy", "pgettext:1c,2", "ngettext:1,2", "npgettext:1c,2,3")


def catalog(language: str) -> Catalog:
    path = Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The texts as `bin/messages` finds them."""
    path = tmp_path_factory.mktemp("texts") / "shopper.pot"
    keywords = [word for name in KEYWORDS for word in ("--keyword", name)]
    program = Path(sys.executable).with_name("pybabel")
    subprocess.run(
        [program, "--quiet", "extract", "--mapping", "babel.cfg", *keywords, "-o", path, "."],
        cwd=ROOT,
        check=True,
    )
    with path.open("rb") as file:
        return read_po(file)


def forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str, collected: Catalog) -> None:
    known = catalog(language)
    missing = []
    for message in collected:
        found = known.get(message.id, message.context) if message.id else message
        if found is None or (message.id and not all(forms(found.string))):
            missing.append(message.id)
    assert not missing, "run bin/messages and translate what is new"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_hole_is_kept(language: str) -> None:
    for message in catalog(language):
        if not message.id:
            continue
        originals, translations = forms(message.id), forms(message.string)
        allowed = {hole for text in originals for hole in HOLES.findall(text)}
        needed = set(HOLES.findall(originals[0])) & set(HOLES.findall(originals[-1]))
        for text in translations:
            assert needed <= set(HOLES.findall(text)) <= allowed, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_status_and_reason_is_said_in_another_language(language: str) -> None:
    for status in STATUSES:
        for reason in REASONS:
            for say in (words.headline, words.sentence, words.next_step):
                with translation.override("en"):
                    english = say(status, reason)
                with translation.override(language):
                    assert say(status, reason) != english, (status, reason)


@pytest.mark.parametrize(
    ("locale", "language", "said"),
    [
        ("de-AT", "de", "Unterwegs"),
        ("fr", "fr", "En route"),
        ("es-MX", "es", "En camino"),
        ("pt-BR", "pt", "A caminho"),
        ("it", "en", "On its way"),
    ],
)
def test_a_page_speaks_the_shoppers_language(locale: str, language: str, said: str) -> None:
    moving = parcel("in_transit", scan("2026-11-24 08:14"))
    shown = html(replace(order(moving), locale=locale))
    assert f'lang="{language}' in shown
    assert said in shown


@pytest.mark.django_db
def test_the_look_up_speaks_the_visitors_language_and_the_teams_pages_do_not() -> None:
    make_store()
    german = Client(headers={"accept-language": "de"})
    assert "Bestellnummer" in german.get("/track/northwind/").content.decode()
    assert "Sign in" in german.get("/accounts/login/").content.decode()
