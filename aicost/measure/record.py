"""What was measured, kept: as a file of its own, and as values of a copy of a scenario."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from aicost.billing.case import Case
from aicost.components.traffic import Profile
from aicost.measure.loads import Load, Loads, Seen
from aicost.scenario.changes import changed
from aicost.scenario.comments import with_comments
from aicost.scenario.sections import OtherLine
from aicost.scenario.writer import scenario_text
from aicost.values.cells import csv_of
from aicost.values.quantities import Spread, Value
from aicost.values.visible import visible

ENDINGS = (".json", ".csv")
DIGITS = 3


def file_text(found: Loads, ending: str) -> str:
    """Measured loads as a file: JSON, which `aicost measure results` reads again, or CSV.

    Parameters
    ----------
    found : the loads. [loads]
    ending : of the file, .json or .csv. [name]
    """
    if ending == ".csv":
        return csv_of(found.rows().frame())
    times = ("first", "token")
    loads = [asdict(one) | {of: getattr(one, of)._asdict() for of in times} for one in found.each]
    whole = {"measured_by": found.measured_by, "model": found.model, "loads": loads}
    return json.dumps(_without_nan(whole), indent=2, ensure_ascii=False) + "\n"


def _without_nan(value: Any) -> Any:
    """Values as JSON has them: what nobody measured is null."""
    if isinstance(value, dict):
        return {key: _without_nan(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_nan(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def times_of(load: Load, stage: str) -> dict[str, Value]:
    """The fields of a stage that a load has measured: its first word, and a further token."""
    found = {"ttft": load.first, "tpot": load.token}
    return {f"{stage}.{name}": _value(seen) for name, seen in found.items() if seen.p50 > 0}


def shares_of(hit_share: float, wrong_share: float, stage: str) -> dict[str, Value]:
    """The fields of a cache that questions have measured: what it answers, and wrongly of that."""
    found = {"hit_share": hit_share, "wrong_share": wrong_share}
    return {f"{stage}.{name}": _rounded(value) for name, value in found.items()}


def carried_of(times: float, pool: str) -> dict[str, Value]:
    """The field of a pool that a benchmark has measured: what a unit carries of what is said."""
    return {f"pools.{pool}.reached": _rounded(times)}


def _value(seen: Seen) -> Value:
    p50, p95 = (_rounded(value) for value in (seen.p50, seen.p95))
    return Spread(p50, p95) if p95 > p50 else p50


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def measured_copy(
    case: Case,
    values: Mapping[str, Value],
    hours: tuple[float, ...] = (),
    lines: Sequence[OtherLine] = (),
    said: Sequence[str] = (),
    invoiced: Mapping[str, Value] | None = None,
) -> str:
    """The text of a scenario with measured values in it, and the comments of its file.

    Parameters
    ----------
    case : the system. [case]
    values : what was measured, by the paths of fields. [values]
    hours : weights of the hours of its day, those of the scenario if none. [requests]
    lines : of cost, that it has besides. [lines]
    said : what is said above it of where they are from. [text]
    invoiced : what an invoice shows of the month, where there is one. [USD/month]

    Raises
    ------
    KeyError : no such field, with the nearest.
    ScenarioError : values that a file could not have.
    """
    found = changed(case.scenario, case.book, dict(values))
    found = replace(found, profile=Profile(hours)) if hours else found
    found = replace(found, other=(*found.other, *lines), invoiced=invoiced or found.invoiced)
    text, file = scenario_text(found), case.scenario.path
    text = with_comments(text, file) if file and file.is_file() else text
    new = [f"# {' '.join(visible(line).split())}" for line in said]
    kept = (line for line in text.splitlines() if line not in new)
    return "\n".join([*new, *kept, ""])


def copy_path(file: Path) -> Path:
    """Where the copy of a scenario goes: beside it, and never over a file.

    >>> copy_path(Path("a/desk.yaml")).as_posix()
    'a/desk-measured.yaml'
    """
    return file.with_name(f"{file.stem}-measured{file.suffix or '.yaml'}")
