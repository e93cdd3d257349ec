"""The bill: what must hold of every one, and the mistakes that a walk could make."""

import csv
import math
import os
import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from oracle import in_tiers, oracle
from places import SAMPLES
from random_scenarios import random_text
from random_times import timed_text
from small_systems import BOOK, system

from aicost.billing.bill import Bill
from aicost.billing.bill_table import making
from aicost.billing.case import Case
from aicost.book.book import Book
from aicost.book.rows import COLUMNS
from aicost.components.caching import ResponseCache
from aicost.components.modalities import MEDIA
from aicost.components.reranking import Reranking
from aicost.components.retrieval import Retrieval
from aicost.components.stage import Stage
from aicost.paths import data_dir
from aicost.scenario.load import load
from aicost.scenario.pipeline import Pipeline, Route
from aicost.scenario.problems import ScenarioError
from aicost.scenario.scenario import Scenario
from aicost.scenario.sections import Environment
from aicost.values.charge import DOLLAR, Charge
from aicost.values.quantities import Numeric, Quantity, Spread, Value
from aicost.values.section import Section

INLINE = "price: {input: 2, output: 10}, input_tokens: 900, output_tokens: 200"

Load = Callable[[str], Scenario]


@pytest.fixture
def written(tmp_path: Path) -> Load:
    """Return a function that loads a scenario from its text."""

    def from_text(text: str) -> Scenario:
        path = tmp_path / "case.yaml"
        path.write_text(text, encoding="utf-8")
        return load(path)

    return from_text


@pytest.fixture(scope="module")
def at_random(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Scenario]:
    """Return a function that loads the random scenario of a seed."""
    folder = tmp_path_factory.mktemp("random")

    @cache
    def of_seed(seed: int) -> Scenario:
        path = folder / f"{seed}.yaml"
        path.write_text(random_text(seed), encoding="utf-8")
        return load(path)

    return of_seed


@pytest.fixture(scope="module")
def billed(at_random: Callable[[int], Scenario]) -> Callable[[int], Bill]:
    """Return a function that bills the random scenario of a seed, once."""
    return cache(lambda seed: Case(at_random(seed), BOOK).bill)


def amounts(bill: Bill) -> dict[tuple[str, str], float]:
    """Return dollars by stage and by whether they come every month or once."""
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for line in bill.charges:
        sums[line.stage, line.every] += float(line.usd)
    return sums


# ---- against the oracle


def agrees(bill: Bill) -> None:
    """Hold a bill against the oracle, in total and stage by stage."""
    expected: dict[tuple[str, str], float] = defaultdict(float)
    for line in oracle(bill.scenario, BOOK):
        expected[line.stage, line.every] += line.usd
    near = {s.name for s in bill.scenario.stages if in_tiers(s, bill.scenario, BOOK)}
    if near:  # and what is a share of them
        near |= {part.name for part in (*bill.scenario.environments, *bill.scenario.other)}
    over = {p.name for p in bill.scenario.pools if p.serves and p.overflow}
    left = {s.name for s in bill.scenario.stages if s.runs_on in over}  # a small difference
    billed = amounts(bill)
    assert billed.keys() == expected.keys()
    for key, usd in expected.items():
        within = 1e-3 if key[0] in near else 1e-9 if key[0] in left else 1e-12
        assert billed[key] == pytest.approx(usd, rel=within, abs=0), key
    monthly = math.fsum(usd for (_, every), usd in expected.items() if every == "month")
    assert bill.total == pytest.approx(monthly, rel=1e-3 if near else 1e-12)


@pytest.mark.parametrize("block", range(5))
def test_agrees_with_the_oracle(billed: Callable[[int], Bill], block: int) -> None:
    for seed in range(100 * block, 100 * block + 100):
        agrees(billed(seed))


def test_systems_with_times_agree_with_the_oracle(written: Load) -> None:
    """Side by side, given up for another, tried again after a pause: each call is paid."""
    for seed in range(30):
        agrees(Case(written(timed_text(seed)), BOOK).bill)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_samples_agree_with_the_oracle(path: Path) -> None:
    agrees(Case(load(path), BOOK).bill)


