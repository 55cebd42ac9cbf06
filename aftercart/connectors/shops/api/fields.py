"""The kinds of value that are told to us, each as strict as the API's OpenAPI document says.

Where nobody waits for an answer (our webhooks) numbers are taken for amounts too.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictStr,
    ValidationInfo,
    WithJsonSchema,
)

FIRST_YEAR, LAST_YEAR = 1990, 2199


def _day_pattern() -> str:
    """Every day that exists in our years, so that the document promises no more than is taken."""
    leap_years = [
        str(year)
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
        if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    ]
    year = "(199[0-9]|2[01][0-9]{2})"
    long_months = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
    short_months = "(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    february = "02-(0[1-9]|1[0-9]|2[0-8])"
    return f"({year}-({long_months}|{short_months}|{february})|({'|'.join(leap_years)})-02-29)"


DAY = _day_pattern()
TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?"
OFFSET = "(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"
MOMENT = f"{DAY}T{TIME}{OFFSET}"

CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _aware_moment(value: object) -> datetime:
    if not isinstance(value, str) or not re.fullmatch(MOMENT, value):
        raise ValueError("must be an RFC 3339 time with an offset, such as 2026-11-22T14:05:00Z")
    return datetime.fromisoformat(value)


def _calendar_day(value: object) -> date:
    if not isinstance(value, str) or not re.fullmatch(DAY, value):
        raise ValueError("must be a date, such as 2026-11-26")
    return date.fromisoformat(value)


def _whole_number(value: object) -> int:
    """An integer as JSON Schema means it, for which 2.0 is one, but neither "2" nor true."""
    is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if not is_whole or isinstance(value, bool):
        raise ValueError("must be a whole number")
    return int(value)  # type: ignore[call-overload, no-any-return]


LENIENT = {"numbers_are_amounts": True}
"""The context of a validation in which they are."""


def _amount(value: object, info: ValidationInfo) -> object:
    """A number as text where that is allowed: to four places, as more are a computer's doing."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or info.context != LENIENT:
        return value
    return f"{round(Decimal(str(value)), 4):f}"


def _readable(text: str) -> str:
    """Without what no person typed and no page can show."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("must be well-formed Unicode") from error
    return CONTROL_CHARACTERS.sub("", text)


Moment = Annotated[
    datetime,
    BeforeValidator(_aware_moment),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^{MOMENT}$",
            "description": "RFC 3339 with an offset.",
            "examples": ["2026-11-22T14:05:00Z"],
        }
    ),
]
Day = Annotated[
    date,
    BeforeValidator(_calendar_day),
    WithJsonSchema({"type": "string", "pattern": f"^{DAY}$", "examples": ["2026-11-26"]}),
]
Quantity = Annotated[int, Field(ge=0, le=100_000), BeforeValidator(_whole_number)]
Text = Annotated[StrictStr, AfterValidator(_readable)]
ShortText = Annotated[Text, Field(max_length=300)]
LongText = Annotated[Text, Field(max_length=5000)]
Identifier = Annotated[
    StrictStr,
    Field(
        min_length=1,
        max_length=120,
        pattern=r"^[!-.0-~]([ -.0-~]*[!-.0-~])?$",
        description="Printable ASCII without a slash; no blank at either end.",
    ),
]
Label = Annotated[StrictStr, Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")]
Amount = Annotated[
    StrictStr,
    Field(
        pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$",
        description="A decimal number as text, such as 12.50.",
        examples=["12.50"],
    ),
    BeforeValidator(_amount),
]
Currency = Annotated[StrictStr, Field(pattern="^[A-Z]{3}$", description="ISO 4217.")]
Country = Annotated[StrictStr, Field(pattern="^([A-Z]{2})?$", description="ISO 3166-1 alpha-2.")]
Link = Annotated[StrictStr, Field(max_length=1000, pattern=r"^(https?://[!-~]+)?$")]
