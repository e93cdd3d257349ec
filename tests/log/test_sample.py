"""A sample log: the same bytes for the same seed, and a key that says the truth about it."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from aicost.book.book import Book
from aicost.book.token_prices import price_requests, total_usd
from aicost.log.columns import COLUMNS
from aicost.log.engine import collected, conform
from aicost.log.price import price_calls
from aicost.log.sample import Key, Sample, frames, write_sample
from aicost.log.sample_calls import JUDGES, MODELS
from aicost.log.sample_causes import CAUSES, Cause, planted
from aicost.log.sample_system import shapes

SMALL = Sample(rows=12_000, days=28, causes=())


def drawn(sample: Sample) -> tuple[pd.DataFrame, Key]:
    key = Key(sample.causes or ())
    return pd.concat(frames(sample, key), ignore_index=True), key


def cost(calls: pd.DataFrame) -> float:
    """What calls cost, by the book's own prices: an oracle that knows of no causes."""
    pico = price_requests(
        Book.load(),
        model=(calls["provider"] + "/" + calls["model"]).to_numpy(object),
        at=calls["moment"].to_numpy(),
        input_tokens=calls["input_tokens"],
        output_tokens=calls["output_tokens"] + calls["thinking_tokens"],
        cache_read_tokens=calls["cache_read_tokens"],
        cache_write_5m_tokens=calls["cache_write_5m_tokens"],
    )
    return float(total_usd(pico))


@pytest.fixture(scope="module")
def plain() -> pd.DataFrame:
    return drawn(SMALL)[0]


def test_a_log_is_what_was_asked_for(plain: pd.DataFrame) -> None:
    assert [*plain.columns] == [column.name for column in COLUMNS]
    assert len(plain) == pytest.approx(SMALL.rows, rel=0.1)
    assert plain["moment"].dt.normalize().nunique() == SMALL.days
    assert plain["call"].is_unique
    assert plain.groupby("request")["session"].nunique().max() == 1
    assert plain.groupby("session")["user"].nunique().max() == 1
    assert set(plain["judge"].dropna()) == {JUDGES[0], JUDGES[2]}
    assert set(zip(plain["provider"], plain["model"], strict=True)) == {*MODELS}
    found = collected(conform(plain))
    assert found["quality"].notna().sum() == found["judge"].notna().sum() > 200
    assert (found.filter(like="_tokens") >= 0).all(axis=None)
    assert plain.loc[plain["from_cache"], ["input_tokens", "output_tokens"]].eq(0).all(axis=None)
    assert set(plain["operation"]) == {"chat", "embedding", "rerank", "judge"}


def test_all_of_it_has_a_price_and_comes_to_what_the_key_says() -> None:
    calls, key = drawn(Sample(rows=5_000, days=28))
    found = price_calls(calls, Book.load())
    assert found.unpriced == {}
    assert found.priced == key.calls
    assert float(found.total_usd) == pytest.approx(key.usd, abs=1e-6)


def test_few_ask_most_and_conversations_grow(plain: pd.DataFrame) -> None:
    shares = plain["tenant"].value_counts(normalize=True)
    assert shares.iloc[0] > 4 * shares.iloc[9]
    chat = plain[(plain["feature"] == "chat") & (plain["stage"] == "answer")]
    chat = chat[chat["attempt"] == 0].sort_values("moment")
    whole = chat["input_tokens"] + chat["cache_read_tokens"]
    turn = chat.groupby("session").cumcount()
    assert whole[turn == 3].mean() > whole[turn == 0].mean() + 1_500
    weekday = plain["moment"].dt.day_of_week
    assert (weekday < 5).mean() > 0.8


def test_lengths_and_hours_are_those_of_public_traces(plain: pd.DataFrame) -> None:
    hours, lengths = shapes()
    assert hours.mean() == pytest.approx(1, abs=0.001)
    asked = plain.loc[plain["stage"] == "embed", "input_tokens"]
    said = plain.loc[(plain["feature"] == "chat") & (plain["status"] == "ok"), "output_tokens"]
    said = said[said > 0]
    in_50, in_95, out_50, out_95 = lengths["Azure conversations"]
    assert asked.quantile([0.5, 0.95]).to_list() == pytest.approx([in_50, in_95], rel=0.1)
    assert said[said != 60].quantile([0.5, 0.95]).to_list() == pytest.approx(
        [out_50, out_95], rel=0.1
    )
    met = plain["moment"].dt.hour.value_counts(normalize=True).sort_index().to_numpy()
    assert np.corrcoef(met, hours)[0, 1] > 0.9


def test_what_is_read_from_a_cache_was_sent_five_minutes_before(plain: pd.DataFrame) -> None:
    """Read beyond what all prompts share: only in a turn that came soon after another."""
    chat = plain[(plain["feature"] == "chat") & (plain["stage"] == "answer")]
    first = chat.drop_duplicates("request").sort_values("moment")
    gap = first.groupby("session")["moment"].diff().dt.total_seconds()
    long_ago = ~(gap <= 310)
    assert (first.loc[long_ago, "cache_read_tokens"] <= 1_500).all()
    assert (first.loc[gap < 200, "cache_read_tokens"] > 1_500).mean() > 0.9


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    def made(name: str, seed: int) -> str:
        out = tmp_path / name
        _, beside = write_sample(out, Sample(rows=3_000, days=28, seed=seed))
        return hashlib.sha256(out.read_bytes() + beside.read_bytes()).hexdigest()

    for ending in ("parquet", "csv"):
        one, again, other = (
            made(f"{ending}-{i}.{ending}", seed) for i, seed in enumerate((7, 7, 8))
        )
        assert one == again != other
    parquet, text = (
        duckdb.sql(f"FROM '{tmp_path}/{ending}-0.{ending}'").df() for ending in ("parquet", "csv")
    )
    assert len(parquet) == len(text)
    assert parquet["logged_usd"].sum() == pytest.approx(text["logged_usd"].sum(), rel=1e-12)


