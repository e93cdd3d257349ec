"""`aicost measure`: what other tools measured, and what is measured from here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aicost.cli.common import refusing, say
from aicost.measure.loads import Loads
from aicost.values.cells import csv_of
from aicost.values.text_table import grid, paragraph

app = typer.Typer(help="Measure: results, endpoint, questions.", no_args_is_help=True)

Csv = Annotated[bool, typer.Option("--csv", help="Print the rows as CSV.")]


@app.command()
def results(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="RESULT", show_default=False, help="JSON of vLLM, GuideLLM, AIPerf; or its CSV."
        ),
    ],
    model: Annotated[str, typer.Option(help="Model, to correct the formulas: llama-3.1-8b.")] = "",
    chip: Annotated[str, typer.Option(help="Chip that it ran on, such as h100-sxm.")] = "",
    engine: Annotated[str, typer.Option(help="vllm, sglang or trtllm.")] = "vllm",
    weights: Annotated[str, typer.Option(help="Width of its weights: bf16, fp8, fp4.")] = "bf16",
    tensor: Annotated[int, typer.Option(min=1, help="Chips that one copy is split over.")] = 1,
    csv: Csv = False,
) -> None:
    """Read the result of a benchmark; with --model and --chip, hold the formulas against it."""
    from aicost.book.machines import machine
    from aicost.cli.common import Refused
    from aicost.measure.benchmark_files import read_benchmark
    from aicost.measure.corrected import corrected

    if bool(model) != bool(chip):
        raise Refused(
            f"--{'model' if model else 'chip'} alone; name --model and --chip, or neither"
        )
    with refusing(ValueError):
        found = read_benchmark(file)
    if csv:
        say(csv_of(found.rows().frame()), end="")
        return
    parts = [shown(found)]
    if model:
        one = machine(model, chip, engine=engine, weights=weights, tensor=tensor)
        mended = corrected(one, found.each)
        table = mended.rows()
        heads = [column.name for column in table.columns]
        parts += [paragraph(mended.sentence), grid([heads, *table.texts()], "llrrr", (0,))]
    say("\n\n".join(parts))


def shown(found: Loads) -> str:
    """Measured loads as text."""
    table = found.rows()
    if not any(one.failed for one in found.each):
        table = table.only(*(c.key or c.name for c in table.columns if c.name != "failed"))
    heads = [column.name for column in table.columns]
    rows = grid([heads, *table.texts()], "l" + "r" * (len(heads) - 1), (0,))
    return "\n\n".join([paragraph(found.sentence), rows, *map(paragraph, table.notes)])