def test_the_random_scenarios_reach_everything(billed: Callable[[int], Bill]) -> None:
    """Each case that the oracle has code for must come up with money behind it."""
    seen: set[str] = set()
    for seed in range(500):
        bill = billed(seed)
        for line in bill.charges:
            if line.usd > 0:
                seen.add(line.item)
                seen |= {f.name for f in line.factors if f.unit == "share" and 0 < f.value < 1}
                seen |= {p.name for f in line.factors for p in f.parts if p.value > 0}
        seen |= {type(v).__name__ for *_, v in bill.scenario.fields}
        seen |= {type(part).__name__ for _, part, *_ in bill.scenario.fields}
    wanted = """
        pool|units|storage|first load|writes|queries|account minimum|first ingestion|re-indexing
        changed documents|context: documents into the cache|first context: written|of them unsure
        context: passages|context: documents from the cache
        questions|look-up embedding|cache node|searches|tokens read|reviewers
        events beyond 50,000,000|logs kept|request fee|Spread|earlier turns
        earlier rounds|passages|of them above 272k tokens|in peak hours|input, off-peak
        input from cache above 100k tokens|cache writes|of them 32k to 128k tokens
        indexing|storage while re-indexing|units while re-indexing|re-index writes|query fee
        returned
        dimensions|dimensions while re-indexing|Measured|Environment|support|tax|copy 1|committed
        beyond what gpus carries|web search|guard|thinking|sound heard|pictures made|cache kept
        tokens of its model per one counted|tools|video made
        """.strip()
    missing = [w for w in re.split(r"[|\n]\s*", wanted) if w.strip() not in seen]
    assert missing == []


# ---- every line shows its making


def test_factors_multiply_back(billed: Callable[[int], Bill]) -> None:
    for seed in range(300):
        for line in billed(seed).charges:
            made = math.prod(float(f.value) for f in line.factors)
            assert made / line.price.holds == pytest.approx(line.quantity, rel=1e-12)
            assert line.quantity * line.price.usd == pytest.approx(line.usd, rel=1e-12)
            for factor in line.factors:
                parts = [p.value for p in factor.parts]
                if factor.name == "input tokens per call" and len(parts) > 1:
                    assert math.fsum(parts) == pytest.approx(factor.value, rel=1e-12)


def printed(piece: str) -> float:
    """Return the number that a piece of a sentence starts with."""
    if piece.startswith("no end of"):
        return math.inf
    found = re.match(r"-?\$?([\d,.]+(?:e[-+]\d+)?)( %)?", piece)
    assert found, piece
    return float(found[1].replace(",", "")) * (0.01 if found[2] else 1.0)


def multiplied(line: Charge) -> tuple[float, float, int]:
    """Return the printed product, the printed amount, and how many numbers were rounded."""
    left, amount = making(line).rsplit(" = ", 1)
    pieces = re.sub(r" \(.*?\)(?= x |$)", "", left).split(" x ")
    product = math.prod(printed(piece) for piece in pieces)
    return product / line.price.holds, printed(amount), len(pieces)


def test_sentences_multiply_back(billed: Callable[[int], Bill]) -> None:
    for seed in range(150):
        for line in billed(seed).charges:
            product, amount, pieces = multiplied(line)
            cents = 2 if line.price is DOLLAR else 1  # a share of dollars, which are said as such
            slack = pieces * 5.1e-4 * amount + 0.0051 * cents + 1e-3 * (amount < 0.01) * amount
            assert abs(product - amount) <= slack, making(line)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_sentences_of_the_samples_multiply_back(path: Path) -> None:
    bill = Case(load(path), BOOK).bill
    for i, line in enumerate(bill.charges):
        product, amount, pieces = multiplied(line)
        assert product == pytest.approx(amount, rel=pieces * 5.1e-4, abs=0.0051), bill.explain(i)
        assert line.price is DOLLAR or f" per {line.price.unit} = " in bill.explain(i)


def test_one_cost_is_said_once() -> None:
    """A claim is one request: what the one costs, the other does."""
    (path,) = (path for path in SAMPLES if path.stem == "claims-review")
    said = Case(load(path), BOOK).bill.sentence
    assert " per claim. " in said
    assert "per request" not in said


# ---- usage


def doubles(line: Charge, warmer: Container[str]) -> bool:
    """Say whether a line is a one-tier meter of usage; `warmer` are stages whose cache warms up."""
    moves = line.stage in warmer and line.bucket in ("input", "cache_read", "cache_write")
    graduated = any(factor.name.startswith("of them ") for factor in line.factors)
    sent = line.item == "answers, sent out"  # units that are full send no more of them
    return line.behaves == "usage" and not graduated and not moves and not sent


