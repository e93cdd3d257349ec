"""Charts are read back from what is drawn: words, places, colours; nothing overlaps or is cut."""

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import combinations
from typing import Any, NamedTuple
from xml.etree import ElementTree

import altair as alt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aicost
from aicost.analysis.scaling.growth import growth
from aicost.analysis.scaling.sweep import sweep
from aicost.analysis.viability.inflection import inflections
from aicost.show import charts
from aicost.show.charts.layout import apart, linear_ticks, log_ticks, shorten, text_width, wrap
from aicost.show.charts.renderer import spec_of, to_svg
from aicost.show.charts.theme import COMPONENT_COLOURS, COMPONENT_DASHES, FONT
from aicost.values.charge import COMPONENTS

vl_convert = pytest.importorskip("vl_convert")

WIDTHS = (720, 340)
SCENARIOS = ("contract-search-billed", "help-desk", "catalogue-overnight", "research-agent")

# ---- what is drawn, measured by the library that draws it


class Word(NamedTuple):
    """A line of text on a chart, with its box in pixels of the whole picture."""

    text: str
    x1: float
    x2: float
    y1: float
    y2: float


_WIDTHS: dict[tuple[str, float, Any, str], float] = {}


def measured(lines: list[tuple[str, float, Any, str]]) -> dict[tuple[str, float, Any, str], float]:
    """Return the widths of lines of text (text, size, weight, font) as the converter sets them."""
    values = [dict(zip(("text", "size", "weight", "font"), line, strict=True)) for line in lines]
    enter = {
        "text": {"field": "text"},
        "fontSize": {"field": "size"},
        "fontWeight": {"field": "weight"},
        "font": {"field": "font"},
    }
    boxes = {"x": {"field": "bounds.x1"}, "x2": {"field": "bounds.x2"}, "height": {"value": 1}}
    spec = {
        "width": 1,
        "height": 1,
        "data": [{"name": "lines", "values": values}],
        "marks": [
            {
                "type": "text",
                "name": "words",
                "from": {"data": "lines"},
                "encode": {"enter": enter},
            },
            {"type": "rect", "from": {"data": "words"}, "encode": {"update": boxes}},
        ],
    }
    scene = vl_convert.vega_to_scenegraph(spec)["scenegraph"]
    widths = [item["width"] for kind, item, *_ in items(scene, 0, 0) if kind == "rect"]
    return dict(zip(lines, widths, strict=True))


def items(node: Any, x: float, y: float) -> Iterator[tuple[str, Any, float, float]]:
    """Yield every drawn item with its kind and the origin of its group."""
    for item in node.get("items", ()):
        kind = node["marktype"]
        yield kind, item, x, y
        if kind == "group":
            for mark in item.get("items", ()):
                yield from items(mark, x + item.get("x", 0), y + item.get("y", 0))


def drawn(chart: Any) -> tuple[list[Word], float, float]:
    """Return the words of a chart with their boxes, and the picture's width and height."""
    found = vl_convert.vegalite_to_scenegraph(spec_of(chart), allowed_base_urls=[])
    left, top = found["origin"]
    texts = {}
    for kind, t, x, y in items(found["scenegraph"], left, top):
        if kind == "text" and t.get("text") and t.get("opacity", 1):
            line = (str(t["text"]), t["fontSize"], t.get("fontWeight", "normal"), t["font"])
            at = (x + t.get("x", 0) + t.get("dx", 0), y + t.get("y", 0) + t.get("dy", 0))
            texts[line, at] = (t.get("align", "left"), t.get("baseline", "alphabetic"))
    new = sorted({line for line, _ in texts} - _WIDTHS.keys(), key=str)
    _WIDTHS.update(measured(new) if new else {})
    words = [_word(line, at, *look, _WIDTHS[line]) for (line, at), look in texts.items()]
    return words, found["width"], found["height"]


def _word(line: Any, at: Any, align: str, baseline: str, width: float) -> Word:
    text, size, (x, y) = line[0], line[1], at
    x1 = x - width * {"left": 0, "center": 0.5, "right": 1}[align]
    top = y - size * {"top": 0, "middle": 0.5, "alphabetic": 0.8, "bottom": 1}[baseline]
    return Word(text, x1, x1 + width, top + 0.12 * size, top + 0.88 * size)


