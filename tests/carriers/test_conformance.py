"""Recorded answers of carriers are read, and every scan is given a status that its words bear."""

import pytest

from tests.carriers.conformance import Figures, measure, share
from tests.carriers.corpus import CORPORA
from tests.support.real_data import real_data

FORMS = ("today", "older")


def figures(system: str, form: str) -> Figures:
    real_data("carriers")
    corpus = CORPORA[system]
    return measure(system, corpus.todays() if form == "today" else corpus.older())


@pytest.mark.parametrize("system", sorted(CORPORA))
@pytest.mark.parametrize("form", FORMS)
def test_recorded_answers(system: str, form: str) -> None:
    found = figures(system, form)
    assert found.contradictions == []
    assert share(found.parsed, found.files) >= 0.99, found.refused
    assert share(found.known, found.scans) >= 0.95, found.unknown


@pytest.mark.parametrize("system", sorted(CORPORA))
def test_something_was_recorded(system: str) -> None:
    """An entry whose files were moved would prove nothing."""
    found = [figures(system, form) for form in FORMS]
    assert sum(one.files for one in found)
    assert sum(one.scans for one in found)
