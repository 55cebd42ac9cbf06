"""Reading a page as a person would: its text without the markup."""

import html
import re
from typing import Any


def source_of(answer: Any) -> str:
    """The page's markup."""
    return str(answer.content.decode())


def text_of(answer: Any) -> str:
    """What the page says, as one line."""
    words = re.sub(r"<(script|style|template)\b.*?</\1>", " ", source_of(answer), flags=re.DOTALL)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", words))).strip()


def links_of(answer: Any) -> list[str]:
    """Where the page's links lead."""
    return [html.unescape(link) for link in re.findall(r'href="([^"]+)"', source_of(answer))]
