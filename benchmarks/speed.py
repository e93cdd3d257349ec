"""Speed of the kit beside its peers, side by side in one run: `python benchmarks/speed.py`.

Each line is the median of several rounds in which kit and peer take turns, so that a busy machine
slows both. Exit 1 when a line misses its bar. With AICOST_BASE=/path/to/another/checkout, which has
an environment of its own in .venv, the verdict page is held against the one of that checkout too.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from log_task import prices_of, write

from aicost.analysis.attribution.bridge import bridge
from aicost.analysis.uncertainty.expected import Expected, expected
from aicost.analysis.viability.inflection import inflections
from aicost.billing.case import Case
from aicost.billing.walk import bill
from aicost.book.book import Book
from aicost.book.machines import families, machine
from aicost.book.token_prices import price_requests
from aicost.formulas.latency import Latency, again, lognormal, products, series, tree
from aicost.formulas.queueing.staffing import least_servers
from aicost.formulas.serving import at_concurrency
from aicost.paths import data_dir, notebooks_dir
from aicost.scenario.load import load
from aicost.scenario.scenario import Scenario
from aicost.timing import answer_time, speeds
from aicost.timing.waits import limit_uses

MODELS = (
    "anthropic/claude-haiku-5-5",
    "anthropic/claude-sonnet-5-5",
    "openai/gpt-6-sol",
    "openai/gpt-4o-mini",
    "google/gemini-4-argon",
    "mistral/mistral-large-4",
    "deepseek/deepseek-v4-pro",
    "aws/amazon.nova-pro-v1:0",
)


#: A search over documents with ten unknowns, all prices in the file.
SYSTEM = """
traffic: {users: 4_000 to 9_000, requests_per_user_month: 30 to 80}
corpus: {documents: 100_000 to 200_000, pages_per_document: 4 to 9, tokens_per_page: 500,
         chunk_tokens: 400, changed_per_month: 2 % to 8 %, months_between_models: 24}
pipeline:
  cache: {is: response_cache, hit_share: 5 % to 30 %, node_per_month: 90}
  embed: {is: embedding, price: {input: 0.02}, query_tokens: 20, amplification: 1}
  retrieval: {is: retrieval, price: {gb_month: 0.33, million_queries: 16}, top_k: 20,
              dimensions: 1_024, metadata_bytes: 0}
  rerank: {is: reranking, price: {search: 0.002}, keep: 6}
  answer: {is: inference, price: {input: 1, output: 5}, repeat: 1.2, input_tokens: 600 to 1_500,
           output_tokens: {p50: 150 to 400, p95: 900}}
  people: {is: human_review, when: after_answer,
           share: 0.5 % to 2 %, minutes: 2 to 5, wage_per_hour: 31,
           occupancy: 1, shrinkage: 0, overhead: 1}
other: {api servers: {per_month: 1_180}, search: {per_request: 0.001}}
goals: {price_per_user_month: 4, margin: 40 %, budget_per_month: 20_000}
"""


@dataclass(frozen=True)
class Line:
    """One measurement: what, its figure, the peer's, the ratio and the bar it has to reach."""

    name: str
    ours: str
    peer: str
    ratio: str
    passed: bool


def seconds(work: Callable[[], object]) -> float:
    """Time one run of some work. [s]"""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def forget() -> None:
    """Let the next question of latency begin from nothing."""
    for kept in (tree._kept_grid, tree._surveyed, again._in_time, products._table):
        kept.cache_clear()


def in_turns(*works: Callable[[], object], rounds: int) -> list[float]:
    """Return the median seconds of each, after one unmeasured round. [s]"""
    for work in works:
        work()
    turns = [[seconds(work) for work in works] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*turns, strict=True)]


