"""A log held against exports made of it, each with a cause planted that has to be named first."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from exported import (
    EVERY,
    FIRST,
    TOKENS,
    anthropic_usage,
    aws_report,
    calls,
    costs_of,
    openai_costs,
    openai_usage,
)

from aicost.book.book import Book
from aicost.invoices.match import LogMatch, match_export
from aicost.invoices.match_cells import cells_of, list_price, of_provider
from aicost.invoices.match_counts import counting_tries
from aicost.invoices.match_gaps import quiet_spans
from aicost.invoices.match_prices import price_tries
from aicost.invoices.match_state import State, total
from aicost.invoices.usage_export import usage_export
from aicost.log.half_hours import half_hours
from aicost.log.layouts import LogError
from aicost.log.price import price_calls

BOOK = Book.load()
USD = [f"usd_{name}" for name in EVERY]
#: What a seed plants: the log that is held, and the export that is written of what was billed.
Plant = Callable[[pd.DataFrame, Any, Path], tuple[pd.DataFrame, Path]]


def again(log: pd.DataFrame, rng: Any, share: float = 0.04) -> pd.DataFrame:
    """Return calls and those that broke off ahead of some, with less output or none."""
    failed = log[rng.random(len(log)) < share].copy()
    kept = rng.uniform(0.0, 0.5)
    for name in ("output_tokens", "thinking_tokens"):
        failed[name] = (failed[name] * kept).astype(int)
    return pd.concat([log, failed])


def silent(log: pd.DataFrame, rng: Any) -> pd.DataFrame:
    """Return a log without the calls of some busy hours of a day."""
    start = pd.Timestamp(FIRST) + timedelta(days=int(rng.integers(1, 26)), hours=8)
    hours = int(rng.integers(8, 40))
    return log[(log["moment"] < start) | (log["moment"] >= start + timedelta(hours=hours))]


def inside(log: pd.DataFrame) -> pd.DataFrame:
    """Return a log whose input is told with what was read from a cache and written to it."""
    return log.assign(input_tokens=log[[*TOKENS]].sum(axis=1))


def batched(log: pd.DataFrame, rng: Any) -> pd.DataFrame:
    """Return calls of which a part of one model's were sold as a batch."""
    some = rng.random(len(log)) < rng.uniform(0.3, 1.0)
    return log.assign(batch=(log["model"] == log["model"].iloc[0]) & some)


def charged(log: pd.DataFrame, factor: Any) -> pd.DataFrame:
    """Return what calls cost, at other prices."""
    costs = costs_of(log, BOOK)
    return costs.assign(**{name: costs[name] * factor for name in USD})


def dearer(log: pd.DataFrame, rng: Any) -> Any:
    """Return by how much the price of one model is another from a day on."""
    day = pd.Timestamp(FIRST) + timedelta(days=int(rng.integers(4, 24)))
    late = (log["moment"] >= day) & (log["model"] == "gpt-5.6-sol")
    return np.where(late, rng.choice([0.7, 0.85, 1.15, 1.3]), 1.0)


def zone(rng: Any) -> timedelta:
    """Return by how much days are another's."""
    return timedelta(hours=int(rng.choice([-9, -8, -2, -1, 1, 5, 7, 8])))


