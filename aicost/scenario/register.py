"""Every number of a system that somebody stated or the kit supplied, and who said so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aicost.components.stage import Stage
from aicost.values.formatting import with_unit
from aicost.values.section import Section
from aicost.values.table import Column, Row, Table

COLUMNS = (Column("Input"), Column("Value"), Column("Basis"), Column("Source"))
EARLY = ("traffic", "month", "corpus")
LATE = ("observed", "goals", "growth", "constraints", "limits")


def in_order(sections: Iterable[tuple[str, Section]]) -> list[tuple[str, Section]]:
    """What is asked, then the pipeline and what stands beside it, then goals and plans."""
    pairs = list(sections)

    def place(pair: tuple[str, Section]) -> int:
        return 0 if pair[0] in EARLY else 2 if pair[0] in LATE else 1

    return sorted(pairs, key=place)


def heading(prefix: str, part: Section) -> str:
    """What a section is called: a stage with the component that it is billed under."""
    return f"{prefix} ({part.billed_as or part.component})" if isinstance(part, Stage) else prefix


def stated(prefix: str, part: Section) -> Iterator[Row]:
    """Yield the fields of a section that the file or the kind states."""
    for path, section, field, value in part.walk(prefix):
        if field in section.origins:
            origin, meaning = section.origins[field], section.quantities()[field]
            words = origin.source if value is None else with_unit(value, meaning)
            other = meaning.model and origin.written not in ("", value)
            source = f"{origin.source}, as {origin.written}" if other else origin.source
            cells = (path.removeprefix(f"{prefix}."), words, origin.basis, source)
            yield Row(cells, of=path)


def inputs(sections: Iterable[tuple[str, Section]]) -> Table:
    """Every field that was stated or supplied, below the heading of its section."""
    found: list[Row] = []
    for prefix, part in in_order(sections):
        lines = list(stated(prefix, part))
        head = [Row((heading(prefix, part), "", "", ""), role="head")] if lines else []
        found += [*head, *lines]
    return Table(COLUMNS, tuple(found))


def counted(rows: Iterable[Row]) -> dict[str, int]:
    """How many inputs rest on each basis, the commonest first."""
    bases = [row.cells[2] for row in rows if row.role == "line"]
    return dict(sorted(((b, bases.count(b)) for b in dict.fromkeys(bases)), key=lambda p: -p[1]))