def pricing(rows: int = 1_000_000, peer_rows: int = 5_000, bar: float = 500) -> Line:
    """Price requests of eight models over two months: dates, tiers, hours of the week, caches."""
    import genai_prices

    rng = np.random.default_rng(20261123)
    models = np.array(MODELS, dtype=object)[rng.integers(0, len(MODELS), rows)]
    minutes = rng.integers(0, 60 * 1440, rows)
    at = np.datetime64("2026-11-01T00:00") + minutes.astype("m8[m]")
    total = rng.integers(1, 300_000, rows)
    read, write = (total * rng.random(rows) * 0.4).astype(int), (total * 0.1).astype(int)
    output = rng.integers(0, 3_000, rows)
    book = Book.load()

    def ours() -> object:
        return price_requests(
            book,
            model=models,
            at=at,
            input_tokens=total - read - write,
            cache_read_tokens=read,
            cache_write_5m_tokens=write,
            output_tokens=output,
        )

    start = datetime(2026, 11, 1, tzinfo=UTC)
    requests = [
        (
            *models[i].split("/", 1),
            start + timedelta(minutes=int(minutes[i])),
            int(total[i]),
            int(read[i]),
            int(write[i]),
            int(output[i]),
        )
        for i in range(peer_rows)
    ]

    def peer() -> object:
        return [
            genai_prices.calc_price(
                genai_prices.Usage(
                    input_tokens=i, cache_read_tokens=r, cache_write_tokens=w, output_tokens=o
                ),
                model,
                provider_id=provider,
                genai_request_timestamp=moment,
            )
            for provider, model, moment, i, r, w, o in requests
        ]

    mine, other = in_turns(ours, peer, rounds=7)
    fast, slow = rows / mine, peer_rows / other
    return Line(
        "price requests",
        f"{fast / 1e6:.1f} M rows/s",
        f"genai-prices {slow:,.0f} rows/s",
        f"{fast / slow:,.0f} x (at least {bar:g} x)",
        fast / slow >= bar,
    )


def system(text: str = SYSTEM) -> Scenario:
    """Return the scenario of a text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "system.yaml"
        path.write_text(text, encoding="utf-8")
        return load(path)


def by_hand(n: int, seed: int = 20261123) -> tuple[float, ...]:
    """Return mean, p5, p50 and p95 of SYSTEM's bill over n draws, in bare NumPy."""
    rng, z95 = np.random.default_rng(seed), 1.6448536269514722

    def between(low: float, high: float) -> np.ndarray:
        mid, half = np.log(low * high) / 2, np.log(high / low) / 2 / z95
        return np.exp(mid + half * rng.standard_normal(n))

    def share(low: float, high: float) -> np.ndarray:
        low, high = np.log(low / (1 - low)), np.log(high / (1 - high))
        return 1 / (1 + np.exp(-(low + high) / 2 - (high - low) / 2 / z95 * rng.standard_normal(n)))

    users, each, documents = between(4e3, 9e3), between(30, 80), between(1e5, 2e5)
    pages, changed, hit = between(4, 9), share(0.02, 0.08), share(0.05, 0.30)
    asked, p50 = between(600, 1_500), between(150, 400)
    reviewed, minutes = share(0.005, 0.02), between(2, 5)
    requests = users * each
    calls = requests * (1 - hit)
    tokens = documents * pages * 500
    answers = calls * 1.2
    told = p50 * np.exp((np.log(900 / p50) / z95) ** 2 / 2)
    usd = (
        90
        + 1_180
        + tokens * (changed + 1 / 24) / 1e6 * 0.02
        + calls * 20 / 1e6 * 0.02
        + tokens / 400 * 4 * 1_024 / 1e9 * 0.33
        + calls / 1e6 * 16
        + calls * 0.002
        + answers * (asked + 6 * 400) / 1e6 * 1
        + answers * told / 1e6 * 5
        + calls * reviewed * minutes / 60 * 31
        + requests * 0.001
    )
    return (float(usd.mean()), *np.percentile(usd, (5, 50, 95)).tolist())


