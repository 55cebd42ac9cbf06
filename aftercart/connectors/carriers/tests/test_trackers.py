"""What trackers make of replies, whichever carrier sends them."""

import pytest

from aftercart.connectors.carriers.calling import stated
from aftercart.connectors.carriers.trackers import answered

NUMBERS = ("ab1", "AB2")


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([{"id": "AB2"}, {"id": "AB1"}], ["AB2", "ab1"]),
        ([{"id": "ab1"}, {"id": "AB1", "again": True}], ["ab1"]),
        ([{"id": "elsewhere"}, {"id": None}, {}, None, 7, "AB2"], []),
        ({"id": "AB2"}, []),
        (None, []),
    ],
    ids=["in any order and case", "each once", "nothing else", "no list", "nothing"],
)
def test_items_answer_the_numbers_that_were_asked_for(items, expected):
    assert [number for number, _ in answered(NUMBERS, items, "id")] == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["Not found", "E1"], "Not found"),
        ([None, "", "E1"], "E1"),
        (["<br/>", 17], "17"),
        (["\x00"], "Quux reports an error."),
        ([], "Quux reports an error."),
        (["x" * 400], "x" * 300),
    ],
)
def test_a_problem_is_told_in_the_first_words_that_can_be_read(words, expected):
    assert stated("Quux", *words) == expected
