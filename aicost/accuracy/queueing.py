"""Topic `queueing`: the queueing formulas against exact sums and long simulations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from aicost.accuracy.report import Part, Report, read_cases
from aicost.formulas.queueing import (
    erlang_a,
    erlang_b,
    erlang_c,
    log_erlang_b,
    log_erlang_c,
    mean_wait,
    mean_wait_lognormal,
    processor_sharing,
    service_level,
    wait_quantile,
)
from aicost.formulas.queueing.staffing import least_servers
from aicost.values.quantities import SECONDS_PER_HOUR, Numeric
from aicost.values.table_file import Record

EXACT, IN_TIME, MEDIAN, WORST = 1e-9, 1e-6, 0.02, 0.10
BAR = (
    "M/M/c, Erlang A and M/G/1-PS within 1e-9 of each figure, the service level of Erlang A within "
    "1e-6, servers never off, mean wait of M/G/c median 2 %, worst 10 %"
)
LEVELS = {"servers_for_80": 0.80, "servers_for_95": 0.95}
INPUTS = (
    "arrivals_per_hour",
    "mean_service_s",
    "service_dist",
    "service_scv",
    "servers",
    "target_s",
    "patience_s",
)
FIGURES = ("p_wait", "mean_wait_s", "service_level", "mean_time_in_system_s", *LEVELS)

#: The least and the most that an input may be.
WITHIN = {
    "arrivals_per_hour": (1e-6, 1e9),
    "mean_service_s": (1e-6, 1e9),
    "service_scv": (0.0, 1e6),
    "servers": (1.0, 1e6),
    "target_s": (0.0, 1e9),
    "patience_s": (1e-6, 1e9),
}
MOST_LOAD = 1e6  # servers that are busy on average

Rows = Sequence[Record]
Figures = Mapping[str, Numeric]


def hold(path: Path) -> Report:
    """Hold Erlang B, C and A, M/G/c and processor sharing against a file of queues.

    Errors are relative, a row's is that of its worst figure; with servers it is how many.
    """
    rows = read_cases(path, "case_id", "model", *INPUTS, *FIGURES)
    parts: list[Part] = []
    for model, held in MODELS.items():
        of_model = [row for row in rows if row["model"] == model]
        for row in of_model:
            _check(row)
        if of_model:
            parts += held(of_model)
    strange = [row for row in rows if row["model"] not in MODELS]
    if strange:
        said = [f"case {row['case_id']}: no formula for model {row['model']!r}" for row in strange]
        parts.append(Part("other models", [], said))
    return Report("queueing", path.name, BAR, tuple(parts))


def _check(row: Record) -> None:
    """Raise TableError for inputs that no queue has."""
    for column, (low, high) in WITHIN.items():
        if row[column] or column in INPUTS[:2] or column == "servers":
            row.number(column, low=low, high=high)
    row.whole("servers", low=1)
    load = row.number("arrivals_per_hour") * row.number("mean_service_s") / SECONDS_PER_HOUR
    if load > MOST_LOAD:
        raise row.error("arrivals_per_hour", "more than a million are busy", "write fewer")
    needs = {"MMcM": ("patience_s", "target_s"), "MMc": ("target_s",), "MGc": ("service_scv",)}
    for column in needs.get(row["model"], ()):
        row.number(column)


def _exponential(rows: Rows) -> list[Part]:
    """M/M/c: every figure, and the servers for two levels."""
    c, load, service, target, _ = _queues(rows)
    queue = {"servers": c, "load": load, "service_s": service}
    wait = mean_wait(**queue)
    with np.errstate(divide="ignore"):
        if_waiting = np.where(load < c, service / np.maximum(c - load, 0.0), np.inf)
    ours = {
        "p_block": erlang_b(servers=c, load=load),
        "log10_p_block": log_erlang_b(servers=c, load=load) / np.log(10),
        "p_wait": erlang_c(servers=c, load=load),
        "log10_p_wait": log_erlang_c(servers=c, load=load) / np.log(10),
        "occupancy": np.minimum(load / c, 1.0),
        "mean_wait_s": wait,
        "mean_wait_if_waiting_s": if_waiting,
        "mean_queue": wait * load / service,
        "service_level": service_level(**queue, target_s=target),
        "p95_wait_s": wait_quantile(**queue, quantile=0.95),
        "mean_time_in_system_s": wait + service,
    }
    return [_part("M/M/c", rows, ours, EXACT), _staffing("servers of M/M/c", rows)]


def _impatient(rows: Rows) -> list[Part]:
    """Erlang A: every figure, the service levels, and the servers for two levels."""
    c, load, service, target, patience = _queues(rows)
    queue = erlang_a(servers=c, load=load, service_s=service, patience_s=patience, target_s=target)
    exact = {
        "occupancy": queue.occupancy,
        "p_wait": queue.p_wait,
        "log10_p_wait": np.log10(queue.p_wait),
        "mean_wait_s": queue.mean_wait_s,
        "mean_wait_if_waiting_s": queue.mean_wait_s / queue.p_wait,
        "mean_queue": queue.mean_wait_s * load / service,
        "mean_time_in_system_s": queue.mean_wait_s + service * (1.0 - queue.p_abandon),
        "p_abandon": queue.p_abandon,
    }
    in_time = {
        "service_level": queue.service_level,
        "service_level_if_patient": 1.0 - queue.late_share_if_patient,
    }
    return [
        _part("Erlang A", rows, exact, EXACT),
        _part("service level of Erlang A", rows, in_time, IN_TIME),
        _staffing("servers of Erlang A", rows),
    ]


def _any_service(rows: Rows) -> list[Part]:
    """M/G/c: the mean wait for the row's law; P(wait) as if service were exponential, no bar."""
    c, load, service, *_ = _queues(rows)
    scv = _column(rows, "service_scv")
    queue = {"servers": c, "load": load, "service_s": service, "scv": scv}
    lognormal = np.array([row["service_dist"] == "lognormal" for row in rows])
    wait = np.where(lognormal, mean_wait_lognormal(**queue), mean_wait(**queue))
    held = _part("mean wait of M/G/c", rows, {"mean_wait_s": wait}, WORST)
    middle = float(np.median(held.errors)) if held.errors else 0.0
    failed = [] if middle <= MEDIAN else [f"median {middle:.3g} instead of at most {MEDIAN}"]
    as_if = {"p_wait": erlang_c(servers=c, load=load)}
    return [
        Part(held.name, held.errors, held.left_out, [*held.failed, *failed]),
        replace(_part("P(wait) of M/G/c as Erlang C, no bar", rows, as_if, np.inf), judged=False),
    ]


