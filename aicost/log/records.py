"""The records of a file, dug out one by one: JSON in lines or whole, spans in their nests, CSV."""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from aicost.log.layouts import LogError, at

BROKEN_JSON = "no whole JSON in UTF-8"
NO_RECORD = "no record, but a single value"
NO_ROW = "other cells than its header has"
NO_TEXT = "not UTF-8 text"
FILE_OF = 2**40  # a place is the number of its file times this, and the row in it
MOST_HEADS = 200  # records that are looked at for what marks a source
NESTS = ("data", "observations", "spans", "traces", "records")
SPANS = ("resourceSpans", "scopeSpans", "instrumentationLibrarySpans")
LONGEST_HEAD = 1 << 16  # bytes of a line of names
MOST_LINES = 10_000  # of one cell
DEEPEST = 12  # nests within nests


class Dug(NamedTuple):
    """One record: which of the file it is, itself, or why it is none."""

    row: int
    record: Any
    problem: str = ""


def text_of(path: Path, most: int = -1) -> bytes:
    """The bytes of a file, or the first of them, unpacked, in UTF-8 without a mark.

    Raises
    ------
    LogError : a damaged archive.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as file:
            raw = file.read(most)
    except EOFError:
        raise LogError(f"{path.name}: it ends half-way; copy it again") from None
    except (gzip.BadGzipFile, zlib.error):
        raise LogError(f"{path.name}: a damaged gzip file; copy it again") from None
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raw = raw.decode("utf-16", errors="replace").encode()
    return raw.removeprefix(b"\xef\xbb\xbf")


def dig(raw: bytes) -> Iterator[Dug]:
    """Yield every record of a text of JSON or CSV, and what stands there in place of one."""
    if looks_like_json(raw):
        found = _lines(raw) if in_lines(raw) else _whole(raw)
        return (inner for one in found for inner in _unnested(one, one.record, 0))
    return _cells(raw)


def heads(dug: Iterable[Dug]) -> list[Any]:
    """The first records, by which a log is recognised."""
    return [one.record for one in islice(dug, MOST_HEADS) if not one.problem]


def looks_like_json(raw: bytes) -> bool:
    """Whether a text is JSON, or would be; a table begins with the name of a column."""
    return raw.lstrip()[:1] in (b"{", b"[")


def in_lines(raw: bytes) -> bool:
    """Whether each line is a record: it is no array, and one of the first lines is a record."""
    lines = [line for line in raw[: 1 << 22].split(b"\n") if line.strip()][:20]
    return raw.lstrip()[:1] == b"{" and any(not _loaded(line).problem for line in lines)


def plain_lines(raw: bytes) -> bool:
    """Whether each line is a record that wraps no others."""
    first = (_loaded(line).record or {} for line in raw.split(b"\n")[:20])
    return in_lines(raw) and not any({*one} & {*SPANS, *NESTS} for one in first)


def _lines(raw: bytes) -> Iterator[Dug]:
    """Yield a record for each line that is not blank."""
    row = 0
    for line in raw.split(b"\n"):
        if line.strip():
            row += 1
            yield _loaded(line, row)


def _loaded(line: bytes, row: int = 0) -> Dug:
    try:
        record = json.loads(line.decode())
        if b"\\u" in line:
            json.dumps(record, ensure_ascii=False).encode()  # half a letter is none
    except (ValueError, RecursionError):
        return Dug(row, None, BROKEN_JSON)
    return _record(row, record)


def _record(row: int, record: Any) -> Dug:
    return Dug(row, record) if isinstance(record, dict) else Dug(row, None, NO_RECORD)


def _whole(raw: bytes) -> Iterator[Dug]:
    """Yield the records of an array, or of values one after another; where it breaks, it ends."""
    text = raw.decode(errors="replace")
    decoder, here, row = json.JSONDecoder(), 0, 0
    if text.lstrip()[:1] == "[":
        here = text.index("[") + 1
    while True:
        while here < len(text) and text[here] in " \t\r\n,]":
            here += 1
        if here == len(text):
            return
        row += 1
        try:
            record, here = decoder.raw_decode(text, here)
        except (ValueError, RecursionError):
            yield Dug(row, None, BROKEN_JSON)
            return
        yield _record(row, record)


def _unnested(one: Dug, record: Any, depth: int) -> Iterator[Dug]:
    """Yield the records that a record wraps, itself where it wraps none."""
    if not isinstance(record, Mapping):
        yield one
        return
    inner = next((record[k] for k in (*SPANS, *NESTS) if k in record), None)
    nested = isinstance(inner, Mapping) and any(k in inner for k in (*SPANS, *NESTS))
    if nested and depth < DEEPEST:  # MLflow: data, and spans in it
        yield from _unnested(one, inner, depth + 1)
        return
    if not isinstance(inner, list) or not all(isinstance(x, Mapping) for x in inner):
        yield one._replace(record=span(record) if "attributes" in record else record)
        return
    resource = record.get("resource")
    for each in inner:
        held = {**each, "resource": resource} if resource is not None else dict(each)
        if depth < DEEPEST:
            yield from _unnested(one, held, depth + 1)


def span(record: Mapping[str, Any]) -> dict[str, Any]:
    """A span with its attributes by name, those of its resource, and of a judgement in it."""
    resource = record.get("resource")
    found = {
        **record,
        "attributes": attributes(record["attributes"]),
        "resource": attributes(resource.get("attributes")) if isinstance(resource, Mapping) else {},
    }
    events = record.get("events")
    for event in events if isinstance(events, list) else ():
        if isinstance(event, Mapping) and event.get("name") == "gen_ai.evaluation.result":
            found["evaluation"] = attributes(event.get("attributes"))
    if at(record, ("status", "code")) in (2, "2"):
        found["status"] = {"code": "STATUS_CODE_ERROR"}
    return found


def attributes(said: Any) -> dict[str, Any]:
    """Attributes by name, from a list of keys and values, or as they are; JSON in them is read."""
    if isinstance(said, Mapping):
        return {key: _opened(value) for key, value in said.items()}
    if not isinstance(said, list):
        return {}
    pairs = (one for one in said if isinstance(one, Mapping) and "key" in one)
    return {str(one["key"]): _opened(_value(one.get("value"))) for one in pairs}


def _value(said: Any) -> Any:
    """The value of an attribute of OTLP, which names its type."""
    if not isinstance(said, Mapping) or len(said) != 1:
        return said
    kind, value = next(iter(said.items()))
    if kind == "arrayValue":
        listed = at(value, ("values",))
        return [_value(one) for one in listed] if isinstance(listed, list) else []
    if kind == "kvlistValue":
        return attributes(at(value, ("values",)))
    return value


def _opened(value: Any) -> Any:
    """What is written as JSON within a text: MLflow has all attributes so, others some."""
    if isinstance(value, str) and value[:1] in ('"', "{") and len(value) < 4_096:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def header(raw: bytes) -> tuple[str, list[str]]:
    """What parts the cells of a table of text, and the names of its columns in its first line.

    A column without a name, such as pandas writes its index in, is named by its number.

    Raises
    ------
    LogError : the line is none of a table.
    """
    first = raw[:LONGEST_HEAD].partition(b"\n")[0].decode(errors="replace")
    delimiter = max(",;\t|", key=first.count)
    try:
        if "\0" in first:
            raise csv.Error
        names = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
    except csv.Error:
        raise LogError("its first line names no columns; save it as CSV, JSON or Parquet") from None
    return delimiter, [name or f"column {i}" for i, name in enumerate(names, 1)]


def _cells(raw: bytes) -> Iterator[Dug]:
    """Yield the rows of a table of text by the names in its first line.

    A quote may hold a line's end; one that does not come out at a whole row was no quote, and only
    its own line is set aside.
    """
    delimiter, head = header(raw)
    lines = raw.replace(b"\r\n", b"\n").split(b"\n")[1:]
    here, row = 0, 0
    while here < len(lines):
        ends = [here + 1]
        if lines[here]:
            row += 1
            ends = [*dict.fromkeys((_end(lines, here), here + 1))]
            tried = [_row(b"\n".join(lines[here:end]), delimiter, head, row) for end in ends]
            whole = next((i for i, one in enumerate(tried) if not one.problem), -1)
            yield tried[whole]
            ends = ends[whole:]
        here = ends[0]


def _end(lines: list[bytes], here: int) -> int:
    """Where the row ends that begins at a line: all quotes in it are closed."""
    end = here + 1
    odd = lines[here].count(b'"') % 2
    while odd and end < min(len(lines), here + MOST_LINES):
        odd ^= lines[end].count(b'"') % 2
        end += 1
    return end


def _row(text: bytes, delimiter: str, head: list[str], row: int) -> Dug:
    try:
        cells = next(csv.reader([text.decode()], delimiter=delimiter, strict=True))
    except UnicodeDecodeError:
        return Dug(row, None, NO_TEXT)
    except (csv.Error, StopIteration):
        return Dug(row, None, NO_ROW)
    if len(cells) != len(head):
        return Dug(row, None, NO_ROW)
    return Dug(row, dict(zip(head, cells, strict=True)))
