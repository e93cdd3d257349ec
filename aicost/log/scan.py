"""Files that DuckDB reads itself: Parquet, CSV, lines of JSON; the fields of a log as its SQL."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aicost.log.cells import MARK, MOMENT, NO, PLAIN, SINCE_1970, WRONG, YES
from aicost.log.columns import Kind
from aicost.log.layouts import KINDS, Layout, LogError, Place
from aicost.log.layouts import Path as Steps
from aicost.log.records import BROKEN_JSON, FILE_OF, MOST_HEADS, NO_RECORD

Duck = Any  # a connection of duckdb, which is imported where it is made
TEXT, JSON = "VARCHAR", "JSON"
SIGNED = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
WHOLE = (*SIGNED, *(f"U{name}" for name in SIGNED))
SQL_TYPES: Mapping[Kind, str] = {
    "moment": "TIMESTAMP",
    "text": TEXT,
    "count": "DOUBLE",
    "number": "DOUBLE",
    "flag": "BOOLEAN",
}
YEARS = (-62_135_596_800_000_000, 253_402_300_799_999_999)  # 1 to 9999, in us since 1970
LONGEST_LINE = 16_000_000  # bytes of a row, with its prompts and answers


class Scan:
    """A file as a table of DuckDB: its columns, how it is scanned, and its records as JSON."""

    def __init__(self, duck: Duck, source: str, form: str) -> None:
        self.duck, self.source = duck, source
        self.lines, self.parquet = form == "lines", form == "parquet"
        found = duck.sql(f"SELECT * FROM {source}")
        self.columns = dict(zip(found.columns, map(str, found.types), strict=True))

    def heads(self) -> list[Any]:
        """The first records, by which a log is recognised."""
        whole = '"json"' if self.lines else "to_json(t)"
        rows = self.duck.execute(f"SELECT {whole}::VARCHAR FROM {self.source} t LIMIT {MOST_HEADS}")
        found = (json.loads(text) for (text,) in rows.fetchall() if text is not None)
        return [one for one in found if isinstance(one, dict)]

    def has(self, path: Steps) -> bool:
        """Whether a column is there; of what stands within one, whether some record has it."""
        sql, _ = self.place(path)
        if not sql or (len(path) == 1 and not self.lines):
            return bool(sql)
        query = f"SELECT 1 FROM {self.source} WHERE {sql} IS NOT NULL LIMIT 1"
        return bool(self.duck.execute(query).fetchall())

    def fields(self, layout: Layout, number: int) -> str:
        """The SQL of a file's fields: `place`, `problem`, `lost_mark`, and all of KINDS."""
        every = {name: _Field(self, name, layout.fields.get(name, ())) for name in KINDS}
        raw = ", ".join(filter(None, (one.raw for one in every.values())))
        made = ", ".join(f"{one.typed} AS {name}" for name, one in every.items())
        own = [one for name, one in every.items() if one.wrong and name != MARK]
        wrong = "".join(f"WHEN {one.wrong} THEN {_text(one.said)} " for one in own)
        lost = f"({every[MARK].wrong})::BIGINT" if every[MARK].wrong else "0::BIGINT"
        broken = f"CASE {self._broken()}{wrong}END" if wrong or self.lines else "NULL::VARCHAR"
        numbered = "file_row_number + 1" if self.parquet else "row_number() OVER ()"
        inner = ", ".join(filter(None, (f"{numbered} AS _row", '"json"' * self.lines, raw)))
        return (
            f"SELECT {number * FILE_OF} + _row AS place, {broken} AS problem, {lost} AS lost_mark, "
            f"{made} FROM (SELECT {inner} FROM {self.source})"
        )

    def read(self, layout: Layout, number: int) -> Any:
        """The fields of a file as a relation: Parquet as it lies, a text read once and held.

        None for a table of text in which some row has other cells than its header: DuckDB would
        lose the rows behind it.
        """
        import duckdb

        found = self.duck.sql(self.fields(layout, number))
        if self.parquet:
            return found
        try:
            found.create(f"read_{number}")
        except duckdb.Error:
            if self.lines:
                raise
            return None
        return self.duck.table(f"read_{number}")

    def _broken(self) -> str:
        if not self.lines:
            return ""
        return (
            f'WHEN "json" IS NULL THEN {_text(BROKEN_JSON)} '
            f"WHEN json_type(\"json\") <> 'OBJECT' THEN {_text(NO_RECORD)} "
        )

    def place(self, path: Steps) -> tuple[str, str]:
        """The SQL and the type of what stands at a place; ('', '') where the file has no such."""
        if self.lines:
            own = f'json_extract_string("json", {_json_path(path[:1])})'
            return (own, TEXT) if len(path) == 1 else (_inside(own, path[1:]), TEXT)
        names = {name.lower(): name for name in reversed(self.columns)}
        name = path[0] if path[0] in self.columns else names.get(path[0].lower())
        if name is None:
            return "", ""
        own, kind = f'"{name.replace(chr(34), chr(34) * 2)}"', self.columns[name]
        if len(path) == 1:
            nested = (kind.endswith(("]", ")")) and not kind.startswith("DECIMAL")) or kind == JSON
            return (f"to_json({own})::VARCHAR", JSON) if nested else (own, kind)
        return _inside(own if kind == TEXT else f"to_json({own})::VARCHAR", path[1:]), TEXT


