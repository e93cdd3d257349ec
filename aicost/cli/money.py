"""The commands that say where the money goes: bill, explain, compare, reconcile."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aicost.billing.bill import Bill
from aicost.billing.walk import bill as billed
from aicost.cli import bill_text as showing
from aicost.cli.common import File, Prices, Refused, Settings, closed, opened
from aicost.values.formatting import line_words
from aicost.values.suggest import nearest


def bill(
    file: File,
    users: Annotated[str, typer.Option(metavar="N", help="At N users.")] = "",
    settings: Settings = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print every line as CSV.")] = False,
    prices: Prices = None,
) -> None:
    """Print the bill of a month line by line, with its range."""
    from aicost.analysis.uncertainty.expected import expected

    changes = [*([f"users={users}"] if users else []), *(settings or [])]
    scenario, book = opened(file, prices, changes)
    made = billed(scenario, book)
    if csv:
        typer.echo(made.frame().to_csv(index=False, lineterminator="\n"), nl=False)
        closed(book, err=True)
        return
    head = f"{scenario.name}, with {', '.join(changes)}" if changes else scenario.name
    parts = [head, showing.bill_text(made), showing.totals_text(made)]
    typer.echo("\n\n".join([*parts, showing.range_text(expected(scenario, book))]))
    closed(book)


def explain(
    file: File,
    line: Annotated[
        str, typer.Argument(show_default=False, help="Number of a line; without it, all of them.")
    ] = "",
    settings: Settings = None,
    prices: Prices = None,
) -> None:
    """Show how a line is made: each number, who said so, and where it stands."""
    scenario, book = opened(file, prices, settings)
    made = billed(scenario, book)
    if line:
        typer.echo(showing.making_text(made, _line_number(made, line)))
    else:
        typer.echo(f"{showing.lines_text(made)}\n\nNext: aicost explain {file} NUMBER")
    closed(book)


def _line_number(made: Bill, line: str) -> int:
    """The number of a line, given as such or by its name."""
    names = [line_words(c) for c in made.charges]
    if line in names:
        return names.index(line) + 1
    if not line.isdigit():
        raise Refused(f"no line {line!r}; {nearest(line, names)}")
    if not 1 <= int(line) <= len(names):
        raise Refused(f"no line {line}; there are 1 to {len(names)}")
    return int(line)


def compare(
    a: Annotated[Path, typer.Argument(metavar="A", show_default=False, help="Such as the plan.")],
    b: Annotated[Path, typer.Argument(metavar="B", show_default=False, help="Such as what is.")],
    prices: Prices = None,
) -> None:
    """Say why B does not cost what A costs, input by input."""
    from aicost.analysis.attribution.bridge import bridge
    from aicost.cli.bridge_text import bridge_text
    from aicost.scenario.checks import verify
    from aicost.scenario.load import load

    one = load(a)
    other, book = opened(b, prices)
    verify(one, book)
    names = (one.name, other.name) if one.name != other.name else (a.name, b.name)
    typer.echo(bridge_text(bridge(one, other, book), names))
    closed(book)


def reconcile(
    file: File,
    invoice: Annotated[
        Path, typer.Argument(metavar="INVOICE.csv", show_default=False, help="Cost by service.")
    ],
    columns: Annotated[
        str, typer.Option(metavar="SERVICE,COST", help="Names of these columns, if not known.")
    ] = "",
    prices: Prices = None,
) -> None:
    """Hold the bill against a cloud invoice, component by component."""
    from aicost.invoices.reconcile import reconcile_invoice

    scenario, book = opened(file, prices)
    found = reconcile_invoice(billed(scenario, book), invoice, columns or None)
    typer.echo(showing.reconciled_text(found))
    closed(book)