def faults(chart: Any) -> list[str]:
    """Return the words that are cut off at an edge or lie over others."""
    words, width, height = drawn(chart)
    cut = [
        f"cut: {w}"
        for w in words
        if w.x1 < -0.5 or w.x2 > width + 0.5 or w.y1 < -0.5 or w.y2 > height + 0.5
    ]
    over = [
        f"over each other: {a} {b}"
        for a, b in combinations(words, 2)
        if min(a.x2, b.x2) - max(a.x1, b.x1) > 0.5 and min(a.y2, b.y2) - max(a.y1, b.y1) > 0.5
    ]
    return cut + over


def words(chart: Any) -> set[str]:
    """Return every line of text that stands on a chart."""
    return {w.text for w in drawn(chart)[0]}


# ---- every chart on every kind of scenario


@lru_cache
def frames(name: str) -> dict[str, Any]:
    """Return what the charts of a sample take."""
    s = aicost.load(f"data/scenarios/{name}.yaml")
    book = aicost.Book.load(as_of=s.as_of)
    b = Case(s, book).bill
    today = float(b.users)
    sizes = sorted({*np.geomspace(100, 1e6, 21).round(), 1e3, 1e4, 1e5, today})
    at = sweep(s, book, values=sizes)
    table = at.totals().rename(columns={at.field: "users"})
    table[["p5", "p95"]] = table[["p5", "p95"]].div(table["users"], axis=0)
    marks = [
        (float(i.point.at), f"{i.goal} turns at {i.point.at:,}")
        for i in inflections(s, book)
        if i.point and 100 <= i.point.at <= 1e6
    ]
    return {
        "s": s,
        "bill": b,
        "today": today,
        "components": charts.component_frame(b),
        "usage": at.frame().rename(columns={at.field: "users"}),
        "per_user": table,
        "crossings": pd.DataFrame(marks, columns=["users", "label"]),
        "growth": growth(s, book),
        "draws": pd.DataFrame({"usd": Case(s.draw(), book).bill.total}),
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
    more = {"budget": goals.budget_per_month, "missed": plan.missed}
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

OTHER_CHARTS: dict[str, Callable[[int], Any]] = {
    "bridge": lambda w: charts.bridge_waterfall(bridge_frame(STEPS), width=w),
    "models": lambda w: charts.model_prices(MODELS, current=MODELS["model"][0], width=w),
    "desk": lambda w: charts.desk_day(HOURS, width=w),
    "policy": lambda w: charts.policy_curve(RULES, width=w),
    "before and after": lambda w: charts.before_after(
        GAINS, measure="quality (nDCG@10)", before="search", after="and reranker", width=w
    ),
    "recall": lambda w: charts.recall_bought(RECALL, width=w),
    "stores": lambda w: charts.store_curves(
        STORES, own="opensearch-serverless", today=1e6, unit="record", width=w
    ),
    "curves of time": lambda w: charts.time_curves(CURVES, budgets={"first word": 3.0}, width=w),
    "time of stages": lambda w: charts.stage_bars(STAGES, width=w),
    "stores, none in use": lambda w: charts.store_curves(STORES, width=w),
    "models without": lambda w: charts.model_prices(MODELS[["model", "usd_per_request"]], width=w),
}


def check(chart: Any, width: int) -> None:
    """Hold a chart to what every chart owes."""
    assert faults(chart) == []
    spec = spec_of(chart)
    assert alt.LayerChart.from_json(json.dumps(spec)).to_dict()["layer"] == spec["layer"]
    told = spec["description"]
    assert re.match(r"[A-Z].*\.$", told), told
    assert "nan" not in told.lower().split()
    svg = to_svg(chart)
    assert float(ElementTree.fromstring(svg).attrib["width"]) == width
    addresses = set(re.findall(r"\w+://[^\"' ]+", svg))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("width", WIDTHS)
def test_charts_of_a_scenario(name: str, width: int) -> None:
    for draw in sample_charts(name).values():
        check(draw(width), width)


@pytest.mark.parametrize("name", OTHER_CHARTS)
@pytest.mark.parametrize("width", WIDTHS)
def test_other_charts(name: str, width: int) -> None:
    check(OTHER_CHARTS[name](width), width)


def test_checker_finds_what_it_is_for() -> None:
    base = alt.Chart(pd.DataFrame({"x": [5, 9], "t": ["one word", "another"]}))
    chart = base.mark_text(align="left").encode(x=alt.X("x:Q", scale=None), text="t:N")
    chart = chart.properties(width=60, height=20, autosize="none", padding=0)
    found = faults(chart)
    assert any(f.startswith("over each other") for f in found)
    assert not any(f.startswith("cut") and "one word" in f for f in found)
    assert any("cut" in f for f in faults(chart.properties(width=30)))


# ---- whatever the numbers are

AMOUNTS = st.one_of(
    st.just(0.0),
    st.floats(1e-5, 1e-2),
    st.floats(0.1, 1e4),
    st.floats(1e6, 1e11),
    st.floats(-1e5, -0.01),
)


@settings(max_examples=12)
@given(st.lists(AMOUNTS, min_size=1, max_size=9), st.sampled_from(WIDTHS))
def test_components_of_any_amount(amounts: list[float], width: int) -> None:
    f = pd.DataFrame({"component": COMPONENTS[: len(amounts)], "usd": amounts})
    f["share"] = f["usd"] / (f["usd"].sum() or 1.0)
    assert faults(charts.components_bar(f, width=width)) == []


@settings(max_examples=12)
@given(
    st.lists(st.tuples(st.text("abc →,0:", min_size=1, max_size=60), AMOUNTS), max_size=20),
    st.sampled_from(WIDTHS),
)
def test_bridges_of_any_step(steps: list[tuple[str, float]], width: int) -> None:
    assert faults(charts.bridge_waterfall(bridge_frame(steps), width=width)) == []


@settings(max_examples=10)
@given(
    st.lists(st.floats(1e-7, 50), min_size=1, max_size=12), st.sampled_from(WIDTHS), st.booleans()
)
def test_models_of_any_price(prices: list[float], width: int, scored: bool) -> None:
    names = [
        f"{'provider/' * (i % 2)}model-{'long-name-' * (i % 6)}{i}" for i in range(len(prices))
    ]
    f = pd.DataFrame({"model": names, "usd_per_request": prices})
    if scored:
        f["quality"], f["input_usd"], f["output_usd"] = np.arange(len(f)), 0.0, prices
    assert faults(charts.model_prices(f, current=names[0], width=width)) == []


@settings(max_examples=10)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=14),
    st.sampled_from(WIDTHS),
)
def test_gains_of_any_size(ends: list[tuple[float, float]], width: int) -> None:
    f = pd.DataFrame(ends, columns=["before", "after"]).assign(case=lambda f: f.index.map(str))
    chart = charts.before_after(f, measure="m", before="search", after="reranked", width=width)
    assert faults(chart) == []


