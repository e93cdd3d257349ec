"""The command that says what to change first."""

from __future__ import annotations

from typing import Annotated

import typer

from aicost.cli.common import File, Prices, Settings, closed, opened, say
from aicost.values.text_table import paragraph


def levers(
    file: File,
    months: Annotated[
        int, typer.Option(min=1, max=120, help="How much later a late start is.")
    ] = 6,
    settings: Settings = None,
    prices: Prices = None,
) -> None:
    """Say what to change first: each lever by itself, and all of them together."""
    from aicost.analysis.levers.report import levers as found_in

    case = opened(file, prices, settings)
    found = found_in(case, months)
    say(found.rows().text(found.sentence) if found.gains else paragraph(found.sentence))
    if found.gains:
        say(f"\n{paragraph(found.reading)}")
    for row in found.rows().rows:
        if row.making:
            say(f"\n{paragraph(row.of.sentence)}")
            say("\n".join(paragraph(line, "  - ", "    ") for line in row.making))
    closed(case)
