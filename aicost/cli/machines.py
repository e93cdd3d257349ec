"""The command that says which machines would serve a stage, and whether they pay."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from aicost.cli.common import File, Prices, Settings, closed, opened, refusing, say
from aicost.values.table import Table
from aicost.values.text_table import paragraph

SHOWN = 10


def machines(
    file: File,
    stage: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="A stage that calls a model; if not, the first on a pool.",
        ),
    ] = "",
    model: Annotated[
        str, typer.Option(metavar="MODEL", help="What machines serve; that of the stage if not.")
    ] = "",
    against: Annotated[
        str, typer.Option(metavar="MODEL", help="Another by the token; the same if not said.")
    ] = "",
    settings: Settings = None,
    prices: Prices = None,
) -> None:
    """List machines that would serve a stage in time, and say from when on they pay."""
    from aicost.analysis.alternatives.own_machines import own_machines
    from aicost.analysis.alternatives.self_hosting import self_hosting
    from aicost.analysis.alternatives.three_ways import three_ways

    case = opened(file, prices, settings)
    with refusing(ValueError, KeyError):
        found = own_machines(case, stage, model)
    parts = [paragraph(found.sentence)]
    if found.choices or found.now:
        parts += [_cut(found.rows()), *map(paragraph, found.rows().notes)]
    if found.ruled_out:
        parts.append(_cut(found.ruled_out_rows()))
    with refusing(ValueError, KeyError):
        beside = self_hosting(case, stage, model, against=against, known=found)
    ways = three_ways(found, beside)
    if ways.ways:
        parts += [paragraph(ways.sentence), _cut(ways.rows(), most=24), paragraph(ways.note)]
    if found.choices or found.now:
        parts += [paragraph(beside.sentence), _cut(beside.rows())]
    say("\n\n".join(parts))
    closed(case)


def _cut(table: Table, most: int = SHOWN) -> str:
    """The first rows of a table as text, and how many more there are."""
    said, more = replace(table, rows=table.rows[:most], notes=()).text(), len(table.rows) - most
    return f"{said}\n  … and {more} more" if more > 0 else said