@settings(max_examples=10)
@given(st.lists(st.floats(0, 1), min_size=4, max_size=4).filter(sum), st.sampled_from(WIDTHS))
def test_shares_of_any_size(shares: list[float], width: int) -> None:
    f = pd.DataFrame({"basis": ["measured", "listed", "given", "assumed"], "share": shares})
    assert faults(charts.shares_basis(f, width=width)) == []


@settings(max_examples=10)
@given(st.floats(0.01, 1e7), st.floats(0, 2), st.floats(0.1, 10), st.sampled_from(WIDTHS))
def test_ranges_of_any_width(middle: float, sigma: float, plan: float, width: int) -> None:
    draws = middle * np.exp(sigma * np.linspace(-2, 2, 101))
    chart = charts.bill_range(pd.DataFrame({"usd": draws}), plan=plan * middle, width=width)
    assert faults(chart) == []


@settings(max_examples=10)
@given(
    st.lists(st.floats(100, 1e6), min_size=0, max_size=5),
    st.floats(100, 1e6),
    st.floats(1e-4, 1e3),
    st.sampled_from(WIDTHS),
)
def test_any_crossings(at: list[float], today: float, scale: float, width: int) -> None:
    users = np.unique([100, *np.geomspace(100, 1e6, 9), 1e6])
    f = pd.DataFrame({"users": users, "per_user": scale * (1 + 3000 / users)})
    marks = pd.DataFrame(
        {"users": at, "label": [f"the margin goal is lost at {u:,.0f}" for u in at]}
    )
    chart = charts.cost_per_user(f, price=2 * scale, today=today, crossings=marks, width=width)
    assert faults(chart) == []


