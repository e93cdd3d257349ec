"""Every key of the schema is drawn at random, where the bill meets its oracle; or named here.

What a file may say is taken from the schema. Of a key that no random system draws this says which
test holds it. test_bill.py bills the systems with money and with times by a second, plain way, and
doubles, sweeps, draws and permutes them; test_malformed_keys.py gives each key what it cannot hold.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from places import TESTS
from random_more import More
from random_scenarios import random_text
from random_times import timed_text
from small_systems import BOOK

from aicost.billing.case import Case
from aicost.scenario.json_schema import schema
from aicost.scenario.load import load
from aicost.values.quantities import scaled

Node = dict[str, Any]

#: Keys with names of the client's own below them.
NAMED = ("pools", "other", "environments", "plans", "fees", "prompt")
STRUCTURES = ("route", "parallel", "steps")
#: Pairs of systems that are held against each other.
PAIRS = range(int(os.environ.get("AICOST_FUZZ", "8")))
#: How many systems are looked at: with money, and with times.
MONEY, TIMES = 200, 60
#: Stages that are one class in code, or declare these keys in one place.
ALIKE = {"judge": "inference", "hand_off": "human_review"}
COMMON = [
    "share",
    "of",
    "repeat",
    "retry",
    "tries",
    "backoff",
    "seconds",
    "billed_as",
    "timeout",
    "after",
]
COMMON += ["counted_with", "passages_counted_with", "content", "token_ratio", "passage_ratio"]

CACHES, SPEEDS = "components/test_caching.py", "components/test_unit_prices.py"
#: What nobody draws, and which test holds it.
HELD = {
    "kind": "scenario/test_samples.py",  # it fills a file in: the samples meet the oracle
    "as_of": "scenario/test_load.py",  # the random systems are billed by one book
    "logo": "show/review/test_logo.py",
    "traffic.unit": "scenario/test_traffic_reader.py",
    "invoiced": "billing/test_agreed_draws.py",  # it chooses among draws
    **dict.fromkeys(("any.after", "pipeline.after"), "scenario/test_pipeline_reader.py"),
    **{
        f"pipeline.response_cache.{key}": CACHES  # how often a cache answers: by replays
        for key in [
            "distinct_questions",
            "popularity",
            "lifetime",
            "refreshed",
            "entries",
            "caches",
        ]
    },
    **{
        f"pipeline.response_cache.{key}": CACHES
        for key in ["changes_per_month", "pilot", "pilot.requests", "pilot.distinct", "pilot.once"]
    },
    **{  # a desk with hours of its own: by events
        f"pipeline.human_review.{key}": "components/test_desk_hours.py"
        for key in ("open", "open_days")
    },
    **{
        f"pipeline.{stage}.price.{key}": SPEEDS  # words that check a speed, and bill nothing
        for stage in ("embedding", "reranking")
        for key in ("encoder", "hardware")
    },
}


def keys(node: Node, at: tuple[str, ...] = (), is_a: str = "") -> Iterator[str]:
    """Yield every key of the schema with where it stands; stages by what they are."""
    inner = node.get("properties", {})
    is_a = inner.get("is", {}).get("const", is_a)
    untold = at == ("pipeline",) and not {"is", *STRUCTURES[:2], "loop"} & inner.keys()
    if not (inner and untold):
        where = ("pipeline", is_a) if is_a and at == ("pipeline",) else at
        for key, below in inner.items():
            yield ".".join((*where, key))
            if key not in STRUCTURES:
                yield from keys(below, (*where, key))
        for below in (*node.get("anyOf", ()), node.get("additionalProperties")):
            if isinstance(below, dict) and at[:1] != ("options",):
                yield from keys(below, at, is_a)


def written(node: Node, at: tuple[str, ...] = (), *, named: bool = False) -> Iterator[str]:
    """Yield the keys of a file, or of a part of it; options and people's own names left out."""
    for key, value in node.items():
        where = at if named else (*at, key)
        if not named:
            yield ".".join(where)
        if key == "pipeline" or key in STRUCTURES:
            for stage in value.values():
                told = ("pipeline", stage["is"]) if "is" in stage else ("pipeline",)
                yield from written(stage, told)
        elif isinstance(value, dict) and key not in ("options", "abandonment", "confirm"):
            yield from written(value, where, named=not named and key in NAMED)