class _Field:
    """A field of a scan: its raw columns, its value of the right type, and whether that is wrong.

    A place's own type is kept where it is the only one; texts are read as `cells` reads them.
    """

    def __init__(self, scan: Scan, name: str, places: Sequence[Place]) -> None:
        self.kind = KINDS[name]
        self.said = f"{name} {WRONG[self.kind]}"
        self.raw, self.wrong, self.typed = "", "", f"NULL::{SQL_TYPES[self.kind]}"
        constant = next((p.constant for p in places if p.constant is not None), None)
        found = [(scan.place(p.path), p) for p in places if p.constant is None]
        there = [(sql, kind, place) for (sql, kind), place in found if sql]
        if not there:
            self.typed = _text(constant) if constant is not None else self.typed
        elif len(there) == 1 and there[0][1] not in (TEXT, JSON):
            sql, kind, place = there[0]
            self.raw, self.typed = f"{sql} AS _{name}", self._native(f"_{name}", kind, place)
        else:
            texts = [f"_{name}_{i}" for i in range(len(there))]
            self.raw = ", ".join(
                f"{_cleaned(sql)} AS {text}" for text, (sql, _, _) in zip(texts, there, strict=True)
            )
            self._of_text(texts, [place for _, _, place in there], constant)

    def _of_text(self, texts: list[str], places: list[Place], constant: str | None) -> None:
        one = f"coalesce({', '.join(texts)})" if len(texts) > 1 else texts[0]
        if self.kind == "text":
            self.typed = f"coalesce({one}, {_text(constant)})" if constant else one
            return
        read = _read(self.kind, one)
        self.wrong = f"{one} IS NOT NULL AND ({read}) IS NULL"
        factors = [place.factor for place in places]
        if len({*factors}) > 1:
            cases = zip(texts, factors, strict=True)
            by = " ".join(f"WHEN {text} IS NOT NULL THEN {factor!r}" for text, factor in cases)
            self.typed = f"({read}) * CASE {by} END"
        else:
            self.typed = f"({read}){_times(factors[0])}"

    def _native(self, own: str, kind: str, place: Place) -> str:
        """A column that has a type: it is never wrong, but where no kind of it is meant."""
        numeric = kind in WHOLE or kind.startswith("DECIMAL") or kind in ("DOUBLE", "FLOAT")
        if self.kind == "text":
            return f"{own}::VARCHAR"
        if self.kind == "flag" and (kind == "BOOLEAN" or numeric):
            return f"{own}::BOOLEAN"
        if self.kind in ("count", "number") and kind in WHOLE and place.factor == 1.0:
            self.wrong = f"{own} IS NOT NULL AND TRY_CAST({own} AS BIGINT) IS NULL"
            self.wrong = "" if kind in ("BIGINT", "INTEGER") else self.wrong
            return f"TRY_CAST({own} AS BIGINT)"
        if self.kind in ("count", "number") and numeric:
            finite = f"CASE WHEN isfinite({own}::DOUBLE) THEN {own}::DOUBLE END"
            self.wrong = f"{own} IS NOT NULL AND NOT isfinite({own}::DOUBLE)"
            return f"({finite}){_times(place.factor)}"
        if self.kind == "moment" and kind == "TIMESTAMP WITH TIME ZONE":
            return f"make_timestamp(epoch_us({own}))"
        if self.kind == "moment" and kind.startswith(("TIMESTAMP", "DATE")):
            return f"{own}::TIMESTAMP"
        if self.kind == "moment" and numeric:
            return _since_1970(f"{own}::DOUBLE")
        self.wrong = f"{own} IS NOT NULL"
        return f"NULL::{SQL_TYPES[self.kind]}"