@settings(max_examples=10)
@given(
    st.lists(st.tuples(AMOUNTS, st.floats(0, 100)), min_size=1, max_size=9), st.sampled_from(WIDTHS)
)
def test_usage_of_any_amount(lines: list[tuple[float, float]], width: int) -> None:
    users = [100.0, 1e3, 1e4, 1e5, 1e6]
    f = pd.DataFrame(
        [
            (n, name, fixed + each * n)
            for n in users
            for name, (fixed, each) in zip(COMPONENTS, lines, strict=False)
        ],
        columns=["users", "component", "usd"],
    )
    if (f.groupby("users")["usd"].sum() <= 0).any():
        with pytest.raises(ValueError, match="zero or less"):
            charts.usage_curve(f, width=width)
    else:
        assert faults(charts.usage_curve(f, today=6000, width=width)) == []


@settings(max_examples=10)
@given(st.lists(st.floats(0, 1e5), min_size=24, max_size=24).filter(sum), st.sampled_from(WIDTHS))
def test_days_of_any_load(load: list[float], width: int) -> None:
    f = pd.DataFrame({"hour": range(24), "load": load, "seats": np.ceil(np.multiply(load, 1.2))})
    assert faults(charts.desk_day(f, width=width)) == []


@settings(max_examples=10)
@given(st.floats(1e-3, 1e6), st.floats(0, 50), st.floats(0.02, 1), st.sampled_from(WIDTHS))
def test_rules_of_any_cost(staff: float, errors: float, most: float, width: int) -> None:
    f = pd.DataFrame({"reviewed": np.linspace(0, most, 9)})
    f["staff_usd"], f["error_usd"] = staff * f["reviewed"], staff * errors * (1 - f["reviewed"])
    f["usd"] = f["staff_usd"] + f["error_usd"]
    assert faults(charts.policy_curve(f, width=width)) == []


@given(
    st.lists(st.tuples(st.floats(1e-4, 1), st.floats(0, 1)), min_size=2, max_size=8),
    st.sampled_from(WIDTHS),
)
def test_recall_of_any_search(points: list[tuple[float, float]], width: int) -> None:
    looked_at, recall = (np.sort(column) for column in np.array(points).T)
    f = pd.DataFrame({"looked_at": looked_at, "recall": recall})
    f["cells"] = 2 ** f.index.to_numpy()
    assert [w for w in faults(charts.recall_bought(f, width=width)) if w.startswith("cut")] == []


@settings(max_examples=10)
@given(
    st.lists(
        st.tuples(st.floats(0.01, 1e5), st.floats(0, 10), st.booleans()), min_size=1, max_size=9
    ),
    st.floats(100, 1e6),
    st.sampled_from(WIDTHS),
)
def test_stores_of_any_price(
    each: list[tuple[float, float, bool]], today: float, width: int
) -> None:
    f = stores({f"{'vendor-' * (i % 4)}{i}": prices for i, prices in enumerate(each)})
    chart = charts.store_curves(f, own="0", today=today, width=width)
    assert faults(chart) == []


# ---- what they say


def test_sentences_of_time() -> None:
    assert spec_of(charts.time_curves(CURVES, budgets={"first word": 3.0}))["description"] == (
        "The first word is there within 1.3 s for half of the requests, within 7.7 s for 95 %, "
        "the whole answer is there within 5.4 s for half of the requests, within 31 s for 95 % and "
        "the first word is due within 3 s."
    )
    assert spec_of(charts.stage_bars(STAGES))["description"] == (
        "Of 3.3 s of a mean request: cache 4 ms (< 0.5 %, p95 alone 12 ms), retrieval 0.11 s "
        "(3 %, p95 alone 0.4 s) and a model that writes the answer 3.2 s (97 %, p95 alone 9 s)."
    )
    with pytest.raises(ValueError, match="a log axis has no zero"):
        charts.time_curves(CURVES.assign(seconds=0.0))


def test_sentences_of_people() -> None:
    assert spec_of(charts.desk_day(HOURS))["description"] == (
        "Seats by hour of a working day: 52 hours of seats a day, 70 % of them busy. In the "
        "busiest hour, 10 UTC, work for 5.6 arrives and 8 are filled."
    )
    assert spec_of(charts.policy_curve(RULES))["description"] == (
        "Cost an hour by share of answers reviewed: $900 at 0 %, $1,616 at 100 %; cheapest: 20 %, "
        "$724 an hour, of which people $320 and errors $404."
    )
    with pytest.raises(ValueError, match="two shares of answers"):
        charts.policy_curve(RULES.head(1))


