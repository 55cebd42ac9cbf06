"""The rows that somebody ticked in a list, to do something with all of them."""

from django.http import QueryDict

MOST = 500
"""More than any page of a list holds."""

LONGEST_ID = 18


def chosen_ids(given: QueryDict) -> list[int]:
    """The ids of the ticked rows, each once; what is no id is left out."""
    texts = dict.fromkeys(given.getlist("chosen")[:MOST])
    return [int(text) for text in texts if _is_id(text)]


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_ID
