"""Values as Postgres takes and gives them in binary (`_recv` and `_send` in its `utils/adt`).

Only what the edge's few statements need. Whole columns go as arrays: dimensions, a flag for
nulls, the element's type, then length and lower bound, and each element with its length before
it.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Any

# Types as pg_type numbers them.
BYTEA, INT8, TEXT, TIMESTAMPTZ = 17, 20, 25, 1184
BYTEA_ARRAY, INT8_ARRAY, TEXT_ARRAY = 1001, 1016, 1009

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

_head = Struct("!iiIii").pack
_no_elements = Struct("!iiI").pack
_length = Struct("!i").pack
_bigint = Struct("!q").pack
_bigint_element = Struct("!iq").pack
_read_bigint = Struct("!q").unpack

Read = Callable[[Any], object]
"""Reads a value that is not NULL, unless it says so."""


def bigint(value: int) -> bytes:
    """An `int8`."""
    return _bigint(value)


def moment(value: datetime) -> bytes:
    """A `timestamptz`, from an aware moment."""
    return _bigint((value - EPOCH) // MICROSECOND)


def bigints(column: Sequence[int]) -> bytes:
    """An `int8[]`."""
    return _array(INT8, len(column), b"".join([_bigint_element(8, value) for value in column]))


def byteas(column: Sequence[bytes]) -> bytes:
    """A `bytea[]`."""
    return _array(BYTEA, len(column), b"".join(_with_lengths(column)))


def texts(column: Sequence[str]) -> bytes:
    """A `text[]`; no element may hold NUL."""
    return _array(TEXT, len(column), b"".join(_with_lengths([text.encode() for text in column])))


def _array(element: int, length: int, elements: bytes) -> bytes:
    if not length:
        return _no_elements(0, 0, element)
    return _head(1, 0, element, length, 1) + elements


def _with_lengths(values: Iterable[bytes]) -> Iterable[bytes]:
    for value in values:
        yield _length(len(value))
        yield value


def nullable(read: Read) -> Read:
    """The same for a column that may be NULL."""
    return lambda value: None if value is None else read(value)


def read_bigint(value: bytes) -> int:
    """From an `int8`."""
    number: int = _read_bigint(value)[0]
    return number


def read_boolean(value: bytes) -> bool:
    """From a `bool`."""
    return value == b"\x01"


def read_text(value: bytes) -> str:
    """From a text of any kind."""
    return value.decode()


def read_bytes(value: bytes) -> bytes:
    """From a `bytea`."""
    return value


def read_moment(value: bytes) -> datetime:
    """From a `timestamptz`."""
    return EPOCH + timedelta(microseconds=_read_bigint(value)[0])
