"""The commands that say where the money goes: bill, explain, compare."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aicost.billing.bill import Bill
from aicost.cli import bill_text
from aicost.cli.common import (
    PAST,
    File,
    Prices,
    Refused,
    Settings,
    closed,
    limit_of,
    opened,
    price_line,
    say,
)
from aicost.values.cells import csv_of
from aicost.values.formatting import line_words
from aicost.values.money import speak
from aicost.values.suggest import instead
from aicost.values.text_table import paragraph


def bill(
    file: File,
    users: Annotated[str, typer.Option(metavar="N", help="At N users.")] = "",
    settings: Settings = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print every line as CSV.")] = False,
    prices: Prices = None,
) -> None:
    """Print the bill of a month line by line, with its range, and what one request costs."""
    from aicost.analysis.alternatives.caches import caches
    from aicost.analysis.alternatives.routing import routings
    from aicost.analysis.capacity.idle_units import idle_units
    from aicost.analysis.capacity.search_units import search_units
    from aicost.analysis.request_cost.report import request_cost
    from aicost.analysis.uncertainty.expected import expected
    from aicost.analysis.user_margins.report import told, user_margins
    from aicost.scenario.checks import warnings
    from aicost.timing.unserved import unserved

    changes = [*([f"users={users}"] if users else []), *(settings or [])]
    case = opened(file, prices, changes)
    if csv:
        say(csv_of(case.bill.frame()), end="")
        closed(case, err=True)
        return
    head = f"{case.name}, with {', '.join(changes)}" if changes else case.name
    parts = [head, bill_text.lines_by_component(case.bill), bill_text.totals(case.bill)]
    parts.append(bill_text.range_words(expected(case)))
    if case.bill.requests > 0:
        parts.append(bill_text.request_words(request_cost(case)))
    if told(case):
        parts.append(bill_text.user_words(user_margins(case)))
    if (kept := caches(case)).told:
        parts.append(paragraph(kept.sentence))
    parts += [paragraph(idle.sentence) for idle in idle_units(case)]
    parts += [paragraph(one.sentence) for one in search_units(case) if one.run != one.hold]
    parts += [paragraph(found.sentence) for found in routings(case)]
    if (left := unserved(case)) is not None:
        parts.append(paragraph(left.sentence))
    if found := warnings(case.scenario, case.book):
        parts.append(bill_text.doubt_words(found, file))
    say("\n\n".join(parts))
    closed(case)


def explain(
    file: File,
    line: Annotated[
        str, typer.Argument(show_default=False, help="Number of a line; without it, all of them.")
    ] = "",
    settings: Settings = None,
    prices: Prices = None,
) -> None:
    """Show how a line is made: each number, who said so, and where it stands."""
    case = opened(file, prices, settings)
    if line:
        say(bill_text.making_of(case.bill, _line_number(case.bill, line)))
    else:
        say(f"{bill_text.every_line(case.bill)}\n\nNext: aicost explain {file} NUMBER")
    closed(case)


def _line_number(bill: Bill, line: str) -> int:
    """The number of a line, given as such or by its name."""
    names = [line_words(c) for c in bill.charges]
    if line in names:
        return names.index(line) + 1
    if not line.isdecimal():
        raise Refused(f"no line {line!r}; {instead(line, names)}")
    if not 1 <= int(line) <= len(names):
        raise Refused(f"no line {line}; there are 1 to {len(names)}")
    return int(line)


def compare(
    a: Annotated[Path, typer.Argument(metavar="A", show_default=False, help="Such as the plan.")],
    b: Annotated[Path, typer.Argument(metavar="B", show_default=False, help="Such as what is.")],
    limit: Annotated[
        str | None,
        typer.Option(
            metavar='"5 %"',
            help="As Markdown for a pull request; code 1 if a month costs more beyond it.",
        ),
    ] = None,
    prices: Prices = None,
) -> None:
    """Say why B does not cost what A costs, and where it would; or hold it to a limit."""
    from aicost.analysis.alternatives.equal_cost import equal_cost
    from aicost.analysis.attribution.bridge import bridge
    from aicost.cli.bridge_text import bridge_text

    most = limit_of(limit)
    one, other = opened(a, prices), opened(b, prices)
    speak(one.scenario.money)  # of two currencies, that of the first
    names = (one.name, other.name) if one.name != other.name else (a.name, b.name)
    found = bridge(one, other)
    if most is None:
        say(f"{bridge_text(found, names)}\n\n{paragraph(equal_cost(one, other, names).sentence)}")
        closed(other)
        return
    from aicost.analysis.uncertainty.paired import alike
    from aicost.cli.bridge_markdown import bridge_markdown, is_past
    from aicost.values.markdown import inline

    before, after = alike(one, other)
    text = bridge_markdown(found, names, before, after, most)
    say(f"{text}\n\n{inline(price_line(other.book))}")
    closed(after, err=True)
    if is_past(found, most):
        raise typer.Exit(PAST)