PLANTS: dict[str, tuple[str, Plant]] = {
    "days of another clock": (
        "time zone",
        lambda log, rng, p: (log, openai_usage(log, p, ahead=zone(rng))),
    ),
    "hours without a log": (
        "missing rows",
        lambda log, rng, p: (silent(log, rng), openai_usage(log, p)),
    ),
    "hours without a log, by what is charged": (
        "missing rows",
        lambda log, rng, p: (silent(log, rng), openai_costs(charged(log, 1.0), p)),
    ),
    "a log of some calls": (
        "missing rows",
        lambda log, rng, p: (log[rng.random(len(log)) < 0.9], openai_usage(log, p)),
    ),
    "tries that nobody logs": (
        "retries",
        lambda log, rng, p: (log, openai_usage(again(log, rng), p)),
    ),
    "tries that nobody logs, by what is charged": (
        "retries",
        lambda log, rng, p: (log, openai_costs(charged(again(log, rng), 1.0), p)),
    ),
    "a cache counted twice": (
        "cache",
        lambda log, rng, p: (inside(log), anthropic_usage(log, p)),
    ),
    "a cache that is not told": (
        "cache",
        lambda log, rng, p: (
            inside(log).assign(**dict.fromkeys(TOKENS[1:], 0)),
            openai_usage(log, p),
        ),
    ),
    "a cache for an hour": (
        "cache",
        lambda log, rng, p: (
            log.assign(
                cache_write_5m_tokens=log["cache_write_5m_tokens"] + log["cache_write_1h_tokens"],
                cache_write_1h_tokens=0,
            ),
            anthropic_usage(log, p),
        ),
    ),
    "thinking that is not told": (
        "thinking",
        lambda log, rng, p: (log.assign(thinking_tokens=0), openai_usage(log, p)),
    ),
    "thinking counted twice": (
        "thinking",
        lambda log, rng, p: (
            log.assign(output_tokens=log["output_tokens"] + log["thinking_tokens"]),
            openai_usage(log, p),
        ),
    ),
    "a batch": ("tier or batch", lambda log, rng, p: (log, openai_usage(batched(log, rng), p))),
    "a model that is not logged": (
        "models",
        lambda log, rng, p: (log[log["model"] != "gpt-5.6-luna"], openai_usage(log, p)),
    ),
    "a discount": (
        "credits",
        lambda log, rng, p: (log, openai_costs(charged(log, rng.choice([0.8, 0.9, 0.95])), p)),
    ),
    "a price that changed": (
        "price",
        lambda log, rng, p: (log, openai_costs(charged(log, dearer(log, rng)), p)),
    ),
    "searches": (
        "no tokens",
        lambda log, rng, p: (
            log,
            openai_costs(charged(log, 1.0), p, extra={"web search tool calls": 7.0}),
        ),
    ),
}
#: All that is planted is held by so many seeds: a hundred and more in all.
SEEDS = 7


@cache
def made(seed: int, provider: str = "openai") -> pd.DataFrame:
    """Return the log of a seed, made once: nothing here changes it."""
    return calls(seed, provider, many=3_000)


def held(log: pd.DataFrame, path: Path) -> LogMatch:
    """Hold a log against an export; its bars have to add up."""
    found = match_export(price_calls(log, BOOK), path, BOOK)
    apart = found.exported - found.logged
    assert abs(sum(bar.usd for bar in found.bars) - apart) < 1e-9
    return found


def first_named(name: str, seed: int, folder: Path) -> tuple[str, LogMatch]:
    """Plant a cause; return what is named first, and all that was found."""
    rng = np.random.default_rng(seed)
    provider = "anthropic" if name in ("a cache counted twice", "a cache for an hour") else "openai"
    log = made(seed, provider)
    found = held(*PLANTS[name][1](log, rng, folder / "export.json"))
    return (found.named[0].cause if found.named else "nothing"), found


@pytest.mark.parametrize("name", PLANTS)
def test_what_was_planted_is_named_first(name: str, tmp_path: Path) -> None:
    for seed in range(SEEDS):
        said, found = first_named(name, seed, tmp_path)
        assert said == PLANTS[name][0], f"seed {seed}: {said}\n{found}"