def _sharing(rows: Rows) -> list[Part]:
    """M/G/1 with processor sharing: the mean time in the system."""
    _, load, service, *_ = _queues(rows)
    ours = {"mean_time_in_system_s": processor_sharing(load=load, service_s=service)}
    return [_part("M/G/1-PS", rows, ours, EXACT)]


MODELS: dict[str, Callable[[Rows], list[Part]]] = {
    "MMc": _exponential,
    "MMcM": _impatient,
    "MGc": _any_service,
    "MG1PS": _sharing,
}


def _staffing(name: str, rows: Rows) -> Part:
    """Least servers for 80 and 95 % within the row's target; the error is how many are wrong."""
    _, load, service, target, patience = _queues(rows)
    ours = {
        column: least_servers(
            load=load, service_s=service, target_s=target, level=level, patience_s=patience
        )
        for column, level in LEVELS.items()
    }
    return _part(name, rows, ours, 0.0, size=lambda _: 1.0)


def _part(
    name: str, rows: Rows, ours: Figures, bar: float, size: Callable[[float], float] = abs
) -> Part:
    """Errors of the figures that a row states; a row that states none is left out."""
    errors, left_out, failed = [], [], []
    stated = {column: _column(rows, column) for column in ours}
    for i, row in enumerate(rows):
        off = {
            column: _error(column, float(ours[column][i]), float(stated[column][i]), size)
            for column in ours
            if not np.isnan(stated[column][i])
        }
        label = f"case {row['case_id']}"
        if not off:
            left_out.append(f"{label}: the file states no {' or '.join(ours)}")
            continue
        worst = max(off, key=lambda column: off[column])
        errors.append(off[worst])
        if not off[worst] <= bar:
            failed.append(f"{label}: {worst} {ours[worst][i]:.12g} instead of {row[worst]}")
    return Part(name, errors, left_out, failed)


def _error(column: str, ours: float, stated: float, size: Callable[[float], float]) -> float:
    """Distance over size; of a log10 the distance that it makes in the probability."""
    if ours == stated:
        return 0.0
    if column.startswith("log10_"):
        return float(abs(np.expm1(np.log(10) * (ours - stated))))
    return abs(ours - stated) / size(stated) if stated else np.inf


def _queues(rows: Rows) -> list[Numeric]:
    """Servers, load, service time, target and patience; a load is divided exactly, then rounded."""
    arrivals, service = (
        [Fraction(row[column]) for row in rows]
        for column in ("arrivals_per_hour", "mean_service_s")
    )
    load = [float(a * s / SECONDS_PER_HOUR) for a, s in zip(arrivals, service, strict=True)]
    patience = np.nan_to_num(_column(rows, "patience_s"), nan=np.inf)
    columns = (_column(rows, column) for column in ("servers", "mean_service_s", "target_s"))
    servers, service_s, target = columns
    return [servers, np.array(load), service_s, target, patience]


def _column(rows: Rows, column: str) -> Numeric:
    """A column's numbers; nan where the file says nothing, inf where a queue never ends."""
    endless = {"": np.nan, "inf": np.inf}
    said = ((row, row.get(column, "")) for row in rows)
    return np.array(
        [endless[text] if text in endless else row.number(column) for row, text in said]
    )
