"""Frames that charts take: those of the samples, and some made up."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from cases import sample

from aicost.analysis.scaling.growth import growth
from aicost.analysis.scaling.sweep import sweep
from aicost.analysis.viability.inflection import inflections
from aicost.show import charts

SCENARIOS = ("contract-search-billed", "help-desk", "catalogue-overnight", "research-agent")


@lru_cache
def frames(name: str) -> dict[str, Any]:
    """Return what the charts of a sample take."""
    case = sample(name)
    b = case.bill
    today = float(b.users)
    sizes = sorted({*np.geomspace(100, 1e6, 21).round(), 1e3, 1e4, 1e5, today})
    at = sweep(case, values=sizes)
    table = at.totals().rename(columns={at.field: "users"})
    table[["p5", "p95"]] = table[["p5", "p95"]].div(table["users"], axis=0)
    marks = [
        (float(i.point.at), f"{i.goal} turns at {i.point.at:,}")
        for i in inflections(case)
        if i.point and 100 <= i.point.at <= 1e6
    ]
    return {
        "s": case.scenario,
        "bill": b,
        "today": today,
        "components": charts.component_frame(b),
        "usage": at.frame().rename(columns={at.field: "users"}),
        "per_user": table,
        "crossings": pd.DataFrame(marks, columns=["users", "label"]),
        "growth": growth(case),
        "draws": pd.DataFrame({"usd": case.draw().bill.total}),
    }


def bridge_frame(steps: list[tuple[str, float]], start: float = 3269.54) -> pd.DataFrame:
    """Return a bridge that adds up."""
    rows = [("as planned", start, "total"), *((w, v, "step") for w, v in steps)]
    rows.append(("as billed", start + sum(v for _, v in steps), "total"))
    return pd.DataFrame(rows, columns=["label", "usd", "kind"])


STEPS = [
    ("users 4,000 → 6,000", 812.4),
    ("requests per user and month 30 → 52", 1250.1),
    ("answer: output tokens 250 → p50 250, p95 900", 905.3),
    ("retrieval: top_k 8 → 20", 611.0),
    ("documents 120,000 → 180,000", -22.5),
    ("reranking (not in the plan)", 624.0),
    ("answer: repeat 1 → 1.2", 0.0),
    ("people (not in the plan)", 4797.39),
]

GAINS = pd.DataFrame(
    {
        "case": ["nq", "climate-fever", "one that loses by it"],
        "before": [0.305, 0.163, 0.5],
        "after": [0.597, 0.314, 0.42],
    }
)

MODELS = pd.DataFrame(
    {
        "model": [
            "anthropic/claude-sonnet-5-5",
            "anthropic/claude-haiku-5-5",
            "openai/gpt-6-sol",
            "google/gemini-3.8-flash",
            "amazon/nova-3-premier-2026-10-05-extended-context",
        ],
        "usd_per_request": [0.0142, 0.0021, 0.031, 0.00046, 0.0138],
        "input_usd": [0.0082, 0.0011, 0.011, 0.0003, 0.0138],
        "quality": [71, None, 74, 60.5, 55],
    }
)

MODELS["output_usd"] = MODELS["usd_per_request"] - MODELS["input_usd"]

WORK = pd.DataFrame(
    {
        "name": ["1 user", "8 users", "64 users", "a prompt"],
        "flop_per_byte": [2.0, 16.0, 128.0, 11_750.0],
        "flop_per_s": [6.7e12, 5.36e13, 4.288e14, 1.979e15],
    }
)
SPEEDS = pd.DataFrame(
    {
        "users": [1, 4, 16, 64],
        "each": [45.4, 37.8, 22.7, 8.73],
        "all": [45.4, 151.3, 363.2, 558.7],
    }
)
RECALL = pd.DataFrame(
    {
        "cells": [1, 2, 4, 8, 16, 32, 64],
        "looked_at": [0.016, 0.024, 0.041, 0.072, 0.14, 0.26, 0.52],
        "recall": [0.36, 0.48, 0.60, 0.73, 0.83, 0.91, 0.98],
    }
)


def stores(each: dict[str, tuple[float, float, bool]]) -> pd.DataFrame:
    """Return stores with a floor and a price per user, from 100 users to a million."""
    return pd.DataFrame(
        [
            (n, name, floor + usd * n, by_units)
            for n in np.geomspace(100, 1e6, 9)
            for name, (floor, usd, by_units) in each.items()
        ],
        columns=["users", "store", "usd", "by_units"],
    )


STORES = stores(
    {
        "opensearch-serverless": (700.0, 0.0, True),
        "pinecone-standard": (8.0, 0.02, False),
        "turbopuffer-launch": (16.0, 0.0005, False),
        "a-store-with-a-very-long-name": (0.3, 0.02, False),
    }
)


def sample_charts(name: str) -> dict[str, Callable[[int], Any]]:
    """Return the charts of a sample, each waiting for its width."""
    f = frames(name)
    goals, unit, today = f["s"].point().goals, f["s"].traffic.unit, f["today"]
    basis = f["bill"].by("basis")
    shares = pd.DataFrame({"basis": list(basis), "share": [float(v) for v in basis.values()]})
    shares["share"] /= shares["share"].sum()
    plan = f["growth"]
    lines = plan.frame[["month", "usd", "revenue", "p5", "p95"]]
    missed = {goal.missed: month for goal, month in plan.missed.items()}
    more = {"budget": goals.budget_per_month, "missed": missed}
    return {
        "components": lambda w: charts.components_bar(f["components"], width=w),
        "usage": lambda w: charts.usage_curve(f["usage"], today=today, unit=unit, width=w),
        "per user": lambda w: charts.cost_per_user(
            f["per_user"],
            price=goals.price_per_user_month,
            today=today,
            crossings=f["crossings"],
            unit=unit,
            width=w,
        ),
        "growth": lambda w: charts.growth_lines(plan.frame, width=w, **more),
        "growth band": lambda w: charts.growth_lines(lines, width=w, **more),
        "range": lambda w: charts.bill_range(f["draws"], plan=float(f["bill"].total), width=w),
        "basis": lambda w: charts.shares_basis(shares, width=w),
    }


HOURS = pd.DataFrame({"hour": range(24), "seats": [0] * 8 + [3, 5, 8, 8, 6] + [2] * 11})

HOURS["load"] = HOURS["seats"] * 0.7

RULES = pd.DataFrame({"reviewed": np.linspace(0, 1, 41)})

RULES["staff_usd"] = 80 * np.ceil(20 * RULES["reviewed"])

RULES["error_usd"] = 900 * np.exp(-4 * RULES["reviewed"])

RULES["usd"] = RULES["staff_usd"] + RULES["error_usd"]

CURVES = pd.concat(
    pd.DataFrame(
        {
            "what": what,
            "seconds": scale * np.geomspace(0.2, 9, 40),
            "share": np.linspace(0.01, 0.99, 40),
        }
    )
    for what, scale in (("first word", 1.0), ("whole answer", 4.0))
)

STAGES = pd.DataFrame(
    {
        "stage": ["cache", "retrieval", "a model that writes the answer"],
        "component": ["caching", "retrieval", "inference"],
        "seconds": [0.004, 0.11, 3.2],
        "p95": [0.012, 0.4, 9.0],
    }
)
