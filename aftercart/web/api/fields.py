"""The kinds of value the API takes, each as strict as its OpenAPI document says."""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StrictStr, WithJsonSchema

# RFC 3339 with an offset: a time without one would have to be guessed, and is refused.
RFC3339 = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
EARLIEST = 1990
LATEST = 2200


def _aware_moment(value: object) -> datetime:
    if not isinstance(value, str) or not RFC3339.fullmatch(value):
        raise ValueError("must be an RFC 3339 time with an offset, such as 2026-11-22T14:05:00Z")
    moment = datetime.fromisoformat(value.upper())
    if not EARLIEST <= moment.year <= LATEST:
        raise ValueError(f"must lie between the years {EARLIEST} and {LATEST}")
    return moment


def _calendar_day(value: object) -> date:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise ValueError("must be a date, such as 2026-11-26")
    return date.fromisoformat(value)


def _without_control_characters(text: str) -> str:
    if any(ord(character) < 32 and character not in "\t\n\r" for character in text):
        raise ValueError("must not hold control characters")
    if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise ValueError("must be well-formed Unicode")
    return text


Moment = Annotated[
    datetime,
    BeforeValidator(_aware_moment),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Day = Annotated[
    date, BeforeValidator(_calendar_day), WithJsonSchema({"type": "string", "format": "date"})
]
Text = Annotated[StrictStr, AfterValidator(_without_control_characters)]
ShortText = Annotated[Text, Field(max_length=300)]
LongText = Annotated[Text, Field(max_length=5000)]
Identifier = Annotated[Text, Field(min_length=1, max_length=120)]
Amount = Annotated[
    StrictStr,
    Field(
        pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$",
        description="A decimal number as text, such as 12.50.",
        examples=["12.50"],
    ),
]
Currency = Annotated[StrictStr, Field(pattern="^[A-Z]{3}$", description="ISO 4217.")]
Country = Annotated[StrictStr, Field(pattern="^([A-Z]{2})?$", description="ISO 3166-1 alpha-2.")]
Link = Annotated[StrictStr, Field(max_length=1000, pattern=r"^(https?://[!-~]+)?$")]
