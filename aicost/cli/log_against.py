"""`aicost log against` and `aicost log forecast`: what was said beside what came."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aicost.cli.bridge_text import PLAIN
from aicost.cli.common import (
    Prices,
    Refused,
    age_warning,
    closed,
    opened,
    price_line,
    refusing,
    say,
)
from aicost.cli.log import Columns, Csv, LogFile, calls_of, refusing_of
from aicost.cli.progress import steps
from aicost.values.cells import csv_of
from aicost.values.text_table import paragraph

Saved = Annotated[
    Path,
    typer.Argument(
        metavar="SAID", show_default=False, help="A scenario, or a forecast that was written."
    ),
]


def against(
    said: Saved,
    files: LogFile,
    stage: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STAGE=PART", help="A stage of it, and its part of the log; may be repeated."
        ),
    ] = None,
    columns: Columns = None,
    prices: Prices = None,
    csv: Csv = False,
) -> None:
    """Hold a scenario, or a forecast, against a log: what is off, inside its range or not, why."""
    if said.suffix == ".json":
        if stage:
            raise Refused(f"--stage {stage[0]}: a forecast has no stages; leave it out")
        _held(said, files, columns, prices, csv)
        return
    from aicost.analysis.logged.against import against_log
    from aicost.scenario.problems import ScenarioError

    case = opened(said, prices)
    with steps(2) as step:
        step("reading")
        log = calls_of(files, columns)
        step("comparing")
        with refusing_of(log), refusing(ScenarioError):
            found = against_log(case, log.calls, stage or ())
    if csv:
        say(csv_of(found.rows().frame()), end="")
        closed(case, err=True)
        return
    way = found.explained().text().translate(PLAIN)
    say(f"{paragraph(found.sentence.translate(PLAIN))}\n\n{found.rows().text()}\n\n{way}")
    closed(case)


def _held(
    said: Path, files: list[Path], columns: list[str] | None, prices: Path | None, csv: bool
) -> None:
    from aicost.book.book import Book
    from aicost.log.forecast import ForecastError, forecast_of, held

    with refusing(ForecastError):
        made = forecast_of(said.read_text(encoding="utf-8", errors="replace"), str(said))
    with steps(2) as step:
        step("reading")
        log, book = calls_of(files, columns), Book.load(overlay=prices)
        step("comparing")
        with refusing_of(log):
            found = held(made, log.calls, book)
    if csv:
        say(csv_of(found.rows().frame()), end="")
    else:
        say(f"{found!r}\n\n{price_line(book)}")


def forecast(
    files: LogFile,
    write: Annotated[
        Path | None,
        typer.Option(metavar="FILE.json", help="Keep it, to be held against a later log."),
    ] = None,
    columns: Columns = None,
    prices: Prices = None,
    csv: Csv = False,
) -> None:
    """Say what the next whole month will cost, by the days of the week and the trend of a log."""
    from aicost.book.book import Book
    from aicost.cli.measured import free
    from aicost.log.forecast import forecast as made_of
    from aicost.values.new_file import write_new

    path = free(write, (".json",)) if write is not None else None
    with steps(2) as step:
        step("reading")
        log, book = calls_of(files, columns), Book.load(overlay=prices)
        step("expecting")
        with refusing_of(log):
            found = made_of(log.calls, book)
    if path is not None:
        write_new(path, found.text())
    if csv:
        say(csv_of(found.rows().frame()), end="")
    else:
        say(f"{found!r}\n\n{price_line(book)}")
        if warning := age_warning(book):
            say(warning, err=True)
    if path is not None:
        say(f"written: {path}; once it has come: aicost log against {path} LOG", err=csv)
