"""Whole columns as parameters: Postgres arrays in their binary form, built in one go.

psycopg's own lists would choose their type by the values (`int2[]`, `int4[]`, …), so that every
batch might need a statement of its own, and would take several times as long.

The format is that of `array_send` in Postgres: dimensions, a flag for nulls, the element's type,
then length and lower bound, and each element with its length before it.
"""

from collections.abc import Iterable
from struct import Struct
from typing import Any

from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

HEAD = Struct("!iiIii")
LENGTH = Struct("!i").pack
BIGINT = Struct("!iq").pack

# Types as pg_type numbers them: element and array.
BYTEA, BYTEA_ARRAY = 17, 1001
INT8, INT8_ARRAY = 20, 1016
TEXT, TEXT_ARRAY = 25, 1009


class Bytes(list[bytes]):
    """A column of `bytea`."""


class Integers(list[int]):
    """A column of `bigint`."""


class Texts(list[str]):
    """A column of `text`; no element may hold NUL."""


class _ArrayDumper(Dumper):
    format = Format.BINARY
    element = 0

    def dump(self, obj: Any) -> Buffer | None:
        if not obj:
            return HEAD.pack(0, 0, self.element, 0, 0)[:12]
        return HEAD.pack(1, 0, self.element, len(obj), 1) + b"".join(self.parts(obj))

    def parts(self, obj: Any) -> Iterable[bytes]:
        raise NotImplementedError


class BytesDumper(_ArrayDumper):
    oid, element = BYTEA_ARRAY, BYTEA

    def parts(self, obj: Bytes) -> Iterable[bytes]:
        for value in obj:
            yield LENGTH(len(value))
            yield value


class IntegersDumper(_ArrayDumper):
    oid, element = INT8_ARRAY, INT8

    def parts(self, obj: Integers) -> Iterable[bytes]:
        return [BIGINT(8, value) for value in obj]


class TextsDumper(_ArrayDumper):
    oid, element = TEXT_ARRAY, TEXT

    def parts(self, obj: Texts) -> Iterable[bytes]:
        for text in obj:
            value = text.encode()
            yield LENGTH(len(value))
            yield value


def register(context: AdaptContext) -> None:
    """Let a connection take these columns as parameters."""
    context.adapters.register_dumper(Bytes, BytesDumper)
    context.adapters.register_dumper(Integers, IntegersDumper)
    context.adapters.register_dumper(Texts, TextsDumper)
