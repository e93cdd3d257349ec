"""The command that says how fast a system answers."""

from __future__ import annotations

from aicost.cli.common import File, Prices, Settings, closed, opened, say
from aicost.timing import report
from aicost.timing.report import (
    Times,
    answer_words,
    assumed_words,
    load_words,
    notes,
    remedy_words,
    stage_words,
)
from aicost.values.table import Table
from aicost.values.text_table import grid, paragraph


def latency(file: File, settings: Settings = None, prices: Prices = None) -> None:
    """Print how fast it answers: percentiles at four sizes, budgets, stages, remedies."""
    case = opened(file, prices, settings)
    times = report.latency(case)
    if times is None:
        say(f"{case.name}: no stage of it takes any time.")
        return
    head = f"{case.name}, with {', '.join(settings)}" if settings else case.name
    parts = [
        head,
        paragraph(answer_words(times)),
        _grid(times.rows()),
        paragraph(load_words(times)),
    ]
    parts += [_stages(times), *map(paragraph, (stage_words(), *notes(times)))]
    parts += [_grid(times.remedy_rows()), paragraph(remedy_words(times))]
    if times.assumed:
        rows = [(path, value) for path, value, _ in times.assumed]
        parts.append(grid(["Times that the file does not state (in seconds)", *rows], "ll", (1,)))
        parts += filter(None, [paragraph(assumed_words(times))])
    say("\n\n".join(parts))
    closed(case)


def _stages(times: Times) -> str:
    every = times.stage_rows()
    return _grid(every.only(*(c.name for c in every.columns if c.key not in ("share", "left"))))


def _grid(table: Table) -> str:
    """A table as text; names of columns are not capitalised in a terminal."""
    heads = [f"{c.name[0].lower()}{c.name[1:]}" for c in table.columns]
    return grid([heads, *table.texts()], "l" + "r" * (len(heads) - 1), (0,))
