"""Bytes to rows, and rows to bytes."""

import codecs
import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.connectors.shops.csv.defusing import TRIGGERS, defused, fused
from aftercart.connectors.shops.csv.reading import Unreadable, read_table
from aftercart.connectors.shops.csv.tests.files import table
from aftercart.connectors.shops.csv.writing import BYTE_ORDER_MARK, lines

PLAIN = 'name,city\r\n"Müller, Jo",Köln\r\nAna,"a\r\nb"\r\n'
ROWS = [["Müller, Jo", "Köln"], ["Ana", "a\r\nb"]]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (PLAIN.encode(), "utf-8"),
        (PLAIN.encode("utf-8-sig"), "utf-8"),
        (PLAIN.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + PLAIN.encode("utf-16-be"), "utf-16"),
        (PLAIN.encode("utf-16-le"), "utf-16-le"),
        (PLAIN.encode("utf-16-be"), "utf-16-be"),
        (PLAIN.encode("cp1252"), "cp1252"),
        (PLAIN.encode("latin-1") + b"x,\x81\r\n", "latin-1"),
    ],
)
def test_encodings(data, encoding):
    found = table(data)
    assert found.encoding == encoding
    assert found.header.cells == ["name", "city"]
    assert [record.cells for record in found.records][:2] == ROWS


def test_windows_quotes_and_the_euro_sign():
    found = table(b"a,b\n\x80 12,\x93x\x94\n")
    assert [record.cells for record in found.records] == [["€ 12", "“x”"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter, end):
    text = end.join((delimiter.join(("a", "b", "c")), delimiter.join(("1", '"x,;y"', "3"))))
    found = table(text)
    assert found.delimiter == delimiter
    assert [record.cells for record in found.records] == [["1", "x,;y", "3"]]


def test_excel_names_its_delimiter():
    found = table("sep=;\na;b\n1;2,5\n")
    assert (found.delimiter, found.header.cells) == (";", ["a", "b"])
    assert [(record.line, record.cells) for record in found.records] == [(3, ["1", "2,5"])]


def test_lines_are_counted_where_rows_begin_and_empty_rows_are_left_out():
    text = 'a,b\n1,"two\nlines"\n\n , \n2,x\n'
    assert [(one.line, one.cells[0]) for one in table(text).records] == [(2, "1"), (6, "2")]


def test_zeros_are_taken_out():
    assert [one.cells for one in table("first,second\n1\0,2" + " " * 50).records] == [
        ["1", "2" + " " * 50]
    ]


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"PK\x03\x04...", "xlsx"),
        (b"\xd0\xcf\x11\xe0...", "xls"),
        (b"%PDF-1.7", "pdf"),
        (b"\x1f\x8b\x08", "gz"),
        (b"\x00\x01\x02\x03binary\x00", "no text"),
        (b"", "names of the columns"),
        (b"\n\n", "names of the columns"),
        (b",".join([b"a"] * 501), "names of the columns"),
        (b"\xff\xfea", "first row cannot be read"),
        (b"\xfe\xff\x00a\xd8", "first row cannot be read"),
        (b"a" * 300_000, "first row cannot be read"),
    ],
)
def test_what_is_no_table(data, part):
    with pytest.raises(Unreadable, match=part):
        table(data)


PARTS = (b"\x00", b"\xff\xfe", b"\xfe\xff", b"\xd8", b"\n", b"\r", b'"', b",", b";", b"a", b"sep=")


@given(st.lists(st.sampled_from(PARTS), max_size=40).map(b"".join) | st.binary(max_size=200))
def test_whatever_is_uploaded_is_read_or_refused(data):
    with suppress(Unreadable):
        list(table(data).records)


def test_a_quote_that_is_never_closed():
    found = table('a,b\n1,2\n3,"open' + "x\n" * 100_000)
    records = found.records
    assert next(records).cells == ["1", "2"]
    with pytest.raises(Unreadable, match="line 3"):
        next(records)


def test_the_file_is_read_as_a_stream():
    class Wide(io.RawIOBase):
        """Endless rows; counts what was asked for."""

        given = 0

        def readable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return True

        def seek(self, offset: int, whence: int = 0) -> int:
            self.given = 0
            return 0

        def read(self, size: int = -1) -> bytes:
            if self.given > 3_000_000:
                return b""
            chunk = (b"a,b\n" if not self.given else b"") + b"1,2\n" * 1000
            self.given += len(chunk)
            return chunk

    found = read_table(Wide())  # type: ignore[arg-type]
    assert sum(1 for _ in found.records) > 700_000


CELLS = st.text(
    st.characters(exclude_characters="\0", codec="utf-8"), max_size=12
) | st.sampled_from(["=1+1", "+49", "-5", "@x", "'=1", "''", "'", "＝x", "\ttab", 'a"b', "a,b;c"])


@given(CELLS)
def test_a_defused_cell_is_harmless_and_comes_back(cell):
    assert not defused(cell).startswith(TRIGGERS)
    assert fused(defused(cell)) == cell


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=5))
def test_what_is_written_is_read_again(rows):
    header = ["one", "two", "three", "four"]
    text = "".join(lines([header, *rows]))
    records = list(table((BYTE_ORDER_MARK + text).encode()).records)
    expected = [row for row in rows if any(defused(cell).strip() for cell in row)]
    assert [record.cells for record in records] == expected


@given(st.lists(st.lists(CELLS, min_size=1, max_size=3), min_size=1, max_size=4))
def test_other_programs_read_the_same(rows):
    text = "".join(lines(rows))
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        [defused(cell) for cell in row] for row in rows
    ]
