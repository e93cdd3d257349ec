"""Files of rows as people hand them in, and files that are none."""

import gzip
import os
from pathlib import Path

import pytest

from aicost.values.table_file import TableError, TableFile, plain_number, records

HEAD = b"service,cost\n"


def file(folder: Path, content: bytes, name: str = "t.csv") -> Path:
    """Write a file and return it."""
    (folder / name).write_bytes(content)
    return folder / name


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(tmp_path: Path, coding: str, end: str) -> None:
    text = end.join(["service,cost", "Caf\u00e9,1", '"two, \u00fc",2', "", ",", ""])
    path = file(tmp_path, text.encode(coding))
    rows = [(1, ["service", "cost"]), (2, ["Caf\u00e9", "1"]), (3, ["two, \u00fc", "2"])]
    assert [*TableFile(path).rows()] == rows
    packed = file(tmp_path, gzip.compress(text.encode(coding)), "packed")
    assert [*TableFile(packed).rows()] == rows
    assert [*TableFile(packed).rows()] == rows  # as often as they are asked for


def test_a_row_is_named_by_the_line_it_begins_on(tmp_path: Path) -> None:
    path = file(tmp_path, b'a\n\n"two\nlines"\nb\n')
    assert [line for line, _ in TableFile(path).rows()] == [1, 3, 5]


def test_separators_are_those_asked_for(tmp_path: Path) -> None:
    path = file(tmp_path, b"a;1,5\n")
    assert [*TableFile(path).rows(";")] == [(1, ["a", "1,5"])]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "t.csv", ":1: file: it is empty; export it again"),
        (b"\xef\xbb\xbf \r\n,,\n", "t.csv", ":1: file: it is empty"),
        (
            b"PK\x03\x04rest",
            "t.csv",
            ":1: file: an Excel workbook or a zip archive; save it as CSV",
        ),
        (b"\xd0\xcf\x11\xe0rest", "t.csv", ":1: file: an Excel workbook; save it as CSV"),
        (b"%PDF-1.7", "t.csv", ":1: file: a PDF; export it as CSV"),
        (HEAD + b"a,1\nb\0,2\n", "t.csv", ":3: file: neither UTF-8, UTF-16 nor Windows-1252"),
        (HEAD + b"b\x81\xff,2\n", "t.csv", ":2: file: neither UTF-8, UTF-16 nor Windows-1252"),
        (HEAD + "\u00fc".encode() + b",1\nb\xff,2\n", "t.csv", ":3: file: neither UTF-8, UTF-16"),
        ("a,b\n".encode("utf-16")[:-1], "t.csv", ": file: neither UTF-8, UTF-16 nor"),
        (HEAD, "t.csv.gz", ":1: file: no gzip file; name it without .gz"),
        (
            gzip.compress(HEAD * 99, mtime=0)[:-9],
            "t.csv",
            ":1: file: it ends half-way; copy it again",
        ),
        (gzip.compress(HEAD, mtime=0)[:12] + b"junkjunkjunk", "t", ":1: file: "),
        (HEAD + b'"a,1\nb,2\n', "t.csv", ":2: row: a quote is opened and never closed; close it"),
        (HEAD + b'"a"b,1\n', "t.csv", ":2: row: more text after a closing quote; write a quote"),
        (HEAD + b"a" * 131_073 + b",1\n", "t.csv", ":2: row: a field of more than 131,072 letters"),
        (HEAD + b"a\n", "t.csv", ":2: row: 1 field where the header has 2; quote texts"),
        (HEAD + b"a,1,2\n", "t.csv", ":2: row: 3 fields where the header has 2"),
        (
            HEAD + "a\u202eb,1\n".encode(),
            "t.csv",
            ":2: service: a letter that cannot be seen, U+202E",
        ),
        (HEAD + b"a\x1b[2J,1\n", "t.csv", ":2: service: a letter that cannot be seen, U+001B"),
        (HEAD + b'"a\nb",1\n', "t.csv", ":2: service: a letter that cannot be seen, U+000A"),
        (b"service,cost,cost\n", "t.csv", ":1: cost: column 'cost' stands twice; remove one"),
        (b"service,,\n", "t.csv", ":1: header: a column without a name stands twice"),
        (b"servce,cost\n", "t.csv", ":1: service: no such column; rename 'servce'"),
        (b"service;cost\n", "t.csv", ":1: service: no such column; rename 'service;cost'"),
        (b"a;cost\n", "t.csv", ":1: service: no such column; save it with commas in place of semi"),
        (b'""\n', "t.csv", ":1: service: no such column; add it"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path: Path, content: bytes, name: str, said: str) -> None:
    path = file(tmp_path, content, name)
    with pytest.raises(TableError) as error:
        [*records(path, ("service", "cost"))]
    assert str(error.value).isprintable()
    assert str(error.value).startswith(str(path))
    assert said in str(error.value)
    assert "; " in str(error.value)


def test_size_is_looked_at_before_and_while_it_is_read(tmp_path: Path) -> None:
    bomb = gzip.compress(HEAD + b"0" * 50_000_000)
    assert len(bomb) < 100_000
    for content in (bomb, HEAD * 10_000):
        with pytest.raises(
            TableError, match=r":1: file: more than 0 MB of text; cut it into parts"
        ):
            TableFile(file(tmp_path, content), most_bytes=100_000)
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as sparse:
        sparse.truncate(1 << 40)
    with pytest.raises(TableError, match="more than 256 MB of text"):
        TableFile(huge)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (".", "it is a folder; name a file in it"),
        ("pipe", "it is no file on a disk; save it to a file first"),
        ("none.csv", "no such file or directory; check the path"),
        ("a\0b", "no name of a file; check the path"),
        ("x" * 300, "file name too long; check the path"),
    ],
)
def test_what_is_no_file(tmp_path: Path, name: str, said: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(TableError) as error:
        TableFile(tmp_path / name)
    assert str(error.value).endswith(f":1: file: {said}")
    with pytest.raises(TableError, match="no file on a disk"):
        TableFile(Path("/dev/zero"))


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0.0), ("-1.5", -1.5), ("3.6e-05", 3.6e-05), ("1e15", 1e15)]
    + [
        (t, None)
        for t in ("", "nan", "inf", "1e400", "1e16", "1_0", " 1", "1 \u20ac", "\uff11", "0x1")
    ],
)
def test_plain_numbers(text: str, value: float | None) -> None:
    assert plain_number(text) == value


def test_cells_as_numbers_say_where_they_stand(tmp_path: Path) -> None:
    (row,) = records(file(tmp_path, HEAD + b"12,1.5\n"), ("cost",), called="own")
    assert (row.whole("service"), row.number("cost")) == (12, 1.5)
    for read, said in (
        (lambda: row.whole("cost"), "own:2: cost: 1.5 is not whole; write a whole number"),
        (lambda: row.number("cost", low=2), "own:2: cost: 1.5 is too small; write 2 or more"),
        (lambda: row.number("service", high=1), "own:2: service: 12 is too large; write 1 or less"),
        (
            lambda: row.number("none"),
            "own:2: none: an empty cell is not a number; write it as 1234.56",
        ),
    ):
        with pytest.raises(TableError) as error:
            read()
        assert str(error.value) == said


def test_prose_is_read_over_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "prose.csv"
    path.write_text('text,label\n"two\n\tlines ",x\n')
    with pytest.raises(TableError, match="a letter that cannot be seen"):
        [*records(path, ["text"])]
    (row,) = records(path, ["text"], prose=True)
    assert row["text"] == "two lines"