def scanned(duck: Duck, path: Path, form: str, head: Sequence[str] = ()) -> Scan:
    """A file as a table: Parquet, lines of JSON, or CSV of named columns.

    Raises
    ------
    LogError : a file that DuckDB cannot read.
    """
    import duckdb

    named = _text(re.sub(r"[*?[]", r"[\g<0>]", str(path)))  # DuckDB would take these for patterns
    if form == "parquet":
        source = f"read_parquet({named}, file_row_number=true)"
    elif form == "lines":
        source = (
            f"read_json_objects({named}, format='newline_delimited', ignore_errors=true, "
            f"compression={_text(_packed(path))}, maximum_object_size={LONGEST_LINE})"
        )
    else:
        delimiter, *names = head
        columns = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in names)
        source = (
            f"read_csv({named}, auto_detect=false, header=true, delim={_text(delimiter)}, "
            f"quote='\"', escape='\"', columns={{{columns}}}, max_line_size={LONGEST_LINE}, "
            f"compression={_text(_packed(path))})"
        )
    try:
        return Scan(duck, source, form)
    except duckdb.Error:
        whole = {"parquet": "Parquet", "lines": "JSON in lines", "csv": "CSV"}[form]
        raise LogError(f"{path.name}: it is no whole {whole} file; copy it again") from None


def _packed(path: Path) -> str:
    with path.open("rb") as file:
        return "gzip" if file.read(2) == b"\x1f\x8b" else "none"


def _text(said: str) -> str:
    """A text of SQL."""
    return "'" + said.replace("'", "''") + "'"


def _json_path(path: Steps) -> str:
    inside = "".join(
        f"[{step}]" if step.isdecimal() else '."' + step.replace('"', '\\"') + '"' for step in path
    )
    return _text(f"${inside}")


def _inside(text: str, path: Steps) -> str:
    """What stands at a place of a text that is JSON, or of an object as its text."""
    return f"json_extract_string(CASE WHEN json_valid({text}) THEN {text} END, {_json_path(path)})"


def _cleaned(sql: str) -> str:
    """A text without blanks about it, null where nothing is left, or a list or an object."""
    text = f"nullif(trim(({sql})::VARCHAR), '')"
    return f"CASE WHEN left({text}, 1) NOT IN ('{{', '[') THEN {text} END"


def _times(factor: float) -> str:
    return "" if factor == 1.0 else f" * {factor!r}"


def _read(kind: Kind, text: str) -> str:
    """The SQL of what `cells` reads of a text."""
    plain = f"regexp_full_match({text}, {_text(PLAIN.pattern)})"
    number = f"CASE WHEN {plain} THEN TRY_CAST({text} AS DOUBLE) END"
    finite = f"CASE WHEN isfinite({number}) THEN {number} END"
    if kind in ("count", "number"):
        return finite
    if kind == "flag":
        yes, no = (", ".join(map(_text, words)) for words in (YES, NO))
        said = f"WHEN lower({text}) IN ({yes}) THEN true WHEN lower({text}) IN ({no}) THEN false"
        return f"CASE {said} END"
    zone = f"regexp_extract({text}, {_text(MOMENT.pattern)}, 4)"
    bare = f"trim(left({text}, length({text}) - length({zone})))"
    zoned = f"TRY_CAST({bare} || replace({zone}, 'UTC', 'Z') AS TIMESTAMPTZ)"
    at_zone = f"make_timestamp(epoch_us({zoned}))"
    return (
        f"CASE WHEN {plain} THEN {_since_1970(finite)} "
        f"WHEN NOT regexp_full_match({text}, {_text(MOMENT.pattern)}) THEN NULL "
        f"WHEN {zone} = '' THEN TRY_CAST({text} AS TIMESTAMP) ELSE {at_zone} END"
    )


def _since_1970(number: str) -> str:
    """A moment of a number of seconds, ms, us or ns, whichever it must be."""
    cases = " ".join(
        f"WHEN abs({number}) >= {least!r} THEN ({number}) * {scale!r}"
        for least, scale in SINCE_1970
    )
    micros = f"TRY_CAST(CASE {cases} END AS BIGINT)"
    return f"CASE WHEN {micros} BETWEEN {YEARS[0]} AND {YEARS[1]} THEN make_timestamp({micros}) END"