def warming(s: Scenario) -> list[str]:
    """Return the stages that read from a cache what their arrivals keep in it."""
    reads = (p for p, _, name, share in s.fields if name == "cache_read_share" and share)
    stages = [path.removesuffix(".cache_read_share") for path in reads]
    return [stage for stage in stages if s.get(f"{stage}.cache_write_share") is None]


def read_in(charges: Sequence[Charge], stage: str) -> float:
    """Return the input of a stage, whatever it is paid as. [Mtok]"""
    kinds = ("input", "cache_read", "cache_write")
    return math.fsum(c.quantity for c in charges if c.stage == stage and c.bucket in kinds)


def capacity_of(charges: Sequence[Charge], stage: str) -> float:
    """Return what a stage pays for whole units. [USD]"""
    return math.fsum(c.usd for c in charges if c.stage == stage and c.behaves == "capacity")


def by_itself(s: Scenario, charges: Sequence[Charge]) -> list[Charge]:
    """Return the lines that are no share of others, and no calls that a pool leaves over."""
    shares = {one.name for one in (*s.other, *s.environments) if one.differs(share_of(one))}
    over = {pool.name for pool in s.pools if pool.overflow}
    shares |= {stage.name for stage in s.stages if stage.runs_on in over}
    return [line for line in charges if line.stage not in shares]


def share_of(part: Section) -> str:
    return "share" if isinstance(part, Environment) else "share_of_lines"


@pytest.mark.parametrize("block", range(2))
def test_doubling_usage_doubles_usage_lines(at_random, block: int) -> None:
    for seed in range(60 * block, 60 * block + 60):
        s = at_random(seed).point()
        scale, now = s.traffic.scale, s.traffic.usage(s.month)
        once, twice = (Case(s.at({scale: n * now}), BOOK).bill for n in (1, 2))
        warmer = warming(s)
        for stage in warmer:
            if s.stage(stage).runs_on:
                continue  # a pool may leave more than twice as many calls over
            now, then = read_in(once.charges, stage), read_in(twice.charges, stage)
            assert then == pytest.approx(2 * now, rel=1e-12)
        plain = [by_itself(s, bill.charges) for bill in (once, twice)]
        for a, b in zip(*plain, strict=True):
            if doubles(a, warmer):
                assert b.usd == 2 * a.usd  # to the bit: a factor of two costs no digits
            elif a.behaves == "data" or (a.behaves == "fixed" and a.item != "account minimum"):
                assert b.usd == a.usd
        # by stage: what more use keeps running is there while it re-indexes too
        for stage in {c.stage for c in plain[0] if c.behaves == "capacity"}:
            least, most = (capacity_of(charges, stage) for charges in plain)
            assert most >= least * (1 - 1e-12)


def test_no_usage_leaves_the_standing_cost(
    at_random: Callable[[int], Scenario], billed: Callable[[int], Bill]
) -> None:
    for seed in range(150):
        s = at_random(seed)
        with np.errstate(all="raise"):
            bill = Case(s.at({s.traffic.scale: 0.0}), BOOK).bill
        assert all(line.usd == 0 for line in bill.charges if line.behaves == "usage")
        standing = [c.usd for c in bill.charges if c.behaves != "usage" and c.every == "month"]
        assert np.isfinite(bill.total)
        assert bill.total == pytest.approx(math.fsum(standing), rel=1e-12)
        plain = (by_itself(s, one.charges) for one in (bill, billed(seed)))
        for a, b in zip(*plain, strict=True):
            if a.behaves == "data" or (a.behaves == "fixed" and a.item != "account minimum"):
                assert a.usd == b.usd


# ---- shares and stages


#: A cache, and what changes the passages handed on.
SAVES = (ResponseCache, Reranking, Retrieval)


def routed(s: Scenario) -> set[str]:
    """Return the stages inside routes, whose shares depend on each other."""
    groups = s.pipeline.groups.values()
    return {stage.name for group in groups if isinstance(group, Route) for stage in group.stages}


def raised(s: Scenario) -> Iterator[tuple[str, Scenario]]:
    """Yield scenarios in which one share of one stage that cannot save is larger."""
    for stage in s.stages:
        if stage.name not in routed(s) and not isinstance(stage, SAVES):
            yield stage.name, s.at({f"{stage.name}.share": (stage.share + 1) / 2})


