"""The price book: dated, sourced rows of any kind, looked up at a date and never guessed.

The book knows nothing of tokens, stores or wages; the modules on top do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path

from aicost.book import data_files as files
from aicost.book.calendars import Calendars, read_calendars
from aicost.book.layers import Layers
from aicost.book.overlay import refuse_empty, refuse_misspelt, refuse_unknown
from aicost.book.rows import BookError, Row, RowFile, read_rows
from aicost.book.terms import (
    RESIDENCY,
    SOLD_IN,
    Terms,
    in_our_words,
    in_usd,
    is_rule,
    place_of,
    refuse_rules,
)
from aicost.book.validity import MOST_MEANT, absent, in_force_on
from aicost.paths import data_dir
from aicost.values.result import Result
from aicost.values.suggest import did_you_mean
from aicost.values.table import Column, Form, Table, table

__all__ = ["Book", "BookError", "Row"]


class Book(Result):
    """Dated, sourced rows, read at one date.

    Curated rows win over imported ones item by item, and these over second-hand ones. A client's
    overlay wins over all wherever it prices the same parameter of an item in the same context.
    What is listed is paid as `terms` say: by a contract, and where the book is `kept_in`.

    Examples
    --------
    >>> book = Book.load()
    >>> book.find("anthropic/claude-sonnet-5-5", "output").text
    '10'
    """

    def __init__(
        self,
        layers: Layers,
        overlay: RowFile | None,
        calendars: Calendars,
        as_of: date,
        beside: str = "",
        place: str = "",
    ) -> None:
        self._layers, self._overlay = layers, overlay
        self.calendars, self.as_of, self.place = calendars, as_of, place
        self._beside = beside  # digest of the kit's files that hold no rows
        self._handed: dict[tuple[object, ...], Row] | None = None  # while it is watched
        self._kept_in = {place: self}
        self._in_force_on: dict[tuple[str, date], tuple[Row, ...]] = {}  # found once, asked often

    @classmethod
    def load(
        cls,
        *,
        as_of: date | None = None,
        overlay: Path | str | None = None,
        layers: Sequence[str] = ("curated", "imported", "secondary"),
        directory: Path | str | None = None,
    ) -> Book:
        """Read the kit's rows (or those of another `directory`) and a client's overlay.

        Parameters
        ----------
        as_of : the day prices are read at; the newest `read_on` in the kit's files where None.
        overlay : CSV of negotiated prices in the columns of `COLUMNS` (see `REQUIRED`).
        layers : which of `data_files.ROW_FILES` to read, the first to hold an item wins.

        Raises
        ------
        BookError : a file is malformed; the message says file, line, column and remedy.
        """
        folder = Path(directory) if directory else data_dir()
        stacks = [files.layer_of(folder, layer) for layer in layers]
        extra = read_rows(Path(overlay)) if overlay else None
        calendars = read_calendars(files.there(folder / files.SCHEDULE_FILE))
        newest = max(file.read_on for stack in stacks for file in stack)
        book = cls(
            Layers(stacks), extra, calendars, as_of or date.fromisoformat(newest), files.digest()
        )
        book._check_overlay()
        return book

    @property
    def hash(self) -> str:
        """Twelve hex digits of all that the kit computes with, the overlay with it."""
        digests = [self.calendars.digest, self._beside, *(file.digest for file in self._files)]
        return hashlib.sha256("\n".join(digests).encode()).hexdigest()[:12]

    @property
    def sentence(self) -> str:
        """Which prices these are, and how old."""
        items = len(self.items())
        return (
            f"Prices of {self.as_of}: {items:,} items from {len(self._files)} files, last read "
            f"{self.newest}, book {self.hash}."
        )

    def rows(self) -> Table:
        """The files that the book is read from, with what each holds."""
        columns = ("file", Column("items", Form.COUNT), Column("rows", Form.COUNT), "last read")
        every = ((f, sum(map(len, f.records.values()))) for f in self._files)
        return table(columns, [(f.name, len(f.records), rows, f.read_on) for f, rows in every])

    @property
    def _files(self) -> list[RowFile]:
        """Every file, the overlay last."""
        return self._layers.files + ([self._overlay] if self._overlay else [])

    @property
    def overlay(self) -> Path | None:
        """The file of the client's own prices, where there is one."""
        return self._overlay.path if self._overlay else None

    def _check_overlay(self) -> None:
        """Read every row of the overlay, so that a mistake in it shows at once."""
        if self._overlay is None:
            return
        parameters, contexts = (
            {text for file in self._layers.files for text in file.said(column)}
            for column in ("parameter", "context")
        )
        refuse_empty(self._overlay, max(date.today(), self.newest).isoformat())
        refuse_rules(self.own_rows, self.sold)
        refuse_unknown(self.own_rows, self.kit_items, parameters, contexts, self.calendars.names)
        for item in self._overlay.records:
            for day in (None, *self.changes(item)):
                in_force_on(self._overlay_rows(item), day or date.min)
        for row in self.own_rows:
            self.in_usd(row, max(self.as_of, row.valid_from or date.min))

    def check_named(self, named: Collection[str]) -> None:
        """Raise BookError where the overlay has a slip of the pen that nobody `named`."""
        refuse_misspelt(self.own_rows, self.kit_items, named)

    @cached_property
    def own_rows(self) -> tuple[Row, ...]:
        """Every row of the overlay, in the order of its lines."""
        items = self._overlay.records if self._overlay else ()
        rows = [in_our_words(row) for item in items for row in self._overlay_rows(item)]
        return tuple(sorted(rows, key=lambda row: row.line))

    @cached_property
    def kit_items(self) -> dict[str, None]:
        """Names of the kit's items, those of the curated files first."""
        return dict.fromkeys(item for file in self._layers.files for item in file.records)

    @cached_property
    def sold(self) -> tuple[str, ...]:
        """Names of what the kit lists prices of that a provider asks: models, stores, platforms."""
        files = (file for file in self._layers.files if file.name in SOLD_IN)
        return tuple(sorted({item for file in files for item in file.records}))

    @cached_property
    def terms(self) -> Terms:
        """The rules that listed prices are paid by."""
        where = [i for i in self.kit_items if i.startswith(RESIDENCY)]
        kit = [row for item in where for row in self._layers.rows(item)]
        return Terms(self.place, kit, [row for row in self.own_rows if is_rule(row)])

    def kept_in(self, residency: str) -> Book:
        """The same book at the prices of a place; what may not run there has none."""
        place = place_of(residency)
        if place not in self._kept_in:
            other = self._like(self.as_of, place)
            other._kept_in = self._kept_in
            self._kept_in[place] = other
        return self._kept_in[place]

    def watched(self) -> Book:
        """The same book, which from now on knows the rows that it hands out."""
        other = self.at(self.as_of)
        other._handed = {}
        return other

    def note(self, row: Row) -> Row:
        """A row on its way out, remembered where the book is watched."""
        if self._handed is not None:
            self._handed |= {(one.layer, one.line, *one.key): one for one in (row, *row.rules)}
        return row

    @property
    def handed(self) -> tuple[Row, ...]:
        """The rows that a watched book has handed out, each with the rules it was changed by."""
        return tuple((self._handed or {}).values())

    def _overlay_rows(self, item: str) -> tuple[Row, ...]:
        return self._overlay.rows(item) if self._overlay else ()

    def lend(self, item: str, listed: str) -> None:
        """Price what one seller calls `item` as another lists it, where the client says no more."""
        if self.listed_as(item) != listed:
            self._layers.lend(item, listed)
            self._in_force_on.clear()

    def listed_as(self, item: str) -> str:
        """The item of the lists that an item has its prices from: itself, unless they are lent."""
        return self._layers.listed_as(item)

    def at(self, as_of: date) -> Book:
        """The same book read at another day."""
        return self._like(as_of, self.place)

    def _like(self, as_of: date, place: str) -> Book:
        return Book(self._layers, self._overlay, self.calendars, as_of, self._beside, place)

    def all_rows(self, item: str) -> tuple[Row, ...]:
        """Every row of an item whatever its validity, the overlay's first, unconverted."""
        rows = self._overlay_rows(item) + self._layers.rows(item)
        if not rows:
            raise BookError(
                f"no {item!r} in the book", did_you_mean(item, self.items(), MOST_MEANT)
            )
        return rows

    def changes(self, item: str) -> tuple[date, ...]:
        """Days on which a row of an item, its exchange rate or its schedule starts or ends."""
        rows = [*self._overlay_rows(item), *self._layers.rows(item), *self.terms.about(item)]
        for currency in {row.currency for row in rows} - {"", "USD"}:
            rows += self._overlay_rows(f"fx/{currency}") + self._layers.rows(f"fx/{currency}")
        days = {day for row in rows for day in (row.valid_from, row.valid_to) if day}
        for name in {row.schedule for row in rows} - {""}:
            days.update(self.calendars.changes(name))
        return tuple(sorted(days))

    def active(self, item: str, on: date | None = None) -> tuple[Row, ...]:
        """Rows of an item in force on a day (`as_of` where None), in USD, all contexts."""
        day = on or self.as_of
        if (item, day) not in self._in_force_on:
            own = in_force_on(self._overlay_rows(item), day)
            taken = {(row.parameter, row.context) for row in own}
            kit = in_force_on(self._layers.rows(item), day)
            rest = (row for row in kit if (row.parameter, row.context) not in taken)
            paid = (self.terms.applied(self.in_usd(row, day), day) for row in rest)
            self._in_force_on[item, day] = (*(self.in_usd(row, day) for row in own), *paid)
        return self._in_force_on[item, day]

    def in_usd(self, row: Row, day: date) -> Row:
        """The row in USD, at the exchange rate in force on that day."""
        name = f"fx/{row.currency}"
        return in_usd(row, self._overlay_rows(name) or self._layers.rows(name), day)

    def in_force(
        self, item: str, parameter: str | None = None, *, context: str = ""
    ) -> tuple[Row, ...]:
        """Rows of an item in force at `as_of` in one context, of one parameter or of all."""
        self.terms.refuse_elsewhere(item, self.as_of)
        active = self.active(item)
        if not active:
            self.all_rows(item)  # refuses an unknown item
        return tuple(
            self.note(row)
            for row in active
            if row.context == context and parameter in (None, row.parameter)
        )

    def find(
        self,
        item: str,
        parameter: str,
        *,
        context: str = "",
        tier_gt: int = 0,
        schedule: str = "",
    ) -> Row:
        """The one row in force at `as_of` for this cell.

        Raises
        ------
        BookError : unknown item, parameter or context (with the nearest names), or a day before
            the first price or after the last.
        """
        self.terms.refuse_elsewhere(item, self.as_of)
        for row in self.active(item):
            if row.key == (item, parameter, context, tier_gt, schedule):
                return self.note(row)
        raise absent(self.all_rows(item), (item, parameter, context, tier_gt, schedule), self.as_of)

    def items(self, prefix: str = "") -> tuple[str, ...]:
        """Names of all items that start with a prefix, sorted."""
        names = {item for file in self._files for item in file.records if "*" not in item}
        return tuple(sorted(name for name in names if name.startswith(prefix)))

    def curated(self) -> tuple[str, ...]:
        """Names of all items that the kit's own rows hold, sorted; not those it took over."""
        own = (file.records for file in self._files if file.name in files.ROW_FILES["curated"])
        return tuple(sorted({item for records in own for item in records}))

    def having(self, *parameters: str) -> set[str]:
        """Names of all items with a row of one of these parameters, in force or not."""
        return {item for file in self._files for item in file.having(parameters)}

    def has(self, item: str) -> bool:
        """Whether the kit or the client has an item."""
        return any(name in f.records for f in self._files for name in {item, self.listed_as(item)})

    def read_on(self, row: Row) -> date:
        """The day a row was last read; what was taken over is compared as a whole."""
        if row.layer not in files.COMPARED:
            return row.read_on
        return date.fromisoformat(
            next(f.read_on for f in self._layers.files if f.name == row.layer)
        )

    @property
    def newest(self) -> date:
        """The day the newest of the kit's rows was read."""
        return date.fromisoformat(max(file.read_on for file in self._layers.files))

    def age_days(self, rows: Iterable[Row] | None = None) -> int:
        """Days from reading to `as_of`: of the oldest of `rows`, else of the kit's newest row."""
        if rows is None:
            return max(0, (self.as_of - self.newest).days)
        return max([0, *((self.as_of - self.read_on(row)).days for row in rows)])
