"""`aicost options`: a system and what else it could be, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from aicost.cli.common import File, Prices, Refused, closed, opened, say
from aicost.values.table import Table
from aicost.values.text_table import paragraph

MOST_BESIDE = 3  # options that stand beside the system on 80 columns


def options(
    file: File,
    others: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[OTHER]", show_default=False, help="Files of other options."),
    ] = None,
    prices: Prices = None,
) -> None:
    """Put a system and its options side by side: bill, times, goals kept, what each rests on."""
    from aicost.analysis.alternatives.equal_cost import equal_cost
    from aicost.analysis.options.report import options as beside

    case = opened(file, prices)
    if not (case.scenario.options or others):
        how = "write options: {NAME: {PATH: VALUE}} in it, or name other files behind it"
        raise Refused(f"{file}: it names no options; {how}")
    found = beside(case, *(others or ()))
    table = found.rows()
    notes = [paragraph(note, "- ", "  ") for note in table.notes]
    first, *others_of_it = found
    turns = (equal_cost(first.case, one.case, (first.name, one.name)) for one in others_of_it)
    equal = [paragraph(one.sentence, "- ", "  ") for one in turns]
    parts = [case.name, paragraph(found.sentence), *_blocks(table)]
    parts += ["\n".join(notes), "\n".join(equal)]
    say("\n\n".join(part for part in parts if part))
    closed(case)


def _blocks(table: Table) -> Iterator[str]:
    """Yield the table in parts that fit, the system as it is in each of them."""
    head, here, *rest = (column.name for column in table.columns)
    for at in range(0, max(len(rest), 1), MOST_BESIDE):
        part = table.only(head, here, *rest[at : at + MOST_BESIDE])
        yield Table(part.columns, part.rows).text()
