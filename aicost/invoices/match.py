"""A log beside a provider's own export: how far they are apart, and what for, cause by cause."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from aicost.book.book import Book
from aicost.invoices.match_cells import COUNTED, HALF_HOUR, Cells, Floats, cells_of, of_provider
from aicost.invoices.match_counts import counting_tries
from aicost.invoices.match_gaps import clock_ahead, quiet_spans
from aicost.invoices.match_prices import price_tries
from aicost.invoices.match_state import OTHER, REST, ROUNDING, ZONE, State, Try, total
from aicost.invoices.usage_export import UsageExport, usage_export
from aicost.log.half_hours import half_hours
from aicost.log.layouts import LogError
from aicost.log.price import Priced
from aicost.values.formatting import listing, money, percent, plural, signed
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table

if TYPE_CHECKING:
    import pandas as pd

#: Of the larger side, what a cause has to explain to be named, and what two may be apart by.
LEAST = 1e-3
DUST = 1e-12
MOST_CAUSES = 12
LARGEST = 3


@dataclass(frozen=True)
class MatchBar:
    """A cause of a difference, and the dollars that the export has more for it."""

    cause: str
    label: str
    usd: float


@dataclass(frozen=True, repr=False)
class LogMatch(Result):
    """A log and an export of one period, and what lies between them.

    Attributes
    ----------
    logged, exported : dollars of each.
    bars : causes, the largest first; they add up to the difference.
    cells : both sides, tokens of each kind.
    """

    export: UsageExport
    cells: Cells
    logged: float
    exported: float
    bars: tuple[MatchBar, ...]
    notes: tuple[str, ...]

    @property
    def named(self) -> tuple[MatchBar, ...]:
        """The causes that have a name."""
        return tuple(bar for bar in self.bars if bar.cause not in (ROUNDING, REST))

    @property
    def sentence(self) -> str:
        """What both come to, and what for they differ."""
        says = "charges" if self.export.costs else "comes to"
        words = f"The export ({self.export.layout.name}, {self._days}) {says} "
        words += f"{money(self.exported)}, the log comes to {money(self.logged)}"
        apart = self.exported - self.logged
        size = max(abs(self.exported), abs(self.logged))
        if abs(apart) > LEAST * size:
            share = f" ({percent(_short(abs(apart) / self.logged))})" if self.logged else ""
            words += f": {money(abs(apart))} {'more' if apart > 0 else 'less'} in the export{share}"
        else:
            words += f": the same within {percent(LEAST)}"
        if not self.named:
            return f"{words}. No cause is seen."
        told = [f"{bar.cause} {signed(bar.usd)}" for bar in self.named[:LARGEST]]
        rest = next((bar.usd for bar in self.bars if bar.cause == REST), 0.0)
        words += f". Causes: {listing(told)}"
        if abs(rest) > LEAST * size:
            words += f"; {signed(rest)} stays unexplained"
        return f"{words}."

    @property
    def _days(self) -> str:
        first, last = self.cells.starts[0], self.cells.ends[-1] - np.timedelta64(1, "s")
        return " to ".join(dict.fromkeys(str(m.astype("datetime64[D]")) for m in (first, last)))

    def rows(self) -> Table:
        """The log, each cause, the export."""
        steps = [Row((bar.cause, bar.label, signed(bar.usd)), of=bar) for bar in self.bars]
        ends = [
            Row((name, "", money(usd)), role="sum")
            for name, usd in (("the log", self.logged), ("the export", self.exported))
        ]
        columns = (
            Column("cause"),
            Column("what it is", key="label"),
            Column("USD", Form.MONEY, "usd"),
        )
        return Table(columns, (ends[0], *steps, ends[1]), notes=self.notes)

    def quantities(self) -> Table:
        """How many of each the log has, and the export."""
        ours, theirs = (side.sum(axis=(0, 1)) for side in (self.cells.logged, self.cells.exported))
        lines = []
        for n, name in enumerate(COUNTED):
            if ours[n] and not theirs[n] and not n:
                continue  # an export that counts no calls
            if ours[n] or theirs[n]:
                more = _short(theirs[n] / ours[n] - 1) if ours[n] else None
                words = name.removesuffix("_tokens").replace("_", " ")
                lines.append(Row((words, float(ours[n]), round(float(theirs[n])), more)))
        by = "" if self.cells.counts or not self.export.costs else ", by what it charges"
        columns = (
            Column("tokens", key="counted"),
            Column("the log", Form.COUNT, "logged"),
            Column(f"the export{by}", Form.COUNT, "exported"),
            Column("more", Form.PERCENT),
        )
        return Table(columns, tuple(lines))

    def frame(self) -> pd.DataFrame:
        """A row a bar: cause, label, usd."""
        import pandas as pd

        rows = [(bar.cause, bar.label, bar.usd) for bar in self.bars]
        return pd.DataFrame(rows, columns=["cause", "label", "usd"])


def match_export(priced: Priced, path: str | Path, book: Book) -> LogMatch:
    """Hold a log against what a provider says was used, or charges.

    Parameters
    ----------
    priced : the log at the prices of its days.
    path : the export, see `aicost.invoices.usage_export`.
    book : the prices that the log was priced at.

    Raises
    ------
    LogError : an export that cannot be read, or of other days or another provider than the log.

    Notes
    -----
    Days first, on all clocks of the world; then tokens of each kind; then prices; then money. Each
    cause is applied to the log, the one that brings it nearest first, one that follows a rule
    before one that does not, until none explains a thousandth of the whole. Bars are what each
    moved, so they add up to the difference.
    """
    every = half_hours(priced)
    items = set(every["item"]) - {""}
    export = usage_export(path, book, items)
    hours = of_provider(every, export.layout.provider, book)
    if hours.empty:
        sellers = sorted({item.partition("/")[0] for item in items})
        raise LogError(
            f"{Path(path).name}: no call of the log is of {export.layout.provider}; "
            f"it has calls of {listing(sellers) or 'nobody who is known'}: name an export of theirs"
        )
    cells = cells_of(hours, export, book)
    if not cells.logged.any():
        days = " to ".join(str(m)[:10] for m in (cells.starts[0], cells.ends[-1]))
        first, last = priced.table.profile.first, priced.table.profile.last
        words = f"{Path(path).name}: no call of the log is of its days, {days}"
        raise LogError(f"{words}; export those of the log, {first} to {last}")
    logged = total(cells.logged * cells.price)
    bars: list[MatchBar] = []
    hours = hours.assign(usd=hours.filter(like="usd_").sum(axis=1))
    ahead = clock_ahead(hours, cells.starts, cells.ends, cells.usd.sum(axis=(1, 2)))
    if ahead:
        hours = hours.assign(at=hours["at"] - ahead * HALF_HOUR)
        cells = cells_of(hours, export, book)
        bars.append(MatchBar(ZONE, _zone(ahead), total(cells.logged * cells.price) - logged))
    aside = export.rows[export.rows["aside"] != ""]
    step = export.step_usd / 2 * len(export.rows)
    least = max(LEAST * max(total(cells.usd), logged), step)
    quiet = quiet_spans(hours, cells.starts, cells.ends)
    by_price = export.costs and not cells.counts
    state, found = _explained(
        State.of(cells),
        lambda now: [*counting_tries(now, *quiet), *(price_tries(now, book) if by_price else ())],
        least,
    )
    bars += found
    rest = total(state.gap)
    if export.costs and cells.counts:
        none = np.zeros_like(cells.usd)
        fixed = cells.usd - cells.exported * cells.price
        start = State(cells, cells.exported, cells.price, fixed, none > 0, cells.billed, none)
        state, found = _explained(start, lambda now: price_tries(now, book), least)
        bars += found
        rest += total(state.gap)
    for name, usd in aside.groupby("aside")["usd"].sum().items():
        known = name in ("tax", "credits", "commitments", "support", "rounding")
        bars.append(MatchBar(str(name) if known else OTHER, str(name), float(usd)))
    bars.sort(key=lambda bar: (bar.cause != ZONE, -abs(bar.usd)))
    if abs(rest) > DUST * max(total(cells.usd), logged):
        small = abs(rest) <= step
        label = "amounts of the export are rounded" if small else "no cause here explains it"
        bars.append(MatchBar(ROUNDING if small else REST, label, rest))
    exported = total(cells.billed if export.costs else cells.usd) + float(aside["usd"].sum())
    notes = tuple(_notes(every, hours, cells, export))
    return LogMatch(export, cells, logged, exported, tuple(bars), notes)


def _explained(
    state: State, tries: Callable[[State], Iterable[Try]], least: float
) -> tuple[State, list[MatchBar]]:
    """Apply one cause after another, the one that explains most first."""
    bars: list[MatchBar] = []
    while state.off > least and len(bars) < MOST_CAUSES:
        good = [one for one in tries(state) if one.gain(state) > least and one.fits(state)]
        if not good:
            break
        best = max(good, key=lambda one: (one.exact, round(one.gain(state) / least)))
        bars.append(MatchBar(best.cause, best.label, total(best.state.usd) - total(state.usd)))
        state = best.state
    return state, bars


def _zone(ahead: int) -> str:
    number = f"{abs(ahead) / 2:g}"
    by = f"{number} {plural('hour', number)} {'ahead of' if ahead > 0 else 'behind'}"
    return f"the clock of the log is {by} that of the export's days"


def _notes(
    every: pd.DataFrame, hours: pd.DataFrame, cells: Cells, export: UsageExport
) -> Iterator[str]:
    """Yield what one has to know: what is in no figure, and what the export does not tell."""
    calls = total(cells.logged[..., 0])
    outside = total(hours["calls"]) - calls
    others = total(every["calls"]) - total(hours["calls"])
    if outside:
        yield f"{outside:,.0f} calls of the log are of other days than the export."
    if others:
        yield f"{others:,.0f} calls of the log are of other providers."
    if unpriced := total(hours["unpriced"]):
        yield f"{unpriced:,.0f} calls of the log have no price, and are worth nothing here."
    for key, count in zip(cells.keys, _without_price(cells), strict=True):
        if count:
            name = " as ".join(filter(None, (key[0].partition("/")[2], key[1]))) or "models"
            words = f"{count:,.0f} tokens of {name} that the export counts have no price"
            yield f"{words}, and are worth nothing here."
    if not cells.telling[0]:
        yield "The export does not tell models apart; group it by model to see more."
    if not export.costs:
        yield "It says what was used, not what it cost: both sides are at the prices of the log."
    if export.set_aside:
        told = "; ".join(f"{why} ({n:,})" for why, n in export.set_aside.items())
        many = f"{sum(export.set_aside.values()):,} of its {export.read:,} rows"
        yield f"{many} are set aside: {told}."
    yield from export.notes


def _without_price(cells: Cells) -> Floats:
    """Tokens of an export that nobody says a price of, by key."""
    bare = (cells.price == 0) & (cells.usd == 0)
    counted: Floats = np.where(bare, cells.exported, 0.0)[..., 1:].sum(axis=(0, 2))
    return counted


def _short(share: float) -> float:
    return float(f"{share:.3g}")
