"""The kit's own files: the rows of the book, and what else a figure may rest on.

The hash of a book covers them all, so that no figure changes under the same hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TypeVar, cast

from aicost.book.rows import MOST_BYTES, BookError, RowFile, book_errors, read_rows
from aicost.paths import data_dir
from aicost.values.table_file import Record, records

Made = TypeVar("Made")

IMPORTED_FILE = "prices_imported.csv.gz"
SECONDARY_FILE = "prices_secondary.csv.gz"
SCHEDULE_FILE = "schedules.csv"
NAMES_FILE = "names_imported.csv.gz"
RATES_FILE = "exchange_rates.csv"
#: The files of rows of each layer; the first layer to hold an item wins.
ROW_FILES = {
    "curated": (
        "prices.csv",
        "stores.csv",
        "wages.csv",
        "platforms.csv",
        "policies.csv",
        "residency.csv",
        "speeds.csv",
        "budgets.csv",
        "hardware.csv",
        "encoders.csv",
        "rerank_quality.csv",
        RATES_FILE,
    ),
    "imported": (IMPORTED_FILE,),
    "secondary": (SECONDARY_FILE,),
}
#: Files that a program takes over, each compared as a whole with the list it is from.
COMPARED = (IMPORTED_FILE, SECONDARY_FILE)
#: Every other table, the columns it has to have, and those of them that are numbers.
TABLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "defaults.csv": (
        ("kind", "field", "low", "high", "unit", "source", "read_on"),
        ("low", "high"),
    ),
    "profiles.csv": (
        ("profile", "hour", "weight", "days_per_week", "source", "read_on"),
        ("hour", "weight", "days_per_week"),
    ),
    "invoice_services.csv": (("provider", "pattern", "component", "source", "read_on"), ()),
    "invoice_layouts.csv": (("layout", "provider", "role", "column", "source", "read_on"), ()),
    "throughput.csv": (("trade", "work", "low", "high", "unit", "source"), ("low", "high")),
    "regulation.csv": (("rule", "jurisdiction", "applies_from", "source", "read_on"), ()),
    NAMES_FILE: (("provider", "says", "how", "text", "source", "read_on"), ()),
    "tokenizers.csv": (
        ("tokenizer", "content", "text", "value", "low", "high", "unit", "source", "read_on"),
        ("value",),
    ),
    "tokenizer_models.csv": (("pattern", "tokenizer", "source", "read_on", "confidence"), ()),
    "thinking_models.csv": (("pattern", "thinks", "source", "read_on", "confidence"), ()),
    "architectures.csv": (
        (
            "model",
            "published_as",
            "layers",
            "context_tokens",
            "context_source",
            "source",
            "read_on",
        ),
        ("params_b", "active_params_b", "layers", "hidden", "heads", "kv_heads", "context_tokens"),
    ),
    "log_layouts.csv": (("layout", "field", "path", "source", "read_on"), ()),
    "usage_layouts.csv": (("layout", "field", "path", "source", "read_on"), ()),
    "log_emitters.csv": (("field", "emitter", "line", "source", "read_on"), ()),
    "benchmark_layouts.csv": (("tool", "field", "path", "source", "read_on"), ()),
    "machine_prices.csv": (
        ("chip", "provider", "terms", "value", "unit", "as_of", "source", "read_on", "confidence"),
        ("value",),
    ),
    "serving_constants.csv": (("constant", "of", "value", "unit", "chips"), ("value",)),
    "answer_cache_points.csv": (
        ("embedding", "threshold", "questions", "hit_share", "wrong_share", "source", "read_on"),
        ("threshold", "questions", "hit_share", "hits_first_100", "hits_last_1000", "wrong_share"),
    ),
    "prompt_cache_points.csv": (
        ("log", "lifetime_s", "read_share", "written_share", "source", "read_on"),
        ("lifetime_s", "read_share", "written_share"),
    ),
    "log_shapes.csv": (
        ("log", "measure", "of", "value", "unit", "source", "read_on", "confidence"),
        ("value",),
    ),
    "serving_tools.csv": (("tool", "model", "chip", "chips", "source", "read_on"), ("chips",)),
    "search_points.csv": (
        ("system", "config", "vectors", "dimensions", "queries_per_s", "recall", "source"),
        ("vectors", "dimensions", "queries_per_s", "recall"),
    ),
}
#: What else is read: the kinds of system, each a file, and the vectors of the lessons.
OTHERS = ("kinds/*.yaml", "vectors.npz")

Stamp = tuple[tuple[str, int, int, int], ...]


def there(path: Path) -> Path:
    """One of the kit's own files. Raises BookError where it is not there."""
    if not path.exists():
        raise BookError(f"{path.name}:1: file: it is not there", "install aicost-kit again")
    return path


def shipped(path: Path) -> RowFile:
    """The rows of one of the kit's own files. Raises BookError where there are none."""
    file = read_rows(there(path))
    if not file.records:
        raise BookError(f"{path.name}:1: file: it has no rows", "install aicost-kit again")
    return file


def layer_of(folder: Path, layer: str) -> list[RowFile]:
    """The files of rows of a layer. Raises BookError, as `shipped`."""
    return [shipped(folder / name) for name in ROW_FILES[layer]]


def data_rows(name: str) -> tuple[Record, ...]:
    """The rows of one of `TABLES`, its numbers checked.

    Raises
    ------
    BookError : the file is not there, has no rows, or is damaged; the message says where.
    """
    path = data_dir() / name
    return _rows(path, _stamp([path]))


def made_of(name: str, make: Callable[[tuple[Record, ...]], Made]) -> Made:
    """What `make` makes of `data_rows`, made once for as long as the file stays the same."""
    path = data_dir() / name
    return cast(Made, _made_of(make, path, _stamp([path])))


def digest() -> str:
    """Sixty-four hex digits of the content of all these files. Raises BookError, as `data_rows`."""
    every = [*TABLES, *OTHERS]
    found = [
        path for name in every for path in sorted(data_dir().glob(name)) or [data_dir() / name]
    ]
    return _digest(tuple(found), _stamp(found))


@lru_cache(maxsize=16)
def _rows(path: Path, stamp: Stamp) -> tuple[Record, ...]:
    needed, numbers = TABLES[path.name]
    with book_errors():
        found = tuple(records(path, needed, most_bytes=MOST_BYTES, called=path.name))
        for record in found:
            for column in numbers:
                record.number(column, low=0)
    if not found:
        raise BookError(f"{path.name}:1: file: it has no rows", "install aicost-kit again")
    return found


@lru_cache(maxsize=16)
def _made_of(make: Callable[[tuple[Record, ...]], object], path: Path, stamp: Stamp) -> object:
    return make(_rows(path, stamp))


@lru_cache(maxsize=4)
def _digest(paths: tuple[Path, ...], stamp: Stamp) -> str:
    whole = hashlib.sha256()
    for path in paths:
        if path.name in TABLES:
            data_rows(path.name)
        content = path.read_bytes().replace(b"\r\n", b"\n")
        whole.update(f"{path.name} {hashlib.sha256(content).hexdigest()}\n".encode())
    return whole.hexdigest()


def _stamp(paths: list[Path]) -> Stamp:
    """What changes as soon as a file does. Raises BookError for one that is not there."""
    found = []
    for path in paths:
        stat = there(path).stat()
        found.append((path.name, stat.st_ino, stat.st_size, stat.st_mtime_ns))
    return tuple(found)
