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

BROKEN_JSON = "no whole JSON"
NO_RECORD = "no record, but a single value"
NO_TEXT = "not UTF-8 text"
MOST_HEADS = 200  # records that are looked at for what marks a source
NESTS = ("data", "observations", "spans", "traces", "records", "results", "items", "generations")
SPANS = ("resourceSpans", "scopeSpans", "instrumentationLibrarySpans")
DEEPEST = 12  # nests within nests


class Dug(NamedTuple):
    """One record: which of the file it is, itself, or why it is none."""

    row: int
    record: Any
    problem: str = ""


def text_of(path: Path) -> bytes:
    """The bytes of a file, unpacked, in UTF-8 without a mark. Raises LogError."""
    raw = path.read_bytes()
    if raw.startswith(b"\x1f\x8b"):
        try:
            raw = gzip.decompress(raw)
        except EOFError:
            raise LogError(f"{path.name}: it ends half-way; copy it again") from None
        except (OSError, zlib.error):
            raise LogError(f"{path.name}: a damaged gzip file; copy it again") from None
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raw = raw.decode("utf-16", errors="replace").encode()
    return raw.removeprefix(b"\xef\xbb\xbf")


def dig(path: Path) -> Iterator[Dug]:
    """Yield every record of a file of JSON or CSV, and what stands there in place of one."""
    raw = text_of(path)
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
    except UnicodeDecodeError:
        return Dug(row, None, NO_TEXT)
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
    if is_sum(record):
        yield one
        return
    resource = record.get("resource")
    for each in inner:
        held = {**each, "resource": resource} if resource is not None else dict(each)
        if depth < DEEPEST:
            yield from _unnested(one, held, depth + 1)


def is_sum(record: Mapping[str, Any]) -> bool:
    """Whether a record is a bucket of time, with sums of many requests in it."""
    return any(k in record for k in ("start_time", "starting_at", "bucket_start")) and isinstance(
        record.get("results"), list
    )


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


def _cells(raw: bytes) -> Iterator[Dug]:
    """Yield the rows of a table of text by the names in its first line."""
    lines = (line.decode(errors="surrogateescape") for line in raw.splitlines(keepends=True))
    first = raw[:65_536].partition(b"\n")[0].decode(errors="replace")
    delimiter = max(",;\t|", key=first.count)
    reader = csv.reader(lines, delimiter=delimiter)
    head = [name.strip() for name in next(reader, [])]
    row = 0
    while True:
        row += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Dug(row, None, "a cell of more than 131,072 letters")
            continue
        if not any(map(str.strip, cells)):
            row -= 1
        elif any("\udc80" <= letter <= "\udcff" for cell in cells for letter in cell):
            yield Dug(row, None, NO_TEXT)
        elif len(cells) != len(head):
            yield Dug(row, None, f"{len(cells)} cells where the header has {len(head)}")
        else:
            yield Dug(row, dict(zip(head, cells, strict=True)))