def test_sentences_hold_the_numbers() -> None:
    f = pd.DataFrame(
        {
            "component": ["inference", "human review", "embedding"],
            "usd": [600.0, 397.0, 3.0],
            "share": [0.6, 0.397, 0.003],
        }
    )
    assert spec_of(charts.components_bar(f))["description"] == (
        "Where $1,000 a month goes, dearest first: inference $600 (60 %), human review $397 (40 %) "
        "and embedding $3.00 (< 0.5 %)."
    )
    told = spec_of(charts.bridge_waterfall(bridge_frame([("a 1 → 2", 50.0), ("b", -25.0)], 100.0)))
    assert told["description"] == (
        "From as planned to as billed: $100 a month became $125, 1.2 times as much; the steps "
        "between: a 1 → 2 +$50.00 and b −$25.00."
    )
    users = [100.0, 1000.0, 2000.0, 10000.0]
    u = pd.DataFrame(
        {
            "users": users * 2,
            "component": ["inference"] * 4 + ["hosting"] * 4,
            "usd": [*(n * 0.5 for n in users), *[200.0] * 4],
        }
    )
    assert spec_of(charts.usage_curve(u, today=2000.0))["description"] == (
        "Cost a month by number of users: $250 at 100, $700 at 1,000 and $5,200 at 10,000. "
        "Today's 2,000 cost $1,200. Dearest at 100 is hosting, at 10,000 inference."
    )
    draws = pd.DataFrame({"usd": np.arange(0, 101.0)})
    assert spec_of(charts.bill_range(draws, plan=74.0))["description"] == (
        "The bill lies between $5.00 and $95.00 a month in nine draws of ten; its mean is $50.00; "
        "74 % of the draws stay within $74.00, every input at its mean."
    )


def test_sentence_of_cost_per_user() -> None:
    f = pd.DataFrame({"users": [100.0, 1000.0, 10000.0], "per_user": [8.0, 4.0, 2.0]})
    f["p5"], f["p95"] = f["per_user"] / 2, f["per_user"] * 2
    marks = pd.DataFrame({"users": [1000.0], "label": ["it pays"]})
    chart = charts.cost_per_user(f, price=4.0, today=10000.0, crossings=marks, unit="case")
    assert spec_of(chart)["description"] == (
        "Cost per case and month by number of cases: $8.00 at 100, $4.00 at 1,000 and $2.00 at "
        "10,000. Today's 10,000 cost $2.00 each. The price is $4.00. Nine times in ten today's "
        "lies between $1.00 and $4.00. At 1,000 cases: it pays."
    )
    assert "At 10,000 cases, each costs $2.00 a month: 50 % of the price" in words(chart)


def test_sentence_of_growth() -> None:
    f = pd.DataFrame(
        {
            "month": [0, 1, 2],
            "usd": [10.0, 20.0, 40.0],
            "revenue": [15.0, 30.0, 30.0],
            "inference": [4.0, 8.0, 16.0],
            "hosting": [6.0, 12.0, 24.0],
        }
    )
    chart = charts.growth_lines(
        f, budget=25.0, missed={"budget": 2, "contribution": 2, "margin": None}
    )
    assert spec_of(chart)["description"] == (
        "Cost: $10.00 a month now, $40.00 in month 2; revenue: $15.00 now, $30.00 then; budget: "
        "$25.00; in month 2: inference $16.00 and hosting $24.00; over budget from month 2 and "
        "costs more than it earns from month 2."
    )
    assert {"month 2: over budget", "inference", "hosting", "budget", "revenue"} <= words(chart)
    held = charts.growth_lines(f, missed={"budget": None})
    assert spec_of(held)["description"].endswith("; every goal holds.")


def test_sentence_of_models() -> None:
    chart = charts.model_prices(MODELS, current="anthropic/claude-sonnet-5-5")
    assert spec_of(chart)["description"] == (
        "One request on 5 models, from $0.00046 on google/gemini-3.8-flash to $0.031 on "
        "openai/gpt-6-sol. anthropic/claude-sonnet-5-5, in use now, costs $0.0142; 3 cost less. "
        "The best scored is openai/gpt-6-sol (74) at $0.031."
    )


