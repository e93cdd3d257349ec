"""The file of a log holds what was measured, and says of the rest that it is not in the bill."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
from log_files import unknown

from aicost import load
from aicost.book.book import Book
from aicost.cli.log_file import log_file_text, searches
from aicost.log.sample import Sample, frames
from aicost.log.system import system_of
from aicost.log.trend import trend_of

BOOK = Book.load()


def test_a_file_holds_what_was_measured(tmp_path: Path) -> None:
    system = system_of(pd.concat(frames(Sample(rows=20_000, days=28, seed=7))), BOOK)
    path = tmp_path / "from-log.yaml"
    path.write_text(log_file_text(path, system, unknown(system), BOOK))
    scenario = load(path).scenario
    assert scenario.name == "From log"
    assert searches(system)
    for step in system.steps:
        stage = scenario.pipeline.stage(step.part.path)
        assert stage.model == step.part.model
        for name in ("retry", "repeat", "cache_read_share"):
            if name in step.fields:
                value = getattr(stage, name)
                assert abs(value / step.fields[name] - 1) < 1e-3
    hours = scenario.profile.hours
    assert hours == tuple(
        float(f"{system.traffic[f'profile {n:02d}'].value:.4g}") for n in range(24)
    )


def test_a_week_of_five_days_has_its_busiest_day_beside_all_seven(tmp_path: Path) -> None:
    calls = pd.concat(frames(Sample(rows=8_000, days=28, causes=())), ignore_index=True)
    office = calls[calls["moment"].dt.day_of_week < 5]
    system = system_of(office, BOOK)
    path = tmp_path / "office.yaml"
    path.write_text(log_file_text(path, system, unknown(system), BOOK))
    per_day = office.groupby(office["moment"].dt.date)["request"].nunique()
    means = per_day.groupby([day.weekday() for day in per_day.index]).mean()
    found = load(path).scenario.traffic.busiest_day
    assert abs(found / (means.max() / (means.sum() / 7)) - 1) < 0.03


def test_few_days_give_requests_by_the_day(tmp_path: Path) -> None:
    calls = pd.concat(frames(Sample(rows=8_000, days=28, causes=())), ignore_index=True)
    short = calls[calls["moment"] < calls["moment"].min() + pd.Timedelta(days=6)]
    system = replace(system_of(short, BOOK), reviewed=0.0)
    path = tmp_path / "short.yaml"
    path.write_text(log_file_text(path, system, unknown(system), BOOK))
    traffic = load(path).scenario.traffic
    assert traffic.users is None
    assert traffic.requests_per_day > 0


def test_growth_of_a_log_is_carried_on_where_it_is_beyond_chance(tmp_path: Path) -> None:
    calls = pd.concat(frames(Sample(rows=4_000, days=28, causes=())), ignore_index=True)
    system, path = system_of(calls, BOOK), tmp_path / "grows.yaml"
    first, days = calls["moment"].min().normalize(), range(28)
    each = calls.groupby("request")["moment"].min().dt.normalize().value_counts()
    each = each.reindex([first + pd.Timedelta(days=n) for n in days], fill_value=0)
    seen = trend_of([day.date() for day in each.index], each.to_numpy(dtype=float))
    assert system.measured.growth == seen
    assert not seen.told
    for low, high, plan in ((-0.05, 0.3, None), (0.021, 0.304, (0.021, 0.3)), (2.0, 9.0, None)):
        growth = replace(seen, growth_low=low, growth_high=high)
        drawn = replace(system, measured=replace(system.measured, growth=growth))
        path.write_text(log_file_text(path, drawn, unknown(drawn), BOOK))
        found = load(path).scenario.growth
        held = found and (found.users_per_month.low, found.users_per_month.high)
        assert held == plan, growth
        assert ("The log's requests grew by" in path.read_text()) == (low > 0)