@pytest.mark.parametrize("seed", range(2))
def test_nothing_is_named_where_nothing_is(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    for provider, write in (("openai", openai_usage), ("anthropic", anthropic_usage)):
        log = made(seed, provider)
        found = held(log, write(log, path))
        assert found.bars == ()
        assert "No cause is seen." in found.sentence
    log = made(seed)
    assert held(log, openai_costs(costs_of(log, BOOK), path)).bars == ()
    rng = np.random.default_rng(seed)
    near = log.assign(input_tokens=log["input_tokens"] + rng.integers(-1, 2, len(log)))
    assert held(near, openai_usage(log, path)).named == ()


def test_two_causes_are_both_named(tmp_path: Path) -> None:
    log, path = made(1), tmp_path / "export.json"
    rng = np.random.default_rng(1)
    found = held(silent(inside(log), rng), openai_usage(log, path))
    assert [bar.cause for bar in found.named] == ["cache", "missing rows"]
    other = log[log["model"] != "gpt-4o-mini"]
    found = held(other, openai_costs(charged(log, 0.9), path, extra={"storage": 5.0}))
    assert {bar.cause for bar in found.named} == {"credits", "models", "no tokens"}
    assert abs(sum(bar.usd for bar in found.bars if bar.cause == "not explained")) < 1e-6


def test_no_try_changes_what_is_already_settled(tmp_path: Path) -> None:
    log = calls(2, many=2_000)
    path = openai_costs(charged(again(log, np.random.default_rng(2)), 0.9), tmp_path / "c.json")
    hours = of_provider(half_hours(price_calls(log, BOOK)), "openai", BOOK)
    cells = cells_of(hours, usage_export(path, BOOK), BOOK)
    start = State.of(cells)
    settled = start.set_where(np.arange(start.settled.size).reshape(start.settled.shape) % 3 == 0)
    assert total(np.abs(settled.gap[settled.settled])) == pytest.approx(0.0, abs=1e-9)
    quiet = quiet_spans(hours, cells.starts, cells.ends)
    tries = [*counting_tries(settled, *quiet), *price_tries(settled, BOOK)]
    assert tries
    for one in tries:
        where = settled.settled
        np.testing.assert_allclose(one.state.usd[where], settled.usd[where], atol=1e-12)


def test_prices_of_what_a_log_lacks_are_the_books() -> None:
    on = (FIRST + timedelta(days=27)).date()
    assert list_price(BOOK, "openai/gpt-4o-mini", "", 1, on) == pytest.approx(0.15e-6)
    one, batch = (list_price(BOOK, "openai/gpt-5.6-sol", sold, 1, on) for sold in ("", "batch"))
    assert 0 < batch < one
    assert list_price(BOOK, "openai/gpt-0", "", 1, on) == 0.0


def test_what_does_not_belong_together_is_refused(tmp_path: Path) -> None:
    log = calls(1, many=300)
    path = anthropic_usage(calls(1, "anthropic", many=300), tmp_path / "e.json")
    with pytest.raises(
        LogError, match="no call of the log is of anthropic; it has calls of openai"
    ):
        held(log, path)
    late = log.assign(moment=log["moment"] - timedelta(days=200))
    with pytest.raises(
        LogError,
        match=r"of its days, 2026-10-01 to .*; export those of the log, 2026-",
    ):
        held(late, openai_usage(log, tmp_path / "e.json"))


def test_tokens_without_a_price_are_said(tmp_path: Path) -> None:
    log = calls(1, many=1_000)
    billed = log.assign(model=log["model"].replace("gpt-4o-mini", "gpt-0"))
    found = held(log, openai_usage(billed, tmp_path / "e.json"))
    assert any("tokens of gpt-0 that the export counts have no price" in n for n in found.notes)


def test_a_log_without_a_price_is_said(tmp_path: Path) -> None:
    log = calls(1, many=1_000)
    unknown = log.assign(model=log["model"].replace("gpt-4o-mini", "gpt-0"))
    found = held(unknown, openai_usage(unknown, tmp_path / "e.json"))
    assert found.named == ()
    assert any("have no price, and are worth nothing here" in note for note in found.notes)


def test_rows_and_quantities_show_both_sides(tmp_path: Path) -> None:
    log = calls(1, many=1_000)
    found = held(log, openai_usage(again(log, np.random.default_rng(1)), tmp_path / "e.json"))
    texts = [" ".join(row) for row in found.rows().texts()]
    assert texts[0].startswith("the log ")
    assert texts[-1].startswith("the export ")
    assert "tries that failed and are billed" in texts[1]
    counted = {row.cells[0]: row.cells[1:3] for row in found.quantities().rows}
    assert counted["requests"][1] > counted["requests"][0]
    assert found.frame()["usd"].sum() == pytest.approx(found.exported - found.logged)


def test_an_export_with_quantities_and_costs_tells_prices_apart(tmp_path: Path) -> None:
    log = made(4).assign(
        provider="aws", model="regional.anthropic.claude-sonnet-4-6-v1:0", thinking_tokens=0
    )
    path = tmp_path / "cur.csv"
    found = held(log, aws_report(charged(log, 1.0), path, "Claude4.6Sonnet"))
    assert found.named == ()
    assert found.cells.counts
    both = silent(log, np.random.default_rng(4))
    found = held(both, aws_report(charged(log, 0.9), path, "Claude4.6Sonnet"))
    usd = {bar.cause: bar.usd for bar in found.bars}
    assert [*usd] == ["credits", "missing rows"]
    assert usd["credits"] == pytest.approx(-found.exported / 9)
    retried = held(
        log, aws_report(charged(again(log, np.random.default_rng(4)), 1.2), path, "Claude4.6Sonnet")
    )
    assert {bar.cause for bar in retried.named} == {"price", "retries"}
