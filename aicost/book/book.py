"""The price book: dated, sourced rows of any kind, looked up at a date and never guessed.

The book knows nothing of tokens, stores or wages; the modules on top do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from aicost.book import data_files as files
from aicost.book.calendars import Calendars, read_calendars
from aicost.book.overlay import MOST_MEANT, refuse_misspelt, refuse_unknown
from aicost.book.rows import BookError, Row, RowFile, read_rows
from aicost.book.validity import in_context, in_force_on, not_in_force
from aicost.paths import data_dir
from aicost.values.result import Result
from aicost.values.suggest import did_you_mean
from aicost.values.table import Column, Form, Table, table

__all__ = ["Book", "BookError", "Row"]


class Book(Result):
    """Dated, sourced rows, read at one date.

    Curated rows win over imported ones item by item, and these over second-hand ones. A client's
    overlay wins over all wherever it prices the same parameter of an item in the same context.

    Examples
    --------
    >>> book = Book.load()
    >>> book.find("anthropic/claude-sonnet-5-5", "output").text
    '10'
    """

    def __init__(
        self,
        layers: Sequence[Sequence[RowFile]],
        overlay: RowFile | None,
        calendars: Calendars,
        as_of: date,
        beside: str = "",
    ) -> None:
        self._layers, self._overlay = layers, overlay
        self.calendars, self.as_of = calendars, as_of
        self._beside = beside  # digest of the kit's files that hold no rows
        self._handed: set[tuple[object, ...]] | None = None  # while it is watched
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
        book = cls(stacks, extra, calendars, as_of or date.fromisoformat(newest), files.digest())
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
        return self._kit + ([self._overlay] if self._overlay else [])

    @property
    def overlay(self) -> Path | None:
        """The file of the client's own prices, where there is one."""
        return self._overlay.path if self._overlay else None

    def _check_overlay(self) -> None:
        """Read every row of the overlay, so that a mistake in it shows at once."""
        if self._overlay is None:
            return
        parameters, contexts = (
            {text for file in self._kit for text in file.said(column)}
            for column in ("parameter", "context")
        )
        names = self.calendars.names
        refuse_unknown(self.own_rows, self.kit_items, parameters, contexts, names)
        for item in self._overlay.records:
            for day in (None, *self.changes(item)):
                in_force_on(self._overlay_rows(item), day or date.min)
        for row in self.own_rows:
            self._usd(row, max(self.as_of, row.valid_from or date.min))

    def check_named(self, named: Collection[str]) -> None:
        """Raise BookError where the overlay has a slip of the pen that nobody `named`."""
        refuse_misspelt(self.own_rows, self.kit_items, named)

    @property
    def own_rows(self) -> tuple[Row, ...]:
        """Every row of the overlay, in the order of its lines."""
        rows = [row for item in self._own_items for row in self._overlay_rows(item)]
        return tuple(sorted(rows, key=lambda row: row.line))

    @property
    def _own_items(self) -> Iterable[str]:
        return self._overlay.records if self._overlay else ()

    @property
    def _kit(self) -> list[RowFile]:
        return [file for stack in self._layers for file in stack]

    @property
    def kit_items(self) -> dict[str, None]:
        """Names of the kit's items, those of the curated files first."""
        return dict.fromkeys(item for file in self._kit for item in file.records)

    def watched(self) -> Book:
        """The same book, which from now on knows the rows of the overlay that it hands out."""
        other = self.at(self.as_of)
        other._handed = set()
        return other

    def note(self, row: Row) -> Row:
        """A row on its way out, remembered where the book is watched."""
        if self._handed is not None:
            self._handed.add((*row.key, row.line))
        return row

    def used(self, row: Row) -> bool:
        """Whether a watched book has handed a row of its overlay out, or converted by it."""
        if self._handed is None:
            raise ValueError("the book is not watched")
        if (*row.key, row.line) in self._handed:
            return True
        paid = [other for other in self.own_rows if row.item == f"fx/{other.currency}"]
        return self.holds(row) and any(map(self.used, paid))

    def holds(self, row: Row) -> bool:
        """Whether a row of the overlay is in force, and no later one in its place."""
        return row in in_force_on(self._overlay_rows(row.item), self.as_of)

    def _overlay_rows(self, item: str) -> tuple[Row, ...]:
        return self._overlay.rows(item) if self._overlay else ()

    def _kit_rows(self, item: str) -> tuple[Row, ...]:
        for stack in self._layers:
            rows = tuple(row for file in stack for row in file.rows(item))
            if rows:
                return rows
        return ()

    def at(self, as_of: date) -> Book:
        """The same book read at another day."""
        return Book(self._layers, self._overlay, self.calendars, as_of, self._beside)

    def all_rows(self, item: str) -> tuple[Row, ...]:
        """Every row of an item whatever its validity, the overlay's first, unconverted."""
        rows = self._overlay_rows(item) + self._kit_rows(item)
        if not rows:
            raise BookError(
                f"no {item!r} in the book", did_you_mean(item, self.items(), MOST_MEANT)
            )
        return rows

    def changes(self, item: str) -> tuple[date, ...]:
        """Days on which a row of an item, its exchange rate or its schedule starts or ends."""
        rows = list(self._overlay_rows(item) + self._kit_rows(item))
        for currency in {row.currency for row in rows} - {"", "USD"}:
            rows += self._overlay_rows(f"fx/{currency}") + self._kit_rows(f"fx/{currency}")
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
            kit = in_force_on(self._kit_rows(item), day)
            rows = own + tuple(row for row in kit if (row.parameter, row.context) not in taken)
            self._in_force_on[item, day] = tuple(self._usd(row, day) for row in rows)
        return self._in_force_on[item, day]

    def _usd(self, row: Row, day: date) -> Row:
        """The row in USD, at the exchange rate in force on that day."""
        if row.currency in ("", "USD"):
            return row
        name = f"fx/{row.currency}"
        rates = in_force_on(self._overlay_rows(name) or self._kit_rows(name), day)
        found = [rate for rate in rates if rate.parameter == "usd_per_unit"]
        if not found:
            raise BookError(
                f"{row.layer}:{row.line}: {row.item} is in {row.currency}: no exchange rate on "
                f"{day}",
                f"add a row {name},usd_per_unit with its source and date",
            )
        if not float(found[0].text):
            where = f"{found[0].layer}:{found[0].line}: value"
            raise BookError(f"{where}: a rate of 0", f"write what one {row.currency} is in USD")
        amount = Decimal(row.text) * Decimal(found[0].text)
        unit = row.unit.replace(f"{row.currency}/", "USD/", 1)
        was = f"{row.text} {row.unit} at {found[0].text} USD"
        return replace(row, text=f"{amount:f}", unit=unit, currency="USD", original=was)

    def in_force(
        self, item: str, parameter: str | None = None, *, context: str = ""
    ) -> tuple[Row, ...]:
        """Rows of an item in force at `as_of` in one context, of one parameter or of all."""
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
        for row in self.active(item):
            if row.key == (item, parameter, context, tier_gt, schedule):
                return self.note(row)
        rows = self.all_rows(item)
        named = [row for row in rows if row.parameter == parameter]
        if not named:
            known = sorted({row.parameter for row in rows})
            near = did_you_mean(parameter, known, MOST_MEANT) or f"it has {', '.join(known)}"
            raise BookError(f"{item} has no {parameter!r}", near)
        same = in_context(item, context, named)
        cell = [row for row in same if (row.tier_gt, row.schedule) == (tier_gt, schedule)]
        if not cell:
            raise BookError(
                f"{item} {parameter} has no cell for more than {tier_gt} tokens in schedule "
                f"{schedule!r}",
                f"it has {sorted({(row.tier_gt, row.schedule) for row in same})}",
            )
        raise not_in_force(cell, self.as_of)

    def items(self, prefix: str = "") -> tuple[str, ...]:
        """Names of all items that start with a prefix, sorted."""
        names = {item for file in self._files for item in file.records}
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
        return any(item in file.records for file in self._files)

    def read_on(self, row: Row) -> date:
        """The day a row was last read; what was taken over is compared as a whole."""
        if row.layer not in files.COMPARED:
            return row.read_on
        return date.fromisoformat(next(f.read_on for f in self._kit if f.name == row.layer))

    @property
    def newest(self) -> date:
        """The day the newest of the kit's rows was read."""
        return date.fromisoformat(max(file.read_on for file in self._kit))

    def age_days(self, rows: Iterable[Row] | None = None) -> int:
        """Days from reading to `as_of`: of the oldest of `rows`, else of the kit's newest row."""
        if rows is None:
            return max(0, (self.as_of - self.newest).days)
        return max([0, *((self.as_of - self.read_on(row)).days for row in rows)])