def test_sentence_of_recall() -> None:
    chart = charts.recall_bought(RECALL.iloc[[0, 5]])
    assert spec_of(chart)["description"] == (
        "Recall by cells looked into: 1 cell finds 36 % by comparing 1.6 % and 32 cells find 91 % "
        "by comparing 26 % of the vectors."
    )
    found = charts.recall_bought(RECALL.assign(recall=RECALL["looked_at"]))  # nothing gained
    assert "52 % of the neighbours take a look at 52 % of the vectors" in words(found)


def test_sentence_of_stores() -> None:
    f = STORES[STORES["store"].isin(["opensearch-serverless", "pinecone-standard"])]
    chart = charts.store_curves(f, own="pinecone-standard", today=1e4)
    assert spec_of(chart)["description"] == (
        "Cost a month of 2 stores by number of users: opensearch-serverless $700 at 100 and $700 "
        "at 1,000,000 and pinecone-standard $10.00 at 100 and $20,008 at 1,000,000; "
        "pinecone-standard, in use now, costs $208 today."
    )
    assert {
        "Cheapest at 100 users is pinecone-standard, at 1,000,000 opensearch-serverless",
        "today 10,000 users: $208",
    } < words(chart)


# ---- one colour, one dash, exact ticks


def test_a_component_has_one_colour_and_one_dash() -> None:
    assert tuple(COMPONENT_COLOURS) == tuple(COMPONENT_DASHES) == COMPONENTS
    assert len(set(COMPONENT_COLOURS.values())) == len(COMPONENTS)
    assert len({tuple(d) for d in COMPONENT_DASHES.values()}) == len(COMPONENTS)


def test_the_palette_is_okabe_and_itos() -> None:
    palette = {"#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442"}
    assert palette < set(COMPONENT_COLOURS.values())


@pytest.mark.parametrize("kept", [slice(None), slice(1, None), slice(None, None, 2)])
def test_colours_do_not_hang_on_what_else_is_there(kept: slice) -> None:
    f = frames("contract-search-billed")
    there = list(f["components"]["component"])[kept]
    some = f["components"][f["components"]["component"].isin(there)]
    usage = f["usage"][f["usage"]["component"].isin(there)]
    for chart in (
        charts.components_bar(some),
        charts.usage_curve(usage),
        charts.growth_lines(f["growth"].frame[["month", "usd", *there]]),
    ):
        values = [row for data in spec_of(chart)["datasets"].values() for row in data]
        found = {r["component"]: r["colour"] for r in values if "component" in r and "colour" in r}
        assert found == {name: COMPONENT_COLOURS[name] for name in there}
        painted = set(re.findall(r'(?:fill|stroke)="(#\w{6})"', to_svg(chart)))
        others = set(COMPONENT_COLOURS.values()) - set(found.values())
        assert not painted & others


@pytest.mark.parametrize("width", WIDTHS)
def test_usage_is_ticked_at_the_powers_of_ten(width: int) -> None:
    f = frames("help-desk")
    for chart in (
        charts.usage_curve(f["usage"], width=width),
        charts.cost_per_user(f["per_user"], width=width),
    ):
        found, _, height = drawn(chart)
        lowest = sorted({w.y1 for w in found if w.y1 > height - 45})[0]
        ticks = sorted((w.x1, w.text) for w in found if abs(w.y1 - lowest) < 1)
        assert [t for _, t in ticks] == ["100", "1k", "10k", "100k", "1M"]


def test_axes_name_their_units() -> None:
    f = frames("catalogue-overnight")
    assert "USD per month (log scale)" in words(charts.usage_curve(f["usage"], unit="record"))
    per_user = words(charts.cost_per_user(f["per_user"], unit="record"))
    assert {
        "USD per record and month (log scale)",
        "records active in a month (log scale)",
    } < per_user
    assert {"USD per month", "months from now"} < words(charts.growth_lines(f["growth"].frame))
    assert "USD per request (log scale)" in words(charts.model_prices(MODELS))