def without(s: Scenario, stage: Stage) -> Scenario:
    """Return a scenario in which a stage is left out, of its group too where it is in one."""
    placed = [(x, s.pipeline.group_of(x.name)) for x in s.stages if x is not stage]
    return replace(s, pipeline=Pipeline.regrouped(placed))


def test_a_larger_share_never_lowers_the_bill(at_random: Callable[[int], Scenario]) -> None:
    for seed in range(70):
        s = at_random(seed).point()
        before = Case(s, BOOK).bill.total
        for name, more in raised(s):
            assert Case(more, BOOK).bill.total >= before * (1 - 1e-12), (seed, name)


def test_a_stage_more_never_lowers_the_bill(at_random: Callable[[int], Scenario]) -> None:
    for seed in range(100):
        s = at_random(seed).point()
        used = {stage.of for stage in s.stages} | routed(s)
        with_all = Case(s, BOOK).bill.total
        for stage in s.stages:
            if not isinstance(stage, SAVES) and stage.name not in used:
                fewer = Case(without(s, stage), BOOK).bill
                assert with_all >= fewer.total * (1 - 1e-12), (seed, stage.name)


def test_a_cache_that_always_hits_leaves_nothing_to_answer(written: Load) -> None:
    text = system(
        "  cache: {is: response_cache, hit_share: 100 %, node_per_month: 7}\n"
        "  find: {is: retrieval, top_k: 5, price: {million_queries: 3}}\n"
        f"  answer: {{is: inference, {INLINE}}}\n"
        "  traces: {is: observability, platform: cloudwatch-logs, kb_per_request: 10}"
    )
    bill = Case(written(text), BOOK).bill
    by_stage = bill.by("stage")
    assert by_stage["answer"] == 0
    assert by_stage["find"] == 0
    assert by_stage["traces"] > 0  # sees what the cache has answered too
    assert bill.total == 7 + by_stage["traces"]


def test_route_shares_split_the_requests(written: Load) -> None:
    branch = "{is: inference, price: {input: 1, output: 0}, input_tokens: 1_000, output_tokens: 1"
    text = system(
        f"  ask: {{route: {{a: {branch}, share: 50 %}}, "
        f"b: {branch}, share: 30 %}}, c: {branch}}}}}}}"
    )
    bill = Case(written(text), BOOK).bill
    stages = bill.by("stage")
    assert [stages[f"ask/{n}"] for n in "abc"] == pytest.approx([2.5, 1.5, 1.0], rel=1e-12)


def test_route_shares_that_nobody_knows_still_add_up(written: Load) -> None:
    branch = "{is: inference, price: {input: 1, output: 0}, input_tokens: 1_000, output_tokens: 1"
    for shares in (("20 % to 70 %", "10 % to 60 %", None), ("20 % to 70 %", "40 % to 90 %")):
        names = [f"b{i}" for i in range(len(shares))]
        parts = [
            f"{n}: {branch}{f', share: {share}' if share else ''}}}"
            for n, share in zip(names, shares, strict=True)
        ]
        s = written(system(f"  ask: {{route: {{{', '.join(parts)}}}}}"))
        for varied in (s.point(), s.draw(512)):
            drawn = [varied.stage(f"ask/{n}").share for n in names]
            assert np.all(np.asarray(drawn, dtype=object).min() >= 0)
            assert np.allclose(sum(drawn), 1, rtol=1e-12)
            assert np.allclose(Case(varied, BOOK).bill.total, 5.0, rtol=1e-12)


# ---- prices


def priced(s: Scenario) -> list[str]:
    """Return the paths of all amounts of money that a scenario states."""
    return [
        path
        for path, section, name, value in s.fields
        if section.quantities()[name].unit.startswith("USD")
        and isinstance(value, float)
        and not path.startswith("goals.")
    ]


def test_the_bill_rises_with_every_stated_price(at_random: Callable[[int], Scenario]) -> None:
    for seed in range(25):
        s = at_random(seed).point()
        before = Case(s, BOOK).bill
        for path in priced(s):
            after = Case(s.at({path: s.get(path) * 1.5 + 0.01}), BOOK).bill
            assert after.total >= before.total * (1 - 1e-12), (seed, path)
            assert after.once >= before.once * (1 - 1e-12), (seed, path)


def listed_in(bill: Bill, stage: str) -> float:
    """Return what a stage pays at prices that nobody states. [USD]"""
    return sum(float(c.usd) for c in bill.charges if c.stage == stage and c.driver != "fees")


