"""`aicost log`: what a log of requests says of a bill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aicost.cli.common import Refused, refusing, say
from aicost.values.cells import csv_of
from aicost.values.text_table import paragraph

if TYPE_CHECKING:
    from aicost.log.read import Log

app = typer.Typer(help="A log of requests: ready.", no_args_is_help=True)

LogFile = Annotated[
    list[Path],
    typer.Argument(
        metavar="LOG...", show_default=False, help="JSON, CSV or Parquet; files or a folder."
    ),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="FIELD=WHERE",
        help="Where a field stands in it: model=engine, 'whole_s=took [ms]'; may be repeated.",
    ),
]
Csv = Annotated[bool, typer.Option("--csv", help="Print the rows as CSV.")]


def log_of(files: Sequence[Path], columns: Sequence[str] | None = None) -> Log:
    """The log of a command's files, or of one of them. Raises Refused."""
    from aicost.log.layouts import LogError
    from aicost.log.read import read_log

    with refusing(LogError):
        return read_log(files, _mapped(columns or ()))


def _mapped(columns: Sequence[str]) -> Mapping[str, str]:
    found = {}
    for said in columns:
        field, equals, where = said.partition("=")
        if not equals:
            raise Refused(f"--column {said}: write FIELD=WHERE, such as model=engine")
        found[field.strip()] = where.strip()
    return found


@app.command()
def ready(files: LogFile, columns: Columns = None, csv: Csv = False) -> None:
    """Say which of ten questions a log can answer, and what it lacks for the others."""
    from aicost.log.ready import ready as ready_for

    found = ready_for(log_of(files, columns))
    table = found.rows()
    if csv:
        say(csv_of(table.frame()), end="")
        return
    parts = [paragraph(found.sentence), table.text()]
    if (lines := found.emitters()).rows:
        parts += ["What it lacks, and the line that writes it:", lines.text()]
    if len(found.log.set_aside):
        parts.append(replace(found.log.rows(), notes=()).text())
    say("\n\n".join(parts))