# ---- what they refuse


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (
            lambda: charts.components_bar(pd.DataFrame({"component": ["inference"], "usd": [1.0]})),
            "components_bar: the frame has no column 'share'; it has component, usd",
        ),
        (
            lambda: charts.components_bar(
                pd.DataFrame({"component": ["inferrence"], "usd": [1.0], "share": [1.0]})
            ),
            "no component 'inferrence'; did you mean 'inference'?",
        ),
        (lambda: charts.bill_range(pd.DataFrame({"usd": []})), "no rows"),
        (lambda: charts.bill_range(pd.DataFrame({"usd": [1.0, np.nan]})), "not finite"),
        (lambda: charts.bridge_waterfall(bridge_frame(STEPS).iloc[:-1]), "are totals"),
        (lambda: charts.bridge_waterfall(bridge_frame(STEPS).drop(index=1)), "give every step"),
        (
            lambda: charts.shares_basis(pd.DataFrame({"basis": ["guessed"], "share": [1.0]})),
            "measured, listed, given and assumed",
        ),
        (
            lambda: charts.model_prices(pd.DataFrame({"model": ["a"], "usd_per_request": [0.0]})),
            "a price of nothing",
        ),
        (
            lambda: charts.cost_per_user(
                pd.DataFrame({"users": [1.0, 9.0], "per_user": [2.0, 1.0]}), today=10.0
            ),
            "outside the frame's 1 to 9",
        ),
        (lambda: charts.recall_bought(RECALL.iloc[:1]), "two settings"),
        (lambda: charts.store_curves(STORES.iloc[1:]), "above zero at two sizes"),
        (lambda: charts.store_curves(STORES, today=10.0), "outside the frame's sizes"),
        (lambda: charts.growth_lines(pd.DataFrame({"month": [0], "usd": [1.0]})), "two months"),
    ],
)
def test_refusals(draw: Callable[[], Any], words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        draw()


def test_many_small_steps_become_one_bar() -> None:
    steps = [(f"small {i}", 1.0) for i in range(15)] + [("large", 5000.0)]
    chart = charts.bridge_waterfall(bridge_frame(steps, 1000.0))
    assert {"large", "15 changes below $60.15 each", "+$15.00"} <= words(chart)
    assert "small 3" not in words(chart)


# ---- places


@settings(max_examples=200)
@given(st.lists(st.floats(0, 300), min_size=1, max_size=12), st.floats(1, 20))
def test_apart(wanted: list[float], size: float) -> None:
    placed = np.array(apart(wanted, [size] * len(wanted), 0, 300))
    order = np.argsort(wanted, kind="stable")
    assert (np.diff(placed[order]) >= size - 1e-6).all()
    assert placed.min() >= size / 2 - 1e-6
    assert placed.max() <= 300 - size / 2 + 1e-6
    if (
        (np.diff(np.sort(wanted)) >= size).all()
        and min(wanted) >= size
        and max(wanted) <= 300 - size
    ):
        np.testing.assert_allclose(placed, wanted)


@settings(max_examples=200)
@given(st.floats(1e-6, 1e6), st.floats(1.3, 1e9), st.integers(3, 9))
def test_log_ticks(low: float, ratio: float, most: int) -> None:
    ticks = log_ticks(low, low * ratio, most)
    assert 1 <= len(ticks) <= most
    assert ticks == sorted(set(ticks))
    assert all(low * (1 - 1e-6) <= t <= low * ratio * (1 + 1e-6) for t in ticks)


@settings(max_examples=200)
@given(*[st.floats(-1e9, 1e9).map(lambda v: round(v, 6))] * 2)
def test_linear_ticks(a: float, b: float) -> None:
    ticks = linear_ticks(*sorted((a, b)))
    assert 0.0 in ticks
    assert ticks[0] <= min(a, b, 0) + 1e-9
    assert ticks[-1] >= max(a, b, 0) - 1e-9
    assert len(ticks) <= 8
    np.testing.assert_allclose(np.diff(ticks), ticks[1] - ticks[0], rtol=1e-6)


@settings(max_examples=100)
@given(st.text("abcdef MW→,.0123", max_size=80), st.floats(30, 200))
def test_wrapping_loses_nothing_but_what_it_marks(text: str, width: float) -> None:
    lines = wrap(text, width)
    assert all(text_width(line) <= width for line in lines)
    if "…" not in "".join(lines):
        assert "".join("".join(lines).split()) == "".join(text.split())
    assert shorten(text, width) == text or shorten(text, width).endswith("…")


def test_words_are_not_wider_than_reckoned() -> None:
    every = [draw(720) for name in SCENARIOS[:2] for draw in sample_charts(name).values()]
    said = {word for chart in every for word in words(chart)}
    widths = measured([(text, 12.0, "normal", FONT) for text in sorted(said)])
    assert len(said) > 60
    assert all(width <= text_width(text, 12) + 0.5 for (text, *_), width in widths.items())
