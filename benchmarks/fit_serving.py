"""Fit the constants of serving to a file of measured points, and write them as the kit's data.

    python benchmarks/fit_serving.py CASES.csv        some minutes

Every constant is fitted to all rows that `aicost accuracy serving` reads. The ranges beside the
three results are those that hold 90 % of the points of pairs (model and chip) that a fit had not
seen, over three ways to deal the pairs into five folds.
"""

from __future__ import annotations

import csv
import sys
from datetime import date
from pathlib import Path

import numpy as np

from aicost.accuracy.serving import THIN, left_out, ratios
from aicost.accuracy.serving_cases import Cases, read
from aicost.accuracy.serving_fit import fitted
from aicost.book.machines import constants
from aicost.paths import data_dir

SEEDS = (11, 12, 13)
WITHIN = ("speed_within", "first_within", "token_within")


def ranges(cases: Cases) -> list[tuple[float, float]]:
    """4th and 96th percentile of measured by said, of pairs left out: nine in ten, and a little."""
    thin = cases.family == [*constants()["multiply_share"]].index(THIN)
    found = [ratios(cases, left_out(cases, seed=seed), ~thin) for seed in SEEDS]
    pooled = [np.concatenate(each) for each in zip(*found, strict=True)]
    for name, ratio in zip(WITHIN, pooled, strict=True):
        error = np.abs(1.0 / ratio - 1.0)
        print(
            f"{name}: n {ratio.size // len(SEEDS)}, median {np.median(error):.3f}, "
            f"p90 {np.quantile(error, 0.9):.3f}"
        )
    return [(float(np.quantile(r, 0.04)), float(np.quantile(r, 0.96))) for r in pooled]


def main(path: str) -> None:
    cases = read(Path(path))
    table = data_dir() / "serving_constants.csv"
    with table.open(encoding="utf-8", newline="") as file:
        old = list(csv.DictReader(file))
    values = fitted(constants(), cases)
    source = f"benchmarks/fit_serving.py on {Path(path).name}"
    new = [row for row in old if row["constant"] in values]
    for row in new:
        row["value"] = f"{values[row['constant']][row['of']]:.4g}"
    for name, (low, high) in zip(WITHIN, ranges(cases), strict=True):
        held = {"value": "1", "low": f"{low:.3g}", "high": f"{high:.3g}"}
        new.append(dict.fromkeys(old[0], "") | {"constant": name, "unit": "times"} | held)
    for row in new:
        row |= {"rows": str(len(cases)), "source": source, "read_on": date.today().isoformat()}
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(old[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(new)


if __name__ == "__main__":
    main(sys.argv[1])
