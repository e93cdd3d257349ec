"""`aicost log`: what a log of requests says of a bill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aicost.cli.common import Refused, refusing, say
from aicost.cli.progress import steps
from aicost.values.cells import csv_of
from aicost.values.formatting import plural
from aicost.values.text_table import paragraph

if TYPE_CHECKING:
    from aicost.log.read import Log

app = typer.Typer(
    help="A log of requests: ready, price, match, explain, change, quality, calibrate, against, "
    "forecast, sample.",
    no_args_is_help=True,
)

LogFile = Annotated[
    list[Path],
    typer.Argument(
        metavar="LOG", show_default=False, help="JSON, CSV or Parquet; files or a folder."
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


def calls_of(files: Sequence[Path], columns: Sequence[str] | None = None) -> Log:
    """A log that is counted with; what of it is in no figure is said. Raises Refused."""
    log = log_of(files, columns)
    if not log.good:
        raise Refused(f"{log.sentence[:-1]}: {log.reasons}")
    if len(log.set_aside):
        say(f"warning: {log.sentence[:-1]}: {log.reasons}", err=True)
    if log.lost_marks:
        marks = f"{log.lost_marks:,} {plural('mark', str(log.lost_marks))}"
        say(f"warning: {marks} of quality cannot be read; their calls are without one", err=True)
    return log


@contextmanager
def refusing_of(log: Log) -> Iterator[None]:
    """Turn errors of what a log lacks into Refused, with its file; those of options name these."""
    try:
        yield
    except ValueError as problem:
        said = str(problem)
        raise Refused(said if said.startswith("--") else f"{log.named}: {said}") from None


def _mapped(columns: Sequence[str]) -> Mapping[str, str]:
    found = {}
    for said in columns:
        field, equals, where = said.partition("=")
        if not equals:
            raise Refused(f"--column {said}: write FIELD=WHERE, such as model=engine")
        if field.strip() in found:
            raise Refused(f"--column {said}: {field.strip()} is told twice; keep one")
        found[field.strip()] = where.strip()
    return found


@app.command()
def ready(files: LogFile, columns: Columns = None, csv: Csv = False) -> None:
    """Say which of ten questions a log can answer, and what it lacks for the others."""
    from aicost.log.ready import ready as ready_for

    with steps(2) as step:
        step("reading")
        log = log_of(files, columns)
        step("looking")
        found = ready_for(log)
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


@app.command()
def sample(
    out: Annotated[
        Path, typer.Argument(metavar="OUT", show_default=False, help="New .parquet or .csv file.")
    ],
    rows: Annotated[int, typer.Option(help="Calls that it has, nearly.")] = 100_000,
    days: Annotated[int, typer.Option(help="Days that it is of, 28 to 364.")] = 42,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same file.")] = 1,
    scored: Annotated[float, typer.Option(help="Share of the answers that have a mark.")] = 0.1,
    cause: Annotated[
        list[str] | None,
        typer.Option(help="Plant this alone, such as 'lost cache'; may be repeated. 'none' too."),
    ] = None,
) -> None:
    """Write a made-up log with causes planted in it, and a key that says which."""
    from aicost.log.sample import Sample, write_sample
    from aicost.log.sample_causes import planted

    if cause and "none" in cause[1:] + cause[:-1]:
        raise Refused("--cause none: say it alone, or leave it out")
    with steps(1) as step, refusing(ValueError, before="--"):
        step("writing")
        causes = planted(days, [] if cause == ["none"] else cause) if cause else None
        key, beside = write_sample(out, Sample(rows, days, seed, scored, causes))
    say(f"written: {out}, {key.calls:,} calls of {days} days\nits key: {beside}")


@app.command()
def quality(files: LogFile, columns: Columns = None, csv: Csv = False) -> None:
    """Say when the quality of answers changed, in which slice, and how sure that is."""
    from aicost.log.quality import quality_changes

    with steps(2) as step:
        step("reading")
        log = calls_of(files, columns)
        step("comparing")
        with refusing_of(log):
            found = quality_changes(log.calls)
    say(csv_of(found.rows().frame()) if csv else str(found), end="" if csv else "\n")


@app.command()
def calibrate(
    files: LogFile,
    columns: Columns = None,
    write: Annotated[
        Path | None,
        typer.Option(metavar="SCENARIO", help="Write them into a copy of it: NAME-measured.yaml."),
    ] = None,
    stage: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STAGE=PART", help="A stage of it, and its part of the log; may be repeated."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Another name for the copy.")
    ] = None,
    csv: Csv = False,
) -> None:
    """Measure values of a scenario from a log, each with its range."""
    from aicost.cli.measured import Copy
    from aicost.log.calibrate import measured_values
    from aicost.log.placed import left_lines, placed_values, stages_for, usd_of_parts
    from aicost.log.steady import passed_lines

    if write is None and (stage or out):
        raise Refused(f"--{'stage' if stage else 'out'}: name the scenario too, --write SCENARIO")
    copy = Copy.beside(write, out) if write is not None else None
    with steps(2) as step, refusing(ValueError):
        step("reading")
        log = calls_of(files, columns)
        step("measuring")
        with refusing_of(log):
            found = measured_values(log.calls, lasting=True)
        if copy is not None:
            scenario = copy.case.point.scenario
            result = placed_values(found, scenario, stages_for(found, scenario, stage or ()))
            usd = usd_of_parts(log.calls, copy.case.book)
    say(
        csv_of(found.rows().frame()) if csv else found.rows().text(found.sentence),
        end="" if csv else "\n",
    )
    for line in passed_lines(found.passed):
        say(line, err=csv)
    if copy is None:
        return
    what = f"as measured in {found.calls:,} calls of {found.days} days"
    say("\n" + copy.written(result.values, what, result.hours), err=csv)
    for line in left_lines(result, usd):
        say(line, err=csv)