def test_the_key_stands_beside_and_nothing_is_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "client's"  # a quote, which SQL would end a name at
    folder.mkdir()
    out = folder / "log.parquet"
    sample = Sample(rows=3_000, days=28)
    write_sample(out, sample)
    said = json.loads((folder / "log.key.json").read_text())
    assert [row["cause"] for row in said["causes"]] == [
        *dict.fromkeys(c.cause for c in planted(28))
    ]
    calls = duckdb.read_parquet(str(out)).df()
    assert said["calls"] == len(calls)
    assert said["usd"] == pytest.approx(cost(calls), abs=1e-6)
    with pytest.raises(FileExistsError):
        write_sample(out, sample)
    with pytest.raises(ValueError, match=r"log\.xlsx: .* \.parquet or \.csv"):
        write_sample(folder / "log.xlsx", sample)
    assert sorted(path.name for path in folder.iterdir()) == ["log.key.json", "log.parquet"]


@pytest.mark.parametrize("name", ["retry storm", "lost cache", "tier cliff", "runaway agent"])
def test_an_effect_is_the_log_with_it_less_the_log_without(name: str, plain: pd.DataFrame) -> None:
    causes = planted(28, (name,))
    calls, key = drawn(replace(SMALL, causes=causes))
    row = key.rows()[0]
    assert row["effect"] == pytest.approx(cost(calls) - cost(plain), abs=1e-5)
    assert row["effect"] > 0.1
    assert row["calls"] > 0
    outside = ~causes[0].during(calls["moment"].to_numpy())
    same = ~causes[0].during(plain["moment"].to_numpy())
    assert outside.sum() == pytest.approx(
        same.sum(), abs=20
    )  # a second try may come after midnight


def test_a_price_that_doubled_costs_as_much_again() -> None:
    causes = planted(28, ("price change",))
    calls, key = drawn(replace(SMALL, causes=causes))
    hit = calls[
        (calls["model"] == "mistral-large-4") & causes[0].during(calls["moment"].to_numpy())
    ]
    assert key.rows()[0]["effect"] == pytest.approx(cost(hit) / 2, rel=1e-6)
    logged = hit["logged_usd"].sum()
    assert logged == pytest.approx(cost(hit) / 2, rel=1e-6)  # the log's own list is an old one


@pytest.mark.parametrize("name", ["quality drop", "judge change"])
def test_marks_fall_where_they_are_said_to(name: str) -> None:
    start = np.datetime64("2026-10-20")
    slice_ = {"region": "eu"} if name == "quality drop" else {}
    cause = Cause(name, start, np.datetime64("2026-11-02"), slice_, -0.2)
    sample = replace(SMALL, scored=1.0)
    before, _ = drawn(sample)
    after, key = drawn(replace(sample, causes=(cause,)))
    hit = cause.during(after["moment"].to_numpy()) & after["quality"].notna().to_numpy()
    hit &= (after["region"] == "eu") if slice_ else (after["judge"] == "rubric-2")
    moved = (after["quality"] - before["quality"])[hit].mean()
    assert moved == pytest.approx(-0.2, abs=0.02)
    rest = ~hit & before["quality"].notna()
    assert (after["quality"] - before["quality"])[rest].abs().max() < 1e-9
    row = key.rows()[0]
    assert row["calls"] == hit.sum()
    assert row["effect"] == pytest.approx(-20)


def test_what_cannot_be_is_refused() -> None:
    for wrong, said in (
        ({"days": 20}, "days: 20 is not between 28 and 364"),
        ({"rows": 10}, "rows: 10 is less than 1,000"),
        ({"scored": 2.0}, "scored: 2.0 is not a share"),
    ):
        with pytest.raises(ValueError, match=said):
            Sample(**wrong)
    with pytest.raises(ValueError, match="did you mean 'lost cache'"):
        planted(28, ("lost cash",))


def test_causes_lie_inside_the_log_whatever_its_length() -> None:
    for days in range(28, 365):
        sample = Sample(days=days)
        end = sample.first + np.timedelta64(days, "D")
        assert end <= np.datetime64("2026-11-24")
        for one in sample.causes or ():
            assert sample.first < one.start < one.end <= end
            assert one.cause in CAUSES


def test_a_full_disk_names_the_log_and_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise duckdb.IOException("Could not write file: No space left on device")

    monkeypatch.setattr("aicost.log.sample.frames", full)
    with pytest.raises(OSError, match=r"No space left on device: .*log\.csv"):
        write_sample(tmp_path / "log.csv", Sample(rows=1_000))
    assert not [*tmp_path.iterdir()]