def test_the_bill_rises_with_every_listed_price(at_random, billed, tmp_path: Path) -> None:
    """Each price of the curated files, 3 x as high in a client's overlay."""
    dear: dict[str, list[dict[str, str]]] = defaultdict(list)
    for name in ("prices.csv", "stores.csv", "wages.csv", "platforms.csv"):
        with (data_dir() / name).open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["currency"] == "USD":
                    dear[row["item"]].append({**row, "value": str(float(row["value"]) * 3)})
    found = set()
    for seed in range(60):
        s, before = at_random(seed), billed(seed)
        stages = {x.name: x for x in before.scenario.stages}
        for stage in stages.values():
            item = next(
                (v for k in ("model", "store", "role", "platform") if (v := getattr(stage, k, ""))),
                "",
            )
            if getattr(stage, "price", None) is not None or item not in dear:
                continue
            path = tmp_path / f"{item.replace('/', '_').replace(':', '_')}.csv"
            if not path.exists():
                with path.open("w", newline="", encoding="utf-8") as file:
                    writer = csv.DictWriter(file, COLUMNS)
                    writer.writeheader()
                    writer.writerows({**r, "corrects": ""} for r in dear[item])
            after = Case(s, Book.load(overlay=path)).bill
            assert after.total >= before.total * (1 - 1e-12), (seed, item)
            own = [listed_in(bill, stage.name) for bill in (after, before)]
            if own[1] > 0:
                assert own[0] > own[1], (seed, item)
                found.add(item)
    assert len(found) > 20


# ---- sweeps and draws are one pass of the same arithmetic


def same(one: Numeric, many: Numeric, i: int, size: int) -> bool:
    """Say whether they are equal, but for how NumPy takes logarithms of one and of many."""
    return np.allclose(one, np.broadcast_to(many, (size,))[i], rtol=1e-13, atol=0)


#: Values of each field beside its own; AICOST_SWEPT=4 looks at more.
SWEPT = int(os.environ.get("AICOST_SWEPT", "2"))


def swept(s: Scenario, rng: np.random.Generator) -> Iterator[tuple[str, np.ndarray]]:
    """Yield for some fields of a scenario a few values within their bounds."""
    for path, section, name, value in s.fields:
        meaning = section.quantities()[name]
        if not meaning.unit or value is None or path.startswith("goals.") or rng.random() > 0.15:
            continue
        if path.rpartition(".")[2] in ("thinking_tokens", *MEDIA):  # no line, where there are none
            continue
        if name == "committed" and not value:  # a reader refuses units without a price
            continue
        parts = [f"{path}.p50"] if isinstance(value, Spread) else [path]
        for part in parts:
            now = s.get(part)
            if not np.isfinite(now):
                continue
            top = now if isinstance(value, Spread) else min(meaning.high, 2 * now + 0.1)
            low = now / 2 if isinstance(value, Spread) else max(meaning.low, now / 3)
            yield part, np.array([now, *rng.uniform(low, max(low, top), SWEPT)])


def test_a_sweep_is_its_bills_one_at_a_time(at_random: Callable[[int], Scenario]) -> None:
    rng = np.random.default_rng(5)
    fields = 0
    for seed in range(13):
        s = at_random(seed)
        dependent = {f"{name}.share" for name in routed(s)}
        for path, values in swept(s.point(), rng):
            if path in dependent:
                continue
            fields += 1
            whole = Case(s.at({path: values}), BOOK).bill
            for i, value in enumerate(values):
                single = Case(s.at({path: float(value)}), BOOK).bill
                lines = {(c.stage, c.item) for c in single.charges}
                there = [c for c in whole.charges if (c.stage, c.item) in lines]
                for a, b in zip(single.charges, there, strict=True):
                    assert same(a.usd, b.usd, i, values.size), (seed, path, a.stage, a.item)
                assert same(single.total, whole.total, i, values.size), (seed, path)
    assert fields > 130


def test_draws_are_their_bills_one_at_a_time(at_random: Callable[[int], Scenario]) -> None:
    for seed in range(60):
        s = at_random(seed)
        drawn = s.draw(6)
        whole = Case(drawn, BOOK).bill
        for i in range(6):

            def single(path: str, meaning: Quantity, value: Value, i: int = i) -> Value:
                if isinstance(value, Spread):
                    return Spread(
                        *(float(np.broadcast_to(v, 6)[i]) for v in (value.p50, value.p95))
                    )
                return float(value[i]) if isinstance(value, np.ndarray) else value

            one = Case(drawn.mapped(single), BOOK).bill
            assert same(one.total, whole.total, i, 6), seed


