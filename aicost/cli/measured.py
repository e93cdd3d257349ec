"""What commands that measure share: keys, prices, leave to go on, progress, and what is kept."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from aicost.billing.case import Case
from aicost.book.book import Book
from aicost.cli.common import Refused, opened, refusing, say
from aicost.cli.progress import bar
from aicost.components.stage import Stage
from aicost.measure.corrected import Corrected
from aicost.measure.loads import Loads
from aicost.measure.ramp import Price
from aicost.measure.record import copy_path, measured_copy
from aicost.scenario.pool_section import Pool
from aicost.scenario.sections import OtherLine
from aicost.values.new_file import write_new
from aicost.values.quantities import Value
from aicost.values.section import Section
from aicost.values.suggest import instead
from aicost.values.text_table import grid, paragraph

MOST_AT_ONCE, MOST_LOADS = 256, 12


def shown(found: Loads) -> str:
    """Measured loads as text."""
    table = found.rows()
    if not any(one.failed for one in found.each):
        table = table.only(*(c.key or c.name for c in table.columns if c.name != "failed"))
    heads = [column.name for column in table.columns]
    rows = grid([heads, *table.texts()], "l" + "r" * (len(heads) - 1), (0,))
    return "\n\n".join([paragraph(found.sentence), rows, *map(paragraph, table.notes)])


def beside(found: Corrected) -> str:
    """Measured loads beside the formulas, as text."""
    table = found.rows()
    heads = [column.name for column in table.columns]
    rows = grid([heads, *table.texts()], "llrrr", (0,))
    return f"{paragraph(found.sentence)}\n\n{rows}"


def key_in(variable: str) -> str:
    """The key that an environment variable holds; none where no variable is named."""
    if not variable:
        return ""
    if not os.environ.get(variable):
        raise Refused(f"--key-from {variable}: no such variable is set; export it, then run again")
    return os.environ[variable].strip()


def loads_of(text: str) -> tuple[int, ...]:
    """Requests at once of each load, ascending, as they are typed: 1,2,4."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdecimal() and len(part) < 5 for part in parts):
        raise Refused(f"--at-once {text}: write whole numbers with commas, such as 1,2,4,8")
    found = sorted({*map(int, parts)})
    if found[0] < 1 or found[-1] > MOST_AT_ONCE or len(found) > MOST_LOADS:
        raise Refused(f"--at-once {text}: write up to {MOST_LOADS} numbers of 1 to {MOST_AT_ONCE}")
    return tuple(found)


def price_of(model: str) -> Price | None:
    """The list price of a model's tokens, None where none is named. Raises BookError."""
    if not model:
        return None
    book = Book.load()
    rows = (book.find(model, name) for name in ("input", "output"))
    return Price(*(row.value for row in rows))


def agreed() -> None:
    """Ask whether to go on. Raises Refused where nobody says yes."""
    with refusing(typer.Abort, before="nothing was asked; say --yes to go on without a question"):
        if sys.stdin is None:  # closed by who started it
            raise typer.Abort
        if typer.confirm("Go on?", err=True):
            return
    raise Refused("nothing was asked")


@contextmanager
def progress(total: int) -> Iterator[Callable[[int, int, str], None]]:
    """What a measurement tells how far it is: a bar on a terminal, else a line a load."""
    shown = bar(total, "request")
    words_before = ""

    def told(done: int, _: int, words: str) -> None:
        nonlocal words_before
        if shown is None:
            if words != words_before:
                say(f"{words}: from request {done} of {total}", err=True)
        else:
            shown.set_description(words)
            shown.update(done - shown.n)
        words_before = words

    try:
        yield told
    finally:
        if shown is not None:
            shown.close()


def free(path: Path, endings: tuple[str, ...]) -> Path:
    """A path that can be written to. Raises Refused for another ending, or where something is."""
    if path.suffix not in endings:
        raise Refused(f"{path}: name it with {' or '.join(endings)}")
    if path.exists() or path.is_symlink():
        raise Refused(f"{path} is there already; name another, or move it away")
    if not path.absolute().parent.is_dir():
        raise Refused(f"{path.parent}: no such folder; make it first")
    return path


@dataclass(frozen=True)
class Copy:
    """A copy of a scenario that will get measured values in one of its parts."""

    case: Case
    part: str
    path: Path

    @classmethod
    def of(
        cls, file: Path | None, part: str, fields: tuple[str, ...], of: str = "stage"
    ) -> Copy | None:
        """The copy that is asked for, checked before anything is measured; None where none is."""
        if file is None:
            if part:
                raise Refused(f"--{of} {part}: name the scenario too, with --write SCENARIO")
            return None
        copy = cls.beside(file)
        case = copy.case
        every: tuple[Section, ...] = case.scenario.stages if of == "stage" else case.scenario.pools
        parts = {one.name: one for one in every if isinstance(one, Stage | Pool)}
        if part not in parts:
            said = f"--{of} {part}: no such {of}" if part else f"--{of}: none is named"
            raise Refused(f"{said} in {file}; {instead(part, parts) if parts else 'it has none'}")
        known = parts[part].quantities()
        if lost := [name for name in fields if name not in known]:
            raise Refused(f"--{of} {part} has no {lost[0]}; name a {of} that has")
        return replace(copy, part=part)

    @classmethod
    def beside(cls, file: Path, out: Path | None = None) -> Copy:
        """The copy of a file that is no one part's: a new file, beside it if not said where."""
        return cls(opened(file), "", free(out or copy_path(file), (".yaml", ".yml", file.suffix)))

    def written(
        self,
        values: Mapping[str, Value],
        what: str,
        hours: tuple[float, ...] = (),
        lines: Sequence[OtherLine] = (),
        said: Sequence[str] = (),
        invoiced: Mapping[str, Value] | None = None,
    ) -> str:
        """Write the copy; what was written where, in words."""
        with refusing(KeyError):
            text = measured_copy(self.case, values, hours, lines, said, invoiced)
        write_new(self.path, text)
        every = [*values, *(["traffic.profile"] if hours else [])]
        every += [f"other.{line.name}" for line in lines]
        every += [f"invoiced.{name}" for name in invoiced or ()]
        return f"written into {self.path}: {', '.join(every)}, {what}"