def draws(n: int = 1_000_000, bar: float = 3, most_gb: float = 1) -> Line:
    """Draw, bill and summarise a million times, beside the same arithmetic in bare NumPy."""
    scenario, book = system(), Book.load()

    def ours() -> Expected:
        return expected(Case(scenario, book), n=n)  # another case, so nothing is kept

    found = ours()
    figures = (found.mean, found.p5, found.p50, found.p95)
    assert np.allclose(figures, by_hand(n), rtol=0.01), (figures, by_hand(n))
    mine, other = in_turns(ours, lambda: by_hand(n), rounds=7)
    tracemalloc.start()
    ours()
    gb = tracemalloc.get_traced_memory()[1] / 1e9
    tracemalloc.stop()
    return Line(
        "1M draws of a bill",
        f"{mine:.2f} s, {gb:.2f} GB",
        f"bare NumPy {other:.2f} s",
        f"{mine / other:.1f} x (at most {bar:g} x)",
        mine <= bar * other and gb <= most_gb,
    )


def scan(up_to: int = 1_000_000, bar_s: float = 0.5) -> Line:
    """Try every whole count of users to a million for three goals, beside one bill at a time."""
    scenario, book, few = system().point(), Book.load(), 200

    def peer() -> object:
        return [bill(scenario.at({"users": float(n)}), book).total for n in range(1, few + 1)]

    def ours() -> object:
        return inflections(Case(scenario, book), up_to=up_to)

    mine, other = in_turns(ours, peer, rounds=7)
    alone = other / few * up_to
    return Line(
        "scan 1M user counts",
        f"{mine:.2f} s",
        f"one bill at a time {alone:,.0f} s",
        f"{alone / mine:,.0f} x (at most {bar_s} s)",
        mine <= bar_s,
    )


def bars(bar_s: float = 3) -> Line:
    """Share a difference out among twelve inputs, names among them, beside all 4,096 bills."""
    book, b = Book.load(), system().point()
    a = b.at(
        {
            "users": 3e3,
            "requests_per_user_month": 30.0,
            "corpus.documents": 9e4,
            "hit_share": 0.3,
            "top_k": 8.0,
            "keep": 3.0,
            "input_tokens": 700.0,
            "people.share": 0.001,
            "minutes": 2.0,
            "people.wage_per_hour": 28.0,
            "cache.node_per_month": 50.0,
            "answer.output_tokens": 250.0,
        }
    )
    few = 100

    def ours() -> object:
        return bridge(Case(a, book), Case(b, book))

    def peer() -> object:
        return [bill(a, book).total for _ in range(few)]

    mine, other = in_turns(ours, peer, rounds=7)
    alone = other / few * 4_096
    return Line(
        "bridge of 12 inputs",
        f"{mine:.3f} s",
        f"one bill at a time {alone:.1f} s",
        f"{alone / mine:,.0f} x (at most {bar_s:g} s)",
        mine <= bar_s,
    )


def page(rounds: int = 3, bar_s: float = 5, bar_base: float = 0.6) -> Line:
    """Write the sample's review from a cold start, beside a start that only imports altair.

    Both read compiled modules, as whoever has installed the kit does. With AICOST_BASE also beside
    the review that the checkout of that name writes of its sample.
    """
    base = os.environ.get("AICOST_BASE")
    files = [f"data/scenarios/contract-search-{which}.yaml" for which in ("billed", "planned")]

    def run(*command: str, at: str | Path) -> Callable[[], object]:
        return lambda: subprocess.run(command, cwd=at, check=True, capture_output=True, env=env)

    with tempfile.TemporaryDirectory() as folder:
        env = dict(os.environ)
        if env.pop("PYTHONDONTWRITEBYTECODE", None):
            env["PYTHONPYCACHEPREFIX"] = f"{folder}/compiled"
        review = ["review", files[0], "--plan", files[1], "--out"]
        works = [
            run(sys.executable, "-m", "aicost", *review, f"{folder}/ours", at=data_dir().parent),
            run(sys.executable, "-c", "import altair", at=folder),
        ]
        if base:
            works.append(run(f"{base}/.venv/bin/aicost", *review, f"{folder}/base", at=base))
        mine, other, *before = in_turns(*works, rounds=rounds)
    ratio = f"{mine / other:.1f} x (at most {bar_s:g} s)"
    for their in before:
        ratio += f", {mine / their:.2f} of base's {their:.1f} s (at most {bar_base:g})"
    return Line(
        "verdict page",
        f"{mine:.1f} s",
        f"importing altair {other:.1f} s",
        ratio,
        mine <= bar_s and all(mine <= bar_base * their for their in before),
    )