def test_draws_of_points_are_the_point(at_random: Callable[[int], Scenario]) -> None:
    found = 0
    for seed in range(100):
        s = at_random(seed)
        if not s.unknowns():
            found += 1
            assert np.array_equal(Case(s.draw(16), BOOK).bill.total, Case(s, BOOK).bill.total)
    assert found > 20


# ---- accounts


def test_a_stated_minimum_counts_its_own_lines_only(written: Load) -> None:
    text = system(
        "  find: {is: retrieval, top_k: 5, price: {gb: 10, gb_month: 0.30, minimum: 50}}\n"
        f"  answer: {{is: inference, {INLINE}}}"
    )
    bill = Case(written(text), BOOK).bill
    top_up = next(c for c in bill.charges if c.item == "account minimum")
    assert top_up.usd == pytest.approx(50 - 3, rel=1e-12)


@pytest.mark.parametrize("stages", [1, 2, 3])
def test_stages_of_one_account_share_its_minimum(written: Load, stages: int) -> None:
    pipeline = "\n".join(
        f"  find{i}: {{is: retrieval, store: pinecone-standard, top_k: 5}}" for i in range(stages)
    )
    bill = Case(written(system(pipeline)), BOOK).bill
    assert bill.total == pytest.approx(50, rel=1e-12)
    assert sum(c.item == "account minimum" for c in bill.charges) == 1


@pytest.mark.parametrize(("users", "gap"), [(0.0, True), (100.0, True), (1e8, False)])
def test_the_top_up_is_always_there(written: Load, users: float, gap: bool) -> None:
    text = system("  find: {is: retrieval, store: pinecone-standard, top_k: 5}")
    bill = Case(written(text).at({"users": users}), BOOK).bill
    (top_up,) = [c for c in bill.charges if c.item == "account minimum"]
    own = sum(c.usd for c in bill.charges if c.account and c.every == "month")
    assert (top_up.usd > 0) == gap
    assert bill.total == pytest.approx(max(50.0, own), rel=1e-12)


def test_what_is_paid_once_fills_no_minimum(written: Load) -> None:
    text = system("  find: {is: retrieval, store: pinecone-standard, metadata_bytes: 1_000_000}")
    bill = Case(written(text).at({"corpus.documents": 100_000.0}), BOOK).bill
    monthly = sum(c.usd for c in bill.charges if c.account and c.every == "month")
    assert bill.once > 50
    assert bill.total == pytest.approx(max(monthly, 50), rel=1e-12)


# ---- what-ifs


@pytest.mark.parametrize(
    ("path", "value", "times"),
    [
        ("answer.share", 0.5, 0.5),
        ("answer.repeat", 3.0, 3.0),
        ("answer.retry", 0.5, 1.75),
        ("answer.tries", 2.0, 1.0),
        ("answer.cache_read_share", 1.0, 2.0 / 3.8),
    ],
)
def test_a_field_that_nobody_wrote_can_be_set(
    written: Load, path: str, value: float, times: float
) -> None:
    s = written(system(f"  answer: {{is: inference, {INLINE}}}"))
    if path == "answer.cache_read_share":  # free reads leave the 2.00 of output of 3.80 a thousand
        s = s.at({"answer.price.cache_read": 0.0})
    changed = Case(s.at({path: value}), BOOK).bill
    assert changed.total / Case(s, BOOK).bill.total == pytest.approx(times, rel=1e-12)


def test_a_what_if_says_so(written: Load) -> None:
    s = written(system(f"  answer: {{is: inference, repeat: about 2, {INLINE}}}")).at(
        {"answer.repeat": 3.0}
    )
    calls = next(f for f in Case(s, BOOK).bill.charges[0].factors if f.name == "calls per request")
    assert (calls.basis, calls.source, calls.note) == ("given", "what-if", "")


# ---- nothing is dropped


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("other: {servers: {component: hosting}}", "other.servers: it has no amount"),
        ("other: {servers: {per_month: unknown}}", "other.servers: it has no amount"),
        ("month: {hours: unknown}", "month.hours: no kind has a range for it"),
    ],
)
def test_an_amount_that_is_not_there_is_an_error(written: Load, change: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        written(system(f"  answer: {{is: inference, {INLINE}}}", change))