def one_place(key: str) -> str:
    """Where a key is declared: those of every stage, and of stages that are alike, in one."""
    top, *rest = key.split(".")
    if top != "pipeline" or len(rest) < 2:
        return key
    if rest[1] in COMMON:
        return ".".join(("any", *rest[1:]))
    return ".".join((top, ALIKE.get(rest[0], rest[0]), *rest[1:]))


def parsed(text: str) -> Node:
    file = yaml.load(text, Loader=yaml.CSafeLoader)
    assert isinstance(file, dict)
    return file


def texts() -> Iterator[str]:
    """Yield the files that the random suites bill, and what stands beside their bills."""
    for seed in range(MONEY):
        yield random_text(seed)
    for seed in range(TIMES):
        yield timed_text(seed)
        yield More(random.Random(seed)).beside(goals=True)
    yield "currency: EUR"  # below


def test_every_key_is_drawn_or_held_by_a_test() -> None:
    every = {one_place(key) for key in keys(schema())}
    drawn = {one_place(key) for text in texts() for key in written(parsed(text))}
    assert sorted(every - drawn - HELD.keys()) == []
    assert sorted(drawn & HELD.keys()) == []
    assert sorted(HELD.keys() - every) == []


@pytest.mark.parametrize("key", HELD)
def test_what_is_held_elsewhere_is(key: str) -> None:
    assert key.rpartition(".")[2] in (TESTS / HELD[key]).read_text(encoding="utf-8")


# ---- systems that are alike


def billed(folder: Path, text: str) -> Case:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return Case(load(path), BOOK)


def test_what_is_on_no_bill_changes_none(tmp_path: Path) -> None:
    for seed in PAIRS:
        text = random_text(seed)
        told = More(random.Random(seed)).beside(goals="plans:" not in text)
        plain, beside = (billed(tmp_path, f"{text}{m}") for m in ("", told))
        assert float(beside.bill.total) == float(plain.bill.total), seed
        assert float(beside.bill.once) == float(plain.bill.once), seed


def test_times_are_on_no_bill(tmp_path: Path) -> None:
    """What is waited for costs the same; but where a call is given up for another, none is left."""
    gone = {"seconds", "backoff", "ttft", "tpot", "streams", "slow_day", "limits", "goals"}

    def without(node: Any) -> Any:
        if not isinstance(node, dict):
            return node
        return {key: without(value) for key, value in node.items() if key not in gone}

    for seed in PAIRS:
        text = timed_text(seed)
        plain = yaml.safe_dump(without(yaml.load(text, Loader=yaml.BaseLoader)), sort_keys=False)
        one, other = billed(tmp_path, text).bill, billed(tmp_path, plain).bill
        assert float(one.total) == float(other.total), seed


def test_every_amount_is_in_the_currency_of_the_file(tmp_path: Path) -> None:
    """Each key that holds money, read in euros, is that many times its amount in dollars."""
    for seed in PAIRS:
        text = random_text(seed)
        dollars = billed(tmp_path, text).scenario.point()
        euros = billed(tmp_path, f"currency: EUR\n{text}")
        known = {p: s.origins.get(name) for p, s, name, _ in dollars.fields}
        rate = float(euros.scenario.money.in_usd)

        def in_euros(
            path: str, meaning: Any, value: Any, said: Any = known, rate: Any = rate
        ) -> Any:
            """What the file says in money; a listed rent stays as it is listed."""
            own = meaning.unit.startswith("USD") and said[path] is not None and said[path].line
            return scaled(value, rate) if own and value is not None else value

        there = Case(dollars.mapped(in_euros), BOOK).bill
        assert float(euros.bill.total) == pytest.approx(float(there.total), rel=1e-12), seed


def test_stages_may_stand_anywhere_and_say_after_what(tmp_path: Path) -> None:
    for seed in PAIRS:
        text = random_text(seed)
        file = yaml.load(text, Loader=yaml.BaseLoader)
        names = ["start", *file["pipeline"]]
        placed = {
            name: {**stage, "after": before}
            for before, (name, stage) in zip(names, file["pipeline"].items(), strict=False)
        }
        mixed = random.Random(seed).sample([*placed], len(placed))
        file["pipeline"] = {name: placed[name] for name in mixed}
        for key in ("pools", "plans", "traffic", "corpus"):
            if key in file:
                file[key] = dict(reversed(file[key].items()))
        again = billed(tmp_path, yaml.safe_dump(file, sort_keys=False)).bill
        plain = billed(tmp_path, text).bill
        assert float(again.total) == pytest.approx(float(plain.total), rel=1e-12), seed
