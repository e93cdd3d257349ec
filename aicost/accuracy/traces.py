"""Logs of requests that measured figures of caches were read off: found by name, read, replayed."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aicost.formulas.reuse import Shares, blocks_met, first_blocks, shares, tokens_met
from aicost.values.table_file import MOST_BYTES, TableError, records

BLOCK = 512  # tokens of a block of such a log
LEAST = 1024  # tokens of the shortest prefix that the providers keep whose bill is replayed
ENDINGS = (".jsonl", ".jsonl.gz", ".csv", ".csv.gz")
KEYS = ("timestamp", "input_length", "hash_ids")
COLUMNS = ("TIMESTAMP", "ContextTokens", "GeneratedTokens")
MS = 1e3

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


class Kept(NamedTuple):
    """The tokens of a log that a provider's cache reads and writes, of all that are sent."""

    read: float
    written: float
    sent: float

    @property
    def shares(self) -> tuple[float, float]:
        """What is read and what is written, as shares of all."""
        return self.read / self.sent, self.written / self.sent


@dataclass(frozen=True, eq=False)
class Prompts:
    """A log of prompts, each a row of blocks known by the whole prefix that ends with them."""

    at_s: Floats
    input_tokens: Floats
    blocks: Whole
    lengths: Whole

    @cached_property
    def full(self) -> Whole:
        """The blocks of each prompt that are full: what a provider keeps. [blocks]"""
        return np.minimum(self.lengths, (self.input_tokens // BLOCK).astype(int))

    @cache  # noqa: B019  # a log lives as long as a run does
    def crowded(self, capacity: float) -> Shares:
        """What the prompts meet in a cache of so many blocks. [blocks]"""
        met = self.met(capacity)
        read = tokens_met(met=met, input_tokens=self.input_tokens, block_tokens=BLOCK)
        return shares(
            met=met, lengths=self.lengths, tokens_read=read, input_tokens=self.input_tokens
        )

    @cache  # noqa: B019
    def met(self, capacity: float) -> Whole:
        """The blocks that each prompt meets in a cache of so many. [blocks]"""
        return blocks_met(blocks=self.blocks, lengths=self.lengths, capacity=capacity)

    @cache  # noqa: B019
    def kept(self, lifetime_s: float) -> Kept:
        """What is read and written where all full blocks are kept for so long. [s]"""
        met = blocks_met(
            blocks=first_blocks(blocks=self.blocks, lengths=self.lengths, at_most=self.full),
            lengths=self.full,
            at_s=self.at_s,
            lifetime_s=lifetime_s,
        )
        read, whole = (
            tokens_met(
                met=part,
                input_tokens=self.input_tokens,
                block_tokens=BLOCK,
                minimum_tokens=LEAST,
            )
            for part in (met, self.full)
        )
        sent = float(self.input_tokens.sum())
        return Kept(float(read.sum()), float((whole - read).sum()), sent)


@dataclass(frozen=True, eq=False)
class Arrivals:
    """A log of times and sizes, without what was asked."""

    at_s: Floats
    input_tokens: Floats
    output_tokens: Floats


class Traces:
    """A folder of logs, each read once, by the name that rows of a case file call it."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise ValueError(
                f"{folder}: no such folder; --traces names the one that holds the logs"
            )
        self.folder = folder
        self._read: dict[str, Prompts | Arrivals | None] = {}

    def prompts(self, name: str) -> Prompts | None:
        """The log of prompts of that name, if it is here."""
        found = self._log(name)
        return found if isinstance(found, Prompts) else None

    def times(self, name: str) -> Floats | None:
        """When the requests of a log came, from its first. [s]"""
        found = self._log(name)
        return None if found is None else found.at_s - found.at_s[0]

    def arrivals(self, name: str) -> Arrivals | None:
        """The log of times and sizes of that name, if it is here."""
        found = self._log(name)
        return found if isinstance(found, Arrivals) else None

    def hours(self, name: str) -> list[float] | None:
        """The weights of the hours of a day that stand in the table NAME_hour_of_day."""
        path = self._path(f"{name}_hour_of_day")
        if path is None:
            return None
        column = "requests_per_hour_mean"
        return [row.number(column, low=0) for row in records(path, [column], called=path.name)]

    def table(self, name: str) -> Path | None:
        """Where the table of that name is, if it is here."""
        return self._path(name)

    def _path(self, name: str) -> Path | None:
        every = (self.folder / f"{name}{ending}" for ending in ENDINGS)
        return next((path for path in every if path.is_file()), None)

    def _log(self, name: str) -> Prompts | Arrivals | None:
        if name not in self._read:
            path = self._path(name)
            if path is None:
                self._read[name] = None
            else:
                self._read[name] = _prompts(path) if ".jsonl" in path.name else _arrivals(path)
        return self._read[name]


def _prompts(path: Path) -> Prompts:
    """Read a log of one JSON object a line. Raises TableError."""
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as file:
            text = file.read(MOST_BYTES)
    except (OSError, EOFError, ValueError):
        raise TableError(path.name, 1, "file", "it cannot be read", "copy it again") from None
    lines = enumerate(text.splitlines(), 1)
    rows = [_prompt(path.name, at, line) for at, line in lines if line.strip()]
    if not rows:
        raise TableError(path.name, 1, "file", "it is empty", "copy it again")
    when, sizes, blocks = zip(*rows, strict=True)
    return Prompts(
        np.array(when) / MS,
        np.array(sizes),
        np.array([block for row in blocks for block in row], dtype=np.int64),
        np.array([len(row) for row in blocks], dtype=np.int64),
    )


def _prompt(file: str, at: int, line: str) -> tuple[float, float, list[int]]:
    """Time, tokens and blocks of a line. Raises TableError."""
    try:
        one = json.loads(line)
        when, size, blocks = (one[key] for key in KEYS)
        found = float(when), float(size), [int(block) for block in blocks]
        if not (np.isfinite(found[0]) and 0 <= found[1] < np.inf):
            raise ValueError
    except (KeyError, TypeError, ValueError):
        wrong = f"no object with {', '.join(KEYS)}"
        raise TableError(file, at, "line", wrong, "copy the log again") from None
    return found


def _arrivals(path: Path) -> Arrivals:
    """Read a table of times and sizes. Raises TableError."""
    when, read, written = [], [], []
    for row in records(path, COLUMNS, called=path.name):
        try:
            when.append(np.datetime64(row["TIMESTAMP"].replace(" ", "T"), "ns"))
        except ValueError:
            wrong = f"{row['TIMESTAMP']!r} is not a time"
            raise row.error("TIMESTAMP", wrong, "write it as 2023-11-16 18:15:46.68") from None
        read.append(row.number("ContextTokens", low=0))
        written.append(row.number("GeneratedTokens", low=0))
    if not when:
        raise TableError(path.name, 1, "file", "it has no rows", "copy it again")
    seconds = (np.array(when) - when[0]) / np.timedelta64(1, "s")
    return Arrivals(seconds, np.array(read), np.array(written))