def chapters(bar: float = 0.6) -> Line:
    """Write the sample's review with its chapters, beside papermill on the same notebooks in turn.

    One round, for it takes minutes; papermill makes no pages, but also runs what is for learners.
    """
    file = data_dir() / "scenarios" / "contract-search-billed.yaml"
    with tempfile.TemporaryDirectory() as folder:

        def run(*words: str) -> None:
            command = [sys.executable, "-m", *words]
            subprocess.run(command, cwd=data_dir().parent, check=True, capture_output=True)

        mine = seconds(lambda: run("aicost", "review", str(file), "--chapters", "--out", folder))
        names = sorted(path.stem for path in Path(folder, "chapters").glob("*.html"))

        def peer() -> None:
            for name in names:
                made = f"{folder}/{name}.ipynb"
                notebook = str(notebooks_dir() / f"{name}.ipynb")
                run("papermill", notebook, made, "-p", "scenario", str(file))

        other = seconds(peer)
    return Line(
        f"{len(names)} chapters",
        f"{mine:.0f} s",
        f"papermill one by one {other:.0f} s",
        f"{mine / other:.2f} x (at most {bar:g} x)",
        mine <= bar * other,
    )


def stages(error: float = 2e-4, bar_s: float = 0.010) -> Line:
    """Take p50, p95 and p99 of ten stages, beside a Monte Carlo run whose p99 is as good.

    A run that long takes too long: draws are timed on a short one, and how many it takes for a
    standard error of `error` follows from the density at p99.
    """
    pairs, few = [(0.03 * i**1.7, 0.1 * i**1.7) for i in range(1, 11)], 100_000
    shares, rng = (0.5, 0.95, 0.99), np.random.default_rng(20261123)

    def whole() -> Latency:
        return series(*(lognormal(p50=p50, p95=p95) for p50, p95 in pairs))

    def drawn() -> np.ndarray:
        times = sum(
            p50 * np.exp(np.log(p95 / p50) / 1.6448536269514722 * rng.standard_normal(few))
            for p50, p95 in pairs
        )
        return np.quantile(times, shares)

    assert np.allclose(whole().quantile(shares), drawn(), rtol=0.03)
    p99 = whole().quantile(0.99)
    lower, upper = whole().within([0.99 * p99, 1.01 * p99])
    needed = 0.99 * 0.01 / ((upper - lower) / 0.02 * error) ** 2

    def ours() -> object:
        forget()
        return whole().quantile(shares)

    mine, other = in_turns(ours, drawn, rounds=15)
    alone = other / few * needed
    return Line(
        "ten latency stages",
        f"{1e3 * mine:.1f} ms",
        f"{needed / 1e6:.0f} M draws {alone:.1f} s",
        f"{alone / mine:,.0f} x (at most {1e3 * bar_s:g} ms)",
        mine <= bar_s,
    )


#: A chat of ten stages behind a limit, every time stated.
CHAT = """
traffic: {users: 6_000, requests_per_user_month: 50, profile: office, slow_day: 1}
pipeline:
""" + "".join(
    f"  step {i}: {{is: inference, price: {{input: 1, output: 1}}, input_tokens: 9, "
    f"output_tokens: 9, seconds: {{p50: {0.03 * i**1.7:.4f}, p95: {0.1 * i**1.7:.4f}}}"
    + (", limits: {requests_per_minute: 400}}\n" if i == 10 else "}\n")
    for i in range(1, 11)
)


