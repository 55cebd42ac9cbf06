"""Days and amounts as they are written in a country, and addresses that may become links."""

from datetime import date, time
from decimal import Decimal

import pytest
from babel import Locale

from aftercart.conversation.pages import writing
from aftercart.conversation.pages.addresses import mail_address, picture_address, web_address

THURSDAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("locale", "full", "short", "clock"),
    [
        ("en_150", "Thursday, 26 November", "26 Nov", "14:05"),
        ("en_US", "Thursday, November 26", "Nov 26", "2:05\u202fPM"),
        ("en_GB", "Thursday, 26 November", "26 Nov", "14:05"),
        ("de_DE", "Donnerstag, 26. November", "26. Nov.", "14:05"),
        ("fr_FR", "jeudi 26 novembre", "26 nov.", "14:05"),
        ("es_ES", "jueves, 26 de noviembre", "26 nov", "14:05"),
        ("ja_JP", "11月26日木曜日", "11月26日", "14:05"),
        ("ru_RU", "четверг, 26 ноября", "26 нояб.", "14:05"),
        ("hu_HU", "november 26., csütörtök", "nov. 26.", "14:05"),
    ],
)
def test_days_without_their_year(locale, full, short, clock):
    known = Locale.parse(locale)
    assert writing.full_date(THURSDAY, known, with_year=False) == full
    assert writing.short_date(THURSDAY, known, with_year=False) == short
    assert writing.clock(time(14, 5), known) == clock
    assert "2026" in writing.full_date(THURSDAY, known, with_year=True)


@pytest.mark.parametrize(
    ("language", "country", "locale"),
    [("en", "US", "en_US"), ("en", "", "en_150"), ("en", "BR", "en_150"), ("de", "CH", "de_CH")],
)
def test_the_writing_of_a_country(language, country, locale):
    assert str(writing.locale_for(language, country)) == locale


def test_languages_we_have_texts_in():
    assert writing.language_for("xx", "en-GB", "de") == "en"
    assert writing.language_for("") == "en"
    assert writing.language_for("../../etc", "\x00") == "en"
    assert writing.country_of("en-US") == writing.country_of("en_Latn_us") == "US"
    assert writing.country_of("en") == ""


@pytest.mark.parametrize(
    ("currency", "amount"),
    [("EUR", "1,234.50\xa0€"), ("JPY", "1,234\xa0JP¥"), ("", "1234.50"), ("<b>", "1234.50")],
)
def test_amounts(currency, amount):
    assert writing.amount(Decimal("1234.5"), currency, Locale.parse("en_150")) == amount


@pytest.mark.parametrize(
    "url",
    ["https://shop.example/a?b=c&d=1#e", "http://127.0.0.1:8000/x", "https://münchen.example/"],
)
def test_web_addresses(url):
    assert web_address(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "/relative",
        "https://",
        "https://user:pass@evil.example",
        "https://shop.example@evil.example/",
        "https://evil.example\\@shop.example",
        "https://[::1",
        "https://shop.example:99999/",
        "https://shop.example/" + "x" * 3000,
    ],
)
def test_what_is_no_web_address(url):
    assert web_address(url) == ""


def test_pictures_come_by_https_or_from_us():
    assert picture_address("https://cdn.example/a.jpg")
    assert picture_address("http://127.0.0.1:8000/brand/x/logo.png")
    assert picture_address("/static/demo/a.png")
    for url in ("http://cdn.example/a.jpg", "//cdn.example/a.jpg", "/\\cdn.example", "data:x", ""):
        assert picture_address(url) == ""


def test_mail_addresses():
    link = mail_address("care+shop@northwind.example", "Order #1001 & more")
    assert link == "mailto:care+shop@northwind.example?subject=Order%20%231001%20%26%20more"
    for nothing in ("", "care", "a@b?bcc=c@d", "a b@c", "javascript:alert(1)", "a@b\r\nx"):
        assert mail_address(nothing, "x") == ""
