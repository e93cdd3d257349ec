"""The command that says how fast a system answers."""

from __future__ import annotations

import typer

from aicost.analysis.scaling.sweep import USAGE
from aicost.cli.common import File, Prices, Settings, closed, opened
from aicost.timing.report import (
    Times,
    answer_words,
    assumed_words,
    load_words,
    notes,
    remedy_words,
    size_rows,
    stage_words,
    times_of,
)
from aicost.values.formatting import money, seconds_words
from aicost.values.text_table import grid, paragraph


def latency(file: File, settings: Settings = None, prices: Prices = None) -> None:
    """Print how fast it answers: percentiles at four sizes, budgets, stages, remedies."""
    scenario, book = opened(file, prices, settings)
    times = times_of(scenario, book, USAGE)
    if times is None:
        typer.echo(f"{scenario.name}: no stage of it takes any time.")
        return
    head = f"{scenario.name}, with {', '.join(settings)}" if settings else scenario.name
    parts = [head, paragraph(answer_words(times)), _sizes(times), paragraph(load_words(times))]
    parts += [_stages(times), *map(paragraph, (stage_words(), *notes(times))), _remedies(times)]
    parts += [paragraph(remedy_words(times))]
    if times.assumed:
        rows = [(path, value) for path, value, _ in times.assumed]
        parts.append(grid(["Times that nobody stated (in seconds)", *rows], "ll", (1,)))
        parts += filter(None, [paragraph(assumed_words(times))])
    typer.echo("\n\n".join(parts))
    closed(book)


def _sizes(times: Times) -> str:
    names = [times.scenario.traffic.usage_units, *times.heads((50, 95, 99))]
    rows = [names, *size_rows(times)]
    return grid(rows, "l" + "r" * (len(names) - 1), range(len(names)))


def _stages(times: Times) -> str:
    rows = [["stage", "adds to the mean", "p50 alone", "p95 alone", "p95 so far"]]
    for t in times.stages:
        rows.append([t.stage, *(seconds_words(v) for v in (t.mean, t.p50, t.p95, t.so_far))])
    return grid(rows, "lrrrr", (0,))


def _remedies(times: Times) -> str:
    names = ["remedy, one at a time", *times.heads((50, 95)), "a month"]
    rows = [names, *([r.name, *times.cells(r), money(r.usd)] for r in times.remedies)]
    return grid(rows, "l" + "r" * (len(names) - 1), (0,))