def sweep_of_times(points: int = 200, bar_s: float = 1.0) -> Line:
    """Take p50, p95 and p99 at 200 sizes from a third of a limit to near it, beside draws of each.

    Above it only a share is served, and there is no time to draw. The peer draws as many requests
    for each size as have the error of `limit_wait` against simulation (2 % of the mean): few.
    """
    scenario, book, few = system(CHAT), Book.load(), 20_000
    usages = np.geomspace(30_000, 88_000, points)
    pairs, rng = [(0.03 * i**1.7, 0.1 * i**1.7) for i in range(1, 11)], np.random.default_rng(1)
    calls = next(iter(limit_uses(scenario.at({"users": usages}).point()))).per_minute

    def drawn() -> list[np.ndarray]:
        found = []
        for rate in calls:
            queue, waits = np.zeros(few // 60), []
            for _ in range(60):
                waits.append(queue / 400 * 60)
                queue = np.maximum(queue + rng.poisson(rate, queue.size) - 400, 0)
            times = sum(
                p50 * np.exp(np.log(p95 / p50) / 1.6448536269514722 * rng.standard_normal(few))
                for p50, p95 in pairs
            )
            waited = np.concatenate(waits)
            found.append(np.quantile(times[: waited.size] + waited, (0.5, 0.95, 0.99)))
        return found

    ours = [speed.whole for speed in speeds(Case(scenario, book), usages)]

    def swept() -> object:
        forget()
        return speeds(Case(scenario, book), usages)

    assert np.allclose(ours, drawn(), rtol=0.15)
    mine, other = in_turns(swept, drawn, rounds=3)
    return Line(
        "times at 200 sizes",
        f"{mine:.2f} s",
        f"{few:,} draws each {other:.2f} s",
        f"{other / mine:.1f} x (at most {bar_s:g} s)",
        mine <= bar_s,
    )


def whole_walk(requests: int = 10_000_000, batches: int = 40) -> Line:
    """Hold the walk against ten million requests of a system with everything, and time both.

    Cache, parallel, route, retry, timeout, cascade, blocking review, slow days: p50, p95 and p99
    have to agree within four standard errors of the draws (from 40 batches).
    """
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
    from timing_simulation import SYSTEM as EVERYTHING
    from timing_simulation import simulate

    scenario, book, shares = system(EVERYTHING), Book.load(), (0.5, 0.95, 0.99)

    def ours() -> list[np.ndarray]:
        forget()
        answer = answer_time(Case(scenario, book))
        return [answer.first.quantile(shares), answer.whole.quantile(shares)]

    alone = seconds(lambda: simulate(requests // batches, 0)) * batches
    drawn = np.array(
        [
            [np.quantile(times, shares) for times in simulate(requests // batches, seed)]
            for seed in range(batches)
        ]
    )
    mine = statistics.median(seconds(ours) for _ in range(5))
    error = drawn.std(axis=0, ddof=1) / math.sqrt(batches)
    off = float(np.max(np.abs(np.array(ours()) - drawn.mean(axis=0)) / error))
    return Line(
        "the walk",
        f"{1e3 * mine:.0f} ms",
        f"{requests / 1e6:.0f} M requests {alone:.1f} s",
        f"{off:.1f} standard errors at most (4)",
        off <= 4,
    )


def one_desk(load: float, service_s: float, target_s: float, level: float) -> int:
    """Return the least servers of one desk, as textbooks do it: Erlang B up from one server."""
    blocked, servers = 1.0, 0
    while True:
        servers += 1
        blocked = load * blocked / (servers + load * blocked)
        if servers > load:
            waits = servers * blocked / (servers - load * (1 - blocked))
            if 1 - waits * math.exp(-(servers - load) * target_s / service_s) >= level:
                return servers


def staffing(rows: int = 1_000_000, few: int = 5_000, bar_s: float = 3) -> Line:
    """Staff a million desks: all different, and beside it alike but for load (by table).

    The peer is plain Python. pyworkforce 0.5.1, which is no dependency as it brings OR-Tools,
    answered 6,100 such desks a second where this line was first run.
    """
    rng = np.random.default_rng(20261123)
    load, service_s = rng.uniform(0.1, 300, rows), rng.uniform(60, 3_600, rows)
    target_s, level = 10 ** rng.uniform(1, 4, rows), rng.uniform(0.7, 0.98, rows)

    def ours() -> object:
        return least_servers(load=load, service_s=service_s, target_s=target_s, level=level)

    def peer() -> object:
        columns = (column[:few].tolist() for column in (load, service_s, target_s, level))
        return [one_desk(*desk) for desk in zip(*columns, strict=True)]

    assert np.array_equal(np.asarray(ours())[:few], peer())
    mine, other = in_turns(ours, peer, rounds=3)
    table = seconds(lambda: least_servers(load=load, service_s=240, target_s=20, level=0.8))
    alone = other / few * rows
    return Line(
        "1M staffing answers",
        f"{mine:.2f} s, {table:.2f} s",
        f"one desk at a time {alone:.0f} s",
        f"{alone / mine:,.0f} x (at most {bar_s:g} s)",
        mine <= bar_s,
    )


def serving_choices(choices: int = 1_000, bar_s: float = 1.0) -> Line:
    """Answer as many models on chips: chip, split and width of each its own, one after another."""
    names, splits = sorted(families()), (1, 2, 4, 8)
    lengths = {"input_tokens": 1_000, "output_tokens": 300, "concurrency": 32}
    asked = [
        (names[n % len(names)], splits[n % 4], ("bf16", "fp8", "fp4")[n % 3])
        for n in range(choices)
    ]

    def ours() -> object:
        return [
            at_concurrency(
                machine=machine("llama-3.1-70b", chip, weights=width, tensor=split), **lengths
            )
            for chip, split, width in asked
        ]

    (mine,) = in_turns(ours, rounds=3)
    least = f"{choices / mine:,.0f} a second (at most {bar_s:g} s)"
    return Line(f"{choices:,} serving choices", f"{mine:.2f} s", "none", least, mine <= bar_s)


def log_task(rows: int = 10_000_000, rounds: int = 3, bar: float = 1.5, most_gb: float = 1) -> Line:
    """Price, group and rank ten million calls of a log, beside SQL written for it by hand.

    CPU seconds of whole processes on two threads, start included, by turns; both find the same.
    """
    script = Path(__file__).with_name("log_task.py")
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/log.parquet"
        write(Path(path), rows)
        prices_of(path)
        runs: dict[str, list[dict[str, Any]]] = {"kit": [], "sql": []}
        for _ in range(rounds):
            for side, found in runs.items():
                done = subprocess.run(
                    [sys.executable, script, side, path], check=True, capture_output=True
                )
                found.append(json.loads(done.stdout))
    for what in ("usd", "times", "excess"):
        assert math.isclose(runs["kit"][0][what], runs["sql"][0][what], rel_tol=1e-9), what
    assert runs["kit"][0]["first"] == runs["sql"][0]["first"]
    cpu = {side: statistics.median(run["cpu_s"] for run in found) for side, found in runs.items()}
    gb = max(run["peak_gb"] for run in runs["kit"])
    ratio = cpu["kit"] / cpu["sql"]
    return Line(
        f"a log of {rows / 1e6:.0f} M calls",
        f"{cpu['kit']:.1f} CPU s, {gb:.2f} GB",
        f"SQL by hand {cpu['sql']:.1f} CPU s",
        f"{ratio:.2f} x (at most {bar:g} x, {most_gb:g} GB)",
        ratio <= bar and gb <= most_gb,
    )


LINES: tuple[Callable[[], Line], ...] = (
    pricing,
    draws,
    scan,
    bars,
    page,
    chapters,
    stages,
    sweep_of_times,
    whole_walk,
    staffing,
    serving_choices,
    log_task,
)


def main() -> int:
    """Print every line; 0 when all pass."""
    found = [measure() for measure in LINES]
    for line in found:
        verdict = "ok" if line.passed else "MISSED"
        print(f"{line.name:20} {line.ours:>16}   {line.peer:32} {line.ratio:26} {verdict}")
    return 0 if all(line.passed for line in found) else 1


if __name__ == "__main__":
    sys.exit(main())
