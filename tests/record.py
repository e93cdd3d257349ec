"""Write down all that the program says of the samples, to be held against another version of it.

    python tests/record.py BEFORE     # then change the code, and
    python tests/record.py AFTER
    diff -r BEFORE AFTER

One file a command, as it stands on a screen; of each review also its page, bill and figures.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from typer.testing import CliRunner

from aicost.cli.app import app

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = Path("data", "scenarios")
PLAN = SAMPLES / "contract-search-planned.yaml"


def said(*words: str | Path) -> str:
    """Return what a command prints, and how it ends where that is not well."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    ending = f"\nends with {done.exit_code}: {done.exception!r}\n" if done.exit_code else ""
    return f"{done.output}{ending}"


def recordings(sample: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each recording of a sample."""
    for command in ("bill", "show", "check", "latency"):
        yield command, said(command, sample)
    yield "compare", said("compare", PLAN, sample)
    yield "csv", (table := said("bill", sample, "--csv"))
    lines = table.partition("\n\n")[0].count("\n")  # a bill's CSV ends at the first blank line
    yield "explain", "\n".join(said("explain", sample, str(n + 1)) for n in range(lines))


def record(out: Path) -> None:
    """Write the recordings of every sample into a folder of its name, its review among them."""
    for sample in sorted(SAMPLES.glob("*.yaml")):
        folder = out / sample.stem
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in recordings(sample):
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        text = said("review", sample, "--out", folder / "review", "--plan", PLAN)
        (folder / "review.txt").write_text(text.replace(str(out), "OUT"), encoding="utf-8")
        page = folder / "review" / "index.html"
        page.write_text(page.read_text(encoding="utf-8").replace(str(out), "OUT"), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    target = Path(sys.argv[1]).resolve()
    os.chdir(ROOT)
    record(target)
