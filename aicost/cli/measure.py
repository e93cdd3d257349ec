"""`aicost measure`: what other tools measured, and what is measured from here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aicost.cli.common import Refused, refusing, say
from aicost.cli.measured import (
    Copy,
    agreed,
    beside,
    free,
    key_in,
    loads_of,
    price_of,
    progress,
    shown,
)
from aicost.values.cells import csv_of
from aicost.values.formatting import usd
from aicost.values.new_file import write_new
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
    write: Annotated[
        Path | None,
        typer.Option(metavar="SCENARIO", help="Correct a pool in a copy: NAME-measured.yaml."),
    ] = None,
    pool: Annotated[str, typer.Option(help="The pool, in place of --model and --chip.")] = "",
    csv: Csv = False,
) -> None:
    """Read the result of a benchmark, and hold the formulas of serving against it."""
    from aicost.book.machines import machine
    from aicost.measure.benchmark_files import read_benchmark
    from aicost.measure.corrected import corrected, reached
    from aicost.measure.record import carried_of
    from aicost.scenario.served_pools import works

    if bool(model) != bool(chip):
        raise Refused(
            f"--{'model' if model else 'chip'} alone; name --model and --chip, or neither"
        )
    if model and pool:
        raise Refused("--pool says model and chip itself; leave --model and --chip out")
    copy = Copy.of(write, pool, ("reached",), "pool")
    with refusing(ValueError):
        found = read_benchmark(file)
    mended, written = None, ""
    if model:
        served = machine(model, chip, engine=engine, weights=weights, tensor=tensor)
        mended = corrected(served, found.each)
    if copy is not None:
        point = copy.case.point.scenario
        own = next(one for one in point.pools if one.name == pool)
        if not own.serves:
            raise Refused(f"--pool {pool} serves no model; write serves: and chip: in {write}")
        with refusing(ValueError):
            mended, times = reached(own, works(point)[pool], found.each)
        written = copy.written(carried_of(times, pool), f"as measured by {file.name}")
    parts = [shown(found), *([beside(mended)] if mended else []), written]
    if csv:
        say(csv_of(found.rows().frame()), end="")
    else:
        say("\n\n".join(filter(None, parts)))


@app.command()
def endpoint(
    url: Annotated[
        str,
        typer.Argument(metavar="URL", show_default=False, help="Such as http://localhost:8000/v1."),
    ],
    model: Annotated[str, typer.Option(help="Name that the endpoint has for it.")],
    key_from: Annotated[
        str, typer.Option(metavar="VARIABLE", help="Environment variable that holds a key.")
    ] = "",
    at_once: Annotated[
        str, typer.Option(metavar="1,2,4", help="Requests at once, load by load.")
    ] = "1,2,4,8",
    requests: Annotated[int, typer.Option(min=1, help="Requests of each load, at least.")] = 10,
    input_tokens: Annotated[int, typer.Option(min=20, max=200_000, help="Of a prompt.")] = 500,
    output_tokens: Annotated[int, typer.Option(min=2, max=8_192, help="At most.")] = 100,
    timeout: Annotated[float, typer.Option(min=0.1, max=3_600, help="Seconds of one answer.")] = 60,
    most_requests: Annotated[int, typer.Option(min=1, help="Ask no more often than this.")] = 200,
    priced_as: Annotated[
        str, typer.Option(metavar="PROVIDER/MODEL", help="Price that each token costs.")
    ] = "",
    most_usd: Annotated[float, typer.Option(min=0, help="Spend no more, where priced.")] = 1.0,
    yes: Annotated[bool, typer.Option("--yes", help="Go on without a question.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the rows as .json or .csv.")
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option(metavar="SCENARIO", help="Write times into a copy of it: NAME-measured.yaml."),
    ] = None,
    stage: Annotated[str, typer.Option(help="The stage of the copy that gets them.")] = "",
) -> None:
    """Time a model behind an OpenAI-compatible URL: first words, tokens, at a ramp of loads."""
    from aicost.measure.endpoint import EndpointError
    from aicost.measure.endpoint import endpoint as named
    from aicost.measure.ramp import Plan, ramp
    from aicost.measure.record import ENDINGS, file_text, times_of

    copy = Copy.of(write, stage, ("ttft", "tpot"))
    if out is not None:
        free(out, ENDINGS)
    with refusing(EndpointError):
        at = named(url, model, key_in(key_from), timeout)
    plan = Plan(loads_of(at_once), requests, input_tokens, output_tokens, price_of(priced_as))
    if plan.total > most_requests:
        over = f"{plan.total} requests are more than --most-requests {most_requests}"
        raise Refused(f"{over}; raise it, or ask for fewer --at-once or --requests")
    if plan.most_usd > most_usd:
        over = f"{usd(plan.most_usd)} may be spent, more than --most-usd {most_usd:g}"
        raise Refused(f"{over}; raise it, or ask for fewer or shorter answers")
    say(paragraph(f"{at.url.netloc}, {model}: {plan.words}"), err=True)
    if not yes:
        agreed()
    with refusing(EndpointError), progress(plan.total) as told:
        found = ramp(at, plan, told)
    say(shown(found))
    if out is not None:
        write_new(out, file_text(found, out.suffix))
        say(f"\nwritten: {out}")
    if copy is not None:
        lightest = found.each[0]
        values = times_of(lightest, copy.part)
        say("\n" + copy.written(values, f"as measured with {lightest.words}"))


@app.command()
def questions(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="QUESTIONS.csv", show_default=False, help="Columns question and answer."
        ),
    ],
    threshold: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Cosine whose shares are written.")
    ] = 0.9,
    write: Annotated[
        Path | None,
        typer.Option(metavar="SCENARIO", help="Write shares into a copy: NAME-measured.yaml."),
    ] = None,
    stage: Annotated[str, typer.Option(help="The cache in it that gets them.")] = "",
    model: Annotated[
        str, typer.Option(help="wordllama256 (fast), or minilm384 (a transformer).")
    ] = "",
    csv: Csv = False,
) -> None:
    """Play questions through a cache by likeness: hits, wrong answers, and how fast it is here."""
    from aicost.measure.questions import THRESHOLDS, played, read_questions
    from aicost.measure.record import shares_of

    copy = Copy.of(write, stage, ("hit_share", "wrong_share"))
    with refusing(ValueError):
        found = played(read_questions(file), sorted({*THRESHOLDS, threshold}), model)
    table = found.rows()
    if csv:
        say(csv_of(table.frame()), end="")
    else:
        heads = [column.name for column in table.columns]
        rows = grid([heads, *table.texts()], "lrr")
        say("\n\n".join([paragraph(found.sentence), rows, *map(paragraph, table.notes)]))
    if copy is not None:
        (kept,) = (one for one in found.kept if one.threshold == threshold)
        values = shares_of(kept.hit_share, kept.wrong_share, copy.part)
        say("\n" + copy.written(values, f"as measured from a cosine of {threshold:g} on"), err=csv)
