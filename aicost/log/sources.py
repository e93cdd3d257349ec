"""The files of a log, each opened by what reads it best: DuckDB itself, or record by record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw

from aicost.log.cells import frame_of
from aicost.log.layouts import SIDES, Layout, LogError, at, names_of, recognised
from aicost.log.records import (
    Dug,
    dig,
    header,
    heads,
    looks_like_json,
    plain_lines,
    text_of,
)
from aicost.log.scan import Duck, Scan, scanned

if TYPE_CHECKING:
    import pandas as pd

MOST_LOOKED_AT = 1 << 22  # bytes by which a file is recognised
AT_ONCE = 50_000  # records that are held as Python's own at a time
PARQUET = b"PAR1"


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of all records of a log, with `place` and `problem`, on one engine."""

    frame: nw.LazyFrame[Any]
    layout: Layout
    files: tuple[str, ...]


def fields_of(path: str | Path | Sequence[str | Path], columns: Mapping[str, str]) -> Fields:
    """The fields of a log, by the layout of its source.

    Raises
    ------
    LogError : no file, one that cannot be read, or the log of nobody who is known.
    """
    files = files_of(path)
    duck = connection()
    scans = [_scan(duck, file) for file in files]
    one = scans[0]
    if one is not None and one.parquet:
        first = one.heads()
    else:
        first = heads(dig(text_of(files[0], MOST_LOOKED_AT)))
    layout = recognised(first, columns, files[0].name)
    _mapped(layout, columns, first, [*zip(files, scans, strict=True)])
    parts: list[Any] = []
    for number, (file, scan) in enumerate(zip(files, scans, strict=True)):
        found = None
        if scan is not None and not (scan.lines and layout.form != "lines"):
            found = scan.read(layout, number)
        parts.append(_dug(duck, file, layout, number) if found is None else found)
    frame = _together(parts)
    return Fields(nw.from_native(frame).lazy(), layout, tuple(file.name for file in files))


def is_log(path: Path) -> bool:
    """Say whether a file is a log of a source that is known, by its first records."""
    try:
        raw = text_of(path, MOST_LOOKED_AT)
        scan = _scan(connection(), path) if raw.startswith(PARQUET) else None
        recognised(heads(dig(raw)) if scan is None else scan.heads(), {}, path.name)
    except LogError:
        return False
    return True


def _mapped(
    layout: Layout,
    columns: Mapping[str, str],
    first: Sequence[Any],
    every: Sequence[tuple[Path, Scan | None]],
) -> None:
    """Refuse a column of a client's own that no record has. Raises LogError."""
    for name, said in columns.items():
        if name in SIDES or (place := layout.fields[name][0]).constant is not None:
            continue
        if any(at(one, place.path) is not None for one in first):
            continue
        if not any(_has(file, scan, place.path) for file, scan in every):
            raise LogError(
                f"{every[0][0].name}: --column {name}={said}: no record has that; "
                f"the first has {names_of(first)}"
            )


def _has(file: Path, scan: Scan | None, path: tuple[str, ...]) -> bool:
    if scan is not None:
        return scan.has(path)
    return any(at(one.record, path) is not None for one in dig(text_of(file)))


def files_of(path: str | Path | Sequence[str | Path]) -> list[Path]:
    """The files of a log, those of a folder in the order of their names. Raises LogError."""
    named = [path] if isinstance(path, str | Path) else path
    found: list[Path] = []
    for one in map(Path, named):
        inside = sorted(p for p in one.rglob("*") if p.is_file()) if one.is_dir() else [one]
        found += [p for p in inside if not p.name.startswith(".")]
        if one.exists() and not (one.is_dir() or one.is_file()):
            raise LogError(f"{one}: a pipe or a device; save it as a file and name that")
    if not found:
        raise LogError(f"{', '.join(map(str, named))}: no file in it; name a file")
    return found


def connection() -> Duck | None:
    """A connection of a log's own, which goes when its frames go; none without duckdb."""
    try:
        import duckdb
    except ImportError:  # a browser's kernel
        return None
    duck = duckdb.connect()
    duck.execute("ATTACH ':memory:' AS held (COMPRESS)")
    duck.execute("USE held")
    return duck


def _scan(duck: Duck | None, path: Path) -> Scan | None:
    """A file as DuckDB reads it; none where it has to be read record by record."""
    raw = text_of(path, MOST_LOOKED_AT)
    if raw.startswith(PARQUET):
        if duck is None:
            raise LogError(f"{path.name}: Parquet is read by duckdb; pip install 'aicost-kit[kit]'")
        return scanned(duck, path, "parquet")
    if not raw.strip():
        raise LogError(f"{path.name}: it is empty; export it again")
    if looks_like_json(raw):
        return scanned(duck, path, "lines") if duck and plain_lines(raw) else None
    try:
        delimiter, names = header(raw)
    except LogError as problem:
        raise LogError(f"{path.name}: {problem}") from None
    lower = [name.lower() for name in names]  # as DuckDB tells columns apart
    twice = next((name for name in names if lower.count(name.lower()) > 1), None)
    if twice is not None:
        raise LogError(f"{path.name}: column {twice!r} stands twice; remove one")
    with path.open("rb") as file:
        if duck is None or file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return None
    return scanned(duck, path, "csv", (delimiter, *names))


def _dug(duck: Duck | None, path: Path, layout: Layout, number: int) -> Any:
    """The fields of a file that is read record by record, held by DuckDB where it is there."""
    chunks = _chunks(dig(text_of(path)), layout, number)
    if duck is None:
        import pandas as pd

        return pd.concat([*chunks], ignore_index=True)
    table = f"dug_{number}"
    for i, chunk in enumerate(chunks):
        held = duck.from_df(chunk)
        held.create(table) if i == 0 else held.insert_into(table)
    return duck.table(table)


def _chunks(dug: Iterator[Dug], layout: Layout, number: int) -> Iterator[pd.DataFrame]:
    while some := [*islice(dug, AT_ONCE)]:
        yield frame_of(some, layout, number)


def _together(parts: Sequence[Any]) -> Any:
    import pandas as pd

    if isinstance(parts[0], pd.DataFrame):
        return pd.concat(parts, ignore_index=True)
    found = parts[0]
    for part in parts[1:]:
        found = found.union(part)
    return found
